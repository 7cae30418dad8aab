"""Cross-entropy from logits, padding left out, with its gradient."""

import numpy as np


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """(..., V) logits -> (..., V) logarithms of their softmax, for any logits."""
    shifted = logits - logits.max(axis=-1, keepdims=True)  # (..., V), at most 0
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))  # (..., V)


def cross_entropy(
    logits: np.ndarray, tgt_ids: np.ndarray, tgt_mask: np.ndarray
) -> float:
    """How surprising the right tokens are: -log of their probability, on average.

    Args:
        logits: (B, T, V) float, any range, before any softmax.
        tgt_ids: (B, T) int, the right tokens; below V on padding, too.
        tgt_mask: (B, T) bool, True where the token is real.

    Returns:
        The mean over the real tokens, or 0 if there is none.
    """
    if tgt_mask.dtype != np.bool_:
        raise TypeError(f"mask must be bool (True = real token), got {tgt_mask.dtype}")
    if not tgt_mask.shape == tgt_ids.shape == logits.shape[:-1]:
        shapes = f"{logits.shape}, {tgt_ids.shape}, {tgt_mask.shape}"
        raise ValueError(f"want (B, T, V), (B, T), (B, T), got {shapes}")
    logs = log_softmax(logits)  # (B, T, V)
    losses = -np.take_along_axis(logs, tgt_ids[..., None], axis=-1)[..., 0]  # (B, T)
    return losses[tgt_mask].sum() / max(tgt_mask.sum(), 1)


class CrossEntropy:
    """`cross_entropy` as a layer: it remembers its inputs for the way back."""

    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(
        self, logits: np.ndarray, tgt_ids: np.ndarray, tgt_mask: np.ndarray
    ) -> float:
        """logits (B, T, V), tgt_ids (B, T), tgt_mask (B, T) bool -> the mean loss."""
        self.cache = logits, tgt_ids, tgt_mask
        return cross_entropy(logits, tgt_ids, tgt_mask)

    def backward(self, d_loss: float = 1.0) -> np.ndarray:
        """-> d_logits (B, T, V): probability minus truth, over the number of tokens."""
        logits, tgt_ids, tgt_mask = self.cache
        probs = np.exp(log_softmax(logits))  # (B, T, V)
        truth = tgt_ids[..., None] == np.arange(logits.shape[-1])  # (B, T, V)
        share = d_loss * tgt_mask[..., None] / max(tgt_mask.sum(), 1)  # (B, T, 1)
        share = share.astype(logits.dtype)  # the numbers stay as exact as they came
        return (probs - truth) * share  # (B, T, V), 0 on padding
