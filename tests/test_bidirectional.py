"""Reading both ways, in NumPy, PyTorch and Keras, against loops and the libraries'."""

import attnbook.keras
import attnbook.numpy
import attnbook.torch
import keras
import numpy as np
import pytest
import tensorflow as tf
import torch
from attnbook.numpy import bidirectional, merge, merge_backward, reverse_sequence
from frameworks import assert_same, keras_dtype
from gradients import assert_numeric_gradients

B, T, E, H = 4, 5, 3, 2
MASK = np.arange(T) < np.array([[5], [3], [1], [0]])  # (B, T), the last row is empty
MODES = ("sum", "mul", "concat", "ave")
WIDTH = {"sum": H, "mul": H, "ave": H, "concat": 2 * H}
LISTINGS = {
    "numpy": (attnbook.numpy, lambda array, dtype: array.astype(dtype)),
    "torch": (
        attnbook.torch,
        lambda array, dtype: torch.tensor(array, dtype=getattr(torch, dtype)),
    ),
    "keras": (attnbook.keras, lambda array, dtype: tf.constant(array, dtype=dtype)),
}
PRECISIONS = [("float64", 1e-10), ("float32", 1e-5)]


def running_mix(W, tanh=np.tanh, stack=np.stack):
    """A small layer, h_t = tanh(x_t W + h_(t-1) / 2), for any framework."""

    def layer(xs):
        state, states = 0.0, []
        for t in range(xs.shape[1]):
            state = tanh(xs[:, t] @ W + state / 2)  # (B, H)
            states.append(state)
        return stack(states, 1)  # (B, T, H)

    return layer


LAYERS = {
    "numpy": running_mix,
    "torch": lambda W: running_mix(W, torch.tanh, torch.stack),
    "keras": lambda W: running_mix(W, tf.tanh, tf.stack),
}


@pytest.fixture
def arrays(rng):
    """Inputs and the matrices of both directions."""
    return rng.normal(size=(B, T, E)), rng.normal(size=(E, H)), rng.normal(size=(E, H))


def read(framework, arrays, merge_mode, mask=MASK, dtype="float64"):
    """Run the listing; return its result as it came."""
    listings, make = LISTINGS[framework]
    xs, W, W_back = (make(array, dtype) for array in arrays)
    mask = make(mask, "bool") if mask.dtype == np.bool_ else make(mask, dtype)
    layer = LAYERS[framework]
    with keras_dtype(dtype):
        return listings.bidirectional(xs, mask, layer(W), layer(W_back), merge_mode)


def by_loop(arrays):
    """Both directions, sentence by sentence without padding: (B, T, H) twice."""
    xs, W, W_back = arrays
    ahead, back = np.zeros((B, T, H)), np.zeros((B, T, H))
    for row, length in enumerate(MASK.sum(axis=1)):
        for states, matrix, steps in (
            (ahead, W, range(length)),
            (back, W_back, reversed(range(length))),
        ):
            state = np.zeros(H)
            for step in steps:
                state = np.tanh(xs[row, step] @ matrix + state / 2)
                states[row, step] = state
    return ahead, back


def test_the_pencil_example():
    """Half of the old state plus the word: 4, 2, 8 and the shorter 4, 2 with a 6."""

    def halves(xs):
        states = np.zeros_like(xs)
        for t in range(3):
            states[:, t] = xs[:, t] + (states[:, t - 1] / 2 if t else 0)
        return states

    xs = np.array([[4.0, 2, 8], [4, 2, 6]])[..., None]
    mask = np.array([[True] * 3, [True, True, False]])
    joined = bidirectional(xs, mask, halves, halves)
    np.testing.assert_array_equal(joined[0], [[4, 7], [4, 6], [10, 8]])
    np.testing.assert_array_equal(joined[1], [[4, 5], [4, 2], [0, 0]])


