"""Local attention: look at a window of the source, around one position."""

import numpy as np
import torch
from torch import nn

from attnbook.initial import glorot
from attnbook.torch.parameter import parameter
from attnbook.torch.softmax import masked_softmax


def monotonic_positions(tgt_len: int, src_mask: torch.Tensor) -> torch.Tensor:
    """local-m: p_t = t, and the last word for steps beyond it. (B, S) -> (B, T)."""
    lengths = src_mask.sum(dim=1)[:, None]  # (B, 1)
    steps = torch.arange(1, tgt_len + 1, device=src_mask.device)  # (T,), from 1
    return torch.minimum(steps, lengths).to(torch.get_default_dtype())  # (B, T)


def distances(positions: torch.Tensor, src_len: int) -> torch.Tensor:
    """j - p_t for all places j, counted from 1. positions (B, T) -> (B, T, S)."""
    places = torch.arange(1, src_len + 1, device=positions.device)  # (S,)
    return places - positions[..., None]  # (B, T, S)


def window_mask(away: torch.Tensor, mask: torch.Tensor, reach: int) -> torch.Tensor:
    """True in [p_t - D, p_t + D] and on a real word. (B, T, S), (B, 1, S) -> (B, T, S).

    Args:
        reach: D, at least 1.
    """
    if reach < 1:
        raise ValueError(f"reach must be at least 1, got {reach}")
    return (away.abs() <= reach) & mask  # (B, T, S)


def gaussian(away: torch.Tensor, reach: int) -> torch.Tensor:
    """exp(-(j - p_t)^2 / (2 sigma^2)) with sigma = D / 2; 1 at p_t itself."""
    sigma = reach / 2
    return torch.exp(-(away**2) / (2 * sigma**2))  # (B, T, S)


class PredictivePosition(nn.Module):
    """local-p: p_t = S sigmoid(v_p . tanh(s_t W_p)). W_p is (H, A), v_p (A,)."""

    def __init__(self, hidden: int, attn_dim: int, rng: np.random.Generator):
        super().__init__()
        self.W_p = parameter(glorot(rng, hidden, attn_dim))  # (H, A)
        self.v_p = parameter(glorot(rng, attn_dim, 1)[:, 0])  # (A,)

    def forward(self, dec_states: torch.Tensor, src_mask: torch.Tensor) -> torch.Tensor:
        """dec_states (B, T, H), src_mask (B, S) bool -> positions (B, T), in (0, S).

        S is the length of each sentence by itself, without its padding.
        """
        lengths = src_mask.sum(dim=1)[:, None]  # (B, 1)
        act = torch.tanh(dec_states @ self.W_p)  # (B, T, A)
        return lengths * torch.sigmoid(act @ self.v_p)  # (B, T)


class LocalAttention(nn.Module):
    """Global attention inside a window, times a Gaussian if the place is predicted.

    Args:
        score: the layer that scores, such as GeneralScore(). Its params are ours too.
        reach: D; a window has 2D + 1 places at most.
        predict: a PredictivePosition for local-p, or None for local-m.
    """

    def __init__(
        self, score: nn.Module, reach: int, predict: PredictivePosition | None = None
    ):
        super().__init__()
        self.score, self.reach, self.predict = score, reach, predict

    def positions(
        self, dec_states: torch.Tensor, src_mask: torch.Tensor
    ) -> torch.Tensor:
        """Where to look: dec_states (B, T, H), src_mask (B, S) -> p_t (B, T)."""
        if self.predict is not None:
            return self.predict(dec_states, src_mask)  # (B, T)
        positions = monotonic_positions(dec_states.shape[1], src_mask)  # (B, T)
        return positions.to(dec_states.dtype)

    def forward(
        self, dec_states: torch.Tensor, src_states: torch.Tensor, src_mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """dec_states (B, T, H), src_states (B, S, H), src_mask (B, S) bool.

        Returns context (B, T, H) and weights (B, T, S).
        """
        positions = self.positions(dec_states, src_mask)  # (B, T)
        away = distances(positions, src_mask.shape[1])  # (B, T, S)
        window = window_mask(away, src_mask[:, None], self.reach)  # (B, T, S)
        scores = self.score(dec_states, src_states)  # (B, T, S)
        weights = masked_softmax(scores, window)  # (B, T, S)
        if self.predict is not None:
            weights = weights * gaussian(away, self.reach)  # (B, T, S)
        return weights @ src_states, weights  # (B, T, H), (B, T, S)


def gather_windows(
    src_states: torch.Tensor,
    src_mask: torch.Tensor,
    positions: torch.Tensor,
    reach: int,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Copy out the 2D + 1 source states from the first place of each window on.

    Returns:
        near (B, T, 2D+1, H), places (B, T, 2D+1) counted from 1, which may lie outside
        the sentence, and real (B, T, 2D+1) bool, False there.
    """
    first = torch.ceil(positions.detach() - reach)[..., None]  # (B, T, 1)
    steps = torch.arange(2 * reach + 1, device=positions.device)  # (2D+1,)
    places = first + steps  # (B, T, 2D+1)
    index = places.clamp(1, src_mask.shape[1]).long() - 1  # (B, T, 2D+1)
    rows = torch.arange(len(index), device=index.device)[:, None, None]  # (B, 1, 1)
    real = src_mask[rows, index] & (places == index + 1)  # (B, T, 2D+1)
    return src_states[rows, index], places, real


def attend_gathered(
    attention: LocalAttention,
    dec_states: torch.Tensor,
    src_states: torch.Tensor,
    src_mask: torch.Tensor,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The same context from 2D + 1 scores a step, however long the source is.

    Returns context (B, T, H), weights (B, T, 2D+1) and their places (B, T, 2D+1).
    """
    positions = attention.positions(dec_states, src_mask)  # (B, T)
    near, places, real = gather_windows(
        src_states, src_mask, positions, attention.reach
    )
    queries = dec_states.flatten(0, 1)[:, None]  # (B*T, 1, H)
    scores = attention.score(queries, near.flatten(0, 1))  # (B*T, 1, 2D+1)
    away = places - positions[..., None]  # (B, T, 2D+1)
    window = window_mask(away, real, attention.reach)  # (B, T, 2D+1)
    weights = masked_softmax(scores.reshape(away.shape), window)  # (B, T, 2D+1)
    if attention.predict is not None:
        weights = weights * gaussian(away, attention.reach)  # (B, T, 2D+1)
    context = torch.einsum("btk,btkh->bth", weights, near)  # (B, T, H)
    return context, weights, places
