"""Attention with many heads: the same attention several times, side by side."""

import keras
import numpy as np
from keras import ops

from attnbook.initial import glorot
from attnbook.keras.attention_scores import ScaledDotScore
from attnbook.keras.parameter import parameter
from attnbook.keras.softmax import masked_softmax


def split_heads(x: keras.KerasTensor, heads: int):
    """Cut the columns into heads and put these into the batch.

    (B, S, H) -> (B·heads, S, H/heads); a sentence's heads stand one after the other.
    """
    B, S, H = x.shape
    x = ops.transpose(ops.reshape(x, (B, S, heads, H // heads)), (0, 2, 1, 3))
    return ops.reshape(x, (B * heads, S, H // heads))  # (B·heads, S, H/heads)


def merge_heads(x: keras.KerasTensor, heads: int):
    """Undo `split_heads`. (B·heads, S, H/heads) -> (B, S, H)."""
    rows, S, width = x.shape
    x = ops.reshape(x, (rows // heads, heads, S, width))  # (B, heads, S, H/heads)
    return ops.reshape(ops.transpose(x, (0, 2, 1, 3)), (-1, S, heads * width))


class MultiHeadAttention(keras.Layer):
    """context = [head 1; head 2; ...] W_o, head = softmax(q . k / sqrt(H/heads)) v.

    q = s W_q, k = h W_k and v = h W_v, each matrix (H, H). A head has H/heads columns
    of each.
    """

    def __init__(self, hidden: int, heads: int, rng: np.random.Generator, **options):
        super().__init__(**options)
        self.heads, self.score = heads, ScaledDotScore()
        for letter in ("W_q", "W_k", "W_v", "W_o"):
            setattr(self, letter, parameter(self, letter, glorot(rng, hidden, hidden)))

    def call(self, dec_states, src_states, src_mask):
        """dec_states (B, T, H), src_states (B, S, H), src_mask (B, S) bool.

        Returns context (B, T, H) and weights (B, heads, T, S).
        """
        q = split_heads(dec_states @ self.W_q, self.heads)  # (B·heads, T, H/heads)
        k = split_heads(src_states @ self.W_k, self.heads)  # (B·heads, S, H/heads)
        v = split_heads(src_states @ self.W_v, self.heads)  # (B·heads, S, H/heads)
        mask = ops.repeat(src_mask, self.heads, axis=0)[:, None]  # (B·heads, 1, S)
        weights = masked_softmax(self.score(q, k), mask)  # (B·heads, T, S)
        joined = merge_heads(weights @ v, self.heads)  # (B, T, H)
        by_head = ops.reshape(weights, (-1, self.heads, *weights.shape[1:]))
        return joined @ self.W_o, by_head  # (B, T, H), (B, heads, T, S)
