"""A class graded in one go: what is graded, when again, and what stops nothing."""

import json

import pytest
from toy import RIGHT, cell, points

from autograder.grade import batch
from autograder.grade.batch import Options, UsageError, grade, status
from autograder.grade.expected import secret_seed, seed_fingerprint
from autograder.grade.gradebook import database, scores
from autograder.grade.sandbox.inside.run import WORK
from autograder.report.classroom import gather

WRONG = {**RIGHT, "double": "def double(x):\n    return x * x"}


def run(toy, **options):
    """Grade; return the outcomes by student."""
    return {o.student: o for o in grade(toy.exercise, toy.course, Options(**options))}


def line(double, name, why=0):
    return {"check-double": double, "check-name": name, "question-why": why}


def test_right_wrong_and_broken_ones_each_get_their_points(toy):
    toy.submit("right", toy.notebook(**RIGHT))
    toy.submit("wrong", toy.notebook(**WRONG))
    toy.submit("untouched", toy.notebook())
    toy.submit("broken", '{"cells": [')
    (toy.course / "submitted" / "empty" / "toy").mkdir(parents=True)
    outcomes = run(toy)
    assert points(toy) == {
        "right": line(3, 1),
        "wrong": line(0, 1),
        "untouched": line(0, 0),
        "broken": line(0, 0),
        "empty": line(0, 0),
    }
    failed = {name for name, outcome in outcomes.items() if outcome.failed}
    assert failed == {"broken", "empty"}
    reason = outcomes["broken"].reason
    assert reason.startswith("submitted/broken/toy/toy.ipynb: not JSON")
    assert "\n" not in reason
    assert not (toy.course / "autograded" / "broken").exists()


def test_what_has_not_changed_is_not_run_again(toy, monkeypatch):
    toy.submit("right", toy.notebook(**RIGHT))
    toy.submit("broken", "[")
    run(toy)
    before = points(toy)
    monkeypatch.setattr(batch, "execute", None)  # would fail if it were called
    again = run(toy)
    assert again["right"].status == "unchanged"
    assert again["broken"].failed
    assert points(toy) == before
    assert [o.status for o in status("toy", toy.course)] == ["failed", "unchanged"]


def test_what_has_changed_is_graded_again_and_nothing_else(toy):
    toy.submit("one", toy.notebook(**RIGHT))
    toy.submit("two", toy.notebook())
    run(toy)
    toy.submit("two", toy.notebook(**RIGHT))
    outcomes = run(toy)
    assert [outcomes["one"].status, outcomes["two"].status] == ["unchanged", "graded"]
    assert points(toy)["two"] == line(3, 1)


def test_a_submission_that_breaks_later_loses_its_points(toy):
    toy.submit("one", toy.notebook(**RIGHT))
    run(toy)
    toy.submit("one", "cut off")
    assert run(toy)["one"].failed
    assert points(toy)["one"] == line(0, 0)


def test_force_and_student_say_what_is_graded(toy):
    toy.submit("one", toy.notebook(**RIGHT))
    toy.submit("two", toy.notebook(**RIGHT))
    run(toy)
    outcomes = run(toy, force=True, students=("two",))
    assert [(o.student, o.status) for o in outcomes.values()] == [("two", "graded")]


def test_another_seed_means_grade_again(toy):
    toy.submit("one", toy.notebook(**RIGHT))
    run(toy, seed=1)
    assert run(toy, seed=1)["one"].status == "unchanged"
    assert run(toy, seed=2)["one"].status == "graded"


def test_the_seed_that_a_grade_came_from_is_on_record(toy):
    toy.submit("one", toy.notebook(**RIGHT))
    toy.submit("two", toy.notebook(**RIGHT))
    run(toy)
    run(toy, seed=5, students=("two",))
    own = seed_fingerprint(toy.course, "toy")
    other = seed_fingerprint(toy.course, "toy", 5)
    seeds = [outcome.seed for outcome in status("toy", toy.course)]
    assert seeds == [own, other]
    found = gather(toy.exercise, toy.course, status("toy", toy.course))
    assert found.seed == ", ".join(sorted(seeds))


