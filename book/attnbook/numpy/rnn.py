"""Elman's recurrent network, h_t = tanh(x_t W + h_{t-1} U + b), and the way back."""

import numpy as np


def rnn_cell(
    x: np.ndarray, h: np.ndarray, W: np.ndarray, U: np.ndarray, b: np.ndarray
) -> np.ndarray:
    """One step. x (B, E), h (B, H), W (E, H), U (H, H), b (H,) -> next h (B, H)."""
    return np.tanh(x @ W + h @ U + b)  # (B, H)


def rnn_cell_backward(
    d_next: np.ndarray,
    x: np.ndarray,
    h: np.ndarray,
    next_h: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
) -> tuple[np.ndarray, ...]:
    """Back through one step, from d_next (B, H), the gradient by next_h (B, H).

    Returns d_x (B, E), d_h (B, H), d_W (E, H), d_U (H, H), d_b (H,).
    """
    d_sum = d_next * (1 - next_h**2)  # (B, H), inside the tanh
    return d_sum @ W.T, d_sum @ U.T, x.T @ d_sum, h.T @ d_sum, d_sum.sum(axis=0)


def rnn(
    xs: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
    h0: np.ndarray | None = None,
) -> np.ndarray:
    """The cell at each step. xs (B, T, E), h0 (B, H) or zeros -> states (B, T, H)."""
    h = np.zeros((len(xs), len(U))) if h0 is None else h0  # (B, H)
    states = []
    for t in range(xs.shape[1]):
        h = rnn_cell(xs[:, t], h, W, U, b)  # (B, H)
        states.append(h)
    return np.stack(states, axis=1)  # (B, T, H)


def rnn_backward(
    d_states: np.ndarray,
    xs: np.ndarray,
    states: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    h0: np.ndarray | None = None,
) -> tuple[np.ndarray, ...]:
    """Backpropagation through time, from d_states (B, T, H).

    Returns d_xs (B, T, E), d_W (E, H), d_U (H, H), d_b (H,), d_h0 (B, H).
    """
    h = np.zeros_like(states[:, 0]) if h0 is None else h0  # (B, H)
    before = np.concatenate([h[:, None], states[:, :-1]], axis=1)  # (B, T, H)
    d_xs, d_h = np.zeros_like(xs), np.zeros_like(h)  # (B, T, E), (B, H)
    d_W, d_U, d_b = np.zeros_like(W), np.zeros_like(U), np.zeros(len(U))
    for t in reversed(range(xs.shape[1])):
        d_next = d_states[:, t] + d_h  # (B, H), from above and from the step behind
        d_xs[:, t], d_h, *d_params = rnn_cell_backward(
            d_next, xs[:, t], before[:, t], states[:, t], W, U
        )
        d_W, d_U, d_b = d_W + d_params[0], d_U + d_params[1], d_b + d_params[2]
    return d_xs, d_W, d_U, d_b, d_h
