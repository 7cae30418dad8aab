"""Rows of ids as one tensor, the mask that belongs to it, and a mean that obeys it."""

from collections.abc import Sequence

import keras
from keras import ops


def pad_ids(rows: Sequence[Sequence[int]], length: int | None = None):
    """Write rows of ids under each other, with id 0 where a row has ended.

    Args:
        rows: B lists of ids, of any lengths, at least one.
        length: S; longer rows lose their end. None: as long as the longest row.

    Returns:
        (B, S) int64.
    """
    # Left alone, this function pads and cuts at the front.
    ids = keras.utils.pad_sequences(
        rows, maxlen=length, dtype="int64", padding="post", truncating="post"
    )  # (B, S)
    return ops.convert_to_tensor(ids)


def padding_mask(ids: keras.KerasTensor):
    """(B, S) ids -> (B, S) bool, True where a token is real. Id 0 is padding."""
    return ops.not_equal(ids, 0)


def masked_mean(vectors: keras.KerasTensor, mask: keras.KerasTensor):
    """Average the vectors of the real tokens.

    Args:
        vectors: (B, S, E) float, one vector for each token.
        mask: (B, S) bool, True where the token is real.

    Returns:
        (B, E) means; zeros for a row in which nothing is real.
    """
    if keras.backend.standardize_dtype(mask.dtype) != "bool":
        raise TypeError(f"mask must be bool (True = real token), got {mask.dtype}")
    real = ops.cast(mask, vectors.dtype)  # (B, S)
    sums = ops.sum(vectors * real[..., None], axis=1)  # (B, E)
    counts = ops.sum(real, axis=1, keepdims=True)  # (B, 1)
    return sums / ops.maximum(counts, 1)  # (B, E)
