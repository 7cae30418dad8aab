"""A long short-term memory (LSTM), forward and backward by hand.

The blocks of W (E, 4H), U (H, 4H) and b (4H,) stand in Keras's order: input gate,
forget gate, candidate, output gate.
"""

import numpy as np


def sigmoid(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x)), written with tanh, which never overflows. Keeps the shape."""
    return (1 + np.tanh(x / 2)) / 2


def lstm_gates(x, h, W, U, b) -> list[np.ndarray]:
    """x (B, E), h (B, H) -> i, f, g, o, each (B, H): three gates and the candidate."""
    i, f, g, o = np.split(x @ W + h @ U + b, 4, axis=-1)  # (B, H) each
    return [sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)]


def lstm_cell(x, h, c, W, U, b) -> tuple[np.ndarray, np.ndarray]:
    """One step. x (B, E), state h (B, H), memory cell c (B, H) -> new h, new c."""
    i, f, g, o = lstm_gates(x, h, W, U, b)  # (B, H) each
    c = f * c + i * g  # (B, H)
    return o * np.tanh(c), c


def lstm(xs, W, U, b, h0=None, c0=None):
    """All steps. xs (B, T, E), h0 and c0 (B, H), zeros if None.

    Returns the states (B, T, H) and the last pair (h, c), each (B, H).
    """
    h = np.zeros((len(xs), len(U))) if h0 is None else h0  # (B, H)
    c = np.zeros((len(xs), len(U))) if c0 is None else c0  # (B, H)
    states = []
    for x in xs.swapaxes(0, 1):  # (B, E)
        h, c = lstm_cell(x, h, c, W, U, b)
        states.append(h)
    return np.stack(states, axis=1), (h, c)  # (B, T, H), (B, H) twice


def lstm_cell_backward(d_h, d_c, x, h, c, W, U, b) -> tuple[np.ndarray, np.ndarray]:
    """Gradients by the new h and the new c (B, H), and what the step was given.

    Returns d_sums (B, 4H), by what stands inside the gates, and d_c by the old c.
    """
    i, f, g, o = lstm_gates(x, h, W, U, b)  # (B, H) each
    act = np.tanh(f * c + i * g)  # (B, H)
    d_c = d_c + d_h * o * (1 - act**2)  # (B, H), by the new c: both ways out of it
    d_i, d_f, d_o = (
        d_c * g * i * (1 - i),
        d_c * c * f * (1 - f),
        d_h * act * o * (1 - o),
    )
    d_sums = np.concatenate([d_i, d_f, d_c * i * (1 - g**2), d_o], axis=-1)  # (B, 4H)
    return d_sums, d_c * f


def lstm_backward(d_states, xs, W, U, b, h0=None, c0=None, d_last=(0.0, 0.0)):
    """d_states (B, T, H) and what `lstm` was given; d_last by its last h and c (B, H).

    Returns d_xs, d_W, d_U, d_b, d_h0, d_c0, each in the shape of its thing.
    """
    h = np.zeros((len(xs), len(U))) if h0 is None else h0  # (B, H)
    c = np.zeros((len(xs), len(U))) if c0 is None else c0  # (B, H)
    steps = []
    for x in xs.swapaxes(0, 1):  # (B, E)
        steps.append((x, h, c))
        h, c = lstm_cell(x, h, c, W, U, b)
    d_xs, d_W, d_U, d_b = (np.zeros_like(array) for array in (xs, W, U, b))
    d_h, d_c = d_last
    for t, (x, h, c) in reversed([*enumerate(steps)]):
        d_h = d_h + d_states[:, t]  # (B, H)
        d_sums, d_c = lstm_cell_backward(d_h, d_c, x, h, c, W, U, b)  # (B, 4H), (B, H)
        d_xs[:, t], d_h = d_sums @ W.T, d_sums @ U.T  # (B, E), (B, H)
        d_W, d_U, d_b = d_W + x.T @ d_sums, d_U + h.T @ d_sums, d_b + d_sums.sum(axis=0)
    return d_xs, d_W, d_U, d_b, d_h, d_c
