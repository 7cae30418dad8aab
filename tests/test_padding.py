"""Rows of ids to one array, its mask, and a mean over what is real, in three ways."""

from importlib import import_module

import numpy as np
import pytest
from attnbook.data.tokenisers import characters
from attnbook.numpy import MaskedMean, masked_mean, pad_ids, padding_mask
from frameworks import ALL, OTHERS, assert_like_numpy, assert_same, run
from gradients import numeric_gradient

ROWS = [[5, 6, 7], [8], [], [9, 4, 3, 2]]


def listings(framework):
    return import_module(f"attnbook.{framework}")


def build(listings, rng):
    """A layer in NumPy, a function where gradients come by themselves."""
    if hasattr(listings, "MaskedMean"):
        return listings.MaskedMean()
    return listings.masked_mean


@pytest.fixture
def vectors(rng):
    return rng.normal(size=(3, 4, 2))  # (B, S, E)


@pytest.fixture
def mask():
    """One row full, one with padding, one with nothing real."""
    return np.arange(4) < np.array([[4], [2], [0]])  # (B, S)


@pytest.mark.parametrize("framework", ALL)
@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (None, [[5, 6, 7, 0], [8, 0, 0, 0], [0, 0, 0, 0], [9, 4, 3, 2]]),
        (2, [[5, 6], [8, 0], [0, 0], [9, 4]]),
        (5, [[5, 6, 7, 0, 0], [8, 0, 0, 0, 0], [0] * 5, [9, 4, 3, 2, 0]]),
    ],
)
def test_rows_are_padded_and_cut_at_the_end(framework, length, expected):
    ids = np.asarray(listings(framework).pad_ids(ROWS, length))
    assert ids.dtype == np.int64
    assert ids.shape == (4, len(expected[0]))
    np.testing.assert_array_equal(ids, expected)


@pytest.mark.parametrize("framework", ALL)
def test_the_mask_is_true_where_a_row_has_tokens(framework):
    library = listings(framework)
    mask = np.asarray(library.padding_mask(library.pad_ids(ROWS)))
    assert mask.dtype == np.bool_
    assert mask.tolist() == [[j < len(row) for j in range(4)] for row in ROWS]


def test_no_rows_are_an_empty_array():
    assert pad_ids([]).shape == (0, 0)
    assert padding_mask(pad_ids([], 3)).shape == (0, 3)


def test_the_mean_of_small_numbers_by_hand():
    vectors = np.array([[[2.0, 0.0], [4.0, 6.0], [9.0, 9.0]]])  # (1, 3, 2)
    means = masked_mean(vectors, np.array([[True, True, False]]))
    np.testing.assert_array_equal(means, [[3.0, 3.0]])


@pytest.mark.parametrize("framework", ALL)
def test_the_mean_is_that_of_the_real_vectors_alone(framework, vectors, mask):
    d_means = np.ones((3, 2))
    seen = run(framework, build, [vectors, mask], [d_means]).outputs[0]
    expected = [vectors[0].mean(axis=0), vectors[1, :2].mean(axis=0), np.zeros(2)]
    assert_same(seen, np.array(expected), 1e-12)


@pytest.mark.parametrize("framework", ALL)
def test_a_longer_batch_changes_no_mean(framework, vectors, mask):
    d_means = np.ones((3, 2))
    short = run(framework, build, [vectors, mask], [d_means]).outputs[0]
    vectors = np.concatenate([vectors, vectors + 7], axis=1)  # (3, 8, 2)
    mask = np.concatenate([mask, np.zeros_like(mask)], axis=1)  # (3, 8)
    long = run(framework, build, [vectors, mask], [d_means]).outputs[0]
    assert_same(long, short, 1e-12)


def test_the_backward_pass_matches_numeric_gradients(rng, vectors, mask):
    layer, d_means = MaskedMean(), rng.normal(size=(3, 2))
    layer.forward(vectors, mask)
    expected = numeric_gradient(lambda: masked_mean(vectors, mask), vectors, d_means)
    assert_same(layer.backward(d_means), expected, 1e-8)
    assert (layer.backward(d_means)[~mask] == 0).all()


@pytest.mark.parametrize(("framework", "dtype", "tolerance"), OTHERS)
def test_the_frameworks_agree(framework, dtype, tolerance, rng, vectors, mask):
    d_means = rng.normal(size=(3, 2))
    inputs = [vectors, mask]
    assert_like_numpy(framework, build, inputs, [d_means], dtype, tolerance)


@pytest.mark.parametrize("framework", ALL)
def test_a_mask_of_numbers_is_refused(framework, vectors, mask):
    with pytest.raises(TypeError, match="must be bool"):
        run(framework, build, [vectors, mask.astype(np.float64)], [np.ones((3, 2))])


def test_characters_and_their_ids_have_one_length():
    rows = [[ord(char) for char in characters(text)] for text in ("猫だ", "a cat")]
    assert padding_mask(pad_ids(rows)).sum(axis=1).tolist() == [2, 5]
