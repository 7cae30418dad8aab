"""Cross-entropy from logits, padding left out."""

import torch
from torch import nn


def cross_entropy(
    logits: torch.Tensor, tgt_ids: torch.Tensor, tgt_mask: torch.Tensor
) -> torch.Tensor:
    """How surprising the right tokens are: -log of their probability, on average.

    Args:
        logits: (B, T, V) float, any range, before any softmax.
        tgt_ids: (B, T) int64, the right tokens; below V on padding, too.
        tgt_mask: (B, T) bool, True where the token is real.

    Returns:
        The mean over the real tokens, or 0 if there is none.
    """
    if tgt_mask.dtype != torch.bool:
        raise TypeError(f"mask must be bool (True = real token), got {tgt_mask.dtype}")
    if not tgt_mask.shape == tgt_ids.shape == logits.shape[:-1]:
        shapes = f"{logits.shape}, {tgt_ids.shape}, {tgt_mask.shape}"
        raise ValueError(f"want (B, T, V), (B, T), (B, T), got {shapes}")
    losses = nn.functional.cross_entropy(
        logits.flatten(0, -2), tgt_ids.flatten(), reduction="none"
    )  # (B*T,)
    real = tgt_mask.flatten()  # (B*T,)
    return losses[real].sum() / real.sum().clamp(min=1)
