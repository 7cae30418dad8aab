"""Whatever lies in a student's folder: it gets points, or a reason in one line."""

import json
import os

import nbformat
import pytest
from toy import RIGHT, cell

from autograder.grade.batch import Options, grade
from autograder.grade.files import Unreadable
from autograder.grade.gradebook import database, scores
from autograder.grade.submission import read


def run(toy, **options):
    """Grade; return the outcomes and all points by student."""
    outcomes = grade(toy.exercise, toy.course, Options(**options))
    points = {
        student: sum(score.points for score in line.values())
        for student, line in scores(database(toy.course), "toy").items()
    }
    return {outcome.student: outcome for outcome in outcomes}, points


def encoded(toy, encoding, errors="strict"):
    notebook = toy.notebook(**RIGHT)
    cell(notebook, "question-why")["source"] = "Größe, 大きさ" if errors else "Größe"
    text = json.dumps(notebook, ensure_ascii=False)
    return text.encode(encoding, errors or "strict")


def deep(count):
    return "[" * count + "]" * count


def with_key(toy, key, value):
    """The right notebook with one more key, as text, in its metadata."""
    text = json.dumps(toy.notebook(**RIGHT))
    assert text.count('"metadata": {"attnbook"') == 1
    return text.replace(
        '"metadata": {"attnbook"', f'"metadata": {{"{key}": {value}, "attnbook"'
    )


def format_3(toy):
    new = nbformat.from_dict(toy.notebook(**RIGHT))
    for each in new.cells:
        each.source = "".join(each.source)
    return json.dumps(nbformat.convert(new, 3))


def many_cells(toy, count):
    notebook = toy.notebook(**RIGHT)
    empty = {"cell_type": "markdown", "metadata": {}, "source": "text"}
    notebook["cells"] += [empty] * count
    return notebook


def twice(toy):
    """Duplicate keys: the last one counts, as in every JSON reader in use."""
    text = json.dumps(toy.notebook(**RIGHT))
    return '{"cells": [], "nbformat": 2, ' + text[1:]


def surrogates(toy):
    notebook = toy.notebook(**RIGHT)
    cell(notebook, "question-why")["source"] = "\ud800 \x00 \udfff"
    notebook["cells"][0]["metadata"] = {"nbgrader": {"grade_id": "\ud800"}}
    notebook["metadata"]["attnbook"]["language"] = "\ud800"
    return notebook


# Broken in a way that leaves the student's code as it was: it is graded.
GRADED = {
    "utf-16": lambda toy: encoded(toy, "utf-16"),
    "utf-16 without a mark": lambda toy: encoded(toy, "utf-16-le"),
    "utf-32": lambda toy: encoded(toy, "utf-32"),
    "utf-8 with a mark": lambda toy: encoded(toy, "utf-8-sig"),
    "latin-1": lambda toy: encoded(toy, "latin-1", ""),
    "shift-jis": lambda toy: encoded(toy, "shift-jis", "replace"),
    "format 3": format_3,
    "3000 cells": lambda toy: many_cells(toy, 3000),
    "nested 400 deep": lambda toy: with_key(toy, "x", deep(400)),
    "a huge integer": lambda toy: with_key(toy, "x", "9" * 10_000),
    "NaN": lambda toy: with_key(toy, "x", "NaN"),
    "infinity": lambda toy: with_key(toy, "x", "-Infinity"),
    "1e999": lambda toy: with_key(toy, "x", "1e999"),
    "keys twice": twice,
    "surrogates": surrogates,
    "null bytes in a string": lambda toy: with_key(toy, "x", r'"\u0000"'),
}
REFUSED = {
    "empty": (lambda toy: b"", "not JSON"),
    "a word document": (lambda toy: b"PK\x03\x04" + bytes(range(256)), "not JSON"),
    "null bytes": (lambda toy: b"\x00" * 100, "not JSON"),
    "null bytes within": (lambda toy: b'{"nbformat": 4,\x00 "cells": []}', "not JSON"),
    "nested 100,000 deep": (lambda toy: with_key(toy, "x", deep(100_000)), "not JSON"),
    "format 5": (lambda toy: {**toy.notebook(**RIGHT), "nbformat": 5}, "nbformat 5"),
    "format huge": (lambda toy: '{"nbformat": ' + "9" * 9999 + "}", "nbformat 0"),
    "10,000 cells": (lambda toy: many_cells(toy, 10_000), "10,0.. cells are more"),
    "a format for the terminal": (
        lambda toy: {**toy.notebook(**RIGHT), "nbformat": "\x1b]0;it\x07\nerror"},
        r"nbformat '\\x1b\]0;it",
    ),
    "too much text": (
        lambda toy: toy.notebook(double="#" * 500_001),
        "characters in its cells are more",
    ),
}


