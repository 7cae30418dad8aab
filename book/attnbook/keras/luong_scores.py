"""Luong's scores: how well a decoder state fits each source state, or position."""

import keras
import numpy as np
from keras import ops

from attnbook.initial import glorot
from attnbook.keras.parameter import parameter


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


class LocationScore(keras.Layer):
    """score(s, j) = entry j of s W, the paper's "location". W (H, L), L positions.

    Only s is looked at; of the source, only how long it is. Short sources use the first
    S columns of W. Positions after the L-th get the lowest number there is, and with
    it the weight 0.
    """

    def __init__(self, hidden: int, longest: int, rng: np.random.Generator, **options):
        super().__init__(**options)
        self.W = parameter(self, "W", glorot(rng, hidden, longest))  # (H, L)

    def call(self, dec_states, src_states):
        """dec_states (B, T, H), src_states (B, S, H) -> scores (B, T, S)."""
        W = self.W[:, : src_states.shape[1]]  # (H, min(S, L))
        beyond = src_states.shape[1] - W.shape[1]
        lowest = np.finfo(keras.backend.standardize_dtype(dec_states.dtype)).min
        places = [(0, 0), (0, 0), (0, beyond)]
        return ops.pad(dec_states @ W, places, constant_values=lowest)  # (B, T, S)
