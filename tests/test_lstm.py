"""LSTM and GRU in NumPy, PyTorch and Keras, and beside the frameworks' own layers."""

import numpy as np
import pytest
from attnbook.numpy.gru import gru_cell
from attnbook.numpy.lstm import lstm, lstm_backward, lstm_cell, sigmoid
from frameworks import ALL, OTHERS, assert_same, keras_dtype
from gradients import assert_numeric_gradients
from recurrent import B, E, H, T, by_loops, draw, flat, listing, run_sequence

KINDS = ("lstm", "gru")


def test_a_step_of_the_lstm_by_hand():
    """Sums of 0 open each gate halfway and make no candidate: c halves, twice."""
    x, h, c = np.array([[1.0]]), np.array([[0.5]]), np.array([[3.0]])
    h, c = lstm_cell(x, h, c, np.zeros((1, 4)), np.zeros((1, 4)), np.zeros(4))
    np.testing.assert_allclose(c, [[1.5]])
    np.testing.assert_allclose(h, [[np.tanh(1.5) / 2]])


def test_the_gates_stand_in_the_order_input_forget_candidate_output():
    shut, wide = -40.0, 40.0
    one, none = np.ones((1, 1)), np.zeros((1, 4))
    bias = np.array([shut, wide, 0.3, wide])  # keep what is there, let nothing in
    h, c = lstm_cell(one, 0 * one, 2 * one, none, none, bias)
    np.testing.assert_allclose((h, c), [[[np.tanh(2)]], [[2.0]]])
    bias = np.array([wide, shut, 0.3, shut])  # forget, let the candidate in, show none
    h, c = lstm_cell(one, 0 * one, 2 * one, none, none, bias)
    np.testing.assert_allclose((h, c), [[[0.0]], [[np.tanh(0.3)]]], atol=1e-15)


def test_the_gates_of_the_gru_stand_in_the_order_update_reset_candidate():
    shut, wide = -40.0, 40.0
    one, W, U = np.ones((1, 1)), np.zeros((1, 3)), np.array([[0.0, 0.0, 1.0]])
    kept = gru_cell(one, 2 * one, W, U, np.array([[wide, shut, 0.3], [0, 0, 0]]))
    np.testing.assert_allclose(kept, [[2.0]])
    reset = gru_cell(one, 2 * one, W, U, np.array([[shut, shut, 0.3], [0, 0, 5.0]]))
    np.testing.assert_allclose(reset, [[np.tanh(0.3)]])
    new = gru_cell(one, 2 * one, W, U, np.array([[shut, wide, 0.3], [0, 0, 0]]))
    np.testing.assert_allclose(new, [[np.tanh(2.3)]])


def test_the_sigmoid_does_not_overflow():
    seen = sigmoid(np.array([-1e4, -2.0, 0.0, 1e4]))
    np.testing.assert_allclose(seen, [0.0, 1 / (1 + np.exp(2)), 0.5, 1.0], atol=1e-15)


@pytest.mark.parametrize("framework", ALL)
@pytest.mark.parametrize("kind", KINDS)
def test_the_states_match_the_equations_number_by_number(kind, framework, rng):
    inputs, d_outputs = draw(kind, rng)
    seen = run_sequence(framework, kind, inputs, d_outputs).outputs
    assert_same(seen[0], by_loops(kind, *inputs), 1e-10)
    np.testing.assert_array_equal(seen[0][:, -1], seen[1])


@pytest.mark.parametrize("framework", ALL)
@pytest.mark.parametrize("kind", KINDS)
def test_no_first_state_means_zeros(kind, framework, rng):
    inputs, d_outputs = draw(kind, rng)
    zeros = [*inputs[:4], *(0 * state for state in inputs[4:])]
    expected = run_sequence(framework, kind, zeros, d_outputs).outputs
    convert = {
        "numpy": lambda array: array,
        "torch": lambda array: pytest.importorskip("torch").tensor(array),
        "keras": lambda array: pytest.importorskip("tensorflow").constant(array),
    }[framework]
    seen = getattr(listing(framework, kind), kind)(*map(convert, inputs[:4]))
    for one, other in zip(flat(seen), expected, strict=True):
        assert_same(np.asarray(one), other, 1e-12)


@pytest.mark.parametrize("steps", [1, T])
@pytest.mark.parametrize("kind", KINDS)
def test_backward_through_time_matches_numeric_gradients(kind, steps, rng):
    inputs, d_outputs = draw(kind, rng, steps)
    forward = getattr(listing("numpy", kind), kind)

    def all_outputs():
        states, *lasts = flat(forward(*inputs))
        return np.concatenate([states, *(last[:, None] for last in lasts)], axis=1)

    d_all = [d_outputs[0], *(d_last[:, None] for d_last in d_outputs[1:])]
    d_all = np.concatenate(d_all, axis=1)  # (B, T+1 or T+2, H)
    d_inputs = run_sequence("numpy", kind, inputs, d_outputs).d_inputs
    assert_numeric_gradients(all_outputs, d_all, inputs, d_inputs, 1e-7)


