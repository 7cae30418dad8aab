"""The model by hand: its LSTM, its three decoders, Adam, and that it learns."""

import numpy as np
import pytest
from attnbook.numpy.adam import Adam
from attnbook.numpy.attention_seq2seq import KINDS, Readout, Seq2Seq, Sizes
from attnbook.numpy.cross_entropy import CrossEntropy
from attnbook.numpy.fast_lstm import LSTM, beginnings
from attnbook.numpy.lstm import lstm, lstm_backward
from attnbook.numpy.training import TrainSettings, exact_match, sort_rows, train_epoch
from frameworks import assert_same
from gradients import assert_numeric_backward, numeric_gradient

B, T, E, H, V = 4, 5, 3, 2, 7
SIZES = Sizes(vocab=V, embed=E, hidden=H)


@pytest.fixture
def layer(rng):
    """An LSTM whose bias is not zero."""
    layer = LSTM(E, H, rng)
    layer.params["W"][E] = rng.normal(size=4 * H)
    return layer


def split(W):
    """The one matrix as W, U and b of `attnbook.numpy.lstm`."""
    return W[:E], W[E + 1 :], W[E]


def test_the_lstm_gives_the_numbers_of_the_lstm_that_is_written_to_be_read(layer, rng):
    xs, d_states = rng.normal(size=(B, T, E)), rng.normal(size=(B, T, H))
    h0, c0 = rng.normal(size=(2, B, H))
    weights = split(layer.params["W"])
    expected, last = lstm(xs, *weights, h0, c0)
    seen, seen_last = layer.forward(xs, h0, c0)
    assert_same(seen, expected, 1e-12)
    for one, other in zip(seen_last, last, strict=True):
        assert_same(one, other, 1e-12)
    d_xs, d_W, d_U, d_b, d_h0, _ = lstm_backward(d_states, xs, *weights, h0, c0)
    seen_d_xs, seen_d_h0 = layer.backward(d_states)
    assert_same(seen_d_xs, d_xs, 1e-10)
    assert_same(seen_d_h0, d_h0, 1e-10)
    for one, other in zip(split(layer.grads["W"]), (d_W, d_U, d_b), strict=True):
        assert_same(one, other, 1e-10)


def test_rows_that_begin_alike_form_runs():
    ids = np.array([[1, 1, 2], [1, 1, 3], [1, 2, 3], [1, 1, 3], [2, 1, 3]])
    starts = [rows.tolist() for rows in beginnings(ids)]
    assert starts == [[0, 4], [0, 2, 3, 4], [0, 1, 2, 3, 4]]


@pytest.mark.parametrize("ordered", [True, False])
def test_reading_beginnings_once_changes_no_number(layer, ordered, rng):
    ids = rng.integers(2, size=(9, T))
    ids = ids[sort_rows(ids)] if ordered else ids
    table, d_states = rng.normal(size=(2, E)), rng.normal(size=(9, T, H))
    expected, last = layer.forward(table[ids])
    d_xs, _ = layer.backward(d_states)
    d_W = layer.grads["W"]
    starts = beginnings(ids)
    assert sum(map(len, starts)) < ids.size
    seen, seen_last = layer.forward(table[ids], starts=starts)
    assert_same(seen, expected, 1e-12)
    for one, other in zip(seen_last, last, strict=True):
        assert_same(one, other, 1e-12)
    seen_d_xs, _ = layer.backward(d_states)
    assert_same(layer.grads["W"], d_W, 1e-10)
    for word in (0, 1):  # one vector's gradient may stand at another row of its run
        assert_same(seen_d_xs[ids == word].sum(0), d_xs[ids == word].sum(0), 1e-10)


def test_the_gradients_of_the_readout_match_numeric_ones(rng):
    layer, xs = Readout(H, V, rng), rng.normal(size=(B, T, H))
    assert_numeric_backward(layer, [xs], [rng.normal(size=(B, T, V))], 1e-7)


