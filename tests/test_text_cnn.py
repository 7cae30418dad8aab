"""Convolutions over words and the QRNN, in NumPy, PyTorch and Keras."""

from importlib import import_module

import attnbook.numpy
import numpy as np
import pytest
from frameworks import ALL, OTHERS, assert_like_numpy, assert_same, run
from gradients import assert_numeric_backward

B, T, E, F, WIDTH = 2, 6, 3, 4, 3
LAYERS = {
    "convolution": lambda listings, rng: listings.Convolution(WIDTH, E, F, rng),
    "qrnn": lambda listings, rng: listings.QRNN(2, E, F, rng),
}
OUT = {"convolution": (B, T - WIDTH + 1, F), "qrnn": (B, T, F)}


def filter_mask(framework, mask, width):
    """The framework's mask of windows, as a NumPy array."""
    listings = import_module(f"attnbook.{framework}")
    if framework == "torch":
        mask = import_module("torch").tensor(mask)
    elif framework == "keras":
        mask = import_module("tensorflow").constant(mask)
    return np.asarray(listings.filter_mask(mask, width))


@pytest.mark.parametrize("framework", ALL)
def test_a_window_is_real_if_all_its_words_are(framework):
    mask = np.arange(5) < np.array([[5], [3], [2], [0]])  # (B, T)
    expected = {
        1: mask,
        3: [[1, 1, 1], [1, 0, 0], [0, 0, 0], [0, 0, 0]],
        5: [[1], [0], [0], [0]],
    }
    for width, windows in expected.items():
        seen = filter_mask(framework, mask, width)
        assert seen.dtype == np.bool_
        np.testing.assert_array_equal(seen, np.array(windows, dtype=bool))


@pytest.mark.parametrize("framework", ALL)
def test_a_mask_that_is_not_bool_is_refused(framework):
    with pytest.raises(TypeError, match="mask must be bool"):
        filter_mask(framework, np.ones((1, 4)), 2)


@pytest.mark.parametrize("framework", ALL)
def test_a_filter_meets_the_words_in_their_order(framework, rng):
    """relu(3 * 1 - 2 + 0.5) and relu(3 * 2 - 8 + 0.5), the second cut off at 0."""

    def build(listings, rng):
        layer = listings.Convolution(2, 1, 1, rng)
        W, b = np.array([[[3.0]], [[-1.0]]]), np.array([0.5])
        if framework == "numpy":
            layer.params.update(W=W, b=b)
        elif framework == "torch":
            import torch

            layer.W.data, layer.b.data = torch.tensor(W), torch.tensor(b)
        else:
            layer.W.assign(W)
            layer.b.assign(b)
        return layer

    words = np.array([[[1.0], [2.0], [8.0]]])
    seen = run(framework, build, [words], [np.ones((1, 2, 1))])
    np.testing.assert_allclose(seen.outputs[0], [[[1.5], [0.0]]])
    np.testing.assert_allclose(seen.d_inputs[0], [[[3.0], [-1.0], [0.0]]])


def test_a_convolution_is_a_sum_over_the_words_of_each_window(rng):
    layer = LAYERS["convolution"](attnbook.numpy, rng)
    layer.params["b"] = rng.normal(size=F)
    vectors = rng.normal(size=(B, T, E))
    expected = np.zeros(OUT["convolution"]) + layer.params["b"]
    for b, p, f in np.ndindex(expected.shape):
        for k, e in np.ndindex(WIDTH, E):
            expected[b, p, f] += vectors[b, p + k, e] * layer.params["W"][k, e, f]
    assert_same(layer.forward(vectors), np.maximum(expected, 0), 1e-12)


def test_a_qrnn_follows_its_equations_and_never_reads_ahead(rng):
    layer = attnbook.numpy.QRNN(2, E, F, rng)
    layer.params["b"] = rng.normal(size=3 * F)
    vectors, states = rng.normal(size=(1, T, E)), []
    before, c = np.zeros(E), np.zeros(F)
    for x in vectors[0]:
        z, f, o = np.split(
            before @ layer.params["W"][0]
            + x @ layer.params["W"][1]
            + layer.params["b"],
            3,
        )
        f, o = 1 / (1 + np.exp(-f)), 1 / (1 + np.exp(-o))
        c = f * c + (1 - f) * np.tanh(z)
        states.append(o * c)
        before = x
    seen = layer.forward(vectors)
    assert_same(seen, np.stack(states)[None], 1e-12)
    vectors[:, 4:] = 99.0
    np.testing.assert_array_equal(layer.forward(vectors)[:, :4], seen[:, :4])


