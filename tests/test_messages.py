"""What a student reads of a verdict."""

import string

import numpy as np
import pytest

from autograder.check.compare import judge
from autograder.check.messages import WIDTH, WORDS, explain, wrapped


def say(seen, expected, mistakes=None, **more):
    return explain("c", judge([seen], [expected], mistakes or {}), **more)


def test_all_right_is_said_in_one_line_and_one_an_answer():
    assert (
        say({"c": np.ones(2)}, {"c": np.ones(2)}) == "Check c: all right.\n✓ c: right"
    )


def test_a_shape_names_both_and_sees_swapped_axes():
    text = say({"c": np.ones((3, 2))}, {"c": np.ones((2, 3))})
    assert "(3, 2)" in text
    assert "(2, 3)" in text
    assert "another order" in text


def test_results_in_another_order_are_told_as_such():
    expected = {"pooled": np.ones(3), "weights": np.full((3, 4), 2.0)}
    swapped = {"pooled": expected["weights"], "weights": expected["pooled"]}
    text = say(swapped, expected)
    assert "This looks like weights. Are the results in the right order?" in text
    assert "This looks like pooled. Are the results in the right order?" in text
    assert "The shape is (3, 4); expected is (3,)." in text


def test_a_dtype_names_both():
    text = say({"c": np.ones(2)}, {"c": np.ones(2, int)})
    assert "float64" in text
    assert "int64" in text


def test_values_say_how_far_where_and_that_the_form_is_right():
    seen = np.ones((2, 3))
    seen[1] += 0.25
    text = say({"c": seen}, {"c": np.ones((2, 3))})
    assert "3 of 6" in text
    assert "0.25" in text
    assert "[1, 0]" in text
    assert "at 1 on axis 0" in text
    assert "Shape (2, 3)" in text


def test_a_number_is_told_without_a_place():
    text = say({"c": np.array(30)}, {"c": np.array(20)})
    assert "30" in text
    assert "[]" not in text


def test_bools_are_told_in_words():
    seen = np.array([[True, False], [True, True]])
    text = say({"c": seen}, {"c": np.array([[True, True], [True, False]])})
    assert "2 of 4 compared entries are wrong, the first at [0, 1]: you have" in text
    assert "you have False, expected is True." in text
    assert "distance" not in text
    one = say({"c": np.array(True)}, {"c": np.array(False)})
    assert "The answer is True; expected is False." in one


def test_nan_is_told():
    assert "1 of 2" in say({"c": np.array([1, np.nan])}, {"c": np.ones(2)})


def test_a_hint_is_given_once():
    seen = {"a": np.zeros(2), "c": np.zeros(2)}
    expected = {"a": np.ones(2), "c": np.ones(2)}
    hints = {"zero": "Look again."}
    text = say(seen, expected, {"zero": [seen]}, hints=hints)
    assert text.count("Hint: Look again.") == 1
    assert "✗ a, c: " in text


def test_an_error_is_told_with_its_line():
    errors = {"c": {"type": "ValueError", "text": "bad", "code": "return x @ y"}}
    text = say({}, {"c": np.ones(2)}, errors=errors)
    assert "ValueError: bad" in text
    assert "return x @ y" in text
    assert "shape (2,) and dtype float32" in text


def test_answers_that_the_same_error_stopped_share_their_lines():
    error = {"type": "ValueError", "text": "bad", "code": "return x @ y"}
    expected = {"a": np.ones(2), "b": np.ones((2, 3)), "c": np.array([True])}
    text = say({"c": np.array([True])}, expected, errors={"a": error, "b": error})
    assert text.splitlines() == [
        "Check c: 1 of 3 answers are right.",
        "✗ a, b: Your code stopped with ValueError: bad.",
        "    That was at: return x @ y",
        "    Expected are these shapes and dtypes: a (2,) float32; b (2, 3) float32.",
        "✓ c: right",
    ]


