"""A class at a glance: statuses, counts, and the JSON that other programs read."""

import json
import shutil

import pytest
from sqlalchemy import event
from toy import RIGHT, cell, grade_by_hand

from autograder.cli import main
from autograder.grade.batch import Options, grade, status
from autograder.grade.expected import secret_seed, seed_fingerprint
from autograder.grade.marks import marks, open_gradebook
from autograder.report.classroom import document, gather


@pytest.fixture(scope="module")
def ready(ready):
    """A course in which one is right, one to read, and one broken."""
    ready.submit("ann", ready.notebook(**RIGHT))
    answered = ready.notebook(**RIGHT)
    cell(answered, "question-why")["source"] = "Because."
    ready.submit("bob", answered)
    ready.submit("cut", "[")
    grade(ready.exercise, ready.course, Options())
    return ready


def seen(toy):
    return gather(toy.exercise, toy.course, status("toy", toy.course))


def test_the_glance_counts_and_gives_mean_and_median_of_graded_ones(toy):
    assert seen(toy).glance() == (
        "2 graded, 1 failed, 1 to read, mean 4, median 4 of 6"
    )


def test_what_came_since_and_what_is_new_is_counted(toy):
    toy.submit("ann", toy.notebook())
    toy.submit("dan", toy.notebook())
    found = seen(toy)
    assert found.counts == {
        "graded": 1,
        "failed": 1,
        "not graded yet": 1,
        "changed since": 1,
        "to read": 1,
    }
    assert found.totals == [4.0]
    assert found.attention


def test_a_class_of_which_none_is_graded_has_no_mean(toy):
    shutil.rmtree(toy.course / "submitted")
    toy.submit("dan", toy.notebook())
    found = seen(toy)
    assert found.glance() == "0 graded, 1 not graded yet"
    assert document(found)["mean"] is None
    assert document(found)["students"][0]["points"] == {
        "double": None,
        "name": None,
        "why": None,
    }


def test_what_a_person_graded_counts_and_is_no_longer_to_read(toy):
    grade_by_hand(toy.course, "bob", "question-why", 1.5)
    found = seen(toy)
    assert found.counts["to read"] == 0
    assert sorted(found.totals) == [4.0, 5.5]


def test_a_penalty_is_taken_off_and_shown(toy, capsys):
    grade_by_hand(toy.course, "bob", "question-why", 0, penalty=2.5)
    assert main(["status", "toy", "--course", str(toy.course)]) == 1
    rows = capsys.readouterr().out.splitlines()
    bob = next(row.split() for row in rows if row.split()[:1] == ["bob"])
    assert bob == ["bob", "3", "1", "0", "-2.5", "1.5", "unchanged"]


def test_what_plain_nbgrader_graded_is_graded(toy):
    shutil.rmtree(toy.course / "graded")
    found = seen(toy)
    assert [line.outcome.status for line in found.lines] == ["graded", "graded", "new"]


def test_marks_of_a_class_take_no_more_queries_than_those_of_one(toy):
    counts = []
    for student in ("ann", None):
        with open_gradebook(toy.course) as book:
            asked = []
            engine = book.db.get_bind()
            event.listen(
                engine, "before_cursor_execute", lambda *a, n=asked: n.append(a)
            )
            found = marks(book, "toy", student)
            counts.append(len(asked))
            assert list(found) == ([student] if student else ["ann", "bob", "cut"])
    assert counts[0] == counts[1] > 0


@pytest.mark.parametrize("verb", ["grade", "status"])
def test_json_is_all_that_is_on_stdout(toy, capsys, verb):
    assert main([verb, "toy", "--course", str(toy.course), "--json"]) == 1
    captured = capsys.readouterr()
    found = json.loads(captured.out)
    assert found["tasks"] == {"double": 3, "name": 1, "why": 2}
    assert found["maximum"] == 6
    ann, bob, cut = found["students"]
    assert ann["points"] == {"double": 3, "name": 1, "why": 0}
    assert (ann["total"], ann["maximum"], ann["to_read"]) == (4, 6, [])
    assert bob["to_read"] == ["why"]
    assert cut["status"] == "failed"
    assert cut["reason"].startswith("submitted/cut/toy/toy.ipynb: not JSON")
    assert "error: submitted/cut/toy/toy.ipynb: not JSON" in captured.err


def test_json_names_the_seed_without_giving_it_away(toy, capsys):
    seed = secret_seed(toy.course, "toy")
    main(["status", "toy", "--course", str(toy.course), "--json"])
    printed = capsys.readouterr().out
    assert str(seed) not in printed
    name = json.loads(printed)["seed_fingerprint"]
    assert name == seed_fingerprint(toy.course, "toy", seed) != ""
    assert name != seed_fingerprint(toy.course, "toy", seed + 1)
    assert seed_fingerprint(toy.course, "another") == ""


def test_quiet_grading_says_only_what_went_wrong(toy, capsys):
    assert main(["grade", "toy", "--course", str(toy.course), "--quiet"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: submitted/cut")


def test_one_student_is_shown_alone(toy, capsys):
    command = ["grade", "toy", "--course", str(toy.course), "--json"]
    assert main([*command, "--student", "ann"]) == 0
    assert len(json.loads(capsys.readouterr().out)["students"]) == 1
