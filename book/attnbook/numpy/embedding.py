"""A vector for each word: a row of a matrix, looked up by the word's id."""

import numpy as np


class Embedding:
    """vectors = W[ids]: row i of W is the vector of the word with id i. W (V, E)."""

    def __init__(self, vocab: int, embed: int, rng: np.random.Generator):
        self.params = {"W": rng.normal(scale=0.1, size=(vocab, embed))}  # (V, E)
        self.grads = {"W": np.zeros((vocab, embed))}  # (V, E)

    def forward(self, ids: np.ndarray) -> np.ndarray:
        """ids of any shape, such as (B, S) -> vectors with one more axis, (B, S, E)."""
        if np.any(ids < 0):  # NumPy would count from the end of the table
            raise IndexError(f"ids must be 0 or more, got {ids.min()}")
        self.ids = ids
        return self.params["W"][ids]  # (B, S, E)

    def backward(self, d_vectors: np.ndarray) -> None:
        """d_vectors (B, S, E) -> grads. Ids are no numbers to change: they get none."""
        self.grads["W"] = add_rows(self.params["W"], self.ids, d_vectors)  # (V, E)


def add_rows(W: np.ndarray, ids: np.ndarray, d_vectors: np.ndarray) -> np.ndarray:
    """The gradient of W (V, E): each row gets the sum of what its lookups get.

    Args:
        ids: rows that were looked up, of any shape; one may be there many times.
        d_vectors: the loss's gradient by what came out, with one more axis, E.
    """
    d_W = np.zeros_like(W)  # (V, E), and rows not looked up stay 0
    np.add.at(d_W, ids, d_vectors)  # d_W[ids] += d_vectors would count an id once
    return d_W