def test_the_secret_seed_is_drawn_once_and_is_its_owners_alone(toy):
    seed = secret_seed(toy.course, "toy")
    assert secret_seed(toy.course, "toy") == seed != secret_seed(toy.course, "other")
    assert (toy.course / "seeds.json").stat().st_mode & 0o077 == 0


def test_a_course_whose_gradebook_was_lost_is_graded_again(toy):
    toy.submit("one", toy.notebook(**RIGHT))
    run(toy)
    (toy.course / "gradebook.db").unlink()
    (toy.course / "release" / "toy" / "toy.ipynb").unlink()
    assert run(toy)["one"].status == "graded"
    assert points(toy)["one"] == line(3, 1)


def test_what_stopped_a_cell_is_the_reason(toy):
    loop = {**RIGHT, "name": "while True:\n    pass"}
    toy.submit("loop", toy.notebook(**loop))
    outcome = run(toy, timeout=2)["loop"]
    assert outcome.status == "graded"
    assert outcome.reason == "cell 'task-name' ran past 2 s and was interrupted."
    assert points(toy)["loop"] == line(3, 0)


def test_trouble_of_the_grader_is_not_kept_as_the_students(toy, monkeypatch):
    def broken(*args):
        raise OSError("no space left")

    toy.submit("one", toy.notebook(**RIGHT))
    with monkeypatch.context() as patched:
        patched.setattr(batch, "execute", broken)
        outcome = run(toy)["one"]
        assert outcome.failed
        assert "OSError: no space left" in outcome.reason
    assert run(toy)["one"].status == "graded"
    assert points(toy)["one"] == line(3, 1)


def test_students_with_odd_names_are_graded(toy):
    names = ["李雷", "a b", "[x]*", "o'hara.1@example.org"]
    for name in names:
        toy.submit(name, toy.notebook(**RIGHT))
    outcomes = run(toy, workers=3)
    assert [outcomes[name].status for name in names] == ["graded"] * 4
    assert all(points(toy)[name] == line(3, 1) for name in names)


def test_the_question_waits_for_a_person(toy):
    notebook = toy.notebook(**RIGHT)
    cell(notebook, "question-why")["source"] = "Because."
    toy.submit("one", notebook)
    toy.submit("two", toy.notebook(**RIGHT))
    run(toy)
    found = scores(database(toy.course), "toy")
    assert found["one"]["question-why"].waiting
    assert not found["two"]["question-why"].waiting


def test_verdicts_stand_in_the_graded_notebook_and_answers_do_not(toy):
    toy.submit("one", toy.notebook(**WRONG))
    run(toy)
    path = toy.course / "autograded" / "one" / "toy" / "toy.ipynb"
    written = path.read_text(encoding="utf-8")
    assert "You multiplied it by itself." in written
    assert "vnd.attnbook.answers" not in written
    records = [
        output["data"]["application/vnd.attnbook.verdict+json"]
        for cell in json.loads(written)["cells"]
        for output in cell.get("outputs", [])
        if "application/vnd.attnbook.verdict+json" in output.get("data", {})
    ]
    assert [record["mistakes"] for record in records] == [["square"], []]


def test_a_submission_imports_the_check_and_nothing_of_the_grader(toy):
    look = """def double(x):
    return x + x

import autograder.check
print("check", autograder.check.__file__)
try:
    import autograder.author
except ImportError:
    print("no author")"""
    toy.submit("one", toy.notebook(**RIGHT | {"double": look}))
    run(toy)
    assert points(toy)["one"] == line(3, 1)
    path = toy.course / "autograded" / "one" / "toy" / "toy.ipynb"
    written = path.read_text(encoding="utf-8")
    assert "no author" in written
    assert f"{WORK}/autograder/check/__init__.py" in written


def test_a_course_without_submissions_and_an_unknown_student_are_usage_errors(toy):
    with pytest.raises(UsageError, match="there are no submissions"):
        run(toy)
    toy.submit("one", toy.notebook())
    with pytest.raises(UsageError, match="no toy of nobody. There are: one"):
        run(toy, students=("nobody",))
