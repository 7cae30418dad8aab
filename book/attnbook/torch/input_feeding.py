"""Input feeding: each step of the decoder also reads the attentional state before."""

import numpy as np
import torch
from torch import nn

from attnbook.initial import glorot
from attnbook.torch.lstm import lstm_cell
from attnbook.torch.luong_global import AttentionalState
from attnbook.torch.parameter import parameter


class FeedingCell(nn.Module):
    """One step: s_t = LSTM([x_t; h~_{t-1}], s_{t-1}), then attention, then h~_t.

    Args:
        attention: looks back from s_t, such as GlobalAttention(DotScore()).
        embed, hidden: E and H. W_x is (E + H, 4H), U (H, 4H), b (4H,), W_c (2H, H).
    """

    def __init__(
        self, attention: nn.Module, embed: int, hidden: int, rng: np.random.Generator
    ):
        super().__init__()
        self.W_x = parameter(glorot(rng, embed + hidden, 4 * hidden))  # (E + H, 4H)
        self.U = parameter(glorot(rng, hidden, 4 * hidden))  # (H, 4H)
        self.b = parameter(np.zeros(4 * hidden))  # (4H,)
        self.attention, self.join = attention, AttentionalState(hidden, rng)

    def forward(self, x, act, h, c, src_states, src_mask):
        """x (B, E); h~, h and c (B, H) of the step before; states and mask as ever.

        Returns the new h~, h and c, each (B, H), and the weights (B, S).
        """
        joined = torch.cat([x, act], dim=-1)  # (B, E + H)
        h, c = lstm_cell(joined, h, c, self.W_x, self.U, self.b)  # (B, H) twice
        context, weights = self.attention(h[:, None], src_states, src_mask)
        act = self.join(context, h[:, None])  # (B, 1, H)
        return act[:, 0], h, c, weights[:, 0]


class FeedingDecoder(nn.Module):
    """All steps of a FeedingCell, one after the other; the first is fed zeros."""

    def __init__(self, cell: FeedingCell):
        super().__init__()
        self.cell = cell

    def forward(self, xs, h, c, src_states, src_mask):
        """xs (B, T, E), first h and c (B, H), src_states (B, S, H), src_mask (B, S).

        Returns attentional states (B, T, H) and weights (B, T, S).
        """
        act, acts, rows = torch.zeros_like(h), [], []
        for x in xs.unbind(dim=1):  # (B, E)
            act, h, c, weights = self.cell(x, act, h, c, src_states, src_mask)
            acts.append(act)
            rows.append(weights)
        return torch.stack(acts, dim=1), torch.stack(rows, dim=1)  # (B, T, H|S)
