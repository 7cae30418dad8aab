"""Verdicts: right, or wrong in one named way."""

import numpy as np
import pytest

from autograder.check.arrays import Sample
from autograder.check.compare import compare, judge, points, tolerance


@pytest.fixture
def expected(rng):
    return rng.normal(size=(2, 3, 4))


def test_float32_of_the_expected_is_right(expected):
    assert compare(expected.astype(np.float32), expected).right


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda x: None, "missing"),
        (lambda x: x[:1], "shape"),
        (lambda x: x[..., None], "shape"),
        (lambda x: x.sum(0), "shape"),
        (lambda x: x.astype(np.float16), "dtype"),
        (lambda x: np.rint(x).astype(np.int64), "dtype"),
        (lambda x: x > 0, "dtype"),
        (lambda x: np.where(x > 0, x, np.nan), "not_finite"),
        (lambda x: np.where(x > 0, x, np.inf), "not_finite"),
        (lambda x: x * 1.001, "values"),
        (lambda x: x[::-1], "values"),
        (lambda x: np.zeros_like(x), "values"),
    ],
)
def test_each_way_to_be_wrong_has_its_name(expected, change, kind):
    assert compare(change(expected), expected).kind == kind


def test_ints_and_bools_are_compared_exactly():
    assert compare(np.int32(7) * np.ones(2, np.int32), np.array([7, 7])).right
    assert compare(np.array([7, 8]), np.array([7, 7])).kind == "values"
    assert compare(np.array([True, False]), np.array([True, True])).kind == "values"


def test_the_largest_distance_and_its_place_are_told(expected):
    seen = expected.copy()
    seen[1, 2, 3] += 5
    verdict = compare(seen, expected)
    assert verdict.at == (1, 2, 3)
    assert verdict.wrong == 1
    assert verdict.largest == pytest.approx(5)
    assert verdict.seen == seen[1, 2, 3]


def test_errors_that_lie_in_one_row_are_told(expected):
    seen = expected.copy()
    seen[:, 1] += 1
    assert compare(seen, expected).rows == (1, (1,))


def test_errors_everywhere_name_no_row(expected):
    assert compare(expected + 1, expected).rows is None


def test_weights_over_the_wrong_axis_are_told(rng):
    scores = np.exp(rng.normal(size=(2, 3, 4)))
    expected = scores / scores.sum(2, keepdims=True)
    verdict = compare(scores / scores.sum(1, keepdims=True), expected)
    assert verdict.sums == (1, 2)


def test_a_large_array_is_compared_at_its_sample(rng):
    array = rng.normal(size=(60, 70))
    sample = Sample.of(array, 100)
    assert compare(array, sample).right
    wrong = compare(array + 1, sample)
    assert (wrong.kind, wrong.wrong, wrong.size) == ("values", 100, 100)
    assert compare(np.where(array > 0, np.nan, array), sample).kind == "not_finite"


def test_tolerance_grows_with_scale_and_is_nothing_for_ints():
    small = tolerance(Sample.of(np.ones(4)))
    assert tolerance(Sample.of(100 * np.ones(4))) == pytest.approx(100 * small)
    assert 1e-6 < small < 1e-4
    assert tolerance(Sample.of(np.ones(4, int))) == 0


def test_empty_and_scalar_answers_are_compared():
    assert compare(np.zeros((0, 3)), np.zeros((0, 3))).right
    assert compare(np.float64(2.0).reshape(()), np.array(2.0)).right
    assert compare(np.array(3.0), np.array(2.0)).kind == "values"


def test_a_check_is_right_only_if_every_case_is():
    cases = [{"c": np.ones(2)}, {"c": np.ones(2)}]
    verdicts = judge([{"c": np.ones(2)}, {"c": np.zeros(2)}], cases, {})
    assert verdicts["c"].kind == "values"
    assert verdicts["c"].case == 1


def test_a_case_that_did_not_come_is_missing():
    cases = [{"c": np.ones(2)}, {"c": np.ones(2)}]
    assert judge([{"c": np.ones(2)}], cases, {})["c"].kind == "missing"
    assert judge([], cases, {})["c"].kind == "missing"


