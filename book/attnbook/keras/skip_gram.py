"""Skip-gram with negative sampling: tell a word's real neighbours from drawn ones."""

import keras
import numpy as np
from keras import ops

from attnbook.keras.parameter import parameter


class SkipGram(keras.Layer):
    """loss = -log s(x . y) of the neighbour, plus -log s(-x . y) of each drawn word.

    x is a row of W, y a row of C, both (V, E), and s the logistic function.
    """

    def __init__(self, vocab: int, embed: int, rng: np.random.Generator, **options):
        super().__init__(**options)
        W, C = rng.normal(scale=0.1, size=(2, vocab, embed))  # (V, E) each
        self.W, self.C = parameter(self, "W", W), parameter(self, "C", C)

    def call(self, words, others):
        """words (B,), others (B, 1+K), the neighbour and K drawn ids -> losses (B,)."""
        x, y = ops.take(self.W, words, axis=0), ops.take(self.C, others, axis=0)
        scores = ops.einsum("be,bke->bk", x, y)  # (B, 1+K)
        good = ops.log_sigmoid(scores[:, :1])  # (B, 1)
        bad = ops.log_sigmoid(-scores[:, 1:])  # (B, K)
        return -ops.sum(ops.concatenate([good, bad], axis=1), axis=1)  # (B,)