@pytest.mark.parametrize("framework", LISTINGS)
def test_reversal_turns_real_tokens_and_leaves_padding(framework, rng):
    listings, make = LISTINGS[framework]
    xs, lengths = rng.normal(size=(B, T, E)), np.array([5, 3, 1, 0])
    expected = xs.copy()
    for row, length in enumerate(lengths):
        expected[row, :length] = xs[row, :length][::-1]
    there = listings.reverse_sequence(make(xs, "float64"), make(lengths, "int64"))
    back = listings.reverse_sequence(there, make(lengths, "int64"))
    np.testing.assert_array_equal(np.asarray(there), expected)
    np.testing.assert_array_equal(np.asarray(back), xs)


def test_reversal_is_tensorflows_reverse_sequence(rng):
    xs, lengths = rng.normal(size=(B, T, E)), np.array([5, 3, 1, 0])
    expected = tf.reverse_sequence(xs, lengths, seq_axis=1, batch_axis=0).numpy()
    np.testing.assert_array_equal(reverse_sequence(xs, lengths), expected)


@pytest.mark.parametrize("framework", LISTINGS)
@pytest.mark.parametrize(("dtype", "tolerance"), PRECISIONS)
@pytest.mark.parametrize("merge_mode", MODES)
def test_all_frameworks_and_modes_agree_with_a_loop(
    framework, merge_mode, dtype, tolerance, arrays
):
    seen = np.asarray(read(framework, arrays, merge_mode, dtype=dtype))
    ahead, back = by_loop(arrays)
    expected = {
        "sum": ahead + back,
        "mul": ahead * back,
        "ave": 0.5 * ahead + 0.5 * back,
        "concat": np.dstack([ahead, back]),
    }[merge_mode]
    assert seen.dtype == dtype
    assert seen.shape == (B, T, WIDTH[merge_mode])
    assert_same(seen, expected, tolerance)
    assert (seen[~MASK] == 0).all()


@pytest.mark.parametrize("framework", LISTINGS)
def test_the_mode_none_returns_both_directions(framework, arrays):
    seen = read(framework, arrays, None)
    for one, other in zip(seen, by_loop(arrays), strict=True):
        assert_same(np.asarray(one), other, 1e-10)


@pytest.mark.parametrize("framework", LISTINGS)
@pytest.mark.parametrize("filling", [99.0, np.nan])
def test_what_stands_in_the_padding_does_not_matter(framework, filling, arrays):
    clean = np.asarray(read(framework, arrays, "concat"))
    arrays[0][~MASK] = filling
    np.testing.assert_array_equal(np.asarray(read(framework, arrays, "concat")), clean)


@pytest.mark.parametrize("framework", LISTINGS)
def test_a_mask_that_is_not_bool_and_an_unknown_mode_are_refused(framework, arrays):
    with pytest.raises(TypeError, match="mask must be bool"):
        read(framework, arrays, "concat", mask=MASK.astype(float))
    with pytest.raises(ValueError, match="got 'mean'"):
        read(framework, arrays, "mean")


def test_merge_backward_refuses_what_has_no_single_gradient():
    pair = np.ones((1, 1, 2)), np.ones((1, 1, 2))
    with pytest.raises(ValueError, match="got None"):
        merge_backward(pair[0], *pair, None)


@pytest.mark.parametrize("merge_mode", MODES)
def test_merge_backward_matches_numeric_gradients(merge_mode, rng):
    pair = [rng.normal(size=(2, 3, H)), rng.normal(size=(2, 3, H))]
    d_merged = rng.normal(size=(2, 3, WIDTH[merge_mode]))
    seen = merge_backward(d_merged, *pair, merge_mode)
    assert_numeric_gradients(lambda: merge(*pair, merge_mode), d_merged, pair, seen)


@pytest.mark.parametrize("framework", ["torch", "keras"])
@pytest.mark.parametrize("merge_mode", MODES)
def test_automatic_gradients_match_numeric_ones(framework, merge_mode, arrays, rng):
    d_merged = rng.normal(size=(B, T, WIDTH[merge_mode]))
    seen = gradients(framework, arrays, merge_mode, d_merged)
    assert_numeric_gradients(
        lambda: read("numpy", arrays, merge_mode), d_merged, arrays, seen
    )
    assert (seen[0][~MASK] == 0).all()


