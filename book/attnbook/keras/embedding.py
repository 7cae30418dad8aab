"""A vector for each word: a row of a matrix, looked up by the word's id."""

import keras
import numpy as np
from keras import ops

from attnbook.keras.parameter import parameter


class Embedding(keras.Layer):
    """vectors = W[ids]: row i of W is the vector of the word with id i. W (V, E)."""

    def __init__(self, vocab: int, embed: int, rng: np.random.Generator, **options):
        super().__init__(**options)
        self.W = parameter(self, "W", rng.normal(scale=0.1, size=(vocab, embed)))

    def call(self, ids):
        """ids of any shape, such as (B, S) -> vectors with one more axis, (B, S, E)."""
        return ops.take(self.W, ids, axis=0)  # (B, S, E)
