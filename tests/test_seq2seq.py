"""Encoder, decoder and greedy decoding, in NumPy, PyTorch and Keras."""

from importlib import import_module

import attnbook.numpy.seq2seq as in_numpy
import numpy as np
import pytest
from attnbook.data.symbols import BOS, EOS, draw_symbols
from attnbook.numpy.cross_entropy import cross_entropy
from attnbook.numpy.gru import gru_cell
from attnbook.torch.gru import swap_gates
from frameworks import ALL, OTHERS, assert_same, keras_dtype, torch_dtype
from gradients import numeric_gradient

VOCAB, E, H, LONGEST = 8, 3, 4, 5
SEED = 2  # of a model that writes EOS in some rows, and not in others


@pytest.fixture
def rows(rng):
    """Six rows to repeat; nothing in the last one is real."""
    rows = draw_symbols(rng, 6, LONGEST, VOCAB - EOS - 1)
    rows.src_mask[5], rows.tgt_mask[5] = False, False
    return rows


def build(framework, peeky=False, dtype="float64", seed=7):
    module = import_module(f"attnbook.{framework}.seq2seq")
    with torch_dtype(dtype), keras_dtype(dtype):
        return module.Seq2Seq(VOCAB, E, H, np.random.default_rng(seed), peeky)


def to_framework(framework, *arrays):
    if framework != "torch":
        return arrays
    import torch

    return [torch.from_numpy(array) for array in arrays]


def to_numpy(value):
    return value.detach().numpy() if hasattr(value, "detach") else np.asarray(value)


def shift(framework, tgt_ids, bos=BOS):
    module = import_module(f"attnbook.{framework}.seq2seq")
    return module.shift_right(*to_framework(framework, tgt_ids), bos)


def run_greedy(framework, model, rows, longest=LONGEST + 1):
    module = import_module(f"attnbook.{framework}.seq2seq")
    inputs = to_framework(framework, rows.src_ids, rows.src_mask)
    return to_numpy(module.greedy(model, *inputs, BOS, EOS, longest))


def loss_and_grads(framework, model, rows):
    """The masked loss and, by name, its gradient by each parameter, as NumPy's."""
    inputs = to_framework(framework, *vars(rows).values())
    src_ids, src_mask, tgt_ids, tgt_mask = inputs
    tokens = shift(framework, rows.tgt_ids)
    listed = import_module(f"attnbook.{framework}.cross_entropy").cross_entropy
    if framework == "torch":
        loss = listed(model(src_ids, src_mask, tokens), tgt_ids, tgt_mask)
        loss.backward()
        return loss.item(), torch_grads(model)
    import tensorflow as tf

    with tf.GradientTape() as tape:
        loss = listed(model(src_ids, src_mask, tokens), tgt_ids, tgt_mask)
    halves = {"encoder": model.encoder, "decoder": model.decoder}
    weights = {}
    for name, half in halves.items():
        kernel, recurrent, bias = half.gru.trainable_weights
        weights |= {f"{name}.W": kernel, f"{name}.U": recurrent, f"{name}.b": bias}
        weights[f"{name}.embed"] = half.embed
    weights["decoder.W_o"] = model.decoder.W_o
    grads = tape.gradient(loss, [weight.value for weight in weights.values()])
    dense = [tf.convert_to_tensor(grad).numpy() for grad in grads]
    return float(loss), dict(zip(weights, dense, strict=True))


def torch_grads(model):
    grads = {}
    for name in ("encoder", "decoder"):
        half = getattr(model, name)
        parts = {key: part.grad.numpy() for key, part in half.gru.named_parameters()}
        grads[f"{name}.W"] = swap_gates(parts["weight_ih_l0"].T)
        grads[f"{name}.U"] = swap_gates(parts["weight_hh_l0"].T)
        b = np.stack([parts["bias_ih_l0"], parts["bias_hh_l0"]])
        grads[f"{name}.b"] = swap_gates(b)
        grads[f"{name}.embed"] = half.embed.grad.numpy()
    return grads | {"decoder.W_o": model.decoder.W_o.grad.numpy()}


@pytest.mark.parametrize("framework", ALL)
def test_the_decoder_is_shown_each_target_one_step_late(framework):
    tgt_ids = np.array([[5, 6, 2], [7, 2, 0]])
    seen = to_numpy(shift(framework, tgt_ids, bos=1))
    np.testing.assert_array_equal(seen, [[1, 5, 6], [1, 7, 2]])
    assert seen.dtype == np.int64


def test_a_row_to_repeat_ends_with_eos_and_then_padding(rng):
    rows = draw_symbols(rng, 50, LONGEST)
    lengths = rows.src_mask.sum(axis=1)
    assert set(lengths) == set(range(1, LONGEST + 1))
    for source, target, length in zip(rows.src_ids, rows.tgt_ids, lengths, strict=True):
        assert [*target] == [*source[:length], EOS] + [0] * (LONGEST - length)
        assert (source[:length] > EOS).all()
        assert not source[length:].any()
    np.testing.assert_array_equal(rows.tgt_mask.sum(axis=1), lengths + 1)


