"""Read a sequence in both directions, with any layer, and merge what was read."""

from collections.abc import Callable

import numpy as np


def reverse_sequence(xs: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Turn the first `lengths` steps of each row around; padding stays at the end.

    xs (B, T, E), lengths (B,) int -> (B, T, E). Done twice, it changes nothing; its
    backward pass is the function itself.
    """
    steps = np.arange(xs.shape[1])  # (T,)
    turned = lengths[:, None] - 1 - steps  # (B, T), negative on padding
    order = np.where(turned >= 0, turned, steps)  # (B, T)
    return np.take_along_axis(xs, order[..., None], axis=1)  # (B, T, E)


def merge(ahead: np.ndarray, back: np.ndarray, merge_mode: str | None = "concat"):
    """Merge the states of two directions, both (B, T, H).

    Returns:
        (B, T, H) for "sum", "mul" and "ave", (B, T, 2H) for "concat", and for None the
        pair as it came. The names are Keras's.
    """
    if merge_mode == "concat":
        return np.concatenate([ahead, back], axis=-1)  # (B, T, 2H)
    if merge_mode == "sum":
        return ahead + back  # (B, T, H)
    if merge_mode == "ave":
        return (ahead + back) / 2  # (B, T, H)
    if merge_mode == "mul":
        return ahead * back  # (B, T, H)
    if merge_mode is None:
        return ahead, back  # (B, T, H) each
    raise ValueError(f"merge_mode is sum, mul, concat, ave or None, got {merge_mode!r}")


def merge_backward(
    d_merged: np.ndarray,
    ahead: np.ndarray,
    back: np.ndarray,
    merge_mode: str = "concat",
) -> tuple[np.ndarray, np.ndarray]:
    """The gradient of merge's result -> d_ahead and d_back, both (B, T, H)."""
    if merge_mode == "concat":
        d_ahead, d_back = np.split(d_merged, 2, axis=-1)  # (B, T, H) each
        return d_ahead, d_back
    if merge_mode == "mul":
        return d_merged * back, d_merged * ahead
    if merge_mode not in ("sum", "ave"):
        raise ValueError(f"merge_mode is sum, mul, concat or ave, got {merge_mode!r}")
    d_each = d_merged / 2 if merge_mode == "ave" else d_merged  # (B, T, H)
    return d_each, d_each


def bidirectional(
    xs: np.ndarray,
    mask: np.ndarray,
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
    if mask.dtype != np.bool_:
        raise TypeError(f"mask must be bool (True = real token), got {mask.dtype}")
    lengths, real = mask.sum(axis=1), mask[..., None]  # (B,), (B, T, 1)
    ahead = forward(xs)  # (B, T, H)
    back = backward(reverse_sequence(xs, lengths))  # (B, T, H), last word first
    back = reverse_sequence(back, lengths)  # (B, T, H), as in the sentence
    return merge(np.where(real, ahead, 0.0), np.where(real, back, 0.0), merge_mode)
