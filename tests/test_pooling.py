"""Four ways to pool, in NumPy, PyTorch and Keras."""

from importlib import import_module
from types import SimpleNamespace

import attnbook.numpy
import numpy as np
import pytest
from attnbook.numpy import AttentionPooling, pool_last, pool_max, pool_mean
from frameworks import ALL, OTHERS, assert_like_numpy, assert_same, keras_dtype, run
from gradients import assert_backward_repeats, assert_numeric_backward, numeric_gradient

B, T, H, A = 4, 6, 5, 3
PLAIN = ("pool_last", "pool_mean", "pool_max")


def attention(listings, rng):
    return listings.AttentionPooling(H, A, rng)


@pytest.fixture
def inputs(rng):
    """Four texts: whole, padded, one word, and nothing real."""
    mask = np.arange(T) < np.array([[6], [3], [1], [0]])  # (B, T)
    return [rng.normal(size=(B, T, H)), mask]


@pytest.fixture
def d_outputs(rng):
    return [rng.normal(size=(B, H)), rng.normal(size=(B, T))]


def run_plain(framework, name, inputs, d_pooled, dtype="float64"):
    """The pooled vectors and weights, and the gradient by the states."""

    def build(listings, rng):
        forward = getattr(import_module(f"attnbook.{framework}"), name)
        if framework != "numpy":
            return forward

        def backward(d_pooled):
            return numeric_gradient(lambda: forward(*inputs)[0], inputs[0], d_pooled)

        return SimpleNamespace(forward=forward, backward=backward, grads={})

    return run(framework, build, inputs, [d_pooled, None], dtype)


def by_loops(states, mask, params):
    """Attention pooling from its equations, a word at a time."""
    pooled, weights = np.zeros((B, H)), np.zeros((B, T))
    for row in range(B):
        real = [t for t in range(T) if mask[row, t]]
        scores = {}
        for t in real:
            u = np.tanh(states[row, t].dot(params["W"]) + params["b"])
            scores[t] = np.exp(u.dot(params["u_s"]))
        for t in real:
            weights[row, t] = scores[t] / sum(scores.values())
            pooled[row] += weights[row, t] * states[row, t]
    return pooled, weights


def test_three_words_in_two_dimensions_by_hand():
    states = np.array([[[1.0, 5.0], [4.0, 2.0], [7.0, 2.0], [9.0, 9.0]]])
    mask = np.array([[True, True, True, False]])
    seen = {pool: pool(states, mask) for pool in (pool_last, pool_mean, pool_max)}
    np.testing.assert_allclose(seen[pool_last][0], [[7, 2]])
    np.testing.assert_allclose(seen[pool_mean][0], [[4, 3]])
    np.testing.assert_allclose(seen[pool_max][0], [[7, 5]])
    np.testing.assert_allclose(seen[pool_last][1], [[0, 0, 1, 0]])
    np.testing.assert_allclose(seen[pool_mean][1], [[1 / 3, 1 / 3, 1 / 3, 0]])
    np.testing.assert_allclose(seen[pool_max][1], [[0.5, 0, 0.5, 0]])


def test_the_last_real_word_may_stand_anywhere():
    """Some libraries pad on the left."""
    states = np.arange(8.0).reshape(2, 4, 1)
    mask = np.array([[False, False, True, True], [True, False, True, False]])
    np.testing.assert_array_equal(pool_last(states, mask)[0], [[3], [6]])


def test_a_maximum_below_zero_is_no_padding():
    states = np.array([[[-3.0], [-2.0], [0.0]]])
    pooled, weights = pool_max(states, np.array([[True, True, False]]))
    np.testing.assert_array_equal(pooled, [[-2.0]])
    np.testing.assert_array_equal(weights, [[0, 1, 0]])


@pytest.mark.parametrize("framework", ALL)
def test_attention_pooling_matches_its_equations(framework, inputs, d_outputs, rng):
    params = attention(attnbook.numpy, np.random.default_rng(7)).params
    seen = run(framework, attention, inputs, d_outputs).outputs
    for one, other in zip(seen, by_loops(*inputs, params), strict=True):
        assert_same(one, other, 1e-12)


def test_attention_backward_matches_numeric_gradients(inputs, d_outputs):
    layer = attention(attnbook.numpy, np.random.default_rng(7))
    layer.params["b"][:] = 0.3
    assert_numeric_backward(layer, inputs, d_outputs)


def test_backward_twice_gives_the_same_and_leaves_its_inputs_alone(inputs, d_outputs):
    layer = attention(attnbook.numpy, np.random.default_rng(7))
    assert_backward_repeats(layer, inputs, d_outputs)


@pytest.mark.parametrize("framework, dtype, tolerance", OTHERS)
def test_the_frameworks_agree_on_attention_pooling(
    framework, dtype, tolerance, inputs, d_outputs
):
    seen = assert_like_numpy(framework, attention, inputs, d_outputs, dtype, tolerance)
    assert seen.grads.keys() == {"W", "b", "u_s"}