@pytest.mark.parametrize("name", LAYERS)
def test_backward_matches_numeric_gradients(name, rng):
    layer = LAYERS[name](attnbook.numpy, rng)
    layer.params["b"][:] = rng.normal(size=layer.params["b"].shape)
    vectors, d_out = rng.normal(size=(B, T, E)), rng.normal(size=OUT[name])
    assert_numeric_backward(layer, [vectors], [d_out], 1e-7)


@pytest.mark.parametrize("framework, dtype, tolerance", OTHERS)
@pytest.mark.parametrize("name", LAYERS)
def test_the_frameworks_agree(name, framework, dtype, tolerance, rng):
    vectors, d_out = rng.normal(size=(B, T, E)), rng.normal(size=OUT[name])
    assert_like_numpy(framework, LAYERS[name], [vectors], [d_out], dtype, tolerance)


@pytest.mark.parametrize("framework", ALL)
def test_k_max_keeps_the_largest_of_each_filter_in_their_order(framework):
    """Filter 1 has 5, 1, 7, 9 and filter 2 has -1, -2, -3, 9; the 9s are padding."""
    features = np.array([[[5.0, -1.0], [1.0, -2.0], [7.0, -3.0], [9.0, 9.0]]])
    mask = np.array([[True, True, True, False]])
    expected = {1: [7, -1], 2: [5, -1, 7, -2], 3: [5, -1, 1, -2, 7, -3]}
    shares = {1: [1, 0, 1, 0], 2: [2, 1, 1, 0], 3: [2, 2, 2, 0]}
    for k, kept in expected.items():
        seen = run(
            framework,
            lambda listings, rng, k=k: listings.KMaxPooling(k),
            [features, mask],
            [np.ones((1, 2 * k)), None],
        )
        assert_same(seen.outputs[0], np.array([kept], dtype=float), 0)
        assert_same(seen.outputs[1], np.array([shares[k]]) / (2 * k), 1e-12)
        chosen = seen.d_inputs[0] != 0
        np.testing.assert_array_equal(chosen.sum(axis=1), [[k, k]])
        assert (seen.d_inputs[0][:, 3] == 0).all()


@pytest.mark.parametrize("framework", ALL)
def test_k_max_of_too_few_windows_is_zero_behind_them(framework):
    features, mask = np.ones((2, 2, 1)), np.array([[True, False], [False, False]])
    seen = run(
        framework,
        lambda listings, rng: listings.KMaxPooling(3),
        [features, mask],
        [np.ones((2, 3)), None],
    )
    np.testing.assert_array_equal(seen.outputs[0], [[1, 0, 0], [0, 0, 0]])
    assert_same(seen.outputs[1], np.array([[1 / 3, 0.0], [0.0, 0.0]]), 1e-7)
    np.testing.assert_array_equal(seen.d_inputs[0][..., 0], [[1, 0], [0, 0]])


@pytest.mark.parametrize("framework, dtype, tolerance", OTHERS)
def test_the_frameworks_agree_on_k_max(framework, dtype, tolerance, rng):
    features, mask = (
        rng.normal(size=(3, T, F)),
        np.arange(T) < np.array([[6], [4], [1]]),
    )
    d_outputs = [rng.normal(size=(3, 2 * F)), None]

    def build(listings, rng):
        return listings.KMaxPooling(2)

    inputs = [features, mask]
    assert_like_numpy(framework, build, inputs, d_outputs, dtype, tolerance)


@pytest.mark.parametrize("framework", ALL)
def test_a_row_with_fewer_words_than_the_filter_is_refused(framework, rng):
    with pytest.raises(ValueError, match="width 3 .* 2"):
        run(framework, LAYERS["convolution"], [np.ones((1, 2, E))], [np.ones(1)])
