"""Gradient clipping by the global norm."""

from collections.abc import Sequence

import numpy as np


def clip_by_global_norm(
    grads: Sequence[np.ndarray], max_norm: float
) -> tuple[list[np.ndarray], float]:
    """Shorten all gradients by one factor, so that their joint length fits.

    Args:
        grads: gradients of any shapes, seen as one long vector.
        max_norm: the longest that this vector may be, above 0.

    Returns:
        The gradients, scaled if need be, and the length that they had before.
    """
    norm = np.sqrt(sum((grad**2).sum() for grad in grads))
    scale = max_norm / max(norm, max_norm)  # at most 1
    return [grad * scale for grad in grads], float(norm)
