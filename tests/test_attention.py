"""Attention's pieces: numeric gradients, loops over steps, and the three frameworks."""

from importlib import import_module

import numpy as np
import pytest
from attnbook.numpy.attention import Attention, AttentionWeights, WeightedSum
from attnbook.numpy.luong_global import GlobalAttention
from attnbook.numpy.luong_scores import DotScore
from frameworks import OTHERS, assert_like_numpy, assert_same
from gradients import assert_numeric_backward

B, T, S, H = 4, 3, 5, 2


@pytest.fixture
def drawn(rng):
    """States of both sides, and a mask whose last row is nothing but padding."""
    mask = np.arange(S) < np.array([[S], [3], [1], [0]])  # (B, S)
    return rng.normal(size=(B, T, H)), rng.normal(size=(B, S, H)), mask


def test_three_words_by_hand():
    states = np.array([[[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]])
    real = np.ones((1, 3), dtype=bool)
    context, weights = Attention().forward(np.array([[[2.0, 1.0]]]), states, real)
    exps = np.exp([1.0, 2.0, 3.0])
    assert_same(weights[0, 0], exps / exps.sum(), 1e-12)
    first, second = (exps[1] + exps[2]) / exps.sum(), (exps[0] + exps[2]) / exps.sum()
    assert_same(context[0, 0], np.array([first, second]), 1e-12)


def test_the_gradients_of_the_weights_match_numeric_ones(drawn, rng):
    d_weights = rng.normal(size=(B, T, S))
    assert_numeric_backward(AttentionWeights(), drawn, [d_weights])


def test_the_gradients_of_the_sum_match_numeric_ones(drawn, rng):
    inputs = rng.normal(size=(B, T, S)), drawn[1]
    assert_numeric_backward(WeightedSum(), inputs, [rng.normal(size=(B, T, H))])


def test_the_gradients_of_attention_match_numeric_ones(drawn, rng):
    d_outputs = [rng.normal(size=(B, T, H)), None]
    assert_numeric_backward(Attention(), drawn, d_outputs)


def test_all_steps_at_once_are_each_step_alone(drawn, rng):
    dec_states, src_states, mask = drawn
    d_context, together = rng.normal(size=(B, T, H)), Attention()
    context, weights = together.forward(*drawn)
    d_dec_states, d_src_states = together.backward(d_context)
    total = np.zeros_like(src_states)
    for t in range(T):
        now, alone = slice(t, t + 1), Attention()
        seen = alone.forward(dec_states[:, now], src_states, mask)
        assert_same(seen[0], context[:, now], 1e-12)
        assert_same(seen[1], weights[:, now], 1e-12)
        d_dec_state, d_states = alone.backward(d_context[:, now])
        assert_same(d_dec_state, d_dec_states[:, now], 1e-12)
        total += d_states
    assert_same(total, d_src_states, 1e-12)


def test_padding_gets_weight_zero_and_no_gradient(drawn, rng):
    layer, mask = Attention(), drawn[2]
    context, weights = layer.forward(*drawn)
    assert (weights.swapaxes(1, 2)[~mask] == 0).all()
    np.testing.assert_allclose(weights[:3].sum(axis=-1), 1)
    assert (context[3] == 0).all()
    _, d_src_states = layer.backward(rng.normal(size=(B, T, H)))
    assert (d_src_states[~mask] == 0).all()


def test_it_is_global_attention_with_the_dot_score(drawn, rng):
    d_context = rng.normal(size=(B, T, H))
    one, other = Attention(), GlobalAttention(DotScore())
    for seen, expected in zip(one.forward(*drawn), other.forward(*drawn), strict=True):
        assert_same(seen, expected, 1e-12)
    pairs = zip(one.backward(d_context), other.backward(d_context), strict=True)
    for seen, expected in pairs:
        assert_same(seen, expected, 1e-12)


@pytest.mark.parametrize("framework, dtype, tolerance", OTHERS)
def test_the_frameworks_agree_forward_and_backward(
    framework, dtype, tolerance, drawn, rng
):
    def build(listings, rng):
        return import_module(f"{listings.__name__}.attention").Attention()

    d_outputs = [rng.normal(size=(B, T, H)), None]
    assert_like_numpy(framework, build, drawn, d_outputs, dtype, tolerance)


def test_a_mask_of_numbers_is_refused(drawn):
    with pytest.raises(TypeError, match="bool"):
        Attention().forward(*drawn[:2], drawn[2].astype(int))


def test_float32_stays_float32(drawn, rng):
    layer = Attention()
    states = [array.astype(np.float32) for array in drawn[:2]]
    context, weights = layer.forward(*states, drawn[2])
    d_states = layer.backward(context)
    assert {a.dtype for a in (context, weights, *d_states)} == {np.dtype("float32")}