@pytest.mark.parametrize("kind", GRADED)
def test_what_is_odd_but_whole_keeps_its_code(toy, kind):
    path = toy.submit("one", GRADED[kind](toy))
    sources = [c.source for c in read(path).cells if c.cell_type == "code"]
    assert {RIGHT["double"], RIGHT["name"]} <= set(sources)


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_notebook_has_a_reason_in_one_line(toy, kind):
    make, reason = REFUSED[kind]
    path = toy.submit("one", make(toy))
    with pytest.raises(Unreadable, match=reason) as refused:
        read(path)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 300


def test_a_batch_of_odd_and_broken_ones_goes_on_to_its_end(toy):
    for kind, make in GRADED.items():
        toy.submit(kind, make(toy))
    for kind, (make, _) in REFUSED.items():
        toy.submit(kind, make(toy))
    toy.submit("zz last", toy.notebook(**RIGHT))
    outcomes, points = run(toy)
    assert {name for name, o in outcomes.items() if o.failed} == set(REFUSED)
    assert {name for name, earned in points.items() if earned == 4} == {
        *GRADED,
        "zz last",
    }
    assert all(points[name] == 0 for name in REFUSED)


def make_link(path, target):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)


def links_and_others(toy, elsewhere):
    """Put all that is no plain file into students' folders; return the reasons."""
    submitted = toy.course / "submitted"
    outside = elsewhere / "outside" / "toy"
    outside.mkdir(parents=True)
    (outside / "toy.ipynb").write_text(json.dumps(toy.notebook(**RIGHT)))
    make_link(submitted / "file link" / "toy" / "toy.ipynb", outside / "toy.ipynb")
    make_link(submitted / "dead link" / "toy" / "toy.ipynb", "nowhere")
    make_link(submitted / "endless" / "toy" / "toy.ipynb", "/dev/zero")
    make_link(submitted / "folder link" / "toy", outside)
    make_link(submitted / "student link", outside.parent)
    (submitted / "a folder" / "toy" / "toy.ipynb").mkdir(parents=True)
    (submitted / "pipe" / "toy").mkdir(parents=True)
    os.mkfifo(submitted / "pipe" / "toy" / "toy.ipynb")
    for name in ("beside", "pipe beside", "time"):
        toy.submit(name, toy.notebook(**RIGHT))
    make_link(submitted / "beside" / "toy" / "data" / "x", toy.course / "seeds.json")
    os.mkfifo(submitted / "pipe beside" / "toy" / "x")
    (submitted / "time" / "toy" / "timestamp.txt").write_text("last Tuesday-ish")
    (submitted / "missing" / "toy").mkdir(parents=True)
    return {
        "file link": "it is a link",
        "dead link": "it is a link",
        "endless": "it is a link",
        "folder link": "the folder 'toy' is a link",
        "student link": "the folder 'student link' is a link",
        "a folder": "it is a folder",
        "pipe": "it is no plain file",
        "beside": "'x' beside it is a link",
        "pipe beside": "'x' beside it is no plain file",
        "time": "timestamp.txt beside it is no time",
        "missing": "there is no such notebook",
    }


def test_links_pipes_and_folders_are_refused_and_never_followed(toy, tmp_path):
    reasons = links_and_others(toy, tmp_path)
    toy.submit("right", toy.notebook(**RIGHT))
    for _ in range(2):  # again, to see that what is remembered can be read again
        outcomes, points = run(toy)
        assert points == {**dict.fromkeys(reasons, 0), "right": 4}
        for name, reason in reasons.items():
            assert outcomes[name].failed
            where, _, said = outcomes[name].reason.partition(".ipynb: ")
            assert said.startswith(reason), (where, said)
            assert "\n" not in said
    written = {path.name for path in (toy.course / "autograded").iterdir()}
    assert written == {"right"}


ODD_NAMES = [
    "with space",
    "李雷",
    'o\'hara "x"',
    "[ab]*?",
    "-rf",
    "{curly}",
    "per%cent",
    "a+b",
    "x" * 250,
    "é" * 120,
]


def test_students_of_any_name_are_graded(toy):
    for name in ODD_NAMES:
        toy.submit(name, toy.notebook(**RIGHT))
    for status in ("graded", "unchanged"):
        outcomes, points = run(toy)
        assert {name: o.status for name, o in outcomes.items()} == dict.fromkeys(
            ODD_NAMES, status
        )
        assert points == dict.fromkeys(ODD_NAMES, 4)


@pytest.mark.parametrize("name", [os.fsdecode(b"\xff\xfe"), "two\nlines"])
def test_a_name_that_is_no_text_stops_nothing(toy, name):
    toy.submit(name, toy.notebook(**RIGHT))
    toy.submit("right", toy.notebook(**RIGHT))
    for _ in range(2):
        outcomes, points = run(toy)
        assert points == {"right": 4}
        assert outcomes[name].failed
        assert outcomes[name].reason.isprintable()
        assert not outcomes["right"].failed
