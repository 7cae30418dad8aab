"""Gradient clipping by the global norm."""

from collections.abc import Sequence

from keras import ops


def clip_by_global_norm(grads: Sequence, max_norm: float) -> tuple[list, object]:
    """Shorten all gradients by one factor, so that their joint length fits.

    Args:
        grads: gradients of any shapes, seen as one long vector.
        max_norm: the longest that this vector may be, above 0.

    Returns:
        The gradients, scaled if need be, and the length that they had before.
    """
    norm = ops.sqrt(sum(ops.sum(grad**2) for grad in grads))  # ()
    scale = max_norm / ops.maximum(norm, max_norm)  # (), at most 1
    return [grad * scale for grad in grads], norm
