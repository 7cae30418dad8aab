"""From a state for each word to one vector for the text: four ways to pool.

Each takes states (B, T, H) and a bool mask (B, T), True where a word is real, and
returns pooled (B, H) and weights (B, T). A row of weights sums to 1 and is 0 on
padding. In a row with nothing real, all weights are 0, and so is what is pooled.
"""

import keras
import numpy as np
from keras import ops

from attnbook.initial import glorot
from attnbook.keras.parameter import parameter
from attnbook.keras.softmax import masked_softmax


def pool_last(states: keras.KerasTensor, mask: keras.KerasTensor):
    """The state of the last real word: all weight on one place."""
    places = ops.arange(mask.shape[1])  # (T,)
    last = ops.max(ops.where(mask, places, -1), axis=1, keepdims=True)  # (B, 1)
    weights = ops.cast(places == last, states.dtype)  # (B, T), 0 where last is -1
    return (weights[:, None] @ states)[:, 0], weights  # (B, H), (B, T)


def pool_mean(states: keras.KerasTensor, mask: keras.KerasTensor):
    """The mean over the real words: the same weight on each."""
    real = ops.cast(mask, states.dtype)  # (B, T)
    counts = ops.sum(real, axis=1, keepdims=True)  # (B, 1)
    weights = real / ops.maximum(counts, 1)  # (B, T)
    return (weights[:, None] @ states)[:, 0], weights  # (B, H), (B, T)


def pool_max(states: keras.KerasTensor, mask: keras.KerasTensor):
    """The largest value of each feature over the real words.

    Each feature chooses its own word. A word's weight is the share of features that
    chose it, so here pooled is not the weighted sum of the states.
    """
    dtype = keras.backend.standardize_dtype(states.dtype)
    real = mask[..., None]  # (B, T, 1)
    shown = ops.where(real, states, np.finfo(dtype).min)  # (B, T, H)
    chosen = ops.argmax(shown, axis=1)[:, None]  # (B, 1, H)
    kept = states * ops.cast(real, dtype)  # (B, T, H)
    pooled = ops.take_along_axis(kept, chosen, axis=1)[:, 0]  # (B, H)
    places = ops.arange(mask.shape[1], dtype=chosen.dtype)[:, None]  # (T, 1)
    weights = ops.mean(ops.cast(places == chosen, dtype), axis=-1)  # (B, T)
    return pooled, weights * ops.cast(mask, dtype)


@keras.saving.register_keras_serializable("attnbook")
class AttentionPooling(keras.Layer):
    """u = tanh(h W + b), score u . u_s, softmax over the words, weighted sum.

    W (H, A), b (A,) and the query u_s (A,) are learned. Behind Embedding with
    mask_zero=True, Keras hands over the mask by itself.
    """

    def __init__(self, hidden: int, attn_dim: int, rng: np.random.Generator, **options):
        super().__init__(**options)
        self.sizes = {"hidden": hidden, "attn_dim": attn_dim}
        self.W = parameter(self, "W", glorot(rng, hidden, attn_dim))  # (H, A)
        self.b = parameter(self, "b", np.zeros(attn_dim))  # (A,)
        self.u_s = parameter(self, "u_s", glorot(rng, attn_dim, 1)[:, 0])  # (A,)
        self.supports_masking = True

    def call(self, states, mask=None):
        """states (B, T, H), mask (B, T) bool -> pooled (B, H), weights (B, T)."""
        if mask is None:
            raise ValueError("mask is missing: pass it, or embed with mask_zero=True")
        act = ops.tanh(states @ self.W + self.b)  # (B, T, A)
        scores = ops.matmul(act, self.u_s)  # (B, T)
        weights = masked_softmax(scores, mask)  # (B, T)
        return (weights[:, None] @ states)[:, 0], weights  # (B, H), (B, T)

    def compute_mask(self, states, previous_mask=None):
        """What is pooled has no words any more, so the mask ends here."""

    def get_config(self):
        """What it takes to build this layer again; Keras saves it with the weights."""
        return {**super().get_config(), **self.sizes}

    @classmethod
    def from_config(cls, config):
        """Build it again. Its first values do not matter: the saved ones follow."""
        return cls(**config, rng=np.random.default_rng(0))