@pytest.fixture
def pairs(rng):
    """Sources that partly begin alike, and targets behind a first mark."""
    return rng.integers(1, 3, size=(B, T)), rng.integers(V, size=(B, 4))


@pytest.mark.parametrize("kind", KINDS)
def test_the_gradient_of_the_whole_model_matches_a_numeric_one(kind, pairs, rng):
    model, loss = Seq2Seq(kind, SIZES, rng, np.float64), CrossEntropy()
    model.params += rng.normal(scale=0.3, size=model.params.shape)
    src_ids, tgt_ids = pairs
    real = np.ones(tgt_ids[:, 1:].shape, dtype=bool)

    def forward():
        logits = model.forward(src_ids, tgt_ids[:, :-1])
        return loss.forward(logits, tgt_ids[:, 1:], real)

    forward()
    seen = model.backward(loss.backward())
    assert_same(seen, numeric_gradient(forward, model.params, 1.0), 1e-7)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_is_the_likeliest_token_at_each_step(kind, pairs, rng):
    model, src_ids = Seq2Seq(kind, SIZES, rng, np.float64), pairs[0]
    bos = np.array([3, 1, 0, 2])
    tokens, weights = model.generate(src_ids, bos, 6)
    shown = np.concatenate([bos[:, None], tokens[:, :-1]], axis=1)
    logits = model.forward(src_ids, shown)
    np.testing.assert_array_equal(logits.argmax(axis=-1), tokens)
    if kind == "attention":
        assert weights.shape == (B, 6, T)
        np.testing.assert_allclose(weights.sum(axis=-1), 1)
    else:
        assert weights is None


def test_an_unknown_kind_is_refused(rng):
    with pytest.raises(ValueError, match="attentive"):
        Seq2Seq("attentive", SIZES, rng)


def test_layers_look_at_their_piece_of_the_one_vector(rng):
    model = Seq2Seq("attention", SIZES, rng)
    assert model.params.dtype == np.float32
    model.params[:] = 7
    for layer in model.layers:
        for name, array in layer.params.items():
            assert (array == 7).all(), name
    assert sum(p.size for m in model.layers for p in m.params.values()) == len(
        model.params
    )


def test_all_numbers_of_a_step_stay_float32(pairs, rng):
    model, loss = Seq2Seq("attention", SIZES, rng), CrossEntropy()
    logits = model.forward(pairs[0], pairs[1][:, :-1])
    loss.forward(logits, pairs[1][:, 1:], np.ones((B, 3), dtype=bool))
    assert logits.dtype == model.backward(loss.backward()).dtype == np.float32


def test_adam_steps_as_pytorchs(rng):
    import torch

    params, pieces = rng.normal(size=10), rng.normal(size=(3, 10))
    theirs = torch.nn.Parameter(torch.tensor(params))
    optimizer = torch.optim.Adam([theirs], lr=0.1, eps=1e-15)
    adam = Adam(rate=0.1, epsilon=1e-15, piece=4)
    for grads in pieces:
        theirs.grad = torch.tensor(grads)
        optimizer.step()
        adam.update(params, grads)
    assert_same(params, theirs.detach().numpy(), 1e-10)


def test_a_model_learns_to_repeat(rng):
    sizes, ids = Sizes(vocab=4, embed=4, hidden=16), rng.integers(1, 4, (256, 3))
    tgt_ids = np.concatenate([np.zeros((256, 1), int), ids], axis=1)
    model, adam = Seq2Seq("attention", sizes, rng), Adam(0.02)
    before = exact_match(model, ids, tgt_ids)
    settings = TrainSettings(batch=64)
    losses = [train_epoch(model, adam, ids, tgt_ids, settings, rng) for _ in range(20)]
    assert losses[-1] < losses[0] / 5
    assert exact_match(model, ids, tgt_ids) > max(before, 0.9)
