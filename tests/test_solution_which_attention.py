"""The exercise's reference against numbers worked by hand, those of its text."""

import math

import numpy as np
import pytest
from attnbook.numpy import ConcatScore, CosineScore, GeneralScore, ScaledDotScore


def test_the_scores_of_the_text_are_those_of_the_solution(solved):
    query, keys = solved.dec_example, solved.src_example
    np.testing.assert_allclose(solved.scaled_score(query, keys), [[[3, 0]]])
    np.testing.assert_allclose(solved.cosine_score(query, keys, 0.5), [[[4 / 3, 0]]])
    additive = solved.additive_score(
        np.array([[[1.0, 2.0]]]),
        np.array([[[3.0]]]),
        np.array([[1.0], [0.0]]),
        np.array([[-1.0]]),
        np.array([2.0]),
    )
    np.testing.assert_allclose(additive, [[[2 * math.tanh(-2)]]])


def test_the_solution_agrees_with_the_listings(solved, rng):
    states = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 5, 4))
    scaled, cosine = (
        ScaledDotScore().forward(*states),
        CosineScore(0.5).forward(*states),
    )
    np.testing.assert_allclose(solved.scaled_score(*states), scaled)
    np.testing.assert_allclose(solved.cosine_score(*states, 0.5), cosine)


def test_the_matrices_turn_one_score_into_another(solved, rng):
    states = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 5, 4))
    general = GeneralScore(4, rng)
    general.params["W"] = solved.scaled_as_general(4)
    scaled = general.forward(*states)
    np.testing.assert_allclose(scaled, solved.scaled_score(*states))
    general.params["W"] = solved.dot_as_general(4)
    np.testing.assert_allclose(general.forward(*states), 2 * scaled)
    W_q, W_k, U, v = (rng.normal(size=size) for size in ((4, 2), (4, 2), (4, 3), 3))
    general.params["W"] = solved.head_as_general(W_q, W_k)
    head = solved.scaled_score(states[0] @ W_q, states[1] @ W_k)
    np.testing.assert_allclose(general.forward(*states), head)
    concat, W = ConcatScore(4, 3, rng), rng.normal(size=(4, 3))
    concat.params = {"W": solved.additive_as_concat(W, U), "v": v}
    additive = solved.additive_score(*states, W, U, v)
    np.testing.assert_allclose(concat.forward(*states), additive)
    one = solved.head_as_general(np.array([[1.0], [2.0]]), np.array([[3.0], [1.0]]))
    np.testing.assert_array_equal(one, [[3, 1], [6, 2]])


def test_the_weights_and_the_sharpest_of_the_text(solved):
    weights = solved.tempered_weights(solved.scores_example, solved.mask_example, 0.5)
    np.testing.assert_allclose(weights, [[[0.1, 0.9, 0]]], rtol=1e-6)
    assert weights[0, 0, 2] == 0
    assert solved.sharpest(2, 1.0) == pytest.approx(1 / (1 + math.exp(-2)))


def test_no_cosine_is_sharper_than_the_sharpest(solved):
    keys = np.vstack([[1.0, 0.0], np.tile([-1.0, 0.0], (9, 1))])[None]  # (1, 10, 2)
    scores = solved.cosine_score(np.array([[[3.0, 0.0]]]), keys, 0.7)
    weights = solved.tempered_weights(scores, np.ones((1, 10), dtype=bool), 1.0)
    assert weights.max() == pytest.approx(solved.sharpest(10, 0.7))


def test_the_counts_are_those_of_the_text_and_the_listing(solved):
    from attnbook.numpy import MultiHeadAttention

    assert solved.additive_count(2, 1, 1) == 4
    layer = MultiHeadAttention(6, 3, np.random.default_rng(0))
    assert solved.heads_count(6, 3) == sum(W.size for W in layer.params.values())
