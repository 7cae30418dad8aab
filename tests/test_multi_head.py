"""Attention with many heads, against loops, numeric gradients and others' layers."""

import attnbook.numpy
import numpy as np
import pytest
from attnbook.numpy.multi_head import merge_heads, split_heads
from frameworks import (
    ALL,
    OTHERS,
    assert_like_numpy,
    assert_same,
    keras_dtype,
    run,
    torch_dtype,
)
from gradients import assert_numeric_backward

H, HEADS = 6, 3


def build(listings, rng):
    return listings.MultiHeadAttention(H, HEADS, rng)


@pytest.fixture
def inputs(rng):
    """Three sentences: full, padded, and nothing but padding."""
    mask = np.arange(5) < np.array([[5], [3], [0]])  # (B, S)
    return [rng.normal(size=(3, 4, H)), rng.normal(size=(3, 5, H)), mask]


@pytest.fixture
def d_outputs(rng):
    """By context; the loss does not look at the weights."""
    return [rng.normal(size=(3, 4, H)), None]


def by_loops(params, dec_states, src_states, src_mask):
    """Context and weights from the equation, one pair of positions at a time."""
    q, k = dec_states @ params["W_q"], src_states @ params["W_k"]
    v, width = src_states @ params["W_v"], H // HEADS
    joined, weights = np.zeros((3, 4, H)), np.zeros((3, HEADS, 4, 5))
    for b, n, t in np.ndindex(3, HEADS, 4):
        columns = slice(n * width, (n + 1) * width)
        real = np.flatnonzero(src_mask[b])
        exps = np.array(
            [np.exp(q[b, t, columns] @ k[b, j, columns] / width**0.5) for j in real]
        )
        for j, exp in zip(real, exps, strict=True):
            weights[b, n, t, j] = exp / exps.sum()
            joined[b, t, columns] += weights[b, n, t, j] * v[b, j, columns]
    return joined @ params["W_o"], weights


def test_a_head_gets_neighbouring_columns_of_every_position():
    x = np.arange(12.0).reshape(1, 3, 4)  # (B, S, H)
    np.testing.assert_array_equal(
        split_heads(x, 2), [[[0, 1], [4, 5], [8, 9]], [[2, 3], [6, 7], [10, 11]]]
    )


def test_merging_undoes_splitting(rng):
    x = rng.normal(size=(3, 5, H))
    np.testing.assert_array_equal(merge_heads(split_heads(x, HEADS), HEADS), x)


@pytest.mark.parametrize("framework", ALL)
def test_context_and_weights_match_plain_loops(framework, inputs, d_outputs):
    params = build(attnbook.numpy, np.random.default_rng(7)).params
    seen = run(framework, build, inputs, d_outputs).outputs
    for one, expected in zip(seen, by_loops(params, *inputs), strict=True):
        assert_same(one, expected, 1e-10)


@pytest.mark.parametrize("framework", ALL)
def test_padding_gets_nothing_and_an_empty_sentence_zeros(framework, inputs, d_outputs):
    seen = run(framework, build, inputs, d_outputs)
    context, weights = seen.outputs
    assert (weights[1, ..., 3:] == 0).all()
    assert (weights[2] == 0).all()
    assert (context[2] == 0).all()
    assert (seen.d_inputs[1][1, 3:] == 0).all()
    for grad in (*seen.d_inputs, *seen.grads.values()):
        assert np.isfinite(grad).all()


def test_backward_matches_numeric_gradients(inputs, d_outputs):
    layer = build(attnbook.numpy, np.random.default_rng(7))
    assert_numeric_backward(layer, inputs, d_outputs)


@pytest.mark.parametrize("framework, dtype, tolerance", OTHERS)
def test_the_frameworks_agree(framework, dtype, tolerance, inputs, d_outputs):
    assert_like_numpy(framework, build, inputs, d_outputs, dtype, tolerance)


def test_pytorchs_own_layer_agrees(inputs):
    import torch

    dec_states, src_states, mask = (array[:2] for array in inputs)  # none is empty
    layer = build(attnbook.numpy, np.random.default_rng(7))
    context, weights = layer.forward(dec_states, src_states, mask)
    with torch_dtype("float64"), torch.no_grad():
        theirs = torch.nn.MultiheadAttention(H, HEADS, bias=False, batch_first=True)
        W = [torch.tensor(layer.params[letter]).T for letter in ("W_q", "W_k", "W_v")]
        theirs.in_proj_weight.copy_(torch.cat(W))
        theirs.out_proj.weight.copy_(torch.tensor(layer.params["W_o"]).T)
        q, k, real = (torch.tensor(array) for array in (dec_states, src_states, mask))
        seen = theirs(q, k, k, key_padding_mask=~real, average_attn_weights=False)
    assert_same(seen[0].numpy(), context, 1e-10)
    assert_same(seen[1].numpy(), weights, 1e-10)


def test_keras_own_layer_agrees(inputs):
    """It rounds 1 / sqrt(H/heads) to float32, so it agrees only that far."""
    import keras

    dec_states, src_states, mask = (array[:2] for array in inputs)
    layer = build(attnbook.numpy, np.random.default_rng(7))
    context, weights = layer.forward(dec_states, src_states, mask)
    with keras_dtype("float64"):
        theirs = keras.layers.MultiHeadAttention(HEADS, H // HEADS, use_bias=False)
        theirs.build(dec_states.shape, src_states.shape)
        cut = [layer.params[letter].reshape(H, HEADS, -1) for letter in layer.params]
        theirs.set_weights([*cut[:3], layer.params["W_o"].reshape(HEADS, -1, H)])
        seen = theirs(
            dec_states,
            src_states,
            attention_mask=mask[:, None],
            return_attention_scores=True,
        )
    assert_same(seen[0].numpy(), context, 1e-6)
    assert_same(seen[1].numpy(), weights, 1e-6)
