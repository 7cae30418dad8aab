"""Bahdanau's score, encoder, decoder and readout, in NumPy, PyTorch and Keras."""

from importlib import import_module

import numpy as np
import pytest
from attnbook.numpy import ConcatScore, GlobalAttention
from attnbook.numpy.bahdanau import AdditiveScore, Decoder, Encoder, maxout
from attnbook.numpy.cross_entropy import cross_entropy
from attnbook.torch.gru import swap_gates
from frameworks import (
    ALL,
    OTHERS,
    assert_like_numpy,
    assert_same,
    keras_dtype,
    run,
    torch_dtype,
)
from gradients import assert_backward_repeats, assert_numeric_backward, numeric_gradient

VOCAB, E, H, K, A = 9, 3, 4, 5, 2
MASK = np.array([[True] * 4, [True, True, False, False], [False] * 4])  # (B, S)


@pytest.fixture
def states(rng):
    return [rng.normal(size=(2, 3, H)), rng.normal(size=(2, 5, K))]  # (B, T|S, H|K)


@pytest.fixture
def rows(rng):
    """Three sources, the last one empty, with what is shown and what shall be written.

    The mask of the target is False where nothing counts.
    """
    src_ids = rng.integers(1, VOCAB, MASK.shape) * MASK  # (B, S)
    return src_ids, MASK, *rng.integers(0, VOCAB, (2, 3, 3)), np.ones((3, 3), bool)


def additive_score(listings, rng):
    return import_module(f"{listings.__name__}.bahdanau").AdditiveScore(H, K, A, rng)


def attention(listings, rng):
    return listings.GlobalAttention(additive_score(listings, rng))


def numpy_score():
    return AdditiveScore(H, K, A, np.random.default_rng(7))


def test_the_score_of_small_numbers_by_hand():
    """For h = 1 the sums are (2, 2), for h = -1 they are (0, -2)."""
    score = AdditiveScore(1, 1, 2, np.random.default_rng(0))
    score.params.update(W=np.array([[1.0, 0.0]]), U=np.array([[1.0, 2.0]]))
    score.params["v"] = np.array([2.0, 1.0])
    seen = score.forward(np.array([[[1.0]]]), np.array([[[1.0], [-1.0]]]))
    expected = [2 * np.tanh(2) + np.tanh(2), np.tanh(-2)]
    np.testing.assert_allclose(seen, [[expected]])


@pytest.mark.parametrize("framework", ALL)
def test_the_score_matches_the_equation_pair_by_pair(framework, states):
    seen = run(framework, additive_score, states, [np.ones((2, 3, 5))]).outputs[0]
    W, U, v = numpy_score().params.values()
    expected = np.zeros((2, 3, 5))
    for b, t, j in np.ndindex(expected.shape):
        s, h = states[0][b, t], states[1][b, j]
        expected[b, t, j] = v.dot(np.tanh(W.T.dot(s) + U.T.dot(h)))
    assert_same(seen, expected, 1e-10)


def test_the_score_is_concat_with_its_matrix_cut_in_two(rng):
    """[s; h] times W and U stacked is s W + h U."""
    states = rng.normal(size=(2, 3, H)), rng.normal(size=(2, 5, H))
    additive, concat = AdditiveScore(H, H, A, rng), ConcatScore(H, A, rng)
    W, U, v = additive.params.values()
    concat.params.update(W=np.concatenate([W, U]), v=v)
    assert_same(additive.forward(*states), concat.forward(*states), 1e-12)


def test_the_backward_pass_of_the_score_matches_numeric_gradients(rng, states):
    d_scores = rng.normal(size=(2, 3, 5))
    assert_numeric_backward(numpy_score(), states, [d_scores])
    assert_backward_repeats(numpy_score(), states, [d_scores])


@pytest.mark.parametrize("framework, dtype, tolerance", OTHERS)
def test_the_frameworks_agree_on_attention_with_this_score(
    framework, dtype, tolerance, rng, states
):
    inputs = [*states, np.array([[True] * 5, [True] * 2 + [False] * 3])]
    d_outputs = [rng.normal(size=(2, 3, K)), rng.normal(size=(2, 3, 5))]
    seen = assert_like_numpy(framework, attention, inputs, d_outputs, dtype, tolerance)
    assert seen.grads.keys() == {"W", "U", "v"}


