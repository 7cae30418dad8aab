"""A convolution over words, forward and backward, and which windows are real."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from attnbook.initial import glorot


def filter_mask(mask: np.ndarray, width: int) -> np.ndarray:
    """(B, T) bool -> (B, T - width + 1) bool, True if all words of a window are real.

    In a sentence that is shorter than the width, no window is.
    """
    if mask.dtype != np.bool_:
        raise TypeError(f"mask must be bool (True = real token), got {mask.dtype}")
    return sliding_window_view(mask, width, axis=1).all(axis=-1)  # (B, T - width + 1)


def convolve(vectors: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Multiply each window of words by W: (B, T, E) -> (B, T - width + 1, F).

    W is (width, E, F) and b (F,): F filters, each as long as a window.
    """
    width, length = W.shape[0], vectors.shape[1]
    if length < width:
        raise ValueError(f"a filter of width {width} needs as many words, got {length}")
    windows = sliding_window_view(vectors, len(W), axis=1)  # (B, P, E, width)
    rows = windows.swapaxes(2, 3).reshape(*windows.shape[:2], -1)  # (B, P, width * E)
    return rows @ W.reshape(-1, W.shape[-1]) + b  # (B, P, F)


def convolve_backward(d_sums: np.ndarray, vectors: np.ndarray, W: np.ndarray):
    """d_sums (B, P, F), and what `convolve` was given -> d_vectors, d_W, d_b.

    A word stands in up to `width` windows, so its gradient is a sum over them.
    """
    positions, d_vectors, d_W = d_sums.shape[1], np.zeros_like(vectors), []
    for place, matrix in enumerate(W):  # (E, F), what meets a window's word `place`
        there = slice(place, place + positions)
        d_vectors[:, there] += d_sums @ matrix.T  # (B, P, E)
        d_W.append(np.tensordot(vectors[:, there], d_sums, ([0, 1], [0, 1])))  # (E, F)
    return d_vectors, np.stack(d_W), d_sums.sum(axis=(0, 1))


class Convolution:
    """features = relu(window W + b), for each window and filter. W (width, E, F)."""

    def __init__(self, width: int, embed: int, filters: int, rng: np.random.Generator):
        W = glorot(rng, width * embed, filters).reshape(width, embed, filters)
        self.params = {"W": W, "b": np.zeros(filters)}
        self.grads = {name: np.zeros_like(each) for name, each in self.params.items()}

    def forward(self, vectors: np.ndarray) -> np.ndarray:
        """(B, T, E) -> features (B, T - width + 1, F)."""
        features = np.maximum(convolve(vectors, **self.params), 0.0)  # (B, P, F)
        self.cache = vectors, features
        return features

    def backward(self, d_features: np.ndarray) -> np.ndarray:
        """d_features (B, T - width + 1, F) -> d_vectors (B, T, E)."""
        vectors, features = self.cache
        d_sums = d_features * (features > 0)  # (B, P, F)
        d_vectors, d_W, d_b = convolve_backward(d_sums, vectors, self.params["W"])
        self.grads["W"], self.grads["b"] = d_W, d_b
        return d_vectors


class KMaxPooling:
    """Keep the k largest features of each filter, in their order; k = 1 keeps one.

    A window's weight is the share of the choices that fell on it.
    """

    def __init__(self, k: int):
        self.k, self.params, self.grads = k, {}, {}

    def forward(
        self, features: np.ndarray, mask: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """features (B, P, F), mask (B, P) bool -> pooled (B, k * F), weights (B, P).

        Where fewer than k windows are real, the rest of what is kept is 0.
        """
        positions, missing = mask.shape[1], max(self.k - mask.shape[1], 0)
        features = np.pad(features, ((0, 0), (0, missing), (0, 0)))  # (B, k | P, F)
        mask = np.pad(mask, ((0, 0), (0, missing)))[..., None]  # (B, k | P, 1)
        shown = np.where(mask, features, np.finfo(features.dtype).min)
        order = np.argsort(-shown, axis=1, kind="stable")  # (B, k | P, F)
        chosen = np.sort(order[:, : self.k], axis=1)  # (B, k, F), in their order
        kept = np.take_along_axis(features * mask, chosen, axis=1)  # (B, k, F)
        places = np.arange(mask.shape[1])[:, None, None]  # (k | P, 1, 1)
        weights = (places == chosen[:, None]).mean(axis=(2, 3)) * mask[..., 0]
        self.cache = mask, chosen, positions
        return kept.reshape(len(kept), -1), weights[:, :positions]

    def backward(self, d_pooled: np.ndarray) -> np.ndarray:
        """d_pooled (B, k * F) -> d_features (B, P, F): only what was kept gets any."""
        mask, chosen, positions = self.cache
        d_features = np.zeros((*mask.shape[:2], chosen.shape[2]))  # (B, k | P, F)
        np.put_along_axis(d_features, chosen, d_pooled.reshape(chosen.shape), axis=1)
        return (d_features * mask)[:, :positions]  # (B, P, F)
