"""A quasi-recurrent network: convolutions that see the past, and a light recurrence."""

import keras
import numpy as np
from keras import ops

from attnbook.initial import glorot
from attnbook.keras.parameter import parameter
from attnbook.keras.text_cnn import convolve


class QRNN(keras.Layer):
    """c_t = f_t c_{t-1} + (1 - f_t) z_t, h_t = o_t c_t; z, f, o by a convolution.

    W is (width, E, 3H) and b (3H,), in the order z, f, o. No window reaches ahead.
    """

    def __init__(
        self, width: int, embed: int, hidden: int, rng: np.random.Generator, **options
    ):
        super().__init__(**options)
        W = glorot(rng, width * embed, 3 * hidden).reshape(width, embed, 3 * hidden)
        b = np.zeros(3 * hidden)  # (3H,)
        self.W, self.b = parameter(self, "W", W), parameter(self, "b", b)

    def call(self, vectors):
        """(B, T, E) -> states (B, T, H)."""
        before = self.W.shape[0] - 1  # zeros in front, so that T windows fit
        padded = ops.pad(vectors, ((0, 0), (before, 0), (0, 0)))  # (B, before + T, E)
        sums = convolve(padded, self.W, self.b)  # (B, T, 3H)
        z, f, o = ops.split(sums, 3, axis=-1)  # (B, T, H) each
        z, f, o = ops.tanh(z), ops.sigmoid(f), ops.sigmoid(o)
        fresh, cell, cells = (1 - f) * z, ops.zeros_like(z[:, 0]), []
        for t in range(z.shape[1]):
            cell = f[:, t] * cell + fresh[:, t]  # (B, H)
            cells.append(cell)
        return o * ops.stack(cells, axis=1)  # (B, T, H)
