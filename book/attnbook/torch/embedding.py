"""A vector for each word: a row of a matrix, looked up by the word's id."""

import numpy as np
import torch
from torch import nn

from attnbook.torch.parameter import parameter


class Embedding(nn.Module):
    """vectors = W[ids]: row i of W is the vector of the word with id i. W (V, E)."""

    def __init__(self, vocab: int, embed: int, rng: np.random.Generator):
        super().__init__()
        self.W = parameter(rng.normal(scale=0.1, size=(vocab, embed)))  # (V, E)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """ids of any shape, such as (B, S) -> vectors with one more axis, (B, S, E)."""
        return nn.functional.embedding(ids, self.W)  # (B, S, E)
