"""Cross-entropy from logits, padding left out."""

import keras
from keras import ops


def cross_entropy(
    logits: keras.KerasTensor, tgt_ids: keras.KerasTensor, tgt_mask: keras.KerasTensor
):
    """How surprising the right tokens are: -log of their probability, on average.

    Args:
        logits: (B, T, V) float, any range, before any softmax.
        tgt_ids: (B, T) int, the right tokens; below V on padding, too.
        tgt_mask: (B, T) bool, True where the token is real.

    Returns:
        The mean over the real tokens, or 0 if there is none.
    """
    if keras.backend.standardize_dtype(tgt_mask.dtype) != "bool":
        raise TypeError(f"mask must be bool (True = real token), got {tgt_mask.dtype}")
    if not tuple(tgt_mask.shape) == tuple(tgt_ids.shape) == tuple(logits.shape[:-1]):
        shapes = f"{logits.shape}, {tgt_ids.shape}, {tgt_mask.shape}"
        raise ValueError(f"want (B, T, V), (B, T), (B, T), got {shapes}")
    losses = ops.sparse_categorical_crossentropy(tgt_ids, logits, True)  # (B, T)
    count = ops.maximum(ops.sum(ops.cast(tgt_mask, losses.dtype)), 1)
    return ops.sum(ops.where(tgt_mask, losses, 0)) / count
