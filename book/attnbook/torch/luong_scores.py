"""Luong's scores: how well a decoder state fits each source state, or position."""

import numpy as np
import torch
from torch import nn

from attnbook.initial import glorot
from attnbook.torch.parameter import parameter


class DotScore(nn.Module):
    """score(s, h) = s . h, the paper's "dot"."""

    def forward(
        self, dec_states: torch.Tensor, src_states: torch.Tensor
    ) -> torch.Tensor:
        """dec_states (B, T, H), src_states (B, S, H) -> scores (B, T, S)."""
        return dec_states @ src_states.transpose(1, 2)  # (B, T, S)


class GeneralScore(nn.Module):
    """score(s, h) = s W h, the paper's "general". W is (H, H)."""

    def __init__(self, hidden: int, rng: np.random.Generator):
        super().__init__()
        self.W = parameter(glorot(rng, hidden, hidden))  # (H, H)

    def forward(
        self, dec_states: torch.Tensor, src_states: torch.Tensor
    ) -> torch.Tensor:
        """dec_states (B, T, H), src_states (B, S, H) -> scores (B, T, S)."""
        proj = dec_states @ self.W  # (B, T, H)
        return proj @ src_states.transpose(1, 2)  # (B, T, S)


class ConcatScore(nn.Module):
    """score(s, h) = v . tanh([s; h] W), the paper's "concat". W (2H, A), v (A,).

    [s; h] W is s times the upper half of W plus h times the lower half. So each state
    is multiplied once, not once for every pair, and (B, T, S, 2H) is never built.
    """

    def __init__(self, hidden: int, attn_dim: int, rng: np.random.Generator):
        super().__init__()
        self.W = parameter(glorot(rng, 2 * hidden, attn_dim))  # (2H, A)
        self.v = parameter(glorot(rng, attn_dim, 1)[:, 0])  # (A,)

    def forward(
        self, dec_states: torch.Tensor, src_states: torch.Tensor
    ) -> torch.Tensor:
        """dec_states (B, T, H), src_states (B, S, H) -> scores (B, T, S)."""
        upper, lower = self.W.chunk(2)  # (H, A) each
        dec_part = (dec_states @ upper)[:, :, None]  # (B, T, 1, A)
        src_part = (src_states @ lower)[:, None]  # (B, 1, S, A)
        return torch.tanh(dec_part + src_part) @ self.v  # (B, T, S)


class LocationScore(nn.Module):
    """score(s, j) = entry j of s W, the paper's "location". W (H, L), L positions.

    Only s is looked at; of the source, only how long it is. Short sources use the first
    S columns of W. Positions after the L-th get the lowest number there is, and with
    it the weight 0.
    """

    def __init__(self, hidden: int, longest: int, rng: np.random.Generator):
        super().__init__()
        self.W = parameter(glorot(rng, hidden, longest))  # (H, L)

    def forward(
        self, dec_states: torch.Tensor, src_states: torch.Tensor
    ) -> torch.Tensor:
        """dec_states (B, T, H), src_states (B, S, H) -> scores (B, T, S)."""
        W = self.W[:, : src_states.shape[1]]  # (H, min(S, L))
        beyond = src_states.shape[1] - W.shape[1]
        lowest = torch.finfo(dec_states.dtype).min
        return nn.functional.pad(dec_states @ W, (0, beyond), value=lowest)  # (B, T, S)
