"""A gated recurrent unit (GRU), forward and backward by hand.

The blocks of W (E, 3H), U (H, 3H) and b (2, 3H) stand in Keras's order: update gate,
reset gate, candidate. b[0] is added to the input's part, b[1] to the state's part; the
reset gate acts after the product with U (Keras's `reset_after`, and PyTorch's way).
"""

import numpy as np

from attnbook.numpy.lstm import sigmoid


def gru_gates(x, h, W, U, b) -> list[np.ndarray]:
    """x (B, E), h (B, H) -> z, r, n and the state's part of n, each (B, H)."""
    x_z, x_r, x_n = np.split(x @ W + b[0], 3, axis=-1)  # (B, H) each
    h_z, h_r, h_n = np.split(h @ U + b[1], 3, axis=-1)  # (B, H) each
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)  # (B, H) each
    return [z, r, np.tanh(x_n + r * h_n), h_n]


def gru_cell(x, h, W, U, b) -> np.ndarray:
    """One step. x (B, E), state h (B, H) -> new h (B, H)."""
    z, _, n, _ = gru_gates(x, h, W, U, b)  # (B, H) each
    return z * h + (1 - z) * n


def gru(xs, W, U, b, h0=None) -> tuple[np.ndarray, np.ndarray]:
    """All steps. xs (B, T, E), h0 (B, H), zeros if None -> states (B, T, H), last h."""
    h = np.zeros((len(xs), len(U))) if h0 is None else h0  # (B, H)
    states = []
    for x in xs.swapaxes(0, 1):  # (B, E)
        h = gru_cell(x, h, W, U, b)
        states.append(h)
    return np.stack(states, axis=1), h  # (B, T, H), (B, H)


def gru_cell_backward(d_h, x, h, W, U, b) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The gradient by the new h (B, H), and what the step was given.

    Returns d_x_sums and d_h_sums (B, 3H), by the parts of x and of h inside the gates,
    and d_h (B, H), by the old h where it is kept.
    """
    z, r, n, h_n = gru_gates(x, h, W, U, b)  # (B, H) each
    d_z, d_n = d_h * (h - n) * z * (1 - z), d_h * (1 - z) * (1 - n**2)  # (B, H) each
    d_r = d_n * h_n * r * (1 - r)  # (B, H)
    d_x_sums = np.concatenate([d_z, d_r, d_n], axis=-1)  # (B, 3H)
    d_h_sums = np.concatenate([d_z, d_r, d_n * r], axis=-1)  # (B, 3H)
    return d_x_sums, d_h_sums, d_h * z


def gru_backward(d_states, xs, W, U, b, h0=None, d_last=0.0):
    """d_states (B, T, H) and what `gru` was given; d_last by its last h (B, H).

    Returns d_xs, d_W, d_U, d_b, d_h0, each in the shape of its thing.
    """
    h = np.zeros((len(xs), len(U))) if h0 is None else h0  # (B, H)
    steps = []
    for x in xs.swapaxes(0, 1):  # (B, E)
        steps.append((x, h))
        h = gru_cell(x, h, W, U, b)
    d_xs, d_W, d_U, d_b = (np.zeros_like(array) for array in (xs, W, U, b))
    d_h = d_last
    for t, (x, h) in reversed([*enumerate(steps)]):
        d_h = d_h + d_states[:, t]  # (B, H)
        d_x_sums, d_h_sums, d_kept = gru_cell_backward(d_h, x, h, W, U, b)
        d_xs[:, t], d_h = d_x_sums @ W.T, d_kept + d_h_sums @ U.T  # (B, E), (B, H)
        d_W, d_U = d_W + x.T @ d_x_sums, d_U + h.T @ d_h_sums
        d_b = d_b + np.stack([d_x_sums, d_h_sums]).sum(axis=1)  # (2, 3H)
    return d_xs, d_W, d_U, d_b, d_h
