"""The exercise's reference against numbers worked by hand, those of its text."""

import math

import numpy as np

from autograder.author.reference import run


def test_the_score_is_that_of_the_text(solved):
    names = ("state", "src", "W", "U", "v")
    arrays = [getattr(solved, f"{name}_example") for name in names]
    seen = solved.additive_scores(*arrays)
    expected = [math.tanh(4) + math.tanh(-1), math.tanh(1) + math.tanh(2)]
    np.testing.assert_allclose(seen, [expected])
    assert round(expected[0], 2) == 0.24


def test_padding_has_no_weight_and_a_row_of_padding_none_at_all(solved):
    seen = solved.masked_weights(solved.scores_example, solved.mask_example)
    np.testing.assert_allclose(seen, [[0.5, 0.5, 0], [0, 0, 0]])


def test_the_context_mixes_the_states_and_nothing_else(solved):
    states, others = solved.states_example, solved.others_example
    seen = solved.context_vector(solved.pair_example, others, states, others)
    np.testing.assert_allclose(seen, [[1, 3]])


def test_the_gated_unit_gives_the_two_states_of_the_text(solved):
    one = {**solved.unit_example, "U": solved.one}
    first = solved.gated_unit(solved.zero, solved.two_example, solved.unit_example)
    second = solved.gated_unit(solved.zero, solved.two_example, one)
    np.testing.assert_allclose(first, [[1]])
    np.testing.assert_allclose(second, [[1 + math.tanh(1) / 2]])


def test_maxout_keeps_the_larger_of_two_neighbours(solved):
    np.testing.assert_array_equal(solved.maxout(np.array([[1, 2, 5, -3]])), [[2, 5]])


def test_the_old_state_looks_and_padding_counts_nowhere(exercise):
    for case in run(exercise, "numpy", 1)["step"]:
        weights = case["weights"]
        np.testing.assert_allclose(weights.sum(axis=1), 1)
        assert (weights == 0).any()
        assert np.abs(case["state"]).max() < 5
