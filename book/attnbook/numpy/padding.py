"""Rows of ids as one array, the mask that belongs to it, and a mean that obeys it."""

from collections.abc import Sequence

import numpy as np


def pad_ids(rows: Sequence[Sequence[int]], length: int | None = None) -> np.ndarray:
    """Write rows of ids under each other, with id 0 where a row has ended.

    Args:
        rows: B lists of ids, of any lengths.
        length: S; longer rows lose their end. None: as long as the longest row.

    Returns:
        (B, S) int64.
    """
    if length is None:
        length = max(map(len, rows), default=0)
    ids = np.zeros((len(rows), length), dtype=np.int64)  # (B, S)
    for line, row in zip(ids, rows, strict=True):
        kept = row[:length]
        line[: len(kept)] = kept
    return ids


def padding_mask(ids: np.ndarray) -> np.ndarray:
    """(B, S) ids -> (B, S) bool, True where a token is real. Id 0 is padding."""
    return ids != 0


def masked_mean(vectors: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Average the vectors of the real tokens.

    Args:
        vectors: (B, S, E) float, one vector for each token.
        mask: (B, S) bool, True where the token is real.

    Returns:
        (B, E) means; zeros for a row in which nothing is real.
    """
    if mask.dtype != np.bool_:
        raise TypeError(f"mask must be bool (True = real token), got {mask.dtype}")
    sums = (vectors * mask[..., None]).sum(axis=1)  # (B, E)
    counts = mask.sum(axis=1, keepdims=True)  # (B, 1)
    return sums / np.maximum(counts, 1)  # (B, E)


class MaskedMean:
    """`masked_mean` as a layer: it remembers the mask for the way back."""

    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, vectors: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """(B, S, E) vectors and a (B, S) bool mask -> (B, E) means."""
        self.mask = mask
        return masked_mean(vectors, mask)  # (B, E)

    def backward(self, d_means: np.ndarray) -> np.ndarray:
        """(B, E) -> (B, S, E): each real token gets an equal share, padding nothing."""
        counts = np.maximum(self.mask.sum(axis=1, keepdims=True), 1)  # (B, 1)
        shares = self.mask / counts  # (B, S)
        return shares[..., None] * d_means[:, None]  # (B, S, E)
