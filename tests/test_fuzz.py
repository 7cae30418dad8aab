"""Notebooks and messages at random, through all of grading but the kernel.

No submission raises anything but Unreadable, points are what right answers earn, and
nothing else earns any. Examples are the same in each run.
"""

import copy
import json
import math

import nbformat
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from nbgrader.nbgraderformat import MetadataValidator
from strategies import BUNDLE, CHANGES, EVENTS, JSON, MESSAGES, TOP
from toy import RIGHT

from autograder.author.reference import expected
from autograder.check.arrays import pack
from autograder.check.notebook import ANSWERS_MIME
from autograder.grade.answers import read as read_answers
from autograder.grade.batch import Options, config_of
from autograder.grade.execute import Executed
from autograder.grade.gradebook import Submission, canonical_cells, database, scores
from autograder.grade.outputs import Outputs, Room
from autograder.grade.repair import repair
from autograder.grade.submission import Unreadable, grade_id, parse
from autograder.report import feedback

SEED = 5
MAXIMUM = {"double": 3, "name": 1}
CALM = dict(derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))

# A failing example of the whole way is shown as it is: to shrink it takes minutes.
SLOW = CALM | dict(phases=[Phase.generate])


@pytest.fixture(scope="module")
def toy(ready):
    """One course for all tests."""
    return ready


@pytest.fixture(scope="module")
def right(toy):
    """What the right solution answers, by check, as it is published."""
    answers = expected(toy.exercise, "numpy", SEED).answers
    return {
        check: [
            {"answers": {name: pack(a) for name, a in case.items()}, "errors": {}}
            for case in cases
        ]
        for check, cases in answers.items()
    }


@pytest.fixture(scope="module")
def canonical(toy):
    return canonical_cells(database(toy.course), "toy")


def changed(notebook, changes, top=None):
    """Apply changes to a copy of a notebook."""
    notebook = copy.deepcopy(notebook)
    cells = notebook["cells"]
    for what, place, value in changes:
        at = place % max(len(cells), 1)
        if what == "insert":
            cells.insert(at, value)
        elif not cells:
            continue
        elif what == "delete":
            del cells[at]
        elif what == "copy":
            cells.insert(value % len(cells), copy.deepcopy(cells[at]))
        elif what == "move":
            cells.insert(value % len(cells), cells.pop(at))
        elif isinstance(cells[at], dict):
            cells[at][what] = value
    return notebook | (top or {})


def repaired(content, canonical):
    """Read and repair; hold against it all that nbgrader's steps rely on."""
    whole = repair(parse(content), canonical, {})
    nbformat.validate(whole)
    MetadataValidator().validate_nb(whole)
    found = [grade_id(cell) for cell in whole.cells if grade_id(cell)]
    assert len(found) == len(set(found))
    for name, cell in canonical.items():
        here = [c for c in whole.cells if grade_id(c) == name]
        assert all(c.metadata.nbgrader == cell.metadata for c in here)
        assert here or cell.points is None
        assert all(c.source == cell.source for c in here) or not cell.locked
    return whole


def assert_readable_or_refused(content, canonical):
    try:
        repaired(content, canonical)
    except Unreadable as refused:
        assert "\n" not in str(refused)
        assert len(str(refused)) < 400


@settings(max_examples=300, **CALM)
@given(CHANGES, TOP | st.just({}))
def test_a_notebook_of_any_form_is_repaired_or_refused(toy, canonical, changes, top):
    content = json.dumps(changed(toy.notebook(**RIGHT), changes, top)).encode()
    assert_readable_or_refused(content, canonical)


@settings(max_examples=200, **CALM)
@given(JSON)
def test_any_json_is_repaired_or_refused(canonical, value):
    assert_readable_or_refused(json.dumps(value).encode(), canonical)


@settings(max_examples=300, **CALM)
@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 40), st.binary(max_size=6)),
        max_size=6,
    )
)
def test_any_bytes_are_repaired_or_refused(toy, canonical, cuts):
    content = json.dumps(toy.notebook(**RIGHT)).encode()
    for place, count, new in cuts:
        at = int(place * len(content))
        content = content[:at] + new + content[at + count :]
    assert_readable_or_refused(content, canonical)


def display(bundle, kind="display_data"):
    data = {ANSWERS_MIME: bundle, "text/plain": "4.0"}
    return {"msg_type": kind, "content": {"data": data}}