@pytest.mark.parametrize("framework, dtype, tolerance", OTHERS)
@pytest.mark.parametrize("name", PLAIN)
def test_the_frameworks_agree_on_the_plain_ways(
    name, framework, dtype, tolerance, inputs, d_outputs
):
    expected = run_plain("numpy", name, inputs, d_outputs[0])
    seen = run_plain(framework, name, inputs, d_outputs[0], dtype)
    for one, other in zip(seen.outputs, expected.outputs, strict=True):
        assert_same(one, other, tolerance)
    assert_same(seen.d_inputs[0], expected.d_inputs[0], max(tolerance, 1e-8))


def run_any(framework, name, inputs, d_outputs):
    if name == "attention":
        return run(framework, attention, inputs, d_outputs)
    return run_plain(framework, name, inputs, d_outputs[0])


@pytest.mark.parametrize("framework", ALL)
@pytest.mark.parametrize("name", [*PLAIN, "attention"])
def test_padding_has_no_weight_no_influence_and_no_gradient(
    name, framework, inputs, d_outputs
):
    first = run_any(framework, name, inputs, d_outputs)
    inputs[0][~inputs[1]] = 99.0  # what stands in the padding must not matter
    second = run_any(framework, name, inputs, d_outputs)
    weights = first.outputs[1]
    assert weights.shape == (B, T)
    assert (weights[~inputs[1]] == 0).all()
    np.testing.assert_allclose(weights.sum(axis=1), [1, 1, 1, 0])
    assert (first.d_inputs[0][~inputs[1]] == 0).all()
    assert np.ptp(first.outputs[0][1]) > 0
    np.testing.assert_allclose(second.outputs[0], first.outputs[0], rtol=1e-12)


@pytest.mark.parametrize("framework", ALL)
@pytest.mark.parametrize("name", [*PLAIN, "attention"])
def test_a_text_with_nothing_real_gives_zeros_and_finite_gradients(
    name, framework, inputs, d_outputs
):
    seen = run_any(framework, name, inputs, d_outputs)
    for output in seen.outputs:
        assert (output[3] == 0).all()
    for grad in (*seen.d_inputs, *seen.grads.values()):
        assert np.isfinite(grad).all()
    assert (seen.d_inputs[0][3] == 0).all()


@pytest.mark.parametrize("framework", ALL)
def test_a_mask_that_is_not_bool_is_refused(framework, inputs, d_outputs):
    inputs[1] = inputs[1].astype(float)
    with pytest.raises(TypeError, match="mask must be bool"):
        run(framework, attention, inputs, d_outputs)


def test_parameters_are_counted_as_the_chapter_says():
    layer = AttentionPooling(128, 32, np.random.default_rng(0))
    sizes = {name: array.size for name, array in layer.params.items()}
    assert sizes["W"] + sizes["b"] == 4_128
    assert sizes["u_s"] == 32


def test_keras_hands_the_mask_over_by_itself():
    keras = pytest.importorskip("keras")
    from attnbook.keras import AttentionPooling as Pooling

    ids = np.array([[1, 2, 3, 0, 0], [4, 0, 0, 0, 0]])
    states = keras.layers.Embedding(5, 4, mask_zero=True)(ids)
    states = keras.layers.LSTM(H, return_sequences=True)(states)
    layer = Pooling(H, A, np.random.default_rng(0))
    pooled, weights = layer(states)
    assert ((np.array(weights) > 0) == (ids > 0)).all()
    again, _ = layer(states, keras.ops.convert_to_tensor(ids > 0))
    np.testing.assert_array_equal(np.array(pooled), np.array(again))
    assert getattr(pooled, "_keras_mask", None) is None
    with pytest.raises(ValueError, match="mask is missing"):
        layer(np.zeros((1, 2, H), "float32"))


# Keras 3 turns its variables into arrays in a way that NumPy 2 has deprecated.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_keras_model_with_the_layer_is_saved_and_loaded(tmp_path, inputs):
    keras = pytest.importorskip("keras")
    from attnbook.keras import AttentionPooling as Pooling

    with keras_dtype("float64"):
        ids = keras.Input((None,), dtype="int32")
        embedded = keras.layers.Embedding(9, H, mask_zero=True)(ids)
        outputs = Pooling(H, A, np.random.default_rng(5))(embedded)
        model = keras.Model(ids, outputs)
        model.save(tmp_path / "model.keras")
        loaded = keras.saving.load_model(tmp_path / "model.keras")
        rows = np.array([[1, 2, 3], [4, 0, 0]])
        for one, other in zip(loaded(rows), model(rows), strict=True):
            np.testing.assert_array_equal(np.array(one), np.array(other))
    assert loaded.layers[-1].get_config()["attn_dim"] == A


def test_a_pytorch_layer_is_saved_and_loaded(tmp_path, inputs):
    torch = pytest.importorskip("torch")
    from attnbook.torch import AttentionPooling as Pooling

    one, other = (Pooling(H, A, np.random.default_rng(seed)) for seed in (0, 1))
    states, mask = torch.from_numpy(inputs[0]).float(), torch.from_numpy(inputs[1])
    assert not torch.equal(one(states, mask)[0], other(states, mask)[0])
    torch.save(one.state_dict(), tmp_path / "layer.pt")
    other.load_state_dict(torch.load(tmp_path / "layer.pt"))
    assert torch.equal(one(states, mask)[0], other(states, mask)[0])
