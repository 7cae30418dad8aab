"""A quasi-recurrent network: convolutions that see the past, and a light recurrence."""

import numpy as np

from attnbook.initial import glorot
from attnbook.numpy.lstm import sigmoid
from attnbook.numpy.text_cnn import convolve, convolve_backward


class QRNN:
    """c_t = f_t c_{t-1} + (1 - f_t) z_t, h_t = o_t c_t; z, f, o by a convolution.

    W is (width, E, 3H) and b (3H,), in the order z, f, o. No window reaches ahead.
    """

    def __init__(self, width: int, embed: int, hidden: int, rng: np.random.Generator):
        W = glorot(rng, width * embed, 3 * hidden).reshape(width, embed, 3 * hidden)
        self.params = {"W": W, "b": np.zeros(3 * hidden)}
        self.grads = {name: np.zeros_like(each) for name, each in self.params.items()}

    def forward(self, vectors: np.ndarray) -> np.ndarray:
        """(B, T, E) -> states (B, T, H)."""
        before = len(self.params["W"]) - 1  # zeros in front, so that T windows fit
        padded = np.pad(vectors, ((0, 0), (before, 0), (0, 0)))  # (B, before + T, E)
        sums = convolve(padded, **self.params)  # (B, T, 3H)
        z, f, o = np.split(sums, 3, axis=-1)  # (B, T, H) each
        z, f, o = np.tanh(z), sigmoid(f), sigmoid(o)
        cells = np.zeros((len(z), z.shape[1] + 1, z.shape[2]))  # (B, T + 1, H)
        for t in range(z.shape[1]):
            cells[:, t + 1] = f[:, t] * cells[:, t] + (1 - f[:, t]) * z[:, t]
        self.cache = padded, z, f, o, cells
        return o * cells[:, 1:]  # (B, T, H)

    def backward(self, d_states: np.ndarray) -> np.ndarray:
        """d_states (B, T, H) -> d_vectors (B, T, E)."""
        padded, z, f, o, cells = self.cache
        d_cells = d_states * o  # (B, T, H), and what comes back from later steps:
        for t in reversed(range(z.shape[1] - 1)):
            d_cells[:, t] += f[:, t + 1] * d_cells[:, t + 1]
        d_z = d_cells * (1 - f) * (1 - z**2)  # (B, T, H)
        d_f = d_cells * (cells[:, :-1] - z) * f * (1 - f)  # (B, T, H)
        d_o = d_states * cells[:, 1:] * o * (1 - o)  # (B, T, H)
        d_sums = np.concatenate([d_z, d_f, d_o], axis=-1)  # (B, T, 3H)
        d_padded, d_W, d_b = convolve_backward(d_sums, padded, self.params["W"])
        self.grads["W"], self.grads["b"] = d_W, d_b
        return d_padded[:, len(d_W) - 1 :]  # (B, T, E)
