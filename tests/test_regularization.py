"""Dropout, penalties and early stopping, in NumPy, PyTorch and Keras."""

from importlib import import_module
from itertools import product

import numpy as np
import pytest
from attnbook.noise import keep_mask
from attnbook.numpy import Dropout, l1_gradients, l2_gradients
from frameworks import (
    ALL,
    OTHERS,
    assert_like_numpy,
    assert_same,
    keras_dtype,
    run,
    torch_dtype,
)
from gradients import (
    assert_backward_repeats,
    assert_numeric_backward,
    assert_numeric_gradients,
)

RATE = 0.3


def dropout(listings, rng):
    return listings.Dropout(RATE)


@pytest.fixture
def inputs(rng):
    return rng.normal(size=(3, 4, 5))  # (B, T, E)


def masks(rng):
    shape = (3, 4, 5)
    return [keep_mask(rng, shape, RATE), keep_mask(rng, shape, RATE, True)]


def listings(framework):
    return import_module(f"attnbook.{framework}")


def variables(framework, arrays):
    """Trainable copies of arrays, and a function that reads them back."""
    if framework == "numpy":
        return [array.copy() for array in arrays], list
    if framework == "torch":
        import torch

        tensors = [torch.tensor(array, requires_grad=True) for array in arrays]
        return tensors, lambda found: [each.detach().numpy() for each in found]
    import keras

    found = [keras.Variable(array, dtype="float64") for array in arrays]
    return found, lambda found: [each.numpy() for each in found]


def test_dropout_of_small_numbers_by_hand():
    keep = np.array([[[True, False, True, True]]])
    seen = Dropout(0.5).forward(np.array([[[2.0, -1.0, 0.0, 4.0]]]), keep)
    np.testing.assert_array_equal(seen, [[[4.0, 0.0, 0.0, 8.0]]])


def test_over_all_masks_the_mean_of_dropout_is_its_input():
    numbers, rate, mean = np.array([[[3.0, -2.0, 0.5]]]), 0.3, 0.0
    for bits in product([False, True], repeat=3):
        chance = np.prod([1 - rate if bit else rate for bit in bits])
        kept = np.array([[bits]])
        mean = mean + chance * Dropout(rate).forward(numbers, kept)
    np.testing.assert_allclose(mean, numbers)


@pytest.mark.parametrize("framework", ALL)
def test_dropout_without_a_mask_changes_nothing(framework, inputs, rng):
    d_outputs = rng.normal(size=inputs.shape)
    seen = run(framework, dropout, [inputs], [d_outputs])
    np.testing.assert_array_equal(seen.outputs[0], inputs)
    np.testing.assert_array_equal(seen.d_inputs[0], d_outputs)


@pytest.mark.parametrize("framework", ALL)
def test_a_mask_for_the_sequence_drops_the_same_features_at_each_step(
    framework, inputs, rng
):
    keep = masks(rng)[1]
    seen = run(framework, dropout, [inputs, keep], [inputs]).outputs[0]
    dropped = seen == 0  # (B, T, E)
    assert dropped.any() and not dropped.all()
    assert (dropped == dropped[:, :1]).all()


@pytest.mark.parametrize("framework, dtype, tolerance", OTHERS)
@pytest.mark.parametrize("number", [0, 1])
def test_the_frameworks_agree_on_dropout(
    number, framework, dtype, tolerance, inputs, rng
):
    arrays = [inputs, masks(rng)[number]]
    d_outputs = [rng.normal(size=inputs.shape)]
    assert_like_numpy(framework, dropout, arrays, d_outputs, dtype, tolerance)


def test_dropout_backward_matches_numeric_gradients_and_can_be_repeated(inputs, rng):
    arrays, d_outputs = [inputs, masks(rng)[0]], [rng.normal(size=(3, 4, 5))]
    assert_numeric_backward(Dropout(RATE), arrays, d_outputs)
    assert_backward_repeats(Dropout(RATE), arrays, d_outputs)


@pytest.mark.parametrize("framework", ALL)
def test_a_keep_mask_that_is_not_bool_is_refused(framework, inputs):
    with pytest.raises(TypeError, match="keep must be bool"):
        run(framework, dropout, [inputs, np.ones_like(inputs)], [inputs])


@pytest.mark.parametrize("rate", [-0.1, 1, 1.5])
@pytest.mark.parametrize("framework", ALL)
def test_a_rate_outside_its_range_is_refused(framework, rate):
    with pytest.raises(ValueError, match="rate must be in"):
        listings(framework).Dropout(rate)


def test_a_keep_mask_keeps_its_share_and_follows_the_seed(rng):
    keep = keep_mask(rng, (20, 30, 40), RATE)
    assert keep.shape == (20, 30, 40) and keep.dtype == np.bool_
    assert abs(keep.mean() - (1 - RATE)) < 0.01
    again = keep_mask(np.random.default_rng(0), (20, 30, 40), RATE)
    np.testing.assert_array_equal(keep, again)
    assert keep_mask(rng, (20, 30, 40), RATE, per_sequence=True).shape == (20, 1, 40)