def test_without_the_tanh_the_weights_would_not_depend_on_the_decoder(rng, states):
    """With it they do: two decoder states look at two places."""
    attention = GlobalAttention(numpy_score())
    mask = np.ones((2, 5), bool)
    weights = attention.forward(*states, mask)[1]
    assert np.ptp(weights, axis=1).max() > 1e-3


def test_maxout_keeps_the_larger_of_two_neighbours():
    pairs = np.array([[1.0, 2.0, 5.0, -3.0], [0.0, 0.0, -2.0, -1.0]])
    np.testing.assert_array_equal(maxout(pairs), [[2, 5], [0, -1]])


def build(framework, pieces, dtype="float64"):
    """Encoder and decoder with the same first numbers in every framework."""
    module = import_module(f"attnbook.{framework}.bahdanau")
    rng = np.random.default_rng(7)
    with torch_dtype(dtype), keras_dtype(dtype):
        encoder = module.Encoder(VOCAB, E, H, rng)
        return encoder, module.Decoder(VOCAB, E, H, A, rng, pieces)


def numpy_forward(encoder, decoder, rows):
    src_ids, src_mask, shown, *_ = rows
    return decoder.forward(shown, encoder.forward(src_ids, src_mask), src_mask)


def loss_and_grads(framework, pieces, rows, dtype):
    """Logits, weights, the loss, and its gradients in NumPy's order of parameters."""
    encoder, decoder = build(framework, pieces, dtype)
    if framework == "torch":
        return torch_grads(encoder, decoder, rows)
    return keras_grads(encoder, decoder, rows, dtype)


def torch_grads(encoder, decoder, rows):
    import torch
    from attnbook.torch.cross_entropy import cross_entropy

    src_ids, src_mask, shown, tgt_ids, tgt_mask = map(torch.from_numpy, rows)
    logits, weights = decoder(shown, encoder(src_ids, src_mask), src_mask)
    loss = cross_entropy(logits, tgt_ids, tgt_mask)
    loss.backward()
    grads = []
    for gru in (encoder.ahead, encoder.back):
        parts = {name: p.grad.numpy() for name, p in gru.named_parameters()}
        grads += [swap_gates(parts[f"weight_{kind}_l0"].T) for kind in ("ih", "hh")]
        biases = [parts[f"bias_{kind}_l0"] for kind in ("ih", "hh")]
        grads.append(swap_gates(np.stack(biases)))
    score, readout = decoder.score, decoder.readout
    own = [encoder.embed, score.W, score.U, score.v, *decoder.gru, decoder.W_s]
    own += [readout.W_o, decoder.embed]
    own += [readout.W_r] if readout.W_r is not None else []
    grads += [p.grad.numpy() for p in own]
    return logits.detach().numpy(), weights.detach().numpy(), loss.item(), grads


def keras_grads(encoder, decoder, rows, dtype):
    import tensorflow as tf
    from attnbook.keras.cross_entropy import cross_entropy

    src_ids, src_mask, shown, tgt_ids, tgt_mask = rows
    own = [*encoder.ahead.trainable_weights, *encoder.back.trainable_weights]
    score, readout = decoder.score, decoder.readout
    own += [encoder.embed, score.W, score.U, score.v, *decoder.gru, decoder.W_s]
    own += [readout.W_o, decoder.embed]
    own += [readout.W_r] if readout.W_r is not None else []
    with keras_dtype(dtype), tf.GradientTape() as tape:
        logits, weights = decoder(shown, encoder(src_ids, src_mask), src_mask)
        loss = cross_entropy(logits, tgt_ids, tgt_mask)
    grads = tape.gradient(loss, [variable.value for variable in own])
    grads = [tf.convert_to_tensor(grad).numpy() for grad in grads]
    return logits.numpy(), weights.numpy(), float(loss), grads


