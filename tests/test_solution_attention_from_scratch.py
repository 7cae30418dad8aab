"""The exercise's reference against the numbers of its text and numeric gradients."""

import numpy as np
import pytest
from frameworks import assert_same
from gradients import assert_numeric_gradients

B, T, S, H = 3, 4, 5, 2


@pytest.fixture
def drawn(rng):
    """Queries, keys and values, and a mask with padding."""
    mask = np.arange(S) < np.array([[S], [3], [1]])  # (B, S)
    return [rng.normal(size=(B, n, H)) for n in (T, S, S)], mask


def test_a_step_gives_the_numbers_of_the_text(solved):
    seen = solved.step_weights(
        solved.query_example, solved.keys_example, solved.mask_example
    )
    share = 1 / (1 + np.exp(-1))
    assert_same(seen, np.array([[share, 1 - share, 0]] * 2), 1e-12)
    d_query, d_keys = solved.step_weights_backward(*solved.given)
    assert_same(d_query[0], np.array([0.125, -0.125, 0, 0]), 1e-12)
    assert_same(d_keys[1], np.array([[0.25, 0, 0, 0], [-0.25, 0, 0, 0]]), 1e-12)


def test_the_sum_gives_the_numbers_of_the_text(solved):
    assert_same(
        solved.mix(solved.parts, solved.values_example), np.array([[3.0, 2]]), 0
    )
    seen = solved.mix_backward(
        np.array([[1.0, 2.0]]), solved.parts, solved.values_example
    )
    assert_same(seen[0], np.array([[4.0, 16.0]]), 0)
    assert_same(seen[1], np.array([[[0.75, 1.5], [0.25, 0.5]]]), 0)


def test_the_gradients_of_all_steps_match_numeric_ones(solved, drawn, rng):
    inputs, mask = drawn
    d_context = rng.normal(size=(B, T, H))
    _, weights = solved.attention(*inputs, mask)
    seen = solved.attention_backward(d_context, *inputs, weights)
    assert_numeric_gradients(
        lambda: solved.attention(*inputs, mask)[0], d_context, inputs, seen
    )


def test_a_step_alone_is_a_step_of_all(solved, drawn, rng):
    (queries, keys, values), mask = drawn
    context, weights = solved.attention(queries, keys, values, mask)
    alone = solved.step_weights(queries[:, 1], keys, mask)
    assert_same(alone, weights[:, 1], 1e-12)
    assert_same(solved.mix(alone, values), context[:, 1], 1e-12)


def test_the_source_gets_all_three_gradients(solved):
    d_keys, d_values = np.array([[[1.0], [2], [0]]]), np.array([[[10.0], [20], [0]]])
    seen = solved.source_gradient(d_keys, d_values, np.array([[100.0]]), [2])
    np.testing.assert_array_equal(seen.ravel(), [11, 122, 0])
