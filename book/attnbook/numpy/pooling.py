"""From a state for each word to one vector for the text: four ways to pool.

Each takes states (B, T, H) and a bool mask (B, T), True where a word is real, and
returns pooled (B, H) and weights (B, T). A row of weights sums to 1 and is 0 on
padding. In a row with nothing real, all weights are 0, and so is what is pooled.
"""

import numpy as np

from attnbook.initial import glorot
from attnbook.numpy.softmax import MaskedSoftmax


def pool_last(states: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The state of the last real word: all weight on one place."""
    places = np.arange(mask.shape[1])  # (T,)
    last = np.where(mask, places, -1).max(axis=1, keepdims=True)  # (B, 1)
    weights = (places == last).astype(states.dtype)  # (B, T), 0 where last is -1
    return (weights[:, None] @ states)[:, 0], weights  # (B, H), (B, T)


def pool_mean(states: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The mean over the real words: the same weight on each."""
    counts = mask.sum(axis=1, keepdims=True)  # (B, 1)
    weights = mask / np.maximum(counts, 1)  # (B, T)
    return (weights[:, None] @ states)[:, 0], weights  # (B, H), (B, T)


def pool_max(states: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The largest value of each feature over the real words.

    Each feature chooses its own word. A word's weight is the share of features that
    chose it, so here pooled is not the weighted sum of the states.
    """
    real = mask[..., None]  # (B, T, 1)
    shown = np.where(real, states, np.finfo(states.dtype).min)  # (B, T, H)
    chosen = shown.argmax(axis=1)[:, None]  # (B, 1, H)
    pooled = np.take_along_axis(states * real, chosen, axis=1)[:, 0]  # (B, H)
    places = np.arange(mask.shape[1])[:, None]  # (T, 1)
    weights = (places == chosen).mean(axis=-1)  # (B, T)
    return pooled, weights * mask


class AttentionPooling:
    """u = tanh(h W + b), score u . u_s, softmax over the words, weighted sum.

    W (H, A), b (A,) and the query u_s (A,) are learned.
    """

    def __init__(self, hidden: int, attn_dim: int, rng: np.random.Generator):
        W = glorot(rng, hidden, attn_dim)  # (H, A)
        u_s = glorot(rng, attn_dim, 1)[:, 0]  # (A,)
        self.params = {"W": W, "b": np.zeros(attn_dim), "u_s": u_s}
        self.grads = {name: np.zeros_like(p) for name, p in self.params.items()}
        self.softmax = MaskedSoftmax()

    def forward(
        self, states: np.ndarray, mask: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """states (B, T, H), mask (B, T) bool -> pooled (B, H), weights (B, T)."""
        act = np.tanh(states @ self.params["W"] + self.params["b"])  # (B, T, A)
        scores = act @ self.params["u_s"]  # (B, T)
        weights = self.softmax.forward(scores, mask)  # (B, T)
        self.cache = states, act, weights
        return (weights[:, None] @ states)[:, 0], weights  # (B, H), (B, T)

    def backward(
        self, d_pooled: np.ndarray, d_weights: np.ndarray | float = 0.0
    ) -> np.ndarray:
        """d_pooled (B, H) -> d_states (B, T, H).

        Pass d_weights (B, T) too if the loss looks at the weights themselves.
        """
        states, act, weights = self.cache
        d_weights = d_weights + (states @ d_pooled[..., None])[..., 0]  # (B, T)
        d_scores = self.softmax.backward(d_weights)  # (B, T)
        d_sum = d_scores[..., None] * self.params["u_s"] * (1 - act**2)  # (B, T, A)
        self.grads["W"] = np.tensordot(states, d_sum, ([0, 1], [0, 1]))  # (H, A)
        self.grads["b"] = d_sum.sum(axis=(0, 1))  # (A,)
        self.grads["u_s"] = np.tensordot(d_scores, act, 2)  # (A,)
        d_values = weights[..., None] * d_pooled[:, None]  # (B, T, H)
        return d_values + d_sum @ self.params["W"].T  # (B, T, H)
