"""Expected answers from any framework and device, close to float64 on the CPU."""

import json
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from toy import RIGHT, Toy

from autograder.author import source
from autograder.author.reference import DeviceError, Reference, expected
from autograder.author.source import exercise_ids, read
from autograder.cli import main
from autograder.grade import references
from autograder.grade.batch import Options, grade
from autograder.grade.expected import reference
from autograder.grade.gradebook import database, scores

SEED = 20_151_508
EXERCISES = exercise_ids()


@cache
def exact(exercise_id):
    return expected(read(exercise_id), "numpy", SEED)


def assert_close(exercise_id, framework, device, folder):
    """Hold a framework's answers on a device under the tolerance of each check."""
    exercise = read(exercise_id)
    path, ran = references.write(folder, exercise, framework, device, SEED)
    found = list(references.differences(ran, exact(exercise_id)))
    assert [each.check for each in found] == list(exercise.checks)
    assert all(each.share < 1 for each in found), found
    assert any(each.share > 0 for each in found), "float32 is not float64"
    made = json.loads(path.with_suffix(".json").read_text())
    assert made["seed"] == SEED
    assert made["versions"]["numpy"] == np.__version__
    return made


@pytest.mark.parametrize("framework", ["torch", "keras"])
@pytest.mark.parametrize("exercise_id", EXERCISES)
def test_on_the_cpu_answers_are_within_the_tolerance(exercise_id, framework, tmp_path):
    made = assert_close(exercise_id, framework, "cpu", tmp_path)
    assert (made["framework"], made["device"]) == (framework, "cpu")


@pytest.mark.gpu
@pytest.mark.parametrize("framework", ["torch", "keras"])
@pytest.mark.parametrize("exercise_id", EXERCISES)
def test_on_a_gpu_answers_are_within_the_tolerance(exercise_id, framework, tmp_path):
    try:
        made = assert_close(exercise_id, framework, "cuda", tmp_path)
    except DeviceError as error:
        pytest.skip(str(error))
    assert made["device"] != "cpu"


@pytest.fixture
def toy(tmp_path, monkeypatch):
    return Toy(tmp_path, monkeypatch)


def test_a_reference_is_read_as_it_was_written(toy):
    path, ran = references.write(toy.course, toy.exercise, "numpy", "cpu", 3)
    again = references.read(path, toy.exercise, 3)
    for check, cases in ran.answers.items():
        for case, other in zip(cases, again.answers[check], strict=True):
            assert case.keys() == other.keys()
            assert all(np.array_equal(case[name], other[name]) for name in case)
    assert again.mistakes.keys() == ran.mistakes.keys()
    assert references.seed_of(path) == 3
    assert '"device": "cpu"' in again.made
    assert path.stat().st_mode & 0o077 == 0


def test_a_reference_of_something_else_is_refused(toy, tmp_path):
    path, _ = references.write(toy.course, toy.exercise, "numpy", "cpu", 3)
    with pytest.raises(ValueError, match="made for another seed"):
        references.read(path, toy.exercise, 4)
    text = toy.exercise.text.replace("return 2 * x", "return x + x")
    other = source.Exercise("toy", toy.exercise.cells, text)
    with pytest.raises(ValueError, match="made for another solution"):
        references.read(path, other, 3)
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(ValueError, match=r"not the file that its \.json tells of"):
        references.read(path, toy.exercise, 3)
    with pytest.raises(ValueError, match="no reference"):
        references.seed_of(tmp_path / "nothing.npz")


def test_differences_are_found_where_they_are_largest():
    right = {"check": [{"a": np.array([1.0, 2.0]), "n": np.array([1, 2])}]}
    seen = {"check": [{"a": np.array([1.0, 2.0 + 1e-6]), "n": np.array([1, 2])}]}
    (found,) = references.differences(Reference(1, seen, {}), Reference(1, right, {}))
    allowed = 64 * np.finfo(np.float32).eps * 2 * 2**0.25
    assert (found.check, found.answer) == ("check", "a")
    assert found.absolute == pytest.approx(1e-6)
    assert found.share == pytest.approx(1e-6 / allowed)
    seen["check"][0]["n"] = np.array([1, 3])
    (found,) = references.differences(Reference(1, seen, {}), Reference(1, right, {}))
    assert (found.answer, found.share) == ("n", float("inf"))


def test_a_device_that_is_not_there_is_a_usage_error(toy, capsys):
    command = ["reference", "toy", "--course", str(toy.course), "--device", "cuda"]
    assert main([*command, "--framework", "numpy"]) == 2
    assert "numpy computes on the CPU alone" in capsys.readouterr().err


def test_grading_takes_the_reference_that_it_is_given(toy, capsys):
    toy.submit("one", toy.notebook(**RIGHT))
    command = ["reference", "toy", "--course", str(toy.course), "--seed", "3"]
    assert main(command) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "double: 0, 0.00% of the tolerance (answer array)"
    path = said[-1]
    assert main(["grade", "toy", "--course", str(toy.course), "--reference", path]) == 0
    assert points(toy) == 4
    moved = off_by_one(references.read(Path(path), toy.exercise, 3))
    assert main(["grade", "toy", "--course", str(toy.course), "--seed", "3"]) == 0
    rewrite(path, moved)
    outcomes = grade(toy.exercise, toy.course, Options(reference=path))
    assert [outcome.status for outcome in outcomes] == ["graded"]
    assert points(toy) == 0  # it is that file that was compared with


def points(toy):
    line = scores(database(toy.course), "toy")["one"]
    return sum(score.points for score in line.values())


def off_by_one(ran):
    answers = {
        check: [{name: array + 1 for name, array in case.items()} for case in cases]
        for check, cases in ran.answers.items()
    }
    return Reference(ran.seed, answers, ran.mistakes)


def rewrite(path, ran):
    """Put other answers into a reference, as if they had been run."""
    path = Path(path)
    references.save(path, ran)
    made = json.loads(path.with_suffix(".json").read_text())
    made["answers"] = sha256(path.read_bytes()).hexdigest()
    path.with_suffix(".json").write_text(json.dumps(made))
    reference.cache_clear()
