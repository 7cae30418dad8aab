"""Softmax that gives padding exactly nothing, with its gradient."""

import numpy as np


def masked_softmax(scores: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Turn scores into weights over the source, ignoring padding.

    Args:
        scores: (B, T, S) float, any range.
        mask: (B, 1, S) or (B, T, S) bool, True where the token is real.

    Returns:
        (B, T, S) weights. A row sums to 1, or is all 0 if nothing in it is real.
    """
    if mask.dtype != np.bool_:
        raise TypeError(f"mask must be bool (True = real token), got {mask.dtype}")
    if mask.ndim != scores.ndim:
        raise ValueError(f"mask {mask.shape} needs the axes of scores {scores.shape}")
    scores = np.where(mask, scores, np.finfo(scores.dtype).min)  # (B, T, S)
    exps = np.exp(scores - scores.max(axis=-1, keepdims=True))  # (B, T, S)
    weights = exps / exps.sum(axis=-1, keepdims=True)  # (B, T, S)
    return weights * mask  # (B, T, S), exactly 0 on padding


class MaskedSoftmax:
    """`masked_softmax` as a layer: it remembers its weights for the way back."""

    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, scores: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """(B, T, S) scores and a bool mask -> (B, T, S) weights."""
        self.weights = masked_softmax(scores, mask)  # (B, T, S)
        return self.weights

    def backward(self, d_weights: np.ndarray) -> np.ndarray:
        """(B, T, S) -> (B, T, S): each weight times how far its gradient leads."""
        spread = self.weights * d_weights  # (B, T, S)
        mean = spread.sum(axis=-1, keepdims=True)  # (B, T, 1)
        return spread - self.weights * mean  # (B, T, S), 0 on padding
