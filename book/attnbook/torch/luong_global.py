"""Global attention: look at every source state, then join what was seen."""

import numpy as np
import torch
from torch import nn

from attnbook.initial import glorot
from attnbook.torch.parameter import parameter
from attnbook.torch.softmax import masked_softmax


class GlobalAttention(nn.Module):
    """weights = softmax(score(s, h)) over the source, context = weights times h.

    Args:
        score: the layer that scores, such as DotScore(). Its params are ours too.
    """

    def __init__(self, score: nn.Module):
        super().__init__()
        self.score = score

    def forward(
        self, dec_states: torch.Tensor, src_states: torch.Tensor, src_mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """dec_states (B, T, H), src_states (B, S, H), src_mask (B, S) bool.

        Returns context (B, T, H) and weights (B, T, S).
        """
        scores = self.score(dec_states, src_states)  # (B, T, S)
        weights = masked_softmax(scores, src_mask[:, None])  # (B, T, S)
        return weights @ src_states, weights  # (B, T, H), (B, T, S)


class AttentionalState(nn.Module):
    """h~ = tanh([c; s] W_c): what was seen, joined to what is known. W_c (2H, H)."""

    def __init__(self, hidden: int, rng: np.random.Generator):
        super().__init__()
        self.W_c = parameter(glorot(rng, 2 * hidden, hidden))  # (2H, H)

    def forward(self, context: torch.Tensor, dec_states: torch.Tensor) -> torch.Tensor:
        """context (B, T, H), dec_states (B, T, H) -> attentional states (B, T, H)."""
        joined = torch.cat([context, dec_states], dim=-1)  # (B, T, 2H)
        return torch.tanh(joined @ self.W_c)  # (B, T, H)