@pytest.mark.parametrize("merge_mode", MODES)
def test_the_gradients_of_the_frameworks_agree(merge_mode, arrays, rng):
    d_merged = rng.normal(size=(B, T, WIDTH[merge_mode]))
    seen = gradients("torch", arrays, merge_mode, d_merged)
    for one, other in zip(
        seen, gradients("keras", arrays, merge_mode, d_merged), strict=True
    ):
        assert_same(one, other, 1e-10)


def gradients(framework, arrays, merge_mode, d_merged):
    """The gradients of sum(result * d_merged) by inputs and both matrices."""
    listings, make = LISTINGS[framework]
    xs, W, W_back = inputs = [make(array, "float64") for array in arrays]
    mask, d_merged = make(MASK, "bool"), make(d_merged, "float64")
    layer = LAYERS[framework]
    if framework == "torch":
        for tensor in inputs:
            tensor.requires_grad_()
        out = listings.bidirectional(xs, mask, layer(W), layer(W_back), merge_mode)
        return [g.numpy() for g in torch.autograd.grad((out * d_merged).sum(), inputs)]
    with keras_dtype("float64"), tf.GradientTape() as tape:
        tape.watch(inputs)
        out = listings.bidirectional(xs, mask, layer(W), layer(W_back), merge_mode)
        loss = tf.reduce_sum(out * d_merged)
    return [tf.convert_to_tensor(g).numpy() for g in tape.gradient(loss, inputs)]


def test_pytorchs_packed_bidirectional_lstm_is_concat(rng):
    torch.manual_seed(0)
    both = torch.nn.LSTM(E, H, batch_first=True, bidirectional=True).double()
    halves = []
    for end in ("", "_reverse"):
        half = torch.nn.LSTM(E, H, batch_first=True).double()
        state = both.state_dict()
        half.load_state_dict({name: state[name + end] for name in half.state_dict()})
        halves.append(lambda xs, half=half: half(xs)[0])
    xs, mask = torch.tensor(rng.normal(size=(3, T, E))), torch.tensor(MASK[:3])
    packed = torch.nn.utils.rnn.pack_padded_sequence(
        xs, mask.sum(dim=1), True, enforce_sorted=False
    )
    expected, _ = torch.nn.utils.rnn.pad_packed_sequence(both(packed)[0], True)
    seen = attnbook.torch.bidirectional(xs, mask, *halves)
    assert_same(seen.detach().numpy(), expected.detach().numpy(), 1e-12)


@pytest.mark.parametrize("merge_mode", [*MODES, None])
def test_keras_bidirectional_has_the_same_modes(merge_mode, rng):
    xs, mask = tf.constant(rng.normal(size=(B, T, E))), tf.constant(MASK)
    with keras_dtype("float64"):
        lstm = keras.layers.LSTM(H, return_sequences=True, seed=0)
        both = keras.layers.Bidirectional(lstm, merge_mode=merge_mode)
        expected = both(xs, mask=mask)
        one, other = keras.layers.LSTM(H, return_sequences=True), None
        other = keras.layers.LSTM(H, return_sequences=True)
        for layer, half in ((one, both.forward_layer), (other, both.backward_layer)):
            layer.build(xs.shape)
            layer.set_weights(half.get_weights())
        seen = attnbook.keras.bidirectional(xs, mask, one, other, merge_mode)
    seen, expected = np.asarray(seen), np.asarray(expected)
    assert_same(seen, expected, 1e-10)


@pytest.mark.gpu
def test_pytorch_agrees_on_a_gpu(arrays):
    if not torch.cuda.is_available():
        pytest.skip("no NVIDIA GPU here")
    xs, W, W_back = (torch.tensor(array, device="cuda") for array in arrays)
    layers = LAYERS["torch"](W), LAYERS["torch"](W_back)
    seen = attnbook.torch.bidirectional(xs, torch.tensor(MASK, device="cuda"), *layers)
    assert_same(seen.cpu().numpy(), np.dstack(by_loop(arrays)), 1e-10)
