"""Luong's three scores: how well a decoder state fits each source state."""

import keras
import numpy as np
from keras import ops

from attnbook.initial import glorot


def parameter(layer: keras.Layer, name: str, values: np.ndarray) -> keras.Variable:
    """A trainable copy of a NumPy array, owned by `layer` and in its float type."""

    def start(shape, dtype):
        return ops.convert_to_tensor(values, dtype)

    return layer.add_weight(shape=values.shape, initializer=start, name=name)


class DotScore(keras.Layer):
    """score(s, h) = s . h, the paper's "dot"."""

    def call(self, dec_states, src_states):
        """dec_states (B, T, H), src_states (B, S, H) -> scores (B, T, S)."""
        return dec_states @ ops.transpose(src_states, (0, 2, 1))  # (B, T, S)


class GeneralScore(keras.Layer):
    """score(s, h) = s W h, the paper's "general". W is (H, H)."""

    def __init__(self, hidden: int, rng: np.random.Generator, **options):
        super().__init__(**options)
        self.W = parameter(self, "W", glorot(rng, hidden, hidden))  # (H, H)

    def call(self, dec_states, src_states):
        """dec_states (B, T, H), src_states (B, S, H) -> scores (B, T, S)."""
        proj = dec_states @ self.W  # (B, T, H)
        return proj @ ops.transpose(src_states, (0, 2, 1))  # (B, T, S)


class ConcatScore(keras.Layer):
    """score(s, h) = v . tanh([s; h] W), the paper's "concat". W (2H, A), v (A,).

    [s; h] W is s times the upper half of W plus h times the lower half. So each state
    is multiplied once, not once for every pair, and (B, T, S, 2H) is never built.
    """

    def __init__(self, hidden: int, attn_dim: int, rng: np.random.Generator, **options):
        super().__init__(**options)
        self.W = parameter(self, "W", glorot(rng, 2 * hidden, attn_dim))  # (2H, A)
        self.v = parameter(self, "v", glorot(rng, attn_dim, 1)[:, 0])  # (A,)

    def call(self, dec_states, src_states):
        """dec_states (B, T, H), src_states (B, S, H) -> scores (B, T, S)."""
        upper, lower = ops.split(self.W, 2)  # (H, A) each
        dec_part = (dec_states @ upper)[:, :, None]  # (B, T, 1, A)
        src_part = (src_states @ lower)[:, None]  # (B, 1, S, A)
        act = ops.tanh(dec_part + src_part)  # (B, T, S, A)
        return ops.matmul(act, self.v)  # (B, T, S)
