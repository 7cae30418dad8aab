"""The exercise's reference against numbers worked by hand, those of its text."""

import math

import numpy as np
from attnbook.numpy import AttentionPooling, pool_last, pool_mean


def test_mean_and_last_state_are_those_of_the_text(solved):
    np.testing.assert_allclose(solved.mean_example, [[3, 3]])
    np.testing.assert_allclose(solved.last_example, [[4, 6]])


def test_the_scores_are_those_of_the_text(solved):
    assert solved.scores_example.shape == (1, 3, 2)
    expected = [3 * math.tanh(1), -math.tanh(1)]
    np.testing.assert_allclose(solved.scores_example[0, 0], expected)


def test_the_weights_leave_padding_out_and_an_empty_text_without_any(solved):
    expected = [[[0.5], [0.5], [0]], [[0], [0], [0]]]
    np.testing.assert_allclose(solved.weights_example, expected)


def test_queries_of_zeros_take_the_mean(solved):
    np.testing.assert_allclose(solved.pooled_example, [[[3, 3], [3, 3]]])
    np.testing.assert_allclose(solved.shares_example[0, :, 0], [0.5, 0.5, 0])
    np.testing.assert_array_equal(solved.again, solved.pooled_example)


def test_with_one_query_the_layer_is_the_listing(solved, rng):
    states = rng.normal(size=(3, 6, 5))
    mask = np.arange(6) < np.array([[6], [2], [0]])
    listing = AttentionPooling(5, 4, rng)
    params = (listing.params[name] for name in ("W", "b"))
    layer = solved.TextPooling(5, 4, 1)
    solved.set_parameters(layer, *params, listing.params["u_s"][:, None])
    expected, weights = listing.forward(states, mask)
    pooled, shares = layer(states, mask)
    np.testing.assert_allclose(pooled[:, 0], expected, atol=1e-12)
    np.testing.assert_allclose(shares[..., 0], weights, atol=1e-12)


def test_the_plain_ways_are_those_of_the_listings(solved, rng):
    states = rng.normal(size=(2, 4, 3))
    mask = np.arange(4) < np.array([[4], [2]])
    for mine, pool in ((solved.mean_state, pool_mean), (solved.last_state, pool_last)):
        np.testing.assert_allclose(mine(states, mask), pool(states, mask)[0])
