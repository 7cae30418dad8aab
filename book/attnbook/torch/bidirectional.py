"""Read a sequence in both directions, with any layer, and merge what was read."""

from collections.abc import Callable

import torch


def reverse_sequence(xs: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """Turn the first `lengths` steps of each row around; padding stays at the end.

    xs (B, T, E), lengths (B,) int -> (B, T, E). Done twice, it changes nothing.
    """
    steps = torch.arange(xs.shape[1], device=xs.device)  # (T,)
    turned = lengths[:, None] - 1 - steps  # (B, T), negative on padding
    order = torch.where(turned >= 0, turned, steps)  # (B, T)
    return torch.take_along_dim(xs, order[..., None], dim=1)  # (B, T, E)


def merge(ahead: torch.Tensor, back: torch.Tensor, merge_mode: str | None = "concat"):
    """Merge the states of two directions, both (B, T, H).

    Returns:
        (B, T, H) for "sum", "mul" and "ave", (B, T, 2H) for "concat", and for None the
        pair as it came. The names are Keras's.
    """
    if merge_mode == "concat":
        return torch.cat([ahead, back], dim=-1)  # (B, T, 2H)
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
    xs: torch.Tensor,
    mask: torch.Tensor,
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
    if mask.dtype != torch.bool:
        raise TypeError(f"mask must be bool (True = real token), got {mask.dtype}")
    lengths, real = mask.sum(dim=1), mask[..., None]  # (B,), (B, T, 1)
    ahead = forward(xs)  # (B, T, H)
    back = backward(reverse_sequence(xs, lengths))  # (B, T, H), last word first
    back = reverse_sequence(back, lengths)  # (B, T, H), as in the sentence
    return merge(ahead.where(real, 0.0), back.where(real, 0.0), merge_mode)