@pytest.mark.parametrize("pieces", [0, 3])
@pytest.mark.parametrize("framework, dtype, tolerance", OTHERS)
def test_the_frameworks_agree_on_encoder_and_decoder(
    framework, dtype, tolerance, pieces, rows
):
    logits, weights = numpy_forward(*build("numpy", pieces), rows)
    seen = loss_and_grads(framework, pieces, rows, dtype)
    assert_same(seen[0], logits, tolerance)
    assert_same(seen[1], weights, tolerance)
    assert abs(seen[2] - cross_entropy(logits, *rows[3:])) < tolerance


@pytest.mark.parametrize("pieces", [0, 3])
def test_the_gradients_agree_and_are_those_of_the_numpy_loss(pieces, rows):
    """PyTorch against Keras for all parameters, NumPy's numeric ones for some."""
    from_torch = loss_and_grads("torch", pieces, rows, "float64")[3]
    from_keras = loss_and_grads("keras", pieces, rows, "float64")[3]
    for one, other in zip(from_torch, from_keras, strict=True):
        assert_same(one, other, 1e-10)
    encoder, decoder = build("numpy", pieces)

    def loss():
        return cross_entropy(numpy_forward(encoder, decoder, rows)[0], *rows[3:])

    by_place = {7: decoder.score.params["W"], 8: decoder.score.params["U"]}
    by_place |= {9: decoder.score.params["v"], 13: decoder.W_s, 1: encoder.ahead[1]}
    for place, array in by_place.items():
        assert_same(from_torch[place], numeric_gradient(loss, array, 1.0), 1e-7)


def test_the_new_state_is_not_what_looked_at_the_source(rng):
    """A step's weights come from the old state; its new state from the context."""
    decoder = build("numpy", 0)[1]
    embedded, state = rng.normal(size=(3, E)), rng.normal(size=(3, H))
    src_states = rng.normal(size=(3, 4, 2 * H)) * MASK[..., None]
    keys = decoder.score.project(src_states)
    new, context, weights = decoder.step(embedded, state, src_states, keys, MASK)
    expected = GlobalAttention(decoder.score).forward(state[:, None], src_states, MASK)
    assert_same(context, expected[0][:, 0], 1e-12)
    assert_same(weights, expected[1][:, 0], 1e-12)
    other = decoder.step(embedded, state, 2 * src_states, keys, MASK)[0]
    assert np.abs(other - new)[:2].max() > 1e-3
    np.testing.assert_array_equal(other[2], new[2])  # nothing to see in an empty row


@pytest.mark.parametrize("framework", ALL)
def test_padding_has_no_weight_and_no_influence(framework, rows):
    """The second sentence alone, cut to its two words, gets the same logits."""
    src_ids, src_mask, shown, *_ = rows
    encoder, decoder = build(framework, 3)
    if framework == "torch":
        import torch

        src_ids, src_mask, shown = map(torch.from_numpy, (src_ids, src_mask, shown))

    encode, decode = encoder, decoder
    if framework == "numpy":
        encode, decode = encoder.forward, decoder.forward

    def forward(ids, mask, tokens):
        outputs = decode(tokens, encode(ids, mask), mask)
        return [
            np.asarray(each.detach() if framework == "torch" else each)
            for each in outputs
        ]

    logits, weights = forward(src_ids, src_mask, shown)
    alone, _ = forward(src_ids[1:2, :2], src_mask[1:2, :2], shown[1:2])
    assert (weights[~np.repeat(MASK[:, None], 3, axis=1)] == 0).all()
    np.testing.assert_allclose(weights.sum(axis=-1)[:2], 1, rtol=1e-6)
    np.testing.assert_allclose(alone[0], logits[1], atol=1e-6)
    assert np.isfinite(logits[2]).all()


def test_the_first_state_comes_from_the_backward_reader_at_the_first_word(rng):
    encoder, decoder = Encoder(VOCAB, E, H, rng), Decoder(VOCAB, E, H, A, rng)
    ids, mask = np.array([[3, 4, 5, 0]]), np.array([[True, True, True, False]])
    src_states = encoder.forward(ids, mask)
    from attnbook.numpy.gru import gru

    last = gru(encoder.embed[ids[:, 2::-1]], *encoder.back)[1]  # 5, 4, 3
    np.testing.assert_allclose(
        decoder.start(src_states), np.tanh(last @ decoder.W_s), rtol=1e-12
    )
