"""Gradient clipping by the global norm."""

from collections.abc import Sequence

import torch


def clip_by_global_norm(
    grads: Sequence[torch.Tensor], max_norm: float
) -> tuple[list[torch.Tensor], torch.Tensor]:
    """Shorten all gradients by one factor, so that their joint length fits.

    Args:
        grads: gradients of any shapes, seen as one long vector.
        max_norm: the longest that this vector may be, above 0.

    Returns:
        The gradients, scaled if need be, and the length that they had before.
    """
    norm = torch.sqrt(sum((grad**2).sum() for grad in grads))  # ()
    scale = max_norm / norm.clamp(min=max_norm)  # (), at most 1
    return [grad * scale for grad in grads], norm
