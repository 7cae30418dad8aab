"""Attention with the dot score, all steps of the decoder at once."""

import keras
from keras import ops

from attnbook.keras.softmax import masked_softmax


class Attention(keras.Layer):
    """Weigh the source states, then sum them: all steps of the decoder at once."""

    def call(self, dec_states, src_states, src_mask):
        """dec_states (B, T, H), src_states (B, S, H), src_mask (B, S) bool.

        Returns context (B, T, H) and weights (B, T, S).
        """
        scores = ops.matmul(dec_states, ops.swapaxes(src_states, 1, 2))  # (B, T, S)
        weights = masked_softmax(scores, src_mask[:, None])  # (B, T, S)
        return ops.matmul(weights, src_states), weights
