"""A long short-term memory (LSTM), and how PyTorch's own keeps its weights.

The blocks of W (E, 4H), U (H, 4H) and b (4H,) stand in Keras's order: input gate,
forget gate, candidate, output gate.
"""

import numpy as np
import torch
from torch import nn


def lstm_cell(x, h, c, W, U, b) -> tuple[torch.Tensor, torch.Tensor]:
    """One step. x (B, E), state h (B, H), memory cell c (B, H) -> new h, new c."""
    i, f, g, o = (x @ W + h @ U + b).chunk(4, dim=-1)  # (B, H) each
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()  # (B, H)
    return o.sigmoid() * c.tanh(), c


def lstm(xs, W, U, b, h0=None, c0=None):
    """All steps. xs (B, T, E), h0 and c0 (B, H), zeros if None.

    Returns the states (B, T, H) and the last pair (h, c), each (B, H).
    """
    h = xs.new_zeros(len(xs), len(U)) if h0 is None else h0  # (B, H)
    c = xs.new_zeros(len(xs), len(U)) if c0 is None else c0  # (B, H)
    states = []
    for x in xs.unbind(dim=1):  # (B, E)
        h, c = lstm_cell(x, h, c, W, U, b)
        states.append(h)
    return torch.stack(states, dim=1), (h, c)  # (B, T, H), (B, H) twice


def lstm_weights(module: nn.LSTM, suffix: str = "l0") -> tuple[np.ndarray, ...]:
    """W (E, 4H), U (H, 4H), b (4H,) of one layer; "l0_reverse" reads backwards.

    PyTorch has the same order of gates, but keeps the transposes and two biases.
    """
    W, U = (
        getattr(module, f"weight_ih_{suffix}"),
        getattr(module, f"weight_hh_{suffix}"),
    )
    b = getattr(module, f"bias_ih_{suffix}") + getattr(module, f"bias_hh_{suffix}")
    return tuple(part.detach().cpu().numpy() for part in (W.T, U.T, b))


@torch.no_grad()
def set_lstm_weights(module: nn.LSTM, W, U, b, suffix: str = "l0") -> None:
    """The way back: W, U and b go into the module, its second bias becomes 0."""
    parts = {
        "weight_ih": W.T,
        "weight_hh": U.T,
        "bias_ih": b,
        "bias_hh": np.zeros_like(b),
    }
    for name, part in parts.items():
        getattr(module, f"{name}_{suffix}").copy_(torch.tensor(part))
