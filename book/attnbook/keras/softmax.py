"""Softmax that gives padding exactly nothing."""

import keras
import numpy as np
from keras import ops


def masked_softmax(scores: keras.KerasTensor, mask: keras.KerasTensor):
    """Turn scores into weights over the source, ignoring padding.

    Args:
        scores: (B, T, S) float, any range.
        mask: (B, 1, S) or (B, T, S) bool, True where the token is real.

    Returns:
        (B, T, S) weights. A row sums to 1, or is all 0 if nothing in it is real.
    """
    if keras.backend.standardize_dtype(mask.dtype) != "bool":
        raise TypeError(f"mask must be bool (True = real token), got {mask.dtype}")
    if len(mask.shape) != len(scores.shape):
        raise ValueError(f"mask {mask.shape} needs the axes of scores {scores.shape}")
    dtype = keras.backend.standardize_dtype(scores.dtype)
    scores = ops.where(mask, scores, np.finfo(dtype).min)  # (B, T, S)
    weights = ops.softmax(scores, axis=-1)  # (B, T, S)
    return weights * ops.cast(mask, dtype)  # (B, T, S), exactly 0 on padding
