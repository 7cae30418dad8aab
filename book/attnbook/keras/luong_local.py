"""Local attention: look at a window of the source, around one position."""

import keras
import numpy as np
from keras import ops

from attnbook.initial import glorot
from attnbook.keras.parameter import parameter
from attnbook.keras.softmax import masked_softmax


def monotonic_positions(tgt_len: int, src_mask):
    """local-m: p_t = t, and the last word for steps beyond it. (B, S) -> (B, T)."""
    lengths = ops.sum(ops.cast(src_mask, "int32"), axis=1)[:, None]  # (B, 1)
    steps = ops.arange(1, tgt_len + 1, dtype="int32")  # (T,), from 1
    return ops.cast(ops.minimum(steps, lengths), keras.config.floatx())  # (B, T)


def distances(positions, src_len: int):
    """j - p_t for all places j, counted from 1. positions (B, T) -> (B, T, S)."""
    places = ops.arange(1, src_len + 1, dtype=positions.dtype)  # (S,)
    return places - positions[..., None]  # (B, T, S)


def window_mask(away, mask, reach: int):
    """True in [p_t - D, p_t + D] and on a real word. (B, T, S), (B, 1, S) -> (B, T, S).

    Args:
        reach: D, at least 1.
    """
    if reach < 1:
        raise ValueError(f"reach must be at least 1, got {reach}")
    return (ops.abs(away) <= reach) & mask  # (B, T, S)


def gaussian(away, reach: int):
    """exp(-(j - p_t)^2 / (2 sigma^2)) with sigma = D / 2; 1 at p_t itself."""
    sigma = reach / 2
    return ops.exp(-(away**2) / (2 * sigma**2))  # (B, T, S)


class PredictivePosition(keras.Layer):
    """local-p: p_t = S sigmoid(v_p . tanh(s_t W_p)). W_p is (H, A), v_p (A,)."""

    def __init__(self, hidden: int, attn_dim: int, rng: np.random.Generator, **options):
        super().__init__(**options)
        self.W_p = parameter(self, "W_p", glorot(rng, hidden, attn_dim))  # (H, A)
        self.v_p = parameter(self, "v_p", glorot(rng, attn_dim, 1)[:, 0])  # (A,)

    def call(self, dec_states, src_mask):
        """dec_states (B, T, H), src_mask (B, S) bool -> positions (B, T), in (0, S).

        S is the length of each sentence by itself, without its padding.
        """
        lengths = ops.sum(ops.cast(src_mask, self.compute_dtype), axis=1)  # (B,)
        act = ops.tanh(dec_states @ self.W_p)  # (B, T, A)
        return lengths[:, None] * ops.sigmoid(ops.matmul(act, self.v_p))  # (B, T)


class LocalAttention(keras.Layer):
    """Global attention inside a window, times a Gaussian if the place is predicted.

    Args:
        score: the layer that scores, such as GeneralScore(). Its weights are ours too.
        reach: D; a window has 2D + 1 places at most.
        predict: a PredictivePosition for local-p, or None for local-m.
    """

    def __init__(
        self,
        score: keras.Layer,
        reach: int,
        predict: PredictivePosition | None = None,
        **options,
    ):
        super().__init__(**options)
        self.score, self.reach, self.predict = score, reach, predict

    def positions(self, dec_states, src_mask):
        """Where to look: dec_states (B, T, H), src_mask (B, S) -> p_t (B, T)."""
        if self.predict is not None:
            return self.predict(dec_states, src_mask)  # (B, T)
        positions = monotonic_positions(dec_states.shape[1], src_mask)  # (B, T)
        return ops.cast(positions, dec_states.dtype)

    def call(self, dec_states, src_states, src_mask):
        """dec_states (B, T, H), src_states (B, S, H), src_mask (B, S) bool.

        Returns context (B, T, H) and weights (B, T, S).
        """
        positions = self.positions(dec_states, src_mask)  # (B, T)
        away = distances(positions, src_mask.shape[1])  # (B, T, S)
        window = window_mask(away, src_mask[:, None], self.reach)  # (B, T, S)
        scores = self.score(dec_states, src_states)  # (B, T, S)
        weights = masked_softmax(scores, window)  # (B, T, S)
        if self.predict is not None:
            weights = weights * gaussian(away, self.reach)  # (B, T, S)
        return weights @ src_states, weights  # (B, T, H), (B, T, S)


def gather_windows(src_states, src_mask, positions, reach: int):
    """Copy out the 2D + 1 source states from the first place of each window on.

    Returns:
        near (B, T, 2D+1, H), places (B, T, 2D+1) counted from 1, which may lie outside
        the sentence, and real (B, T, 2D+1) bool, False there.
    """
    first = ops.ceil(ops.stop_gradient(positions) - reach)[..., None]  # (B, T, 1)
    places = first + ops.arange(2 * reach + 1, dtype=first.dtype)  # (B, T, 2D+1)
    inside = ops.clip(places, 1, src_mask.shape[1])  # (B, T, 2D+1)
    index = ops.cast(inside, "int32") - 1  # (B, T, 2D+1)
    batch, tgt_len, width = index.shape
    flat = ops.reshape(index, (batch, tgt_len * width))  # (B, T*(2D+1))
    near = ops.take_along_axis(src_states, flat[..., None], axis=1)  # (B, T*(2D+1), H)
    known = ops.take_along_axis(src_mask, flat, axis=1)  # (B, T*(2D+1))
    real = ops.reshape(known, index.shape) & (places == inside)  # (B, T, 2D+1)
    return ops.reshape(near, (batch, tgt_len, width, near.shape[-1])), places, real


def attend_gathered(attention: LocalAttention, dec_states, src_states, src_mask):
    """The same context from 2D + 1 scores a step, however long the source is.

    Returns context (B, T, H), weights (B, T, 2D+1) and their places (B, T, 2D+1).
    """
    positions = attention.positions(dec_states, src_mask)  # (B, T)
    near, places, real = gather_windows(
        src_states, src_mask, positions, attention.reach
    )
    batch, tgt_len, width, hidden = near.shape
    queries = ops.reshape(dec_states, (batch * tgt_len, 1, hidden))  # (B*T, 1, H)
    keys = ops.reshape(near, (batch * tgt_len, width, hidden))  # (B*T, 2D+1, H)
    scores = attention.score(queries, keys)  # (B*T, 1, 2D+1)
    away = places - positions[..., None]  # (B, T, 2D+1)
    window = window_mask(away, real, attention.reach)  # (B, T, 2D+1)
    weights = masked_softmax(ops.reshape(scores, away.shape), window)  # (B, T, 2D+1)
    if attention.predict is not None:
        weights = weights * gaussian(away, attention.reach)  # (B, T, 2D+1)
    context = ops.einsum("btk,btkh->bth", weights, near)  # (B, T, H)
    return context, weights, places
