"""Softmax that gives padding exactly nothing."""

import torch


def masked_softmax(scores: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Turn scores into weights over the source, ignoring padding.

    Args:
        scores: (B, T, S) float, any range.
        mask: (B, 1, S) or (B, T, S) bool, True where the token is real.

    Returns:
        (B, T, S) weights. A row sums to 1, or is all 0 if nothing in it is real.
    """
    if mask.dtype != torch.bool:
        raise TypeError(f"mask must be bool (True = real token), got {mask.dtype}")
    if mask.ndim != scores.ndim:
        raise ValueError(f"mask {mask.shape} needs the axes of scores {scores.shape}")
    lowest = torch.finfo(scores.dtype).min
    scores = scores.masked_fill(~mask, lowest)  # (B, T, S)
    weights = torch.softmax(scores, dim=-1)  # (B, T, S)
    return weights * mask  # (B, T, S), exactly 0 on padding