@pytest.mark.parametrize("framework", ALL)
def test_the_summary_is_the_state_at_a_rows_end_whatever_follows(framework, rows):
    encoder = build(framework).encoder
    call = encoder.forward if framework == "numpy" else encoder
    inputs = to_framework(framework, rows.src_ids, rows.src_mask)
    seen = to_numpy(call(*inputs))
    embed, *weights = build("numpy").encoder.params.values()
    for row, real, summary in zip(rows.src_ids, rows.src_mask, seen, strict=True):
        state = np.zeros((1, H))
        for symbol in row[real]:
            state = gru_cell(embed[[symbol]], state, *weights)
        assert_same(summary, state[0], 1e-10)
    assert not seen[5].any()


@pytest.mark.parametrize("peeky", [False, True])
@pytest.mark.parametrize("framework, dtype, tolerance", OTHERS)
def test_the_frameworks_agree_on_logits(framework, dtype, tolerance, peeky, rows):
    tokens = in_numpy.shift_right(rows.tgt_ids, BOS)
    inputs = rows.src_ids, rows.src_mask, tokens
    expected = build("numpy", peeky).forward(*inputs)
    model = build(framework, peeky, dtype)
    with keras_dtype(dtype):
        seen = to_numpy(model(*to_framework(framework, *inputs)))
    assert expected.shape == (6, LONGEST + 1, VOCAB)
    assert_same(seen, expected, tolerance)


@pytest.mark.parametrize("peeky", [False, True])
@pytest.mark.parametrize("framework, dtype, tolerance", OTHERS)
def test_gradients_match_numeric_ones_of_numpy(
    framework, dtype, tolerance, peeky, rows
):
    model, tokens = build("numpy", peeky), in_numpy.shift_right(rows.tgt_ids, BOS)

    def loss():
        logits = model.forward(rows.src_ids, rows.src_mask, tokens)
        return cross_entropy(logits, rows.tgt_ids, rows.tgt_mask)

    with keras_dtype(dtype):
        seen_loss, seen = loss_and_grads(
            framework, build(framework, peeky, dtype), rows
        )
    assert_same(np.array(seen_loss), np.array(loss()), tolerance)
    names = {f"encoder.{letter}" for letter in model.encoder.params}
    names |= {f"decoder.{letter}" for letter in model.decoder.params}
    assert seen.keys() == names
    for name, grad in seen.items():
        half, letter = name.split(".")
        array = getattr(model, half).params[letter]
        expected = numeric_gradient(loss, array, 1.0)
        assert_same(grad, expected, max(tolerance, 1e-8))


@pytest.mark.parametrize("peeky", [False, True])
def test_one_step_at_a_time_gives_the_logits_of_all_steps_at_once(peeky, rows):
    model, tokens = build("numpy", peeky), in_numpy.shift_right(rows.tgt_ids, BOS)
    summary = model.encoder.forward(rows.src_ids, rows.src_mask)
    expected = model.forward(rows.src_ids, rows.src_mask, tokens)
    state = summary
    for t in range(tokens.shape[1]):
        logits, state = model.decoder.forward(tokens[:, t : t + 1], state, summary)
        assert_same(logits[:, 0], expected[:, t], 1e-12)


def test_only_a_peeky_decoder_sees_the_summary_beside_its_state(rows, rng):
    tokens = in_numpy.shift_right(rows.tgt_ids, BOS)
    state, one, other = rng.normal(size=(3, 6, H))
    for peeky in (False, True):
        decoder = build("numpy", peeky).decoder
        same = (
            decoder.forward(tokens, state, one)[0]
            == decoder.forward(tokens, state, other)[0]
        )
        assert same.all() != peeky


def by_hand(model, row, real, longest):
    """Greedy decoding of one row, with lists."""
    summary = model.encoder.forward(row[None], real[None])
    state, token, chosen = summary, BOS, []
    while len(chosen) < longest and EOS not in chosen:
        logits, state = model.decoder.forward(np.array([[token]]), state, summary)
        token = int(np.argmax(logits[0, 0]))
        chosen.append(token)
    return chosen + [0] * (longest - len(chosen))


@pytest.mark.parametrize("peeky", [False, True])
@pytest.mark.parametrize("framework", ALL)
def test_greedy_decoding_reads_its_own_choices_and_stops_at_eos(framework, peeky, rng):
    rows = draw_symbols(rng, 40, LONGEST, VOCAB - EOS - 1)
    oracle = build("numpy", peeky, seed=SEED)
    pairs = zip(rows.src_ids, rows.src_mask, strict=True)
    expected = np.array([by_hand(oracle, *pair, 9) for pair in pairs])
    assert (expected == EOS).any()  # some rows end early,
    assert (expected[:, -1] != 0).any()  # and some do not end
    seen = run_greedy(framework, build(framework, peeky, seed=SEED), rows, 9)
    np.testing.assert_array_equal(seen, expected)
    assert seen.dtype == np.int64
