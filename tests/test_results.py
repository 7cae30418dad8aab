"""A function that owes several results: what a student reads who forgot one."""

import linecache

import pytest
from practice import reads, run_cells

from autograder.check.results import FewResults, OneResult, apart, take

SOLVED = """
def attend(x):
    return x.sum(axis=1), x.T
"""
CHECK = """
@checks.run("attend")
def answers(case):
    x = case.normal(3, 4)
    return {
        "pooled": lambda: attend(x)[0],
        "weights": lambda: attend(x)[1],
    }
"""


def said(body):
    student = f"def attend(x):\n    pooled, weights = x.sum(axis=1), x.T\n    {body}\n"
    return " ".join(reads([student, CHECK], [SOLVED, CHECK]).split())


def test_a_forgotten_return_is_asked_for_where_several_results_are_due():
    text = said("pass")
    assert "Nothing came back. Does the function return its result?" in text
    assert "NoneType" not in text
    assert "lambda" not in text


def test_one_tensor_in_place_of_two_is_told_as_one():
    text = said("return weights * 2")
    assert "One tensor came back; the task wants several results." in text
    assert "The shape is" not in text


def test_a_dict_in_place_of_two_results_is_told_as_one_thing():
    text = said("return {'pooled': pooled, 'weights': weights}")
    assert "One dict came back; the task wants several" in text
    assert "KeyError" not in text


def test_too_few_results_are_counted():
    text = said("return (pooled,)")
    assert "✓ pooled" in text
    assert "Too few results came back: 1." in text


def test_a_tensor_whose_rows_are_the_results_is_as_right_as_before():
    solved = "def attend(x):\n    return x[0], x[1]\n"
    with pytest.raises(AssertionError, match="nothing wrong"):
        reads(["def attend(x):\n    return x[:2]\n", CHECK], [solved, CHECK])


def test_a_call_with_an_index_is_taken_apart_and_nothing_else_is():
    names = run_cells(["def answers(case):\n    return " + ANSWERS])
    parts = apart(names["answers"])(None)
    assert [type(part).__name__ for part in parts.values()] == [
        "tuple",
        "function",
        "function",
        "int",
    ]
    call, index = parts["taken"]
    assert (call(), index) == ([3, 4], 1)
    assert parts["cut"]() == [3]


ANSWERS = """{
    "taken": lambda: list((3, 4))[1],
    "cut": lambda: list((3, 4))[:1],
    "whole": lambda: list((3, 4)),
    "number": 5,
}
"""


def test_a_function_whose_text_is_not_known_stays_as_it_is():
    outside = (3, 4)

    def inner(case):
        return {"x": lambda: list(outside)[0]}

    assert apart(inner) is inner
    names = run_cells(["def answers(case):\n    return {}\n"])
    linecache.cache.pop(names["answers"].__code__.co_filename)
    assert apart(names["answers"]) is names["answers"]
    assert apart(max) is max


def test_what_cannot_be_taken_says_why():
    assert take(None, 0) is None
    assert take([5, 6], 1) == 6
    with pytest.raises(FewResults, match="2"):
        take((5, 6), 2)
    with pytest.raises(OneResult, match="float"):
        take(5.0, 0)
