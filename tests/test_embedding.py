"""The lookup of word vectors and skip-gram's loss, in NumPy, PyTorch and Keras."""

import attnbook.numpy
import numpy as np
import pytest
from attnbook.numpy import Embedding, SkipGram
from frameworks import ALL, OTHERS, assert_like_numpy, assert_same, run
from gradients import assert_numeric_backward

V, E = 6, 3


def embedding(listings, rng):
    return listings.Embedding(V, E, rng)


def skip_gram(listings, rng):
    return listings.SkipGram(V, E, rng)


@pytest.fixture
def ids():
    """Word 2 stands there three times, words 0 and 5 never."""
    return np.array([[1, 2, 2], [4, 2, 3]])  # (B, S)


@pytest.fixture
def batch():
    """Four words, each with a neighbour and two drawn words; word 5 is none of them."""
    words = np.array([0, 3, 3, 1])  # (B,)
    others = np.array([[1, 2, 2], [4, 3, 0], [4, 4, 1], [0, 2, 4]])  # (B, 1+K)
    return words, others


@pytest.mark.parametrize("framework", ALL)
def test_a_lookup_equals_the_product_of_one_hot_rows_and_the_matrix(framework, ids):
    seen = run(framework, embedding, [ids], [np.zeros((2, 3, E))]).outputs[0]
    W = Embedding(V, E, np.random.default_rng(7)).params["W"]
    one_hot = np.zeros((2, 3, V))
    for b, s in np.ndindex(2, 3):
        one_hot[b, s, ids[b, s]] = 1
    assert_same(seen, one_hot @ W, 1e-12)


@pytest.mark.parametrize("framework", ALL)
def test_a_row_gets_the_sum_of_its_lookups_and_others_get_nothing(framework, ids, rng):
    d_vectors = rng.normal(size=(2, 3, E))
    grad = run(framework, embedding, [ids], [d_vectors]).grads["W"]
    expected = np.zeros((V, E))
    for b, s in np.ndindex(2, 3):
        expected[ids[b, s]] += d_vectors[b, s]
    assert_same(grad, expected, 1e-12)
    assert (grad[[0, 5]] == 0).all()


def test_the_gradient_equals_that_of_the_one_hot_product(ids, rng):
    layer, d_vectors = Embedding(V, E, rng), rng.normal(size=(2, 3, E))
    layer.forward(ids)
    layer.backward(d_vectors)
    one_hot = np.eye(V)[ids].reshape(-1, V)  # (B * S, V)
    assert_same(layer.grads["W"], one_hot.T @ d_vectors.reshape(-1, E), 1e-12)


@pytest.mark.parametrize("framework", ALL)
@pytest.mark.parametrize("shape", [(), (4,), (32, 20), (2, 3, 4), (0, 5)])
def test_a_lookup_adds_one_axis_whatever_the_shape_of_the_ids(framework, shape):
    ids = np.zeros(shape, dtype=np.int64)
    seen = run(framework, embedding, [ids], [np.zeros((*shape, E))])
    assert seen.outputs[0].shape == (*shape, E)
    assert seen.grads["W"].shape == (V, E)


def test_a_negative_id_is_refused_where_numpy_would_count_from_the_end():
    with pytest.raises(IndexError, match="got -1"):
        Embedding(V, E, np.random.default_rng(0)).forward(np.array([2, -1]))


def test_skip_gram_of_two_words_by_hand():
    """x . y is log 3 for the neighbour and 0 for the drawn word: log 4/3 + log 2."""
    layer = SkipGram(2, 1, np.random.default_rng(0))
    layer.params["W"][:] = [[1.0], [0.0]]
    layer.params["C"][:] = [[np.log(3)], [0.0]]
    seen = layer.forward(np.array([0]), np.array([[0, 1]]))
    np.testing.assert_allclose(seen, [np.log(4 / 3) + np.log(2)])
    layer.backward(np.ones(1))
    np.testing.assert_allclose(layer.grads["C"], [[-1 / 4], [1 / 2]])
    np.testing.assert_allclose(layer.grads["W"], [[-np.log(3) / 4], [0]])


@pytest.mark.parametrize("framework", ALL)
def test_skip_gram_loss_matches_the_equation_word_by_word(framework, batch):
    seen = run(framework, skip_gram, batch, [np.ones(4)]).outputs[0]
    params = skip_gram(attnbook.numpy, np.random.default_rng(7)).params
    expected = np.zeros(4)
    for b, k in np.ndindex(4, 3):
        score = params["W"][batch[0][b]].dot(params["C"][batch[1][b, k]])
        expected[b] -= np.log(1 / (1 + np.exp(-score if k == 0 else score)))
    assert_same(seen, expected, 1e-10)


@pytest.mark.parametrize(
    "build, shape", [(embedding, (2, 3, E)), (skip_gram, (4,))], ids=["lookup", "loss"]
)
def test_gradients_match_numeric_ones_and_inputs_are_left_alone(
    build, shape, ids, batch, rng
):
    layer = build(attnbook.numpy, rng)
    inputs = [ids] if build is embedding else list(batch)
    before = [array.copy() for array in inputs]
    d_output = rng.normal(size=shape)
    assert_numeric_backward(layer, inputs, [d_output])
    np.testing.assert_equal(inputs, before)


@pytest.mark.parametrize("framework, dtype, tolerance", OTHERS)
@pytest.mark.parametrize("name", ["lookup", "loss"])
def test_the_frameworks_agree_on_word_vectors(
    name, framework, dtype, tolerance, ids, batch, rng
):
    build, inputs = (embedding, [ids]) if name == "lookup" else (skip_gram, batch)
    d_output = rng.normal(size=(2, 3, E) if name == "lookup" else (4,))
    assert_like_numpy(framework, build, inputs, [d_output], dtype, tolerance)


@pytest.mark.parametrize("framework", ALL)
def test_scores_of_any_size_give_finite_losses_and_gradients(framework):
    def steep(listings, rng):
        layer = listings.SkipGram(2, 1, rng)
        values = [np.array([[1000.0], [0.0]]), np.array([[-1.0], [1.0]])]
        if framework == "numpy":
            layer.params.update(W=values[0], C=values[1])
        elif framework == "torch":
            import torch

            layer.W.data, layer.C.data = map(torch.from_numpy, values)
        else:
            layer.set_weights(values)
        return layer

    seen = run(framework, steep, [np.array([0]), np.array([[0, 1]])], [np.ones(1)])
    np.testing.assert_allclose(seen.outputs[0], [2000.0])
    np.testing.assert_allclose(seen.grads["C"], [[-1000.0], [1000.0]])
