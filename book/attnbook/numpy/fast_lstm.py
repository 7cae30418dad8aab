"""An LSTM that keeps what it computes, and reads what begins alike only once.

The numbers are those of `attnbook.numpy.lstm`; this one is written for speed. One
matrix W (E + 1 + H, 4H) holds all parameters: x, a 1 and h stand side by side, so that
one product gives the sums of all gates, bias included. Its columns stand in Keras's
order: input gate, forget gate, candidate, output gate.
"""

from collections.abc import Sequence

import numpy as np


def beginnings(ids: np.ndarray) -> list[np.ndarray]:
    """Where runs of neighbours that have read the same so far start.

    Args:
        ids: (B, S) int. In any order; sorted rows have the longest runs.

    Returns:
        For each step the first rows of the runs, (n,), n from 1 to B.
    """
    new = np.ones(ids.shape, dtype=bool)  # (B, S), the first row starts a run
    new[1:] = np.logical_or.accumulate(ids[1:] != ids[:-1], axis=1)
    return [np.flatnonzero(column) for column in new.T]


def open_gates(sums: np.ndarray) -> list[np.ndarray]:
    """(n, 4H), halved but for the candidate -> i, f, g, o (n, H), in the same place."""
    hidden = sums.shape[1] // 4
    np.tanh(sums, out=sums)
    for sigmoids in (sums[:, : 2 * hidden], sums[:, 3 * hidden :]):
        sigmoids += 1  # the sigmoid of z is (1 + tanh(z / 2)) / 2
        sigmoids *= 0.5
    return [sums[:, k * hidden : (k + 1) * hidden] for k in range(4)]


def close_gates(d_sums, d_h, d_c, gates, old, act) -> np.ndarray:
    """Fill d_sums (n, 4H) from d_h and d_c, by the new h and c; return d_old (n, H)."""
    hidden = d_h.shape[1]
    i, f, g, o = gates  # (n, H) each
    d_c = d_c + d_h * o * (1 - act**2)  # (n, H), both ways out of the new c
    d_sums[:, :hidden] = d_c * g * i * (1 - i)
    d_sums[:, hidden : 2 * hidden] = d_c * old * f * (1 - f)
    d_sums[:, 2 * hidden : 3 * hidden] = d_c * i * (1 - g**2)
    d_sums[:, 3 * hidden :] = d_h * act * o * (1 - o)
    return d_c * f


def at_rows(values: np.ndarray, rows: np.ndarray, batch: int) -> np.ndarray:
    """(n, H) -> (B, H): values at the given rows, 0 at the others."""
    spread = np.zeros((batch, values.shape[1]), values.dtype)  # (B, H)
    spread[rows] = values
    return spread


class LSTM:
    """All steps: states from vectors, and gradients by vectors from those by states."""

    def __init__(self, embed: int, hidden: int, rng: np.random.Generator):
        x_rows = rng.normal(size=(embed, 4 * hidden)) / np.sqrt(embed)
        h_rows = rng.normal(size=(hidden, 4 * hidden)) / np.sqrt(hidden)
        W = np.concatenate([x_rows, np.zeros((1, 4 * hidden)), h_rows])  # (E+1+H, 4H)
        self.params, self.grads = {"W": W}, {"W": np.zeros_like(W)}

    def forward(
        self,
        xs: np.ndarray,
        h0: np.ndarray | None = None,
        c0: np.ndarray | None = None,
        starts: Sequence[np.ndarray] | None = None,
    ) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
        """xs (B, T, E), h0 and c0 (B, H), zeros if None.

        Args:
            starts: see `beginnings`. Only these rows are computed, and the rest of a
                run takes its first row's state. None: each row for itself.

        Returns the states (B, T, H) and the last pair (h, c), each (B, H).
        """
        W = self.params["W"]  # (E+1+H, 4H)
        (batch, steps, _), hidden = xs.shape, W.shape[1] // 4
        halved = W * np.repeat(np.array([0.5, 0.5, 1, 0.5], W.dtype), hidden)
        h, c = np.zeros((2, batch, hidden), W.dtype)  # (B, H) each
        h, c = h if h0 is None else h0, c if c0 is None else c0
        ones = np.ones((batch, 1), W.dtype)  # (B, 1)
        states = np.empty((steps, batch, hidden), W.dtype)  # (T, B, H)
        self.starts, self.cache = starts or [np.arange(batch)] * steps, []
        for t, rows in enumerate(self.starts):
            joined = np.concatenate([xs[rows, t], ones[rows], h[rows]], axis=1)
            gates = open_gates(joined @ halved)  # (n, H) each
            i, f, g, o = gates
            old = c[rows]  # (n, H)
            c = f * old + i * g  # (n, H)
            act = np.tanh(c)  # (n, H)
            self.cache.append((joined, gates, old, act))
            h = o * act  # (n, H)
            if len(rows) < batch:
                run = np.repeat(np.arange(len(rows)), np.diff(rows, append=batch))
                h, c = h[run], c[run]  # (B, H) each
            states[t] = h
        return states.swapaxes(0, 1), (h, c)  # (B, T, H), (B, H) twice

    def backward(self, d_states: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """d_states (B, T, H) -> d_xs (B, T, E), d_h0 (B, H).

        The vectors of a run share one gradient, which stands at its first row.
        """
        W = self.params["W"]  # (E+1+H, 4H)
        (batch, steps, hidden), embed = d_states.shape, len(W) - 1 - W.shape[1] // 4
        d_xs = np.zeros((batch, steps, embed), W.dtype)  # (B, T, E)
        turned = np.ascontiguousarray(W.T)  # (4H, E+1+H), a copy is faster to multiply
        d_h, d_c = np.zeros((2, batch, hidden), W.dtype)  # (B, H) each
        all_joined = np.concatenate([joined for joined, *_ in self.cache])  # (N, ...)
        d_all, end = np.empty((len(all_joined), W.shape[1]), W.dtype), len(all_joined)
        for t in reversed(range(steps)):
            rows, (_, gates, old, act) = self.starts[t], self.cache[t]
            d_sums, end = d_all[end - len(rows) : end], end - len(rows)  # (n, 4H)
            d_h += d_states[:, t]  # (B, H)
            if len(rows) < batch:  # the rows of a run add up
                d_h = np.add.reduceat(d_h, rows)  # (n, H)
                d_c = np.add.reduceat(d_c, rows)  # (n, H)
            d_c = close_gates(d_sums, d_h, d_c, gates, old, act)  # (n, H)
            d_joined = d_sums @ turned  # (n, E+1+H)
            d_xs[rows, t], d_h = d_joined[:, :embed], d_joined[:, embed + 1 :]
            if len(rows) < batch:
                d_h, d_c = at_rows(d_h, rows, batch), at_rows(d_c, rows, batch)
        self.grads["W"] = all_joined.T @ d_all
        return d_xs, d_h  # (B, T, E), (B, H)