def wrong_numbers(cases):
    """The right cases with each number moved by far more than the tolerance."""
    moved = copy.deepcopy(cases)
    for case in moved:
        for name, packed in case["answers"].items():
            array = np.ones(packed["shape"], packed["dtype"]) * 1000
            case["answers"][name] = pack(array)
    return moved


def messages_of(play, check, right):
    """What a cell sends when it plays a trick; only "right" is worth points."""
    other = {"double": "name", "name": "double"}[check]
    bundles = {
        "right": [{"check": check, "cases": right[check]}],
        "nothing": [],
        "twice": [{"check": check, "cases": right[check]}] * 2,
        "other": [{"check": other, "cases": right[other]}],
        "wrong": [{"check": check, "cases": wrong_numbers(right[check])}],
        "short": [{"check": check, "cases": right[check][:2]}],
        "long": [{"check": check, "cases": right[check] * 2}],
        "text": [json.dumps({"check": check, "cases": right[check]})],
    }
    return [display(bundle) for bundle in bundles[play]]


PLAYS = ["right", "nothing", "twice", "other", "wrong", "short", "long", "text"]


def outputs_of(messages):
    outputs = Outputs(Room(10_000, 1_000_000))
    for message in messages:
        outputs.add(message)
    return outputs.finish()


@settings(max_examples=400, **CALM)
@given(st.lists(BUNDLE | JSON, max_size=2), MESSAGES)
def test_no_bundle_and_no_message_stops_the_reader(bundles, messages):
    shown = outputs_of([*map(display, bundles), *messages])
    for check in MAXIMUM:
        answers = read_answers(shown, check)
        assert not answers.cases or len(answers.cases) == 3
        assert all("\n" not in text for e in answers.errors.values() for text in e)


def executed(notebook, plays, noise, bundle, right):
    """Put outputs into a sanitised notebook as if a kernel had sent them."""
    notebook = json.loads(json.dumps(notebook))
    for cell in notebook["cells"]:
        name = grade_id(cell).removeprefix("check-")
        if cell["cell_type"] != "code":
            continue
        if name in MAXIMUM:
            cell["outputs"] = outputs_of(
                [*noise, *messages_of(plays[name], name, right)]
            )
        else:  # right answers in a wrong place, and whatever
            tricks = [display({"check": "double", "cases": right["double"]})]
            cell["outputs"] = outputs_of([*noise, *tricks, display(bundle)])
    return json.dumps(notebook).encode()


def earned(toy, student):
    line = scores(database(toy.course), "toy")[student]
    assert all(math.isfinite(score.points) for score in line.values())
    assert all(0 <= score.points <= score.maximum for score in line.values())
    return {name: line[f"check-{name}"].points for name in MAXIMUM}


def graded(toy, student, content, plays, noise, bundle, events, right):
    """Take nbgrader's and our steps, but for the kernel; return the points."""
    submission = Submission(
        toy.course, "toy", student, config_of(toy.course, Options(seed=SEED))
    )
    submission.sanitise(parse(content))
    sent = executed(submission.sanitised(), plays, noise, bundle, right)
    submission.finish(Executed(sent, events))
    return earned(toy, student)


def deserved(plays):
    return {name: MAXIMUM[name] if plays[name] == "right" else 0 for name in MAXIMUM}


TRICKS = st.fixed_dictionaries({name: st.sampled_from(PLAYS) for name in MAXIMUM})


@settings(max_examples=60, **SLOW)
@given(CHANGES, TRICKS, MESSAGES, BUNDLE, EVENTS)
def test_points_are_what_right_answers_earn(
    toy, right, changes, plays, noise, bundle, events
):
    content = json.dumps(changed(toy.notebook(**RIGHT), changes)).encode()
    toy.submit("one", content)
    points = graded(toy, "one", content, plays, noise, bundle, events, right)
    assert points == deserved(plays)


@settings(max_examples=6, **SLOW)
@given(CHANGES, TRICKS, MESSAGES, BUNDLE, EVENTS)
def test_feedback_is_written_whatever_was_sent(
    toy, right, changes, plays, noise, bundle, events
):
    content = json.dumps(changed(toy.notebook(**RIGHT), changes)).encode()
    toy.submit("two", content)
    graded(toy, "two", content, plays, noise, bundle, events, right)
    (toy.course / "feedback" / "two" / "toy" / "toy.html").unlink(missing_ok=True)
    assert feedback.write(toy.course, "toy", ["two"]) == 1
