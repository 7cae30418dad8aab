"""The check as a notebook calls it: practising, graded, and run as the reference."""

import json
import subprocess
import sys

import numpy as np
import pytest

from autograder.author.reference import Reference
from autograder.author.release import public_cases
from autograder.check import CheckFailed, collecting, load
from autograder.check.arrays import unpack
from autograder.check.notebook import ANSWERS_MIME, PUBLIC_SEED


def double(case):
    x = case.normal(2, 3)
    return {"double": lambda: 2 * x, "sum": x.sum()}


def collect(function, seed=PUBLIC_SEED):
    collected = {}
    with collecting(seed, lambda name, outcome: collected.update({name: outcome})):
        load("toy", "numpy").run("double")(function)
    return collected["double"]


@pytest.fixture
def practice(tmp_path):
    """Checks of a notebook that has the public cases of `double` beside it."""
    answers = [answers for answers, _ in collect(double)]
    squares = [{"double": answer["double"] ** 2} for answer in answers]
    reference = Reference(
        PUBLIC_SEED, {"double": answers}, {"double": {"squared": squares}}
    )
    public = {
        "words": {},
        "hints": {"double": {"squared": "Twice, not squared."}},
        "checks": public_cases(reference),
    }
    (tmp_path / "toy.json").write_text(json.dumps(public))
    return load("toy", "numpy", tmp_path)


def test_right_answers_are_praised(practice, capsys):
    practice.run("double")(double)
    assert "all right" in capsys.readouterr().out


def test_the_decorated_function_stays_callable(practice):
    assert practice.run("double")(double) is double


def test_a_wrong_answer_fails_the_cell_with_what_is_off(practice):
    with pytest.raises(CheckFailed, match="1 of 2 answers"):
        practice.run("double")(lambda case: {**double(case), "sum": 0.5})


def test_a_known_mistake_gets_its_hint(practice):
    def squared(case):
        x = case.normal(2, 3)
        return {"double": (2 * x) ** 2, "sum": x.sum()}

    with pytest.raises(CheckFailed, match="Hint: Twice, not squared."):
        practice.run("double")(squared)


def test_one_failing_answer_does_not_hide_the_others(practice):
    def half(case):
        return {**double(case), "double": lambda: 1 / 0}

    with pytest.raises(CheckFailed) as failed:
        practice.run("double")(half)
    assert "✓ sum" in str(failed.value)
    assert "ZeroDivisionError" in str(failed.value)


def test_an_error_before_any_answer_is_told(practice):
    with pytest.raises(CheckFailed, match="NameError"):
        practice.run("double")(lambda case: undefined_name)  # noqa: F821


def test_an_answer_of_none_is_missing(practice):
    with pytest.raises(CheckFailed, match="Nothing came back"):
        practice.run("double")(lambda case: {**double(case), "sum": None})


def test_only_the_text_of_a_failure_is_shown():
    assert CheckFailed("a\nb")._render_traceback_() == ["a", "b"]


def test_code_that_changes_its_input_spoils_its_own_answer_alone(practice):
    def in_place(x):
        x *= 3
        return x

    def changing(case):
        x = case.normal(2, 3)
        return {"double": lambda: in_place(x), "sum": lambda: x.sum()}

    with pytest.raises(CheckFailed) as failed:
        practice.run("double")(changing)
    assert "✗ double" in str(failed.value)
    assert "✓ sum" in str(failed.value)


def test_a_broken_file_of_cases_is_told_in_one_line(tmp_path):
    (tmp_path / "toy.json").write_text("{")
    with pytest.raises(FileNotFoundError, match="is broken") as failed:
        load("toy", "numpy", tmp_path)
    assert len(failed.value._render_traceback_()) == 1


def test_without_the_public_cases_the_error_says_what_to_do(tmp_path):
    with pytest.raises(FileNotFoundError, match="belongs beside it"):
        load("toy", "numpy", tmp_path)


def test_under_the_grader_answers_are_published_and_nothing_is_compared(
    monkeypatch, tmp_path
):
    shown = []
    monkeypatch.setenv("AUTOGRADER_SEED", "5")
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    load("toy", "numpy", tmp_path).run("double")(lambda case: {"double": np.ones(1)})
    payload = json.loads(json.dumps(shown[0][ANSWERS_MIME]))
    assert payload["check"] == "double"
    assert len(payload["cases"]) == 3
    assert (unpack(payload["cases"][0]["answers"]["double"]) == [1.0]).all()


def test_another_seed_draws_other_cases():
    ours, theirs = (collect(double, seed)[0][0]["double"] for seed in (1, 2))
    assert not np.allclose(ours, theirs)


def test_collecting_ends_with_its_block(tmp_path):
    collect(double)
    with pytest.raises(FileNotFoundError):
        load("toy", "numpy", tmp_path)


def test_importing_the_check_pulls_in_numpy_alone():
    code = (
        "import sys; from autograder import check; "
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = set(run.stdout.split())
    assert "numpy" in loaded
    foreign = {
        "torch",
        "tensorflow",
        "keras",
        "IPython",
        "nbgrader",
        "jupytext",
        "rich",
    }
    assert not loaded & foreign
