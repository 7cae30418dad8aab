"""Attention in three pieces, each with its way back: weigh, sum, and both together."""

import numpy as np

from attnbook.numpy.softmax import masked_softmax


class AttentionWeights:
    """a = softmax(s . h) over the source: how much each source state matters."""

    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(
        self, dec_states: np.ndarray, src_states: np.ndarray, src_mask: np.ndarray
    ) -> np.ndarray:
        """dec_states (B, T, H), src_states (B, S, H), src_mask (B, S) bool.

        Returns the weights (B, T, S).
        """
        scores = dec_states @ src_states.swapaxes(1, 2)  # (B, T, S)
        weights = masked_softmax(scores, src_mask[:, None])  # (B, T, S)
        self.cache = dec_states, src_states, weights
        return weights

    def backward(self, d_weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """d_weights (B, T, S) -> d_dec_states (B, T, H), d_src_states (B, S, H)."""
        dec_states, src_states, weights = self.cache
        spread = weights * d_weights  # (B, T, S)
        d_scores = spread - weights * spread.sum(axis=-1, keepdims=True)  # (B, T, S)
        d_dec_states = d_scores @ src_states  # (B, T, H)
        return d_dec_states, d_scores.swapaxes(1, 2) @ dec_states


class WeightedSum:
    """c = sum of a_j h_j: the context, a mixture of the source states."""

    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, weights: np.ndarray, src_states: np.ndarray) -> np.ndarray:
        """weights (B, T, S), src_states (B, S, H) -> context (B, T, H)."""
        self.cache = weights, src_states
        return weights @ src_states

    def backward(self, d_context: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """d_context (B, T, H) -> d_weights (B, T, S), d_src_states (B, S, H)."""
        weights, src_states = self.cache
        d_weights = d_context @ src_states.swapaxes(1, 2)  # (B, T, S)
        return d_weights, weights.swapaxes(1, 2) @ d_context


class Attention:
    """Weigh the source states, then sum them: all steps of the decoder at once."""

    def __init__(self):
        self.weigh, self.sum = AttentionWeights(), WeightedSum()
        self.params, self.grads = {}, {}

    def forward(
        self, dec_states: np.ndarray, src_states: np.ndarray, src_mask: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """dec_states (B, T, H), src_states (B, S, H), src_mask (B, S) bool.

        Returns context (B, T, H) and weights (B, T, S).
        """
        weights = self.weigh.forward(dec_states, src_states, src_mask)  # (B, T, S)
        return self.sum.forward(weights, src_states), weights

    def backward(self, d_context: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """d_context (B, T, H) -> d_dec_states (B, T, H), d_src_states (B, S, H)."""
        d_weights, d_values = self.sum.backward(d_context)  # (B, T, S), (B, S, H)
        d_dec_states, d_keys = self.weigh.backward(d_weights)  # (B, T, H), (B, S, H)
        return d_dec_states, d_keys + d_values  # a source state is used twice