@pytest.mark.parametrize("framework, dtype, tolerance", OTHERS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_frameworks_agree_forward_and_backward(
    kind, framework, dtype, tolerance, rng
):
    inputs, d_outputs = draw(kind, rng)
    expected = run_sequence("numpy", kind, inputs, d_outputs)
    seen = run_sequence(framework, kind, inputs, d_outputs, dtype)
    for one, other in zip(seen.outputs, expected.outputs, strict=True):
        assert_same(one, other, tolerance)
    for one, other in zip(seen.d_inputs, expected.d_inputs, strict=True):
        assert_same(one, other, tolerance * max(1, np.abs(other).max()))


def test_an_open_forget_gate_hands_a_gradient_back_unchanged():
    """c is added to, so with f = 1 and U = 0 its gradient passes each step whole."""
    W, U, shut = np.zeros((E, 4 * H)), np.zeros((H, 4 * H)), [-40.0, 40.0, 0.0, 0.0]
    d_last = np.zeros((B, H)), np.ones((B, H))
    xs, b = np.ones((B, 100, E)), np.repeat(shut, H)
    d_states = np.zeros((B, 100, H))
    *_, d_c0 = lstm_backward(d_states, xs, W, U, b, d_last=d_last)
    np.testing.assert_allclose(d_c0, np.ones((B, H)))


def torch_layer(kind, **options):
    import torch

    made = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[kind]
    return made(E, H, batch_first=True, dtype=torch.float64, **options)


def keras_layer(kind, **options):
    import keras

    made = {"lstm": keras.layers.LSTM, "gru": keras.layers.GRU}[kind]
    bias = {"bias_initializer": "random_normal"}
    bias |= {"unit_forget_bias": False} if kind == "lstm" else {}
    with keras_dtype("float64"):
        layer = made(H, return_sequences=True, dtype="float64", **bias, **options)
        layer.build((None, None, E))
    return layer


@pytest.mark.parametrize("kind", KINDS)
def test_weights_from_pytorch_give_pytorchs_states(kind, rng):
    import torch

    module, xs = torch_layer(kind, bidirectional=True), rng.normal(size=(B, T, E))
    theirs = module(torch.tensor(xs))[0].detach().numpy()  # (B, T, 2H)
    ours = getattr(listing("numpy", kind), kind)
    weights = getattr(listing("torch", kind), f"{kind}_weights")
    forwards, _ = ours(xs, *weights(module))
    backwards, _ = ours(xs[:, ::-1], *weights(module, "l0_reverse"))
    assert_same(forwards, theirs[:, :, :H], 1e-12)
    assert_same(backwards[:, ::-1], theirs[:, :, H:], 1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_weights_from_keras_give_keras_states(kind, rng):
    layer, xs = keras_layer(kind), rng.normal(size=(B, T, E))
    ours = getattr(listing("numpy", kind), kind)
    seen, _ = ours(xs, *getattr(listing("keras", kind), f"{kind}_weights")(layer))
    assert_same(seen, np.asarray(layer(xs)), 1e-10)


@pytest.mark.parametrize("kind", KINDS)
def test_weights_go_from_keras_to_pytorch_and_back(kind, rng):
    import torch

    in_torch, in_keras = listing("torch", kind), listing("keras", kind)
    layer, module = keras_layer(kind), torch_layer(kind)
    xs = rng.normal(size=(B, T, E))
    weights = getattr(in_keras, f"{kind}_weights")(layer)
    getattr(in_torch, f"set_{kind}_weights")(module, *weights)
    expected = np.asarray(layer(xs))
    assert_same(module(torch.tensor(xs))[0].detach().numpy(), expected, 1e-10)
    again = keras_layer(kind)
    assert np.abs(np.asarray(again(xs)) - expected).max() > 1e-3
    weights = getattr(in_torch, f"{kind}_weights")(module)
    getattr(in_keras, f"set_{kind}_weights")(again, *weights)
    assert_same(np.asarray(again(xs)), expected, 1e-12)


def test_weights_of_the_other_gru_are_refused():
    gru_weights = listing("keras", "gru").gru_weights
    with pytest.raises(ValueError, match="reset_after"):
        gru_weights(keras_layer("gru", reset_after=False))


def test_setting_weights_copies_them():
    import torch

    module = torch_layer("lstm")
    W, U, b = (np.ones(shape) for shape in ((E, 4 * H), (H, 4 * H), (4 * H,)))
    listing("torch", "lstm").set_lstm_weights(module, W, U, b)
    W[:] = 7.0
    assert (module.weight_ih_l0 == torch.ones(4 * H, E)).all()


def test_lstm_runs_over_one_sentence_as_over_many(rng):
    inputs, _ = draw("lstm", rng)
    together, _ = lstm(*inputs[:4])
    alone, _ = lstm(inputs[0][1:2], *inputs[1:4])
    assert_same(alone, together[1:2], 1e-12)
