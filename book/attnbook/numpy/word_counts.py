"""Vectors of words that need no training: counts, and counts with better weights."""

import numpy as np

from attnbook.data.windows import Text, neighbours


def tf_idf(text: Text, words: np.ndarray) -> np.ndarray:
    """Each word's count in each sentence, times log(sentences / those with it).

    Args:
        words: (R,) different ids.

    Returns:
        (R, D) weights for D sentences: a row describes a word, a column a sentence.
    """
    row = np.full(len(text.words), -1)  # (V,)
    row[words] = np.arange(len(words))
    here = row[text.ids] >= 0  # (N,)
    counts = np.zeros((len(words), text.sentence.max() + 1))  # (R, D)
    np.add.at(counts, (row[text.ids][here], text.sentence[here]), 1)
    found_in = (counts > 0).sum(axis=1, keepdims=True)  # (R, 1)
    return counts * np.log(counts.shape[1] / found_in)  # (R, D)


def neighbour_counts(text: Text, window: int) -> np.ndarray:
    """(V, V): how often one word stands near the other, in the whole text."""
    pairs = neighbours(text.ids, text.sentence, window)  # (P, 2)
    counts = np.zeros((len(text.words), len(text.words)))  # (V, V)
    np.add.at(counts, (pairs[:, 0], pairs[:, 1]), 1)
    return counts


def ppmi(counts: np.ndarray) -> np.ndarray:
    """Positive pointwise mutual information of (V, V) counts, none if never met.

    The logarithm of how much more often two words meet than they would by chance.
    """
    chance = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / counts.sum()
    ratio = counts / np.where(chance > 0, chance, 1)  # (V, V)
    return np.log(np.maximum(ratio, 1))  # (V, V), 0 where it is below chance
