"""The LSTM and the GRU as layers that `frameworks.run` can call."""

from importlib import import_module
from types import SimpleNamespace

import numpy as np
from frameworks import run

B, T, E, H = 3, 5, 2, 4
SHAPES = {  # of xs, W, U, b and of each first state
    "lstm": [(B, T, E), (E, 4 * H), (H, 4 * H), (4 * H,), (B, H), (B, H)],
    "gru": [(B, T, E), (E, 3 * H), (H, 3 * H), (2, 3 * H), (B, H)],
}


def listing(framework, kind):
    """Return the module of attnbook that holds the "lstm" or the "gru"."""
    return import_module(f"attnbook.{framework}.{kind}")


def draw(kind, rng, steps=T):
    """Inputs, weights and first states, and gradients to send back, all drawn."""
    inputs = [rng.normal(size=shape) for shape in SHAPES[kind]]
    inputs[0] = rng.normal(size=(B, steps, E))
    lasts = [rng.normal(size=shape) for shape in SHAPES[kind][4:]]
    return inputs, [rng.normal(size=(B, steps, H)), *lasts]


def flat(outputs):
    """(states, last) or (states, (h, c)) as one tuple."""
    states, last = outputs
    return (states, *last) if isinstance(last, tuple) else (states, last)


def run_sequence(framework, kind, inputs, d_outputs, dtype="float64"):
    """Run all steps forward and backward; weights and first states are inputs, too."""
    module = listing(framework, kind)
    forward = getattr(module, kind)

    def backward(d_states, *d_lasts):
        d_last = d_lasts if kind == "lstm" else d_lasts[0]
        way_back = getattr(module, f"{kind}_backward")
        return way_back(d_states, *inputs, d_last=d_last)

    def build(listings, rng):
        if framework == "numpy":
            return SimpleNamespace(
                forward=lambda *arrays: flat(forward(*arrays)),
                backward=backward,
                grads={},
            )
        return lambda *tensors: flat(forward(*tensors))

    return run(framework, build, inputs, d_outputs, dtype)


def by_loops(kind, xs, W, U, b, h, c=None):
    """The states from the equations as the papers print them, number by number."""
    states = np.zeros((B, xs.shape[1], H))
    h, c = h.copy(), None if c is None else c.copy()
    for s, t in np.ndindex(B, xs.shape[1]):
        h[s], cell = _one_step(
            kind, xs[s, t], h[s], None if c is None else c[s], W, U, b
        )
        if c is not None:
            c[s] = cell
        states[s, t] = h[s]
    return states


def _one_step(kind, x, h, c, W, U, b):
    def part(matrix, vector, bias, block, unit):
        column = block * H + unit
        return (
            sum(vector[k] * matrix[k, column] for k in range(len(vector)))
            + bias[column]
        )

    def logistic(value):
        return 1 / (1 + np.exp(-value))

    new_h, new_c = np.zeros(H), np.zeros(H)
    for unit in range(H):
        if kind == "lstm":
            sums = [
                part(W, x, b, k, unit) + part(U, h, 0 * b, k, unit) for k in range(4)
            ]
            i, f, o = (logistic(sums[k]) for k in (0, 1, 3))
            new_c[unit] = f * c[unit] + i * np.tanh(sums[2])
            new_h[unit] = o * np.tanh(new_c[unit])
        else:
            from_x = [part(W, x, b[0], k, unit) for k in range(3)]
            from_h = [part(U, h, b[1], k, unit) for k in range(3)]
            z, r = (logistic(from_x[k] + from_h[k]) for k in (0, 1))
            new_h[unit] = z * h[unit] + (1 - z) * np.tanh(from_x[2] + r * from_h[2])
    return new_h, new_c
