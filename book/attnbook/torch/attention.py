"""Attention with the dot score, all steps of the decoder at once."""

import torch
from torch import nn

from attnbook.torch.softmax import masked_softmax


class Attention(nn.Module):
    """Weigh the source states, then sum them: all steps of the decoder at once."""

    def forward(
        self, dec_states: torch.Tensor, src_states: torch.Tensor, src_mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """dec_states (B, T, H), src_states (B, S, H), src_mask (B, S) bool.

        Returns context (B, T, H) and weights (B, T, S).
        """
        scores = dec_states @ src_states.mT  # (B, T, S)
        weights = masked_softmax(scores, src_mask[:, None])  # (B, T, S)
        return weights @ src_states, weights
