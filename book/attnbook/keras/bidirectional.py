"""Read a sequence in both directions, with any layer, and merge what was read."""

from collections.abc import Callable

import keras
from keras import ops


def reverse_sequence(xs: keras.KerasTensor, lengths: keras.KerasTensor):
    """Turn the first `lengths` steps of each row around; padding stays at the end.

    xs (B, T, E), lengths (B,) int -> (B, T, E). Done twice, it changes nothing.
    """
    steps = ops.arange(xs.shape[1], dtype=lengths.dtype)  # (T,)
    turned = lengths[:, None] - 1 - steps  # (B, T), negative on padding
    order = ops.where(turned >= 0, turned, steps)  # (B, T)
    return ops.take_along_axis(xs, order[..., None], axis=1)  # (B, T, E)


def merge(
    ahead: keras.KerasTensor, back: keras.KerasTensor, merge_mode: str | None = "concat"
):
    """Merge the states of two directions, both (B, T, H).

    Returns:
        (B, T, H) for "sum", "mul" and "ave", (B, T, 2H) for "concat", and for None the
        pair as it came. The names are Keras's.
    """
    if merge_mode == "concat":
        return ops.concatenate([ahead, back], axis=-1)  # (B, T, 2H)
    if merge_mode == "sum":
        return ahead + back  # (B, T, H)
    if merge_mode == "ave":
        return (ahead + back) / 2  # (B, T, H)
    if merge_mode == "mul":
        return ahead * back  # (B, T, H)
    if merge_mode is None:
        return ahead, back  # (B, T, H) each
    raise ValueError(f"merge_mode is sum, mul, concat, ave or None, got {merge_mode!r}")


def bidirectional(
    xs: keras.KerasTensor,
    mask: keras.KerasTensor,
    forward: Callable,
    backward: Callable,
    merge_mode: str | None = "concat",
):
    """Read with one layer from the left, with another from the right, and merge.

    Args:
        xs: (B, T, E).
        mask: (B, T) bool, True where a token is real; padding only at the end.
        forward, backward: the layers, functions from (B, T, E) to states (B, T, H).
        merge_mode: see `merge`.

    Returns:
        What `merge` returns. On padding the states are 0.
    """
    if keras.backend.standardize_dtype(mask.dtype) != "bool":
        raise TypeError(f"mask must be bool (True = real token), got {mask.dtype}")
    lengths, real = ops.sum(ops.cast(mask, "int32"), axis=1), mask[..., None]  # (B,)
    ahead = forward(xs)  # (B, T, H)
    back = backward(reverse_sequence(xs, lengths))  # (B, T, H), last word first
    back = reverse_sequence(back, lengths)  # (B, T, H), as in the sentence
    return merge(ops.where(real, ahead, 0.0), ops.where(real, back, 0.0), merge_mode)
