"""What is drawn at each training step, once in NumPy for all three frameworks."""

import numpy as np


def keep_mask(
    rng: np.random.Generator,
    shape: tuple[int, int, int],
    rate: float,
    per_sequence: bool = False,
) -> np.ndarray:
    """Draw which numbers dropout keeps.

    Args:
        shape: (B, T, E) of what it acts on.
        rate: the chance that a number is dropped.
        per_sequence: one mask for all positions of a sequence, not a new one for each.

    Returns:
        (B, T, E) bool, or (B, 1, E) if it holds for all positions. True is kept.
    """
    batch, length, embed = shape
    return rng.random((batch, 1 if per_sequence else length, embed)) >= rate