def test_answers_of_the_same_form_share_what_is_expected_too():
    text = say({}, {"a": np.ones(2), "b": np.ones(2)})
    assert text.count("Nothing came back") == 1
    assert text.count("Expected is an answer of shape (2,) and dtype float32.") == 1
    assert "✗ a, b: " in text


def test_answers_that_are_wrong_in_other_ways_keep_their_own_lines():
    seen = {"a": np.zeros(2), "b": np.full(2, 3.0), "c": np.ones(2)}
    text = say(seen, {name: np.ones(2) for name in "abcd"})
    for mark in ("✗ a: ", "✗ b: ", "✓ c: ", "✗ d: "):
        assert mark in text


def test_right_answers_have_a_line_each():
    text = say({"a": np.ones(2), "b": np.ones(2)}, {"a": np.ones(2), "b": np.ones(2)})
    assert "✓ a: right" in text
    assert "✓ b: right" in text


def test_a_name_that_is_not_known_asks_for_the_cells_above():
    errors = {"c": {"type": "NameError", "text": "name 'f'", "code": "f()"}}
    assert "from the top again" in say({}, {"c": np.ones(2)}, errors=errors)


def test_what_is_no_tensor_is_named():
    errors = {"c": {"type": "NoArray", "text": "list", "code": ""}}
    text = say({}, {"c": np.ones(2)}, errors=errors)
    assert "a list; expected is a tensor." in text
    assert "number" not in text
    assert "stack makes one tensor of a list of tensors." in text
    errors["c"]["text"] = "dict"
    assert "stack" not in say({}, {"c": np.ones(2)}, errors=errors)


def test_what_is_no_number_is_named():
    errors = {"c": {"type": "NoArray", "text": "list", "code": ""}}
    text = say({}, {"c": np.array(2.0)}, errors=errors)
    assert "a list; expected is a number." in text
    assert "stack" not in text


def test_half_precision_is_told_as_such():
    text = say({"c": np.ones(2, np.float16)}, {"c": np.ones(2)})
    assert "dtype is float16; expected is float32" in text


def test_a_hole_left_open_is_told_as_such():
    errors = {"c": {"type": "NotImplementedError", "text": "", "code": "raise …"}}
    assert "Not written yet" in say({}, {"c": np.ones(2)}, errors=errors)


def test_no_answer_and_no_error_asks_for_the_return():
    assert "return" in say({}, {"c": np.ones(2)})


def test_long_lines_are_broken_between_words_and_keep_their_indent():
    text = "short\n    " + "word " * 40
    lines = wrapped(text).split("\n")
    assert lines[0] == "short"
    assert all(len(line) <= WIDTH for line in lines)
    assert all(line.startswith("    word") for line in lines[1:])
    assert " ".join(" ".join(lines[1:]).split()) == text[10:].strip()


def test_a_shape_is_not_broken():
    lines = wrapped("weights (4, 6) float32; " * 9).split("\n")
    assert len(lines) > 2
    assert all(line.count("(") == line.count(")") for line in lines)


def test_chinese_characters_take_two_columns_and_keep_their_punctuation():
    lines = wrapped("得分，" * 40).split("\n")
    assert "".join(lines) == "得分，" * 40
    assert all(2 * len(line) <= WIDTH + 2 for line in lines)
    assert not any(line.startswith("，") for line in lines)


def test_translated_words_are_used():
    text = say({"c": np.ones(2)}, {"c": np.ones(2)}, words={"right": "正解"})
    assert "✓ c: 正解" in text


@pytest.mark.parametrize("language", ["ja", "zh"])
def test_every_translation_keeps_the_fields_of_its_sentence(language):
    from autograder.author.release import words

    def fields(text):
        return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)

    for key, sentence in words(language).items():
        assert sentence != WORDS[key], f"{key} is not translated to {language}"
        assert fields(sentence) == fields(WORDS[key])
