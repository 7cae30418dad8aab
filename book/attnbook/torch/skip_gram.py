"""Skip-gram with negative sampling: tell a word's real neighbours from drawn ones."""

import numpy as np
import torch
from torch import nn

from attnbook.torch.parameter import parameter


class SkipGram(nn.Module):
    """loss = -log s(x . y) of the neighbour, plus -log s(-x . y) of each drawn word.

    x is a row of W, y a row of C, both (V, E), and s the logistic function.
    """

    def __init__(self, vocab: int, embed: int, rng: np.random.Generator):
        super().__init__()
        W, C = rng.normal(scale=0.1, size=(2, vocab, embed))  # (V, E) each
        self.W, self.C = parameter(W), parameter(C)

    def forward(self, words: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
        """words (B,), others (B, 1+K), the neighbour and K drawn ids -> losses (B,)."""
        x, y = self.W[words], self.C[others]  # (B, E), (B, 1+K, E)
        scores = torch.einsum("be,bke->bk", x, y)  # (B, 1+K)
        good = nn.functional.logsigmoid(scores[:, :1])  # (B, 1)
        bad = nn.functional.logsigmoid(-scores[:, 1:])  # (B, K)
        return -torch.cat([good, bad], dim=1).sum(dim=1)  # (B,)
