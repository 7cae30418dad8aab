"""Elman's network and gradient clipping, in NumPy, PyTorch and Keras."""

from importlib import import_module
from types import SimpleNamespace

import numpy as np
import pytest
from attnbook.numpy.clipping import clip_by_global_norm
from attnbook.numpy.rnn import rnn, rnn_backward, rnn_cell, rnn_cell_backward
from frameworks import ALL, OTHERS, assert_like_numpy, assert_same, keras_dtype, run
from gradients import assert_numeric_gradients

B, T, E, H = 3, 5, 4, 2


@pytest.fixture
def inputs(rng):
    """xs, W, U, b and h0, in the order of the arguments of `rnn`."""
    shapes = (B, T, E), (E, H), (H, H), (H,), (B, H)
    return [rng.normal(size=shape) for shape in shapes]


def layer(listings, rng):
    """`rnn` as what `run` takes; in NumPy it needs a backward method."""
    name = listings.__name__.split(".")[-1]
    if name != "numpy":
        return import_module(f"attnbook.{name}.rnn").rnn
    kept = SimpleNamespace()

    def forward(*inputs):
        kept.inputs, kept.states = inputs, rnn(*inputs)
        return kept.states

    def backward(d_states):
        xs, W, U, _, h0 = kept.inputs
        return rnn_backward(d_states, xs, kept.states, W, U, h0)

    return SimpleNamespace(forward=forward, backward=backward, grads={})


def by_loops(xs, W, U, b, h0):
    """Each number of each state on its own, from the equation."""
    states = np.zeros((B, T, H))
    for i, t, k in np.ndindex(states.shape):
        before = states[i, t - 1] if t else h0[i]
        total = b[k] + sum(xs[i, t, e] * W[e, k] for e in range(E))
        total += sum(before[m] * U[m, k] for m in range(H))
        states[i, t, k] = np.tanh(total)
    return states


def test_one_step_by_hand():
    """The inner sum is 2 * 0.5 + 3 * -0.25 + 0.5 = 0.75."""
    one = np.array([[1.0]])
    seen = rnn_cell(2 * one, 3 * one, 0.5 * one, -0.25 * one, np.array([0.5]))
    np.testing.assert_allclose(seen, [[np.tanh(0.75)]])


@pytest.mark.parametrize("framework", ALL)
def test_the_states_match_the_equation_number_by_number(framework, inputs):
    seen = run(framework, layer, inputs, [np.ones((B, T, H))]).outputs[0]
    assert_same(seen, by_loops(*inputs), 1e-12)


@pytest.mark.parametrize("framework", ALL)
def test_without_a_first_state_it_starts_from_zeros(framework, inputs):
    zeros = [*inputs[:4], np.zeros((B, H))]
    listing = import_module(f"attnbook.{framework}.rnn")
    tensors = inputs[:4]
    if framework == "torch":
        torch = import_module("torch")
        tensors = [torch.tensor(array) for array in tensors]
    if framework == "keras":
        tf = import_module("tensorflow")
        tensors = [tf.constant(array) for array in tensors]
    with keras_dtype("float64"):
        seen = np.asarray(listing.rnn(*tensors))
    assert_same(seen, by_loops(*zeros), 1e-12)


def test_the_state_of_a_step_does_not_depend_on_later_words(inputs):
    first = rnn(*inputs)
    inputs[0][:, 3:] = 9.0
    second = rnn(*inputs)
    np.testing.assert_array_equal(second[:, :3], first[:, :3])
    assert (second[:, 3:] != first[:, 3:]).any()


def test_the_cell_backward_matches_numeric_gradients(rng, inputs):
    xs, W, U, b, h = inputs
    x, d_next = xs[:, 0].copy(), rng.normal(size=(B, H))
    next_h = rnn_cell(x, h, W, U, b)
    seen = rnn_cell_backward(d_next, x, h, next_h, W, U)
    assert_numeric_gradients(
        lambda: rnn_cell(x, h, W, U, b), d_next, (x, h, W, U, b), seen
    )


def test_backpropagation_through_time_matches_numeric_gradients(rng, inputs):
    d_states, states = rng.normal(size=(B, T, H)), rnn(*inputs)
    before = [array.copy() for array in (*inputs, d_states, states)]
    xs, W, U, _, h0 = inputs
    seen = rnn_backward(d_states, xs, states, W, U, h0)
    np.testing.assert_equal([*inputs, d_states, states], before)
    assert_numeric_gradients(lambda: rnn(*inputs), d_states, inputs, seen)


def test_backward_without_a_first_state_is_backward_from_zeros(rng, inputs):
    xs, W, U, b, _ = inputs
    d_states, states = rng.normal(size=(B, T, H)), rnn(xs, W, U, b)
    seen = rnn_backward(d_states, xs, states, W, U)
    right = rnn_backward(d_states, xs, states, W, U, np.zeros((B, H)))
    np.testing.assert_equal(seen, right)


@pytest.mark.parametrize("framework, dtype, tolerance", OTHERS)
def test_the_frameworks_agree(framework, dtype, tolerance, rng, inputs):
    d_states = rng.normal(size=(B, T, H))
    assert_like_numpy(framework, layer, inputs, [d_states], dtype, tolerance)


def clipped(framework, grads, max_norm):
    listing = import_module(f"attnbook.{framework}.clipping")
    if framework == "torch":
        grads = [import_module("torch").tensor(grad) for grad in grads]
    if framework == "keras":
        grads = [import_module("tensorflow").constant(grad) for grad in grads]
    seen, norm = listing.clip_by_global_norm(grads, max_norm)
    return [np.asarray(grad) for grad in seen], float(norm)


@pytest.mark.parametrize("framework", ALL)
def test_clipping_by_hand(framework):
    """(3, 4) and (12,) are 13 long; to be 6.5 long, each is halved."""
    seen, norm = clipped(framework, [np.array([[3.0, 4.0]]), np.array([12.0])], 6.5)
    assert norm == pytest.approx(13)
    np.testing.assert_allclose(seen[0], [[1.5, 2]])
    np.testing.assert_allclose(seen[1], [6])


@pytest.mark.parametrize("framework", ALL)
def test_short_gradients_and_zeros_are_left_as_they_are(framework):
    for grad in (np.array([0.6, 0.8]), np.zeros(2)):
        seen, _ = clipped(framework, [grad], 1.5)
        np.testing.assert_array_equal(seen[0], grad)


def test_clipping_keeps_the_direction_and_its_inputs(rng):
    grads = [rng.normal(size=(4, 3)), rng.normal(size=5)]
    before = [grad.copy() for grad in grads]
    seen, norm = clip_by_global_norm(grads, 1.0)
    np.testing.assert_equal(grads, before)
    for one, other in zip(seen, grads, strict=True):
        np.testing.assert_allclose(one * norm, other)
