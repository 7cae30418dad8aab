"""Attention with many heads: the same attention several times, side by side."""

import numpy as np
import torch
from torch import nn

from attnbook.initial import glorot
from attnbook.torch.attention_scores import ScaledDotScore
from attnbook.torch.parameter import parameter
from attnbook.torch.softmax import masked_softmax


def split_heads(x: torch.Tensor, heads: int) -> torch.Tensor:
    """Cut the columns into heads and put these into the batch.

    (B, S, H) -> (B·heads, S, H/heads); a sentence's heads stand one after the other.
    """
    B, S, H = x.shape
    x = x.reshape(B, S, heads, H // heads).transpose(1, 2)  # (B, heads, S, H/heads)
    return x.reshape(B * heads, S, H // heads)  # (B·heads, S, H/heads)


def merge_heads(x: torch.Tensor, heads: int) -> torch.Tensor:
    """Undo `split_heads`. (B·heads, S, H/heads) -> (B, S, H)."""
    rows, S, width = x.shape
    x = x.reshape(rows // heads, heads, S, width).transpose(1, 2)
    return x.reshape(rows // heads, S, heads * width)  # (B, S, H)


class MultiHeadAttention(nn.Module):
    """context = [head 1; head 2; ...] W_o, head = softmax(q . k / sqrt(H/heads)) v.

    q = s W_q, k = h W_k and v = h W_v, each matrix (H, H). A head has H/heads columns
    of each.
    """

    def __init__(self, hidden: int, heads: int, rng: np.random.Generator):
        super().__init__()
        self.heads, self.score = heads, ScaledDotScore()
        for letter in ("W_q", "W_k", "W_v", "W_o"):
            setattr(self, letter, parameter(glorot(rng, hidden, hidden)))  # (H, H)

    def forward(
        self, dec_states: torch.Tensor, src_states: torch.Tensor, src_mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """dec_states (B, T, H), src_states (B, S, H), src_mask (B, S) bool.

        Returns context (B, T, H) and weights (B, heads, T, S).
        """
        q = split_heads(dec_states @ self.W_q, self.heads)  # (B·heads, T, H/heads)
        k = split_heads(src_states @ self.W_k, self.heads)  # (B·heads, S, H/heads)
        v = split_heads(src_states @ self.W_v, self.heads)  # (B·heads, S, H/heads)
        mask = src_mask.repeat_interleave(self.heads, dim=0)[:, None]
        weights = masked_softmax(self.score(q, k), mask)  # (B·heads, T, S)
        joined = merge_heads(weights @ v, self.heads)  # (B, T, H)
        by_head = weights.unflatten(0, (-1, self.heads))  # (B, heads, T, S)
        return joined @ self.W_o, by_head
