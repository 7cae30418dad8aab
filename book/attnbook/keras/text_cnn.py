"""A convolution over words, and which windows are real."""

import keras
import numpy as np
from keras import ops

from attnbook.initial import glorot
from attnbook.keras.parameter import parameter


def filter_mask(mask, width: int):
    """(B, T) bool -> (B, T - width + 1) bool, True if all words of a window are real.

    In a sentence that is shorter than the width, no window is.
    """
    if keras.backend.standardize_dtype(mask.dtype) != "bool":
        raise TypeError(f"mask must be bool (True = real token), got {mask.dtype}")
    positions = mask.shape[1] - width + 1
    places = [mask[:, place : place + positions] for place in range(width)]
    return ops.all(ops.stack(places, axis=-1), axis=-1)  # (B, T - width + 1)


def convolve(vectors, W, b):
    """Multiply each window of words by W: (B, T, E) -> (B, T - width + 1, F).

    W is (width, E, F) and b (F,): F filters, each as long as a window.
    """
    width, length = W.shape[0], vectors.shape[1]
    if length < width:
        raise ValueError(f"a filter of width {width} needs as many words, got {length}")
    return ops.conv(vectors, W, padding="valid") + b  # (B, P, F)


class Convolution(keras.Layer):
    """features = relu(window W + b), for each window and filter. W (width, E, F)."""

    def __init__(
        self,
        width: int,
        embed: int,
        filters: int,
        rng: np.random.Generator,
        **options,
    ):
        super().__init__(**options)
        W = glorot(rng, width * embed, filters).reshape(width, embed, filters)
        self.W, self.b = (
            parameter(self, "W", W),
            parameter(self, "b", np.zeros(filters)),
        )

    def call(self, vectors):
        """(B, T, E) -> features (B, T - width + 1, F)."""
        return ops.relu(convolve(vectors, self.W, self.b))  # (B, P, F)


class KMaxPooling(keras.Layer):
    """Keep the k largest features of each filter, in their order; k = 1 keeps one.

    A window's weight is the share of the choices that fell on it.
    """

    def __init__(self, k: int, **options):
        super().__init__(**options)
        self.k = k

    def call(self, features, mask):
        """features (B, P, F), mask (B, P) bool -> pooled (B, k * F), weights (B, P).

        Where fewer than k windows are real, the rest of what is kept is 0.
        """
        dtype = keras.backend.standardize_dtype(features.dtype)
        positions, missing = mask.shape[1], max(self.k - mask.shape[1], 0)
        features = ops.pad(features, ((0, 0), (0, missing), (0, 0)))  # (B, k | P, F)
        real = ops.pad(ops.cast(mask, dtype), ((0, 0), (0, missing)))  # (B, k | P)
        shown = ops.where(real[..., None] > 0, features, np.finfo(dtype).min)
        order = ops.argsort(-shown, axis=1)  # (B, k | P, F)
        chosen = ops.sort(order[:, : self.k], axis=1)  # (B, k, F), in their order
        kept = ops.take_along_axis(features * real[..., None], chosen, axis=1)
        places = ops.arange(real.shape[1], dtype=chosen.dtype)[:, None, None]
        hits = ops.cast(places == chosen[:, None], dtype)  # (B, k | P, k, F)
        weights = (ops.mean(hits, axis=(2, 3)) * real)[:, :positions]  # (B, P)
        return ops.reshape(kept, (-1, self.k * features.shape[2])), weights