def test_a_known_mistake_is_named_only_if_all_cases_are_its():
    expected = [{"c": np.ones(2)}, {"c": np.ones(2)}]
    mistakes = {
        "summed": [{"c": np.full(2, 2.0)}, {"c": np.full(2, 3.0)}],
        "shaped": [{"c": np.ones(3)}, {"c": np.ones(3)}],
    }
    seen = [{"c": np.full(2, 2.0)}, {"c": np.full(2, 3.0)}]
    assert judge(seen, expected, mistakes)["c"].mistake == "summed"
    shaped = judge([{"c": np.ones(3)}] * 2, expected, mistakes)["c"]
    assert (shaped.mistake, shaped.kind) == ("shaped", "mistake")
    assert judge([seen[0], seen[0]], expected, mistakes)["c"].mistake == ""


def test_a_mistake_that_gives_nan_is_recognised():
    expected, mistakes = [{"a": np.ones(2)}], {"nan": [{"a": np.array([1.0, np.nan])}]}
    verdict = judge([{"a": np.array([1.0, np.nan])}], expected, mistakes)["a"]
    assert verdict.mistake == "nan"


def test_a_mistake_that_gives_both_infinities_is_recognised():
    expected = [{"x": np.ones((2, 2))}]
    over = [{"x": np.array([[np.inf, -np.inf], [-np.inf, np.inf]])}]
    other = [{"x": np.array([[np.inf, np.inf], [-np.inf, -np.inf]])}]
    verdict = judge(over, expected, {"other": other, "over": over})["x"]
    assert verdict.mistake == "over"


def test_a_right_answer_is_never_called_a_mistake():
    expected = [{"c": np.ones(2), "h": np.ones(2)}]
    mistakes = {"no_tanh": [{"c": np.ones(2), "h": np.zeros(2)}]}
    verdicts = judge([{"c": np.ones(2), "h": np.zeros(2)}], expected, mistakes)
    assert verdicts["c"].right
    assert verdicts["h"].mistake == "no_tanh"


def test_answers_that_changed_places_are_told_even_if_their_shapes_are_equal(expected):
    other = expected * 2
    right = [{"h": expected, "c": other}]
    swapped = judge([{"h": other, "c": expected}], right, {})
    assert (swapped["h"].instead, swapped["c"].instead) == ("c", "h")
    twice = judge([{"h": expected, "c": expected}], right, {})
    assert (twice["h"].instead, twice["c"].instead) == ("", "")


def test_shapes_that_changed_places_are_told_even_if_numbers_are_off():
    right = [{"a": np.ones(2), "b": np.ones((2, 3)), "d": np.ones((2, 3, 4))}]
    names = iter("abd")
    turned = [{next(names): np.zeros(shape) for shape in ((2, 3), (2, 3, 4), (2,))}]
    found = judge(turned, right, {})
    assert [found[name].instead for name in "abd"] == ["b", "d", "a"]


def test_a_shape_that_another_answer_has_by_chance_is_no_exchange():
    right = [{"logits": np.ones(3), "weights": np.ones((3, 4))}]
    found = judge([{"logits": np.zeros((3, 4)), "weights": np.ones((3, 4))}], right, {})
    assert found["logits"].instead == ""
    both = judge([{"logits": np.ones((3, 4)), "weights": np.ones((4, 3))}], right, {})
    assert both["weights"].instead == ""


def test_there_and_back_is_no_exchange_when_nothing_was_done():
    right = [
        {"fold": np.ones((6, 2)), "back": np.ones((3, 2, 2)), "x": np.ones((6, 5))}
    ]
    undone = [{"fold": np.zeros((3, 2, 2)), "back": np.zeros((6, 2)), "x": np.ones(6)}]
    found = judge(undone, right, {})
    assert {v.instead for v in found.values()} == {""}


def test_points_are_split_over_the_answers():
    expected = [{"a": np.ones(1), "b": np.ones(1), "c": np.ones(1)}]
    verdicts = judge([{"a": np.ones(1), "b": np.zeros(1)}], expected, {})
    assert points(verdicts, 3) == 1
