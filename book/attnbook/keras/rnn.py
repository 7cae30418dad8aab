"""Elman's recurrent network, h_t = tanh(x_t W + h_{t-1} U + b)."""

from keras import ops


def rnn_cell(x, h, W, U, b):
    """One step. x (B, E), h (B, H), W (E, H), U (H, H), b (H,) -> next h (B, H)."""
    return ops.tanh(x @ W + h @ U + b)  # (B, H)


def rnn(xs, W, U, b, h0=None):
    """The cell at each step. xs (B, T, E), h0 (B, H) or zeros -> states (B, T, H)."""
    h = ops.zeros((xs.shape[0], U.shape[0]), xs.dtype) if h0 is None else h0  # (B, H)
    states = []
    for x in ops.unstack(xs, axis=1):  # T times (B, E)
        h = rnn_cell(x, h, W, U, b)  # (B, H)
        states.append(h)
    return ops.stack(states, axis=1)  # (B, T, H)
