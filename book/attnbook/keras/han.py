"""A hierarchical attention network: words make sentences, sentences make a document.

Both levels are the same layer, with weights of its own: a GRU in each direction, and
attention pooling. All sentences of a batch go through the lower one at once.
"""

import keras
import numpy as np
from keras import ops

from attnbook.initial import gru_start
from attnbook.keras.bidirectional import bidirectional
from attnbook.keras.gru import gru
from attnbook.keras.parameter import parameter
from attnbook.keras.pooling import AttentionPooling


def close_gaps(xs, mask):
    """Bring what is real to the front of each row, in its order.

    An empty sentence between two others would be a step for the reader.

    Args:
        xs: (B, T, E).
        mask: (B, T) bool, True where there is something.

    Returns:
        xs (B, T, E) and mask (B, T) in the new order, and places (B, T): where each
        now stands. Gathering along places brings the old order back.
    """
    length = mask.shape[1]
    steps = ops.arange(length)  # (T,)
    order = ops.argsort(ops.where(mask, steps, steps + length), axis=1)  # (B, T)
    places = ops.argsort(order, axis=1)  # (B, T)
    closed = ops.take_along_axis(xs, order[..., None], axis=1)  # (B, T, E)
    return closed, ops.take_along_axis(mask, order, axis=1), places


class Level(keras.Layer):
    """One level of a HAN: read in both directions, then pool by attention.

    The GRUs have W (E, 3H), U (H, 3H) and b (2, 3H), ahead and back; the pooling has W
    (2H, A), b (A,) and u_s (A,).
    """

    def __init__(
        self,
        embed: int,
        hidden: int,
        attn_dim: int,
        rng: np.random.Generator,
        **options,
    ):
        super().__init__(**options)
        self.ahead, self.back = (
            [
                parameter(self, f"{letter}_{way}", array)
                for letter, array in zip(
                    "WUb", gru_start(rng, embed, hidden), strict=True
                )
            ]
            for way in ("ahead", "back")
        )
        self.pool = AttentionPooling(2 * hidden, attn_dim, rng)

    def call(self, xs, mask):
        """xs (B, T, E), mask (B, T) bool -> pooled (B, 2H), weights (B, T)."""
        xs, mask, places = close_gaps(xs, mask)
        states = bidirectional(
            xs,
            mask,
            lambda xs: gru(xs, *self.ahead)[0],
            lambda xs: gru(xs, *self.back)[0],
        )  # (B, T, 2H), 0 where nothing is real
        pooled, weights = self.pool(states, mask)  # (B, 2H), (B, T)
        return pooled, ops.take_along_axis(weights, places, axis=1)


class HAN(keras.Layer):
    """Words to sentences, sentences to a document: two levels, one on the other."""

    def __init__(self, words: Level, sentences: Level, **options):
        super().__init__(**options)
        self.words, self.sentences = words, sentences

    def call(self, xs, mask):
        """Read documents of N sentences with W words each.

        Args:
            xs: (B, N, W, E), the words' vectors.
            mask: (B, N, W) bool, True where a word is real.

        Returns:
            documents (B, 2H), weights of words (B, N, W) and of sentences (B, N). What
            is empty has the weight 0, and an empty document is a row of zeros.
        """
        _, sents, words, embed = xs.shape
        every = ops.reshape(xs, (-1, words, embed)), ops.reshape(mask, (-1, words))
        vectors, word_weights = self.words(*every)  # (B N, 2H), (B N, W)
        vectors = ops.reshape(vectors, (-1, sents, vectors.shape[-1]))  # (B, N, 2H)
        real = ops.any(mask, axis=-1)  # (B, N), a sentence with a word in it
        documents, weights = self.sentences(vectors, real)  # (B, 2H), (B, N)
        return documents, ops.reshape(word_weights, (-1, sents, words)), weights
