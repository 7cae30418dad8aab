"""Global attention: look at every source state, then join what was seen."""

import numpy as np

from attnbook.initial import glorot
from attnbook.numpy.softmax import MaskedSoftmax


class GlobalAttention:
    """weights = softmax(score(s, h)) over the source, context = weights times h.

    Args:
        score: the layer that scores, such as DotScore(). Its params are ours too.
    """

    def __init__(self, score):
        self.score, self.softmax = score, MaskedSoftmax()
        self.params, self.grads = score.params, score.grads

    def forward(
        self, dec_states: np.ndarray, src_states: np.ndarray, src_mask: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """dec_states (B, T, H), src_states (B, S, H), src_mask (B, S) bool.

        Returns context (B, T, H) and weights (B, T, S).
        """
        scores = self.score.forward(dec_states, src_states)  # (B, T, S)
        weights = self.softmax.forward(scores, src_mask[:, None])  # (B, T, S)
        self.cache = src_states, weights
        return weights @ src_states, weights  # (B, T, H), (B, T, S)

    def backward(
        self, d_context: np.ndarray, d_weights: np.ndarray | float = 0.0
    ) -> tuple[np.ndarray, np.ndarray]:
        """d_context (B, T, H) -> d_dec_states (B, T, H), d_src_states (B, S, H).

        Pass d_weights (B, T, S) too if the loss looks at the weights themselves.
        """
        src_states, weights = self.cache
        d_weights = d_weights + d_context @ src_states.transpose(0, 2, 1)  # (B, T, S)
        d_dec_states, d_keys = self.score.backward(self.softmax.backward(d_weights))
        d_values = weights.transpose(0, 2, 1) @ d_context  # (B, S, H)
        return d_dec_states, d_keys + d_values  # (B, T, H), (B, S, H)


class AttentionalState:
    """h~ = tanh([c; s] W_c): what was seen, joined to what is known. W_c (2H, H).

    `grads` is filled by `backward`, and `backward` leaves the cache as it found it.
    """

    def __init__(self, hidden: int, rng: np.random.Generator):
        self.params = {"W_c": glorot(rng, 2 * hidden, hidden)}  # (2H, H)
        self.grads = {"W_c": np.zeros((2 * hidden, hidden))}  # (2H, H)

    def forward(self, context: np.ndarray, dec_states: np.ndarray) -> np.ndarray:
        """context (B, T, H), dec_states (B, T, H) -> attentional states (B, T, H)."""
        joined = np.concatenate([context, dec_states], axis=-1)  # (B, T, 2H)
        act = np.tanh(joined @ self.params["W_c"])  # (B, T, H)
        self.cache = joined, act
        return act

    def backward(self, d_act: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """d_act (B, T, H) -> d_context (B, T, H), d_dec_states (B, T, H)."""
        joined, act = self.cache
        d_sum = d_act * (1 - act**2)  # (B, T, H)
        self.grads["W_c"] = np.tensordot(joined, d_sum, ([0, 1], [0, 1]))  # (2H, H)
        d_joined = d_sum @ self.params["W_c"].T  # (B, T, 2H)
        d_context, d_dec_states = np.split(d_joined, 2, axis=-1)  # (B, T, H) each
        return d_context, d_dec_states
