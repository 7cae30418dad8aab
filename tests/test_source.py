"""A solution is read whole, or refused in one line."""

import pytest
from toy import HEAD

from autograder.author.source import SourceError, exercise_ids, read

CELL = "\n```{{code-cell}} ipython3\n:tags: [{tags}]\n{code}\n```\n"
HOLE = "def f(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION"


def cell(tags, code="pass"):
    return CELL.format(tags=tags, code=code)


WHOLE = (
    HEAD
    + "\nText.\n"
    + cell("task:f", HOLE)
    + cell("alternative:f:plus, torch")
    + cell("mistake:f:minus")
    + '\n+++ {"tags": ["hint:f:minus"]}\n\nNot\nminus.\n'
    + cell('check:f, "points:2"')
    + '\n+++ {"tags": ["question:why", "points:1"]}\n\nBecause.\n'
)


@pytest.fixture
def solution(tmp_path):
    def write(text):
        path = tmp_path / "toy" / "toy.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return read("toy", tmp_path)

    return write


def test_a_whole_solution_is_read(solution):
    exercise = solution(WHOLE)
    assert exercise.checks == {"f": 2}
    assert exercise.questions == {"why": 1}
    assert exercise.hints == {"f": {"minus": "Not minus."}}
    assert [c.variant for c in exercise.variants("mistake", "keras")] == ["minus"]
    assert [c.variant for c in exercise.variants("alternative", "torch")] == ["plus"]
    assert not [*exercise.variants("alternative", "keras")]
    assert "return x" in exercise.task("f", "numpy").text


def test_variants_are_in_no_notebook(solution):
    roles = [cell.role for cell in solution(WHOLE).notebook("torch")]
    assert roles == ["", "task", "check", "question"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("task:f", "tsk:f", "unknown tag 'tsk:f'"),
        ("task:f", "task:F", "unknown tag"),
        ("mistake:f:minus", "mistake:f", "unknown tag"),
        (', "points:2"', "", "has no points"),
        ("### END SOLUTION", "", "1 BEGIN SOLUTION and 0 END SOLUTION"),
        ('check:f, "points:2"', 'check:f, "points:2", torch', "the same in all"),
        ("task:f", "task:f, torch", "numpy has the tasks"),
        ("hint:f:minus", "hint:f:other", "needs one mistake and one hint"),
        ("alternative:f:plus", "alternative:g:plus", "belongs to no check"),
    ],
)
def test_a_broken_rule_is_named(solution, old, new, message):
    assert old in WHOLE
    with pytest.raises(SourceError, match=message):
        solution(WHOLE.replace(old, new))


def test_an_unknown_exercise_is_refused_with_the_known_ones(solution, tmp_path):
    solution(WHOLE)
    with pytest.raises(SourceError, match="There are: toy"):
        read("other", tmp_path)


def test_all_exercises_of_the_course_can_be_read():
    assert exercise_ids()
    for exercise_id in exercise_ids():
        exercise = read(exercise_id)
        assert exercise.checks
