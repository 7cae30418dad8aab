"""The masked softmax, in NumPy, PyTorch and Keras."""

import numpy as np
import pytest
from attnbook.numpy import MaskedSoftmax, masked_softmax
from frameworks import ALL, OTHERS, assert_like_numpy, assert_same, run
from gradients import numeric_gradient


def build(listings, rng):
    """A layer in NumPy, a function where gradients come by themselves."""
    if hasattr(listings, "MaskedSoftmax"):
        return listings.MaskedSoftmax()
    return listings.masked_softmax


@pytest.fixture
def scores(rng):
    return rng.normal(size=(2, 3, 4), scale=3)  # (B, T, S)


@pytest.fixture
def mask():
    """One row with padding, one row with nothing real."""
    return np.array([[[True, True, False, True]], [[False] * 4]])  # (B, 1, S)


def by_loops(scores, mask):
    """Each weight from its definition, one number at a time."""
    weights = np.zeros(scores.shape)
    for b, t, s in np.ndindex(scores.shape):
        if mask[b, 0, s]:
            total = sum(
                np.exp(scores[b, t, other])
                for other in range(scores.shape[2])
                if mask[b, 0, other]
            )
            weights[b, t, s] = np.exp(scores[b, t, s]) / total
    return weights


def test_two_scores_that_differ_by_log_three_share_one_to_three():
    weights = masked_softmax(np.log([[[1.0, 3.0]]]), np.array([[[True, True]]]))
    np.testing.assert_allclose(weights, [[[0.25, 0.75]]])


@pytest.mark.parametrize("framework", ALL)
def test_weights_match_plain_loops(framework, scores, mask):
    seen = run(framework, build, [scores, mask], [scores]).outputs[0]
    assert_same(seen, by_loops(scores, mask), 1e-12)


@pytest.mark.parametrize("framework", ALL)
def test_padding_gets_exactly_zero_and_the_rest_sums_to_one(framework, scores, mask):
    weights = run(framework, build, [scores, mask], [scores]).outputs[0]
    assert weights.shape == (2, 3, 4)
    assert (weights[0, :, 2] == 0).all()
    np.testing.assert_allclose(weights[0].sum(axis=-1), np.ones(3))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("framework", ALL)
def test_a_row_with_nothing_real_gives_zeros_and_zero_gradients(
    framework, dtype, scores, mask
):
    seen = run(framework, build, [scores, mask], [np.ones((2, 3, 4))], dtype)
    assert (seen.outputs[0][1] == 0).all()
    assert (seen.d_inputs[0][1] == 0).all()
    assert np.isfinite(seen.d_inputs[0]).all()


@pytest.mark.parametrize("framework", ALL)
def test_huge_scores_do_not_overflow(framework, mask):
    huge = np.array([[[1e4, 0.0, 3e4, -1e4]], [[1e4, 0.0, 3e4, -1e4]]])  # (2, 1, 4)
    seen = run(framework, build, [huge, mask], [np.ones((2, 1, 4))])
    np.testing.assert_array_equal(seen.outputs[0], [[[1, 0, 0, 0]], [[0] * 4]])
    assert np.isfinite(seen.d_inputs[0]).all()


@pytest.mark.parametrize("wrong", ["float64", "int64", "uint8"])
@pytest.mark.parametrize("framework", ALL)
def test_a_mask_that_is_not_bool_is_refused(framework, wrong, scores, mask):
    import attnbook.keras
    import attnbook.torch
    import tensorflow as tf
    import torch

    convert = {"numpy": np.asarray, "torch": torch.tensor, "keras": tf.constant}
    softmax = {
        "numpy": masked_softmax,
        "torch": attnbook.torch.masked_softmax,
        "keras": attnbook.keras.masked_softmax,
    }
    tensors = [convert[framework](array) for array in (scores, mask.astype(wrong))]
    with pytest.raises(TypeError, match="mask must be bool"):
        softmax[framework](*tensors)


@pytest.mark.parametrize("framework", ALL)
def test_a_mask_that_lacks_an_axis_is_refused(framework, rng):
    """(B, S) would broadcast as (T, S) wherever B happens to equal T."""
    square, flat = rng.normal(size=(3, 3, 4)), np.ones((3, 4), dtype=bool)
    with pytest.raises(ValueError, match="needs the axes"):
        run(framework, build, [square, flat], [square])


def test_the_backward_pass_matches_numeric_gradients(rng, scores, mask):
    layer, d_weights = MaskedSoftmax(), rng.normal(size=scores.shape)
    layer.forward(scores, mask)
    seen = layer.backward(d_weights)
    expected = numeric_gradient(lambda: masked_softmax(scores, mask), scores, d_weights)
    assert_same(seen, expected, 1e-8)


@pytest.mark.parametrize("framework, dtype, tolerance", OTHERS)
def test_the_frameworks_agree(framework, dtype, tolerance, rng, scores, mask):
    d_weights = rng.normal(size=scores.shape)
    inputs = [scores, mask]
    assert_like_numpy(framework, build, inputs, [d_weights], dtype, tolerance)
