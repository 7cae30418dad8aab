"""Elman's recurrent network, h_t = tanh(x_t W + h_{t-1} U + b)."""

import torch


def rnn_cell(
    x: torch.Tensor, h: torch.Tensor, W: torch.Tensor, U: torch.Tensor, b: torch.Tensor
) -> torch.Tensor:
    """One step. x (B, E), h (B, H), W (E, H), U (H, H), b (H,) -> next h (B, H)."""
    return torch.tanh(x @ W + h @ U + b)  # (B, H)


def rnn(
    xs: torch.Tensor,
    W: torch.Tensor,
    U: torch.Tensor,
    b: torch.Tensor,
    h0: torch.Tensor | None = None,
) -> torch.Tensor:
    """The cell at each step. xs (B, T, E), h0 (B, H) or zeros -> states (B, T, H)."""
    h = xs.new_zeros(len(xs), len(U)) if h0 is None else h0  # (B, H)
    states = []
    for x in xs.unbind(dim=1):  # T times (B, E)
        h = rnn_cell(x, h, W, U, b)  # (B, H)
        states.append(h)
    return torch.stack(states, dim=1)  # (B, T, H)
