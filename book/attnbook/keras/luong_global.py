"""Global attention: look at every source state, then join what was seen."""

import keras
import numpy as np
from keras import ops

from attnbook.initial import glorot
from attnbook.keras.parameter import parameter
from attnbook.keras.softmax import masked_softmax


class GlobalAttention(keras.Layer):
    """weights = softmax(score(s, h)) over the source, context = weights times h.

    Args:
        score: the layer that scores, such as DotScore(). Its weights are ours too.
    """

    def __init__(self, score: keras.Layer, **options):
        super().__init__(**options)
        self.score = score

    def call(self, dec_states, src_states, src_mask):
        """dec_states (B, T, H), src_states (B, S, H), src_mask (B, S) bool.

        Returns context (B, T, H) and weights (B, T, S).
        """
        scores = self.score(dec_states, src_states)  # (B, T, S)
        weights = masked_softmax(scores, src_mask[:, None])  # (B, T, S)
        return weights @ src_states, weights  # (B, T, H), (B, T, S)


class AttentionalState(keras.Layer):
    """h~ = tanh([c; s] W_c): what was seen, joined to what is known. W_c (2H, H)."""

    def __init__(self, hidden: int, rng: np.random.Generator, **options):
        super().__init__(**options)
        self.W_c = parameter(self, "W_c", glorot(rng, 2 * hidden, hidden))  # (2H, H)

    def call(self, context, dec_states):
        """context (B, T, H), dec_states (B, T, H) -> attentional states (B, T, H)."""
        joined = ops.concatenate([context, dec_states], axis=-1)  # (B, T, 2H)
        return ops.tanh(joined @ self.W_c)  # (B, T, H)
