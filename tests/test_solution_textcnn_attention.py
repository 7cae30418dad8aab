"""The exercise's reference against numbers worked by hand, and against the listings."""

import attnbook.numpy
import numpy as np
from frameworks import assert_same

from autograder.check.cases import Case


def test_the_convolution_gives_the_numbers_of_the_text(solved):
    seen = solved.convolution(
        solved.words_example, solved.filter_example, np.array([0.5])
    )
    np.testing.assert_array_equal(seen, [[[1.5], [2.5]]])


def test_the_masks_and_the_maximum_are_those_of_the_text(solved):
    words = np.array([[True, True, True, False]])
    np.testing.assert_array_equal(solved.window_mask(words, 3), [[True, False]])
    np.testing.assert_array_equal(solved.window_mask(words, 2), [[True, True, False]])
    features, mask = np.array([[[-3.0], [-1.0], [2.0]]]), words[:, 1:]
    np.testing.assert_array_equal(solved.max_pool(features, mask), [[-1.0]])
    np.testing.assert_array_equal(solved.max_pool(features, mask & False), [[0.0]])


def test_attention_gives_the_numbers_of_the_text(solved):
    pooled, weights = solved.attention_pool(
        solved.three_windows,
        solved.length_mask([2, 0], 3),
        solved.one,
        *[solved.none] * 2,
    )
    np.testing.assert_array_equal(weights, [[0.5, 0.5, 0.0], [0.0, 0.0, 0.0]])
    np.testing.assert_array_equal(pooled, [[3.0], [0.0]])


def test_counts_are_those_of_the_summary_and_of_the_model_that_is_drawn(solved):
    assert solved.conv_count(3, 256, 512) == 393_728
    assert 18_765 * 256 == 4_803_840
    assert solved.attention_count(512, 64) == 512 * 64 + 64 + 64
    model = solved.draw_model(Case(0, "numpy"))
    arrays = [model["embedding"], *model["out"]]
    for part in ("conv", "attention"):
        arrays += [array for each in model[part].values() for array in each]
    sizes = solved.VOCAB, solved.EMBED, solved.FILTERS, solved.ATTN, solved.CLASSES
    assert solved.model_count(*sizes) == sum(array.size for array in arrays)


def test_the_classifiers_agree_with_the_listings(solved, rng):
    model = solved.draw_model(Case(1, "numpy"))
    lengths = np.array([[9], [6], [4], [2]])  # (B, 1)
    ids = rng.integers(1, solved.VOCAB, (4, 9)) * (np.arange(9) < lengths)  # (B, T)
    parts = {"max": [], "attention": []}
    for width in solved.WIDTHS:
        conv = attnbook.numpy.Convolution(width, solved.EMBED, solved.FILTERS, rng)
        conv.params = dict(zip("Wb", model["conv"][width], strict=True))
        attend = attnbook.numpy.AttentionPooling(solved.FILTERS, solved.ATTN, rng)
        names = ("W", "b", "u_s")
        attend.params = dict(zip(names, model["attention"][width], strict=True))
        features = conv.forward(model["embedding"][ids])  # (B, P, F)
        mask = attnbook.numpy.filter_mask(ids != 0, width)  # (B, P)
        parts["max"].append(attnbook.numpy.pool_max(features, mask)[0])
        parts["attention"].append(attend.forward(features, mask)[0])
    W, b = model["out"]
    for name, classify in (
        ("max", solved.max_classifier),
        ("attention", solved.attention_classifier),
    ):
        expected = np.concatenate(parts[name], axis=-1) @ W + b
        assert_same(classify(model, ids), expected, 1e-12)
