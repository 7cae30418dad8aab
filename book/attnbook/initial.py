"""First values for parameters, drawn once in NumPy for all three frameworks."""

import numpy as np


def glorot(rng: np.random.Generator, rows: int, columns: int) -> np.ndarray:
    """Draw a (rows, columns) float64 matrix that keeps activations at their scale.

    The range is Glorot's, sqrt(6 / (rows + columns)). A layer of any framework that
    starts from the same `rng` starts from the same numbers.
    """
    limit = np.sqrt(6 / (rows + columns))
    return rng.uniform(-limit, limit, size=(rows, columns))  # (rows, columns)
