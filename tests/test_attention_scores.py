"""The scaled dot product and the cosine, in NumPy, PyTorch and Keras."""

import numpy as np
import pytest
from attnbook.numpy import ConcatScore, CosineScore, ScaledDotScore
from frameworks import ALL, OTHERS, assert_like_numpy, assert_same, run
from gradients import assert_numeric_backward

SCORES = {
    "scaled": lambda listings, rng: listings.ScaledDotScore(),
    "cosine": lambda listings, rng: listings.CosineScore(0.5),
}


@pytest.fixture
def states(rng):
    return [rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 5, 4))]  # (B, T|S, H)


def by_loops(name, dec_states, src_states):
    """Each score from its formula, one pair at a time."""
    scores = np.zeros((2, 3, 5))
    for b, t, j in np.ndindex(scores.shape):
        s, h = dec_states[b, t], src_states[b, j]
        dot = sum(s[i] * h[i] for i in range(4))
        lengths = np.linalg.norm(s) * np.linalg.norm(h)
        scores[b, t, j] = dot / 2 if name == "scaled" else dot / lengths / 0.5
    return scores


def test_small_numbers_by_hand():
    """s = (3, 4) has length 5; (4, 3) makes 24 with it, (0, 2) makes 8."""
    dec_states = np.array([[[3.0, 4.0]]])
    src_states = np.array([[[4.0, 3.0], [0.0, 2.0]]])
    scaled = ScaledDotScore().forward(dec_states, src_states)
    np.testing.assert_allclose(scaled, np.array([[[24.0, 8.0]]]) / np.sqrt(2))
    cosine = CosineScore().forward(dec_states, src_states)
    np.testing.assert_allclose(cosine, [[[0.96, 0.8]]])


@pytest.mark.parametrize("framework", ALL)
@pytest.mark.parametrize("name", SCORES)
def test_scores_match_the_formula_pair_by_pair(name, framework, states):
    seen = run(framework, SCORES[name], states, [np.ones((2, 3, 5))]).outputs[0]
    assert_same(seen, by_loops(name, *states), 1e-10)


@pytest.mark.parametrize("name", SCORES)
def test_backward_matches_numeric_gradients(name, rng, states):
    import attnbook.numpy

    layer, d_scores = SCORES[name](attnbook.numpy, rng), rng.normal(size=(2, 3, 5))
    assert_numeric_backward(layer, states, [d_scores])


@pytest.mark.parametrize("framework, dtype, tolerance", OTHERS)
@pytest.mark.parametrize("name", SCORES)
def test_the_frameworks_agree(name, framework, dtype, tolerance, rng, states):
    d_scores = rng.normal(size=(2, 3, 5))
    assert_like_numpy(framework, SCORES[name], states, [d_scores], dtype, tolerance)


@pytest.mark.parametrize("framework", ALL)
def test_a_longer_state_has_the_same_cosine(framework, states):
    first = run(framework, SCORES["cosine"], states, [np.ones((2, 3, 5))])
    longer = [states[0], 7 * states[1]]
    second = run(framework, SCORES["cosine"], longer, [np.ones((2, 3, 5))])
    assert_same(second.outputs[0], first.outputs[0], 1e-10)
    assert_same(7 * second.d_inputs[1], first.d_inputs[1], 1e-9)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("framework", ALL)
def test_a_state_of_zeros_has_cosine_zero_and_finite_gradients(
    framework, dtype, states
):
    states[1][:, 3] = 0.0
    seen = run(framework, SCORES["cosine"], states, [np.ones((2, 3, 5))], dtype)
    assert (seen.outputs[0][..., 3] == 0).all()
    assert np.ptp(seen.outputs[0]) > 0
    for grad in seen.d_inputs:
        assert np.isfinite(grad).all()


def test_concat_is_additive_with_the_halves_of_its_matrix(rng, states):
    score = ConcatScore(4, 3, rng)
    W, U = np.split(score.params["W"], 2)  # (H, A) each
    seen = score.forward(*states)
    for b, t, j in np.ndindex(seen.shape):
        hidden = np.tanh(states[0][b, t] @ W + states[1][b, j] @ U)  # (A,)
        np.testing.assert_allclose(seen[b, t, j], hidden @ score.params["v"])


def test_the_variance_of_scaled_scores_does_not_grow_with_the_width(rng):
    for width in (4, 400):
        states = rng.normal(size=(2, 1, 300, width))  # (2, B, T, H)
        assert 0.8 < ScaledDotScore().forward(*states).var() < 1.2
