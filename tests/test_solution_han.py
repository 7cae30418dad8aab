"""The exercise's reference against numbers worked by hand, and against the listing."""

import numpy as np
import pytest
from attnbook.numpy import HAN, Level

from autograder.author.source import read
from solutions import solve


@pytest.fixture(scope="module")
def solved():
    return solve(read("han"))


def test_the_masks_are_those_of_the_text(solved):
    words = [[[True, True], [False, False], [True, False]]]
    np.testing.assert_array_equal(solved.word_mask_example, words)
    np.testing.assert_array_equal(solved.sent_mask_example, [[True, False, True]])


def test_the_column_is_the_one_of_the_text(solved):
    np.testing.assert_array_equal(solved.folded_example[:, 0], [1, 2, 3, 4, 5, 6])


def test_the_weights_are_those_of_the_text(solved):
    np.testing.assert_allclose(solved.weights_example, [[0.5, 0.5, 0], [0, 0, 0]])
    np.testing.assert_allclose(solved.pooled_example, [[2, 2], [0, 0]])


def test_the_shares_are_those_of_the_text(solved):
    np.testing.assert_allclose(solved.shares_example, [[[0.1, 0.3], [0.6, 0.0]]])


def test_the_network_is_the_listing_where_gates_have_one_bias(solved, rng):
    """The listing's GRU has a second bias, which is left at 0."""
    E, H, A, ids = 3, 2, 4, np.array([[[1, 2], [0, 0], [3, 0]], [[0, 0]] * 3])
    han = HAN(Level(E, H, A, rng), Level(2 * H, H, A, rng))
    parts = {"embed": rng.normal(size=(5, E)), "out": rng.normal(size=2 * H)}
    for name, level in (("words", han.words), ("sentences", han.sentences)):
        ways = (level.gru(way) for way in ("ahead", "back"))
        reads = [(W, U, b[0]) for W, U, b in ways]
        asks = [level.params[letter] for letter in ("W", "b", "u_s")]
        parts[name] = {"read": reads, "attend": asks}
    logits, word_weights, weights = solved.network(ids, parts)
    documents, *expected = han.forward(parts["embed"][ids], ids > 0)
    np.testing.assert_allclose(logits, documents @ parts["out"], atol=1e-12)
    for one, other in zip((word_weights, weights), expected, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)
    assert logits[1] == 0
