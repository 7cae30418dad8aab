"""First values for parameters, drawn once in NumPy for all three frameworks."""

import numpy as np


def glorot(rng: np.random.Generator, rows: int, columns: int) -> np.ndarray:
    """Draw a (rows, columns) float64 matrix that keeps activations at their scale.

    The range is Glorot's, sqrt(6 / (rows + columns)). A layer of any framework that
    starts from the same `rng` starts from the same numbers.
    """
    limit = np.sqrt(6 / (rows + columns))
    return rng.uniform(-limit, limit, size=(rows, columns))  # (rows, columns)


def gru_start(
    rng: np.random.Generator, embed: int, hidden: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw W (E, 3H) and U (H, 3H) of a GRU, each gate's block alone, and b of zeros.

    b is (2, 3H). The layouts are those of `attnbook.numpy.gru`.
    """
    W = np.hstack([glorot(rng, embed, hidden) for _ in range(3)])  # (E, 3H)
    U = np.hstack([glorot(rng, hidden, hidden) for _ in range(3)])  # (H, 3H)
    return W, U, np.zeros((2, 3 * hidden))


def lstm_start(
    rng: np.random.Generator, embed: int, hidden: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw W (E, 4H) and U (H, 4H) of an LSTM, each gate's block alone, and b (4H,).

    b is 1 for the forget gate, which so begins open, and 0 elsewhere. The order of the
    gates is that of `attnbook.numpy.lstm`.
    """
    W = np.hstack([glorot(rng, embed, hidden) for _ in range(4)])  # (E, 4H)
    U = np.hstack([glorot(rng, hidden, hidden) for _ in range(4)])  # (H, 4H)
    return W, U, np.repeat([0.0, 1.0, 0.0, 0.0], hidden)
