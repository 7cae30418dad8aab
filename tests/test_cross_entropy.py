"""Cross-entropy from logits, in NumPy, PyTorch and Keras."""

import attnbook.keras
import attnbook.numpy
import attnbook.torch
import numpy as np
import pytest
import tensorflow as tf
import torch
from attnbook.numpy import CrossEntropy, cross_entropy
from attnbook.numpy.cross_entropy import log_softmax
from frameworks import ALL, OTHERS, assert_like_numpy, assert_same, run
from gradients import numeric_gradient

LISTINGS = {
    "numpy": (attnbook.numpy, np.asarray),
    "torch": (attnbook.torch, torch.tensor),
    "keras": (attnbook.keras, tf.constant),
}
ONE = np.array(1.0)  # the gradient of the loss by itself


def build(listings, rng):
    """A layer in NumPy, a function where gradients come by themselves."""
    if hasattr(listings, "CrossEntropy"):
        return listings.CrossEntropy()
    return listings.cross_entropy


def call(framework, *arrays):
    listings, convert = LISTINGS[framework]
    return np.asarray(listings.cross_entropy(*map(convert, arrays)))


@pytest.fixture
def inputs(rng):
    """Logits (B, T, V), ids and mask (B, T): whole, padded, and nothing real."""
    mask = np.array([[True] * 4, [True, True, False, False], [False] * 4])
    return [rng.normal(size=(3, 4, 5), scale=3), rng.integers(0, 5, (3, 4)), mask]


def by_loops(logits, tgt_ids, tgt_mask):
    """The mean from its definition, one token at a time."""
    losses = []
    for b, t in np.argwhere(tgt_mask):
        exps = [np.exp(each) for each in logits[b, t]]
        losses.append(-np.log(exps[tgt_ids[b, t]] / sum(exps)))
    return np.array(sum(losses) / len(losses))


@pytest.mark.parametrize("framework", ALL)
def test_a_model_that_knows_nothing_loses_the_log_of_the_number_of_tokens(framework):
    ids, mask = np.array([[3, 1]]), np.ones((1, 2), dtype=bool)
    np.testing.assert_allclose(
        call(framework, np.zeros((1, 2, 8)), ids, mask), np.log(8)
    )


@pytest.mark.parametrize("framework", ALL)
def test_the_mean_over_real_tokens_matches_plain_loops(framework, inputs):
    seen = run(framework, build, inputs, [ONE]).outputs[0]
    assert_same(seen, by_loops(*inputs), 1e-12)


@pytest.mark.parametrize("framework", ALL)
def test_what_stands_in_the_padding_matters_to_nothing(framework, inputs):
    first = run(framework, build, inputs, [ONE])
    logits, ids, mask = inputs
    logits[~mask], ids[~mask] = 77.0, 0
    second = run(framework, build, inputs, [ONE])
    np.testing.assert_allclose(second.outputs[0], first.outputs[0], rtol=1e-12)
    assert (first.d_inputs[0][~mask] == 0).all()
    assert (first.d_inputs[0][mask] != 0).all()


@pytest.mark.parametrize("framework", ALL)
def test_a_batch_with_nothing_real_loses_nothing_and_learns_nothing(framework, inputs):
    inputs[2][:] = False
    seen = run(framework, build, inputs, [ONE])
    assert float(seen.outputs[0]) == 0
    assert (seen.d_inputs[0] == 0).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("framework", ALL)
def test_huge_logits_give_the_distance_to_the_largest(framework, dtype):
    logits = np.array([[[5e3, 0.0, -5e3], [5e3, 0.0, -5e3]]], dtype=dtype)
    ids, mask = np.array([[0, 2]]), np.ones((1, 2), dtype=bool)
    seen = run(framework, build, [logits, ids, mask], [ONE], dtype)
    np.testing.assert_allclose(seen.outputs[0], (0 + 1e4) / 2)
    np.testing.assert_allclose(seen.d_inputs[0], [[[0, 0, 0], [0.5, 0, -0.5]]])


def test_the_exponentials_of_a_log_softmax_sum_to_one(rng):
    logs = log_softmax(rng.normal(size=(2, 3, 4), scale=300))
    np.testing.assert_allclose(np.exp(logs).sum(axis=-1), np.ones((2, 3)))
    assert np.isfinite(logs).all()


@pytest.mark.parametrize("framework", ALL)
def test_a_mask_of_numbers_is_refused(framework, inputs):
    logits, ids, mask = inputs
    with pytest.raises(TypeError, match="mask must be bool"):
        call(framework, logits, ids, mask.astype(float))


@pytest.mark.parametrize("framework", ALL)
def test_a_mask_of_another_shape_is_refused(framework, inputs):
    logits, ids, mask = inputs
    with pytest.raises(ValueError, match="want"):
        call(framework, logits, ids, mask[:1])


def test_cross_entropy_backward_matches_numeric_gradients(inputs):
    layer, logits = CrossEntropy(), inputs[0]
    layer.forward(*inputs)
    expected = numeric_gradient(lambda: cross_entropy(*inputs), logits, 2.5)
    assert_same(layer.backward(2.5), expected, 1e-8)


@pytest.mark.parametrize("framework, dtype, tolerance", OTHERS)
def test_the_frameworks_agree_on_cross_entropy(framework, dtype, tolerance, inputs):
    assert_like_numpy(framework, build, inputs, [ONE], dtype, tolerance)


@pytest.mark.gpu
def test_pytorch_agrees_on_cross_entropy_on_a_gpu(inputs):
    if not torch.cuda.is_available():
        pytest.skip("no NVIDIA GPU here")
    assert_like_numpy("torch", build, inputs, [ONE], "float32", 1e-5, "cuda")
