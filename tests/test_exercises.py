"""What holds for every exercise of the course, in every framework.

The solution and each alternative earn all points, an untouched notebook none; each
mistake loses points and gets its own hint.
"""

import numpy as np
import pytest

from autograder.author.reference import expected, run
from autograder.author.source import exercise_ids, read
from autograder.check.cases import FRAMEWORKS, STUDENT_FRAMEWORKS
from autograder.check.compare import ROUNDINGS, judge, points

SEED = 20_151_508  # any; not the public one
EXERCISES = [read(exercise_id) for exercise_id in exercise_ids()]


def variants(role):
    """List (exercise, framework, cell) of a role for parametrize."""
    return [
        pytest.param(
            exercise,
            framework,
            cell,
            id=f"{exercise.id}-{framework}-{cell.task}-{cell.variant}",
        )
        for exercise in EXERCISES
        for framework in STUDENT_FRAMEWORKS
        for cell in exercise.variants(role, framework)
    ]


@pytest.fixture(scope="module")
def references():
    return {exercise.id: expected(exercise, "numpy", SEED) for exercise in EXERCISES}


def verdicts(reference, check, answers):
    return judge(answers, reference.answers[check], reference.mistakes[check])


@pytest.mark.parametrize("framework", STUDENT_FRAMEWORKS)
@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_the_solution_earns_all_points(references, exercise, framework):
    ran = run(exercise, framework, SEED)
    assert ran.keys() == exercise.checks.keys()
    for check, answers in ran.items():
        verdict = verdicts(references[exercise.id], check, answers)
        assert points(verdict, 1) == 1, (check, verdict)


@pytest.mark.parametrize("framework", STUDENT_FRAMEWORKS)
@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_float32_stays_far_below_the_tolerance(references, exercise, framework):
    for check, answers in run(exercise, framework, SEED).items():
        for seen, right in zip(
            answers, references[exercise.id].answers[check], strict=True
        ):
            for name, array in seen.items():
                if array.dtype.kind != "f":
                    continue
                scale = np.abs(right[name]).max() * np.finfo(np.float32).eps
                off = np.abs(array - right[name]).max() / scale / array.size**0.25
                assert off < ROUNDINGS / 4, (check, name, off)


@pytest.mark.parametrize(("exercise", "framework", "cell"), variants("alternative"))
def test_an_alternative_earns_all_points(references, exercise, framework, cell):
    answers = run(exercise, framework, SEED, cell)[cell.task]
    verdict = verdicts(references[exercise.id], cell.task, answers)
    assert points(verdict, 1) == 1, verdict


@pytest.mark.parametrize(("exercise", "framework", "cell"), variants("mistake"))
def test_a_mistake_loses_points_and_gets_its_own_hint(
    references, exercise, framework, cell
):
    answers = run(exercise, framework, SEED, cell)[cell.task]
    verdict = verdicts(references[exercise.id], cell.task, answers)
    assert points(verdict, 1) < 1
    wrong = [v for v in verdict.values() if not v.right]
    assert {v.mistake for v in wrong} == {cell.variant}, wrong


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_each_check_has_enough_mistakes_and_alternatives(exercise):
    for framework in STUDENT_FRAMEWORKS:
        for check in exercise.checks:
            for role, least in (("mistake", 3), ("alternative", 2)):
                found = [
                    cell
                    for cell in exercise.variants(role, framework)
                    if cell.task == check
                ]
                assert len(found) >= least, (framework, check, role)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_an_exercise_has_the_size_of_one(exercise):
    tasks = len(exercise.checks) + len(exercise.questions)
    assert 4 <= tasks <= 8
    assert exercise.questions, "one task asks for an explanation in words"
    assert sum([*exercise.checks.values(), *exercise.questions.values()]) >= 10


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_every_framework_has_the_same_mistakes(exercise):
    named = [
        {(cell.task, cell.variant) for cell in exercise.variants("mistake", framework)}
        for framework in FRAMEWORKS
    ]
    assert named[0] == named[1] == named[2]
