"""A long short-term memory (LSTM), and how Keras's own keeps its weights.

The blocks of W (E, 4H), U (H, 4H) and b (4H,) stand in Keras's order: input gate,
forget gate, candidate, output gate.
"""

import keras
import numpy as np
from keras import ops


def lstm_cell(x, h, c, W, U, b):
    """One step. x (B, E), state h (B, H), memory cell c (B, H) -> new h, new c."""
    i, f, g, o = ops.split(x @ W + h @ U + b, 4, axis=-1)  # (B, H) each
    c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)  # (B, H)
    return ops.sigmoid(o) * ops.tanh(c), c


def lstm(xs, W, U, b, h0=None, c0=None):
    """All steps. xs (B, T, E), h0 and c0 (B, H), zeros if None.

    Returns the states (B, T, H) and the last pair (h, c), each (B, H).
    """
    zeros = ops.zeros((ops.shape(xs)[0], U.shape[0]), dtype=xs.dtype)  # (B, H)
    h, c = zeros if h0 is None else h0, zeros if c0 is None else c0
    states = []
    for x in ops.unstack(xs, axis=1):  # (B, E)
        h, c = lstm_cell(x, h, c, W, U, b)
        states.append(h)
    return ops.stack(states, axis=1), (h, c)  # (B, T, H), (B, H) twice


def lstm_weights(layer: keras.layers.LSTM) -> tuple[np.ndarray, ...]:
    """W (E, 4H), U (H, 4H), b (4H,): just what Keras keeps, in this order."""
    return tuple(layer.get_weights())


def set_lstm_weights(layer: keras.layers.LSTM, W, U, b) -> None:
    """The way back, into a layer that has been built."""
    layer.set_weights([W, U, b])
