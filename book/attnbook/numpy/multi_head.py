"""Attention with many heads: the same attention several times, side by side."""

import numpy as np

from attnbook.initial import glorot
from attnbook.numpy.attention_scores import ScaledDotScore
from attnbook.numpy.softmax import MaskedSoftmax


def split_heads(x: np.ndarray, heads: int) -> np.ndarray:
    """Cut the columns into heads and put these into the batch.

    (B, S, H) -> (B·heads, S, H/heads); a sentence's heads stand one after the other.
    """
    B, S, H = x.shape
    x = x.reshape(B, S, heads, H // heads).transpose(0, 2, 1, 3)  # (B, heads, S, H/n)
    return x.reshape(B * heads, S, H // heads)  # (B·heads, S, H/heads)


def merge_heads(x: np.ndarray, heads: int) -> np.ndarray:
    """Undo `split_heads`. (B·heads, S, H/heads) -> (B, S, H)."""
    rows, S, width = x.shape
    x = x.reshape(rows // heads, heads, S, width).transpose(0, 2, 1, 3)
    return x.reshape(rows // heads, S, heads * width)  # (B, S, H)


class MultiHeadAttention:
    """context = [head 1; head 2; ...] W_o, head = softmax(q . k / sqrt(H/heads)) v.

    q = s W_q, k = h W_k and v = h W_v, each matrix (H, H). A head has H/heads columns
    of each.
    """

    def __init__(self, hidden: int, heads: int, rng: np.random.Generator):
        letters = "W_q", "W_k", "W_v", "W_o"
        self.params = {letter: glorot(rng, hidden, hidden) for letter in letters}
        self.grads = {letter: np.zeros((hidden, hidden)) for letter in letters}
        self.heads, self.score, self.softmax = heads, ScaledDotScore(), MaskedSoftmax()

    def forward(
        self, dec_states: np.ndarray, src_states: np.ndarray, src_mask: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """dec_states (B, T, H), src_states (B, S, H), src_mask (B, S) bool.

        Returns context (B, T, H) and weights (B, heads, T, S).
        """
        inputs = {"W_q": dec_states, "W_k": src_states, "W_v": src_states}
        q, k, v = (
            split_heads(x @ self.params[letter], self.heads)  # (B·heads, T|S, H/heads)
            for letter, x in inputs.items()
        )
        mask = np.repeat(src_mask, self.heads, axis=0)[:, None]  # (B·heads, 1, S)
        weights = self.softmax.forward(self.score.forward(q, k), mask)
        joined = merge_heads(weights @ v, self.heads)  # (B, T, H)
        self.cache = inputs, v, weights, joined
        by_head = weights.reshape(len(src_mask), self.heads, *weights.shape[1:])
        return joined @ self.params["W_o"], by_head  # (B, T, H), (B, heads, T, S)

    def backward(self, d_context: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """d_context (B, T, H) -> d_dec_states (B, T, H), d_src_states (B, S, H)."""
        inputs, v, weights, joined = self.cache
        self.grads["W_o"] = np.tensordot(joined, d_context, ([0, 1], [0, 1]))  # (H, H)
        d_heads = split_heads(d_context @ self.params["W_o"].T, self.heads)
        d_weights = d_heads @ v.transpose(0, 2, 1)  # (B·heads, T, S)
        d_v = weights.transpose(0, 2, 1) @ d_heads  # (B·heads, S, H/heads)
        d_q, d_k = self.score.backward(self.softmax.backward(d_weights))
        back = {}
        for (letter, x), d_part in zip(inputs.items(), (d_q, d_k, d_v), strict=True):
            d_proj = merge_heads(d_part, self.heads)  # (B, T|S, H)
            self.grads[letter] = np.tensordot(x, d_proj, ([0, 1], [0, 1]))  # (H, H)
            back[letter] = d_proj @ self.params[letter].T  # (B, T|S, H)
        return back["W_q"], back["W_k"] + back["W_v"]
