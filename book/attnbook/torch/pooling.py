"""From a state for each word to one vector for the text: four ways to pool.

Each takes states (B, T, H) and a bool mask (B, T), True where a word is real, and
returns pooled (B, H) and weights (B, T). A row of weights sums to 1 and is 0 on
padding. In a row with nothing real, all weights are 0, and so is what is pooled.
"""

import numpy as np
import torch
from torch import nn

from attnbook.initial import glorot
from attnbook.torch.parameter import parameter
from attnbook.torch.softmax import masked_softmax


def pool_last(
    states: torch.Tensor, mask: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """The state of the last real word: all weight on one place."""
    places = torch.arange(mask.shape[1], device=mask.device)  # (T,)
    last = places.where(mask, -1).amax(dim=1, keepdim=True)  # (B, 1)
    weights = (places == last).to(states.dtype)  # (B, T), 0 where last is -1
    return (weights[:, None] @ states)[:, 0], weights  # (B, H), (B, T)


def pool_mean(
    states: torch.Tensor, mask: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """The mean over the real words: the same weight on each."""
    counts = mask.sum(dim=1, keepdim=True)  # (B, 1)
    weights = mask.to(states.dtype) / counts.clamp(min=1)  # (B, T)
    return (weights[:, None] @ states)[:, 0], weights  # (B, H), (B, T)


def pool_max(
    states: torch.Tensor, mask: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """The largest value of each feature over the real words.

    Each feature chooses its own word. A word's weight is the share of features that
    chose it, so here pooled is not the weighted sum of the states.
    """
    real = mask[..., None]  # (B, T, 1)
    shown = states.masked_fill(~real, torch.finfo(states.dtype).min)  # (B, T, H)
    chosen = shown.argmax(dim=1, keepdim=True)  # (B, 1, H)
    pooled = torch.take_along_dim(states * real, chosen, dim=1)[:, 0]  # (B, H)
    places = torch.arange(mask.shape[1], device=mask.device)[:, None]  # (T, 1)
    weights = (places == chosen).to(states.dtype).mean(dim=-1)  # (B, T)
    return pooled, weights * mask


class AttentionPooling(nn.Module):
    """u = tanh(h W + b), score u . u_s, softmax over the words, weighted sum.

    W (H, A), b (A,) and the query u_s (A,) are learned.
    """

    def __init__(self, hidden: int, attn_dim: int, rng: np.random.Generator):
        super().__init__()
        self.W = parameter(glorot(rng, hidden, attn_dim))  # (H, A)
        self.b = parameter(np.zeros(attn_dim))  # (A,)
        self.u_s = parameter(glorot(rng, attn_dim, 1)[:, 0])  # (A,)

    def forward(
        self, states: torch.Tensor, mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """states (B, T, H), mask (B, T) bool -> pooled (B, H), weights (B, T)."""
        act = torch.tanh(states @ self.W + self.b)  # (B, T, A)
        scores = act @ self.u_s  # (B, T)
        weights = masked_softmax(scores, mask)  # (B, T)
        return (weights[:, None] @ states)[:, 0], weights  # (B, H), (B, T)
