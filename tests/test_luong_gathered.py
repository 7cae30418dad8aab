"""Local attention that scores only the words of each window: the gathered form."""

import attnbook.numpy
import numpy as np
import pytest
from attnbook.numpy import attend_gathered, gather_windows
from frameworks import ALL, assert_same, keras_dtype, torch_dtype
from test_luong_local import ATTENTION, in_numpy, sentences


@pytest.fixture
def inputs(rng):
    return sentences(rng)


def gathered(framework, name, inputs, dtype):
    """Context, weights and places of the gathered form, as NumPy arrays."""
    rng = np.random.default_rng(7)
    if framework == "numpy":
        return attend_gathered(ATTENTION[name](attnbook.numpy, rng), *inputs)
    inputs = [x.astype(dtype) if x.dtype.kind == "f" else x for x in inputs]
    if framework == "torch":
        import torch
        from attnbook import torch as in_torch

        with torch_dtype(dtype), torch.no_grad():
            attention = ATTENTION[name](in_torch, rng)
            found = in_torch.attend_gathered(attention, *map(torch.from_numpy, inputs))
    else:
        import tensorflow as tf
        from attnbook import keras as in_keras

        with keras_dtype(dtype):
            attention = ATTENTION[name](in_keras, rng)
            found = in_keras.attend_gathered(attention, *map(tf.constant, inputs))
    return [array.numpy() for array in found]


@pytest.mark.parametrize("framework", ALL)
@pytest.mark.parametrize("name", ATTENTION)
def test_gathered_windows_give_the_masked_form_s_context_and_weights(
    name, framework, inputs
):
    context, weights, places = gathered(framework, name, inputs, "float64")
    layer = in_numpy(name)
    expected_context, expected = layer.forward(*inputs)
    assert weights.shape == places.shape == (4, 7, 2 * layer.reach + 1)
    assert_same(context, expected_context, 1e-10)
    spread = np.zeros_like(expected)
    for (b, t, k), place in np.ndenumerate(places):
        if 1 <= place <= 9:
            spread[b, t, int(place) - 1] += weights[b, t, k]
        else:
            assert weights[b, t, k] == 0
    assert_same(spread, expected, 1e-10)


@pytest.mark.parametrize("framework", ["torch", "keras"])
@pytest.mark.parametrize("name", ATTENTION)
def test_gathered_windows_agree_in_single_precision(name, framework, inputs):
    context, _, _ = gathered(framework, name, inputs, "float32")
    assert_same(context, in_numpy(name).forward(*inputs)[0].astype("float32"), 1e-5)


def test_pytorch_sends_the_same_gradients_through_gathered_windows(inputs):
    import torch
    from attnbook import torch as in_torch

    with torch_dtype("float64"):
        attention = ATTENTION["local-p"](in_torch, np.random.default_rng(7))
    states = [torch.tensor(x, requires_grad=True) for x in inputs[:2]]
    src_mask, leaves = torch.from_numpy(inputs[2]), [*states, *attention.parameters()]
    grads = []
    for context in (
        attention(*states, src_mask)[0],
        in_torch.attend_gathered(attention, *states, src_mask)[0],
    ):
        grads.append(torch.autograd.grad((context**3).sum(), leaves))
    for one, other in zip(*grads, strict=True):
        assert (one != 0).any()
        torch.testing.assert_close(one, other, rtol=1e-10, atol=1e-10)


def test_gathered_places_begin_at_the_first_word_of_the_window():
    src_states = np.arange(1.0, 6)[None, :, None]
    src_mask = np.array([[True] * 4 + [False]])
    near, places, real = gather_windows(
        src_states, src_mask, np.array([[1.0, 2.5, 4.0]]), 1
    )
    np.testing.assert_array_equal(places, [[[0, 1, 2], [2, 3, 4], [3, 4, 5]]])
    np.testing.assert_array_equal(real, [[[0, 1, 1], [1, 1, 1], [1, 1, 0]]])
    np.testing.assert_array_equal(near[0, 1, :, 0], [2, 3, 4])
