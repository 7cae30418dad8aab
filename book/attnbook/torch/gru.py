"""A gated recurrent unit (GRU), and how PyTorch's own keeps its weights.

The blocks of W (E, 3H), U (H, 3H) and b (2, 3H) stand in Keras's order: update gate,
reset gate, candidate. b[0] is added to the input's part, b[1] to the state's part; the
reset gate acts after the product with U (Keras's `reset_after`, and PyTorch's way).
"""

import numpy as np
import torch
from torch import nn


def gru_cell(x, h, W, U, b) -> torch.Tensor:
    """One step. x (B, E), state h (B, H) -> new h (B, H)."""
    x_z, x_r, x_n = (x @ W + b[0]).chunk(3, dim=-1)  # (B, H) each
    h_z, h_r, h_n = (h @ U + b[1]).chunk(3, dim=-1)  # (B, H) each
    z, r = (x_z + h_z).sigmoid(), (x_r + h_r).sigmoid()  # (B, H) each
    return z * h + (1 - z) * (x_n + r * h_n).tanh()


def gru(xs, W, U, b, h0=None) -> tuple[torch.Tensor, torch.Tensor]:
    """All steps. xs (B, T, E), h0 (B, H), zeros if None -> states (B, T, H), last h."""
    h = xs.new_zeros(len(xs), len(U)) if h0 is None else h0  # (B, H)
    states = []
    for x in xs.unbind(dim=1):  # (B, E)
        h = gru_cell(x, h, W, U, b)
        states.append(h)
    return torch.stack(states, dim=1), h  # (B, T, H), (B, H)


def swap_gates(array: np.ndarray) -> np.ndarray:
    """Swap the first two of three blocks along the last axis: r, z, n <-> z, r, n."""
    first, second, candidate = np.split(array, 3, axis=-1)
    return np.concatenate([second, first, candidate], axis=-1)


def gru_weights(module: nn.GRU, suffix: str = "l0") -> tuple[np.ndarray, ...]:
    """W (E, 3H), U (H, 3H), b (2, 3H) of one layer; "l0_reverse" reads backwards.

    PyTorch keeps the transposes, two biases, and the reset gate before the update gate.
    """
    W, U = (
        getattr(module, f"weight_ih_{suffix}"),
        getattr(module, f"weight_hh_{suffix}"),
    )
    biases = getattr(module, f"bias_ih_{suffix}"), getattr(module, f"bias_hh_{suffix}")
    parts = W.T, U.T, torch.stack(biases)
    return tuple(swap_gates(part.detach().cpu().numpy()) for part in parts)


@torch.no_grad()
def set_gru_weights(module: nn.GRU, W, U, b, suffix: str = "l0") -> None:
    """The way back: W, U and both rows of b go into the module."""
    W, U, b = swap_gates(W), swap_gates(U), swap_gates(b)
    parts = {"weight_ih": W.T, "weight_hh": U.T, "bias_ih": b[0], "bias_hh": b[1]}
    for name, part in parts.items():
        getattr(module, f"{name}_{suffix}").copy_(torch.tensor(part))