@pytest.mark.parametrize("framework", ALL)
def test_penalties_of_small_numbers_by_hand(framework):
    weights, _ = variables(framework, [np.array([[3.0, -1.0]]), np.array([[0.0, 2.0]])])
    l1 = listings(framework).l1_penalty(weights, 0.1)
    l2 = listings(framework).l2_penalty(weights, 0.1)
    if framework == "torch":
        l1, l2 = l1.item(), l2.item()
    assert float(l1) == pytest.approx(0.6)
    assert float(l2) == pytest.approx(0.7)


def test_the_gradients_of_penalties_match_numeric_ones(rng):
    weights = [rng.normal(size=(3, 4)), rng.normal(size=5)]
    for penalty, gradients in (("l1", l1_gradients), ("l2", l2_gradients)):
        value = getattr(listings("numpy"), f"{penalty}_penalty")
        seen = gradients(weights, 0.3)
        assert_numeric_gradients(lambda v=value: v(weights, 0.3), 1.0, weights, seen)


@pytest.mark.parametrize("name", ["l1", "l2"])
def test_the_frameworks_agree_on_penalties(name, rng):
    import tensorflow as tf
    import torch

    arrays = [rng.normal(size=(3, 4)), rng.normal(size=5)]
    expected = getattr(listings("numpy"), f"{name}_penalty")(arrays, 0.3)
    grads = {"l1": l1_gradients, "l2": l2_gradients}[name](arrays, 0.3)
    tensors, _ = variables("torch", arrays)
    seen = getattr(listings("torch"), f"{name}_penalty")(tensors, 0.3)
    assert seen.item() == pytest.approx(expected, rel=1e-10)
    for one, other in zip(torch.autograd.grad(seen, tensors), grads, strict=True):
        assert_same(one.numpy(), other, 1e-10)
    found, _ = variables("keras", arrays)
    with tf.GradientTape() as tape:
        seen = getattr(listings("keras"), f"{name}_penalty")(found, 0.3)
    assert float(seen) == pytest.approx(expected, rel=1e-10)
    for one, other in zip(
        tape.gradient(seen, [v.value for v in found]), grads, strict=True
    ):
        assert_same(one.numpy(), other, 1e-10)


def test_pytorchs_weight_decay_is_our_l2_penalty_in_plain_gradient_descent(rng):
    import torch

    start = rng.normal(size=(3, 4))
    (ours, theirs), _ = variables("torch", [start, start])
    l2_penalty = listings("torch").l2_penalty
    (ours.sin().sum() + l2_penalty([ours], 0.3)).backward()
    torch.optim.SGD([ours], lr=0.1).step()
    theirs.sin().sum().backward()
    torch.optim.SGD([theirs], lr=0.1, weight_decay=0.3).step()
    torch.testing.assert_close(ours, theirs)


@pytest.mark.parametrize("framework", ALL)
def test_early_stopping_stops_by_patience_and_restores_the_best_epoch(framework):
    params, read = variables(framework, [np.zeros((2, 2)), np.zeros(3)])
    stopping = listings(framework).EarlyStopping(2)
    stopped = []
    for epoch, loss in enumerate([0.9, 0.6, 0.7, 0.5, 0.5, 0.8], start=1):
        write(framework, params, float(epoch))
        stopped.append(stopping.should_stop(loss, params))
    assert stopped == [False] * 5 + [True]
    assert (stopping.best_epoch, stopping.best_loss) == (4, 0.5)
    assert all((array == 6).all() for array in read(params))
    stopping.restore(params)
    assert [array.shape for array in read(params)] == [(2, 2), (3,)]
    assert all((array == 4).all() for array in read(params))


def write(framework, params, value):
    import torch

    for each in params:
        if framework == "numpy":
            each[...] = value
        elif framework == "torch":
            with torch.no_grad():
                each.fill_(value)
        else:
            each.assign(np.full(each.shape, value))


@pytest.mark.parametrize("framework", ALL)
def test_early_stopping_takes_nan_for_no_improvement_and_refuses_nonsense(framework):
    params, _ = variables(framework, [np.zeros(2)])
    stopping = listings(framework).EarlyStopping(1)
    with pytest.raises(ValueError, match="no epoch"):
        stopping.restore(params)
    assert stopping.should_stop(float("nan"), params)
    with pytest.raises(ValueError, match="patience must be"):
        listings(framework).EarlyStopping(0)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_dropout_keeps_the_dtype_of_what_it_gets(dtype):
    import keras
    import torch

    keep = np.ones((1, 1, 2), dtype=bool)
    with torch_dtype(dtype), keras_dtype(dtype):
        seen = listings("torch").Dropout(RATE)(torch.zeros(1, 3, 2), torch.tensor(keep))
        assert seen.dtype == getattr(torch, dtype)
        zeros = keras.ops.zeros((1, 3, 2))
        seen = listings("keras").Dropout(RATE)(zeros, keras.ops.array(keep))
        assert keras.backend.standardize_dtype(seen.dtype) == dtype
