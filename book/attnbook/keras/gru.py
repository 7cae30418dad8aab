"""A gated recurrent unit (GRU), and how Keras's own keeps its weights.

The blocks of W (E, 3H), U (H, 3H) and b (2, 3H) stand in Keras's order: update gate,
reset gate, candidate. b[0] is added to the input's part, b[1] to the state's part; the
reset gate acts after the product with U (Keras's `reset_after`, and PyTorch's way).
"""

import keras
import numpy as np
from keras import ops


def gru_cell(x, h, W, U, b):
    """One step. x (B, E), state h (B, H) -> new h (B, H)."""
    x_z, x_r, x_n = ops.split(x @ W + b[0], 3, axis=-1)  # (B, H) each
    h_z, h_r, h_n = ops.split(h @ U + b[1], 3, axis=-1)  # (B, H) each
    z, r = ops.sigmoid(x_z + h_z), ops.sigmoid(x_r + h_r)  # (B, H) each
    return z * h + (1 - z) * ops.tanh(x_n + r * h_n)


def gru(xs, W, U, b, h0=None):
    """All steps. xs (B, T, E), h0 (B, H), zeros if None -> states (B, T, H), last h."""
    zeros = ops.zeros((ops.shape(xs)[0], U.shape[0]), dtype=xs.dtype)  # (B, H)
    h, states = zeros if h0 is None else h0, []
    for x in ops.unstack(xs, axis=1):  # (B, E)
        h = gru_cell(x, h, W, U, b)
        states.append(h)
    return ops.stack(states, axis=1), h  # (B, T, H), (B, H)


def gru_weights(layer: keras.layers.GRU) -> tuple[np.ndarray, ...]:
    """W (E, 3H), U (H, 3H), b (2, 3H): just what Keras keeps, in this order.

    Raises:
        ValueError: the layer resets before the product, so its b has one row.
    """
    if not layer.reset_after:
        raise ValueError("the layer must be made with reset_after=True")
    return tuple(layer.get_weights())


def set_gru_weights(layer: keras.layers.GRU, W, U, b) -> None:
    """The way back, into a layer that has been built."""
    layer.set_weights([W, U, b])
