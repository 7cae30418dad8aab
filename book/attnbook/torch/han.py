"""A hierarchical attention network: words make sentences, sentences make a document.

Both levels are the same layer, with weights of its own: a GRU in each direction, and
attention pooling. All sentences of a batch go through the lower one at once.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from attnbook.initial import gru_start
from attnbook.torch.bidirectional import bidirectional
from attnbook.torch.gru import gru
from attnbook.torch.parameter import parameter
from attnbook.torch.pooling import AttentionPooling


def close_gaps(xs, mask):
    """Bring what is real to the front of each row, in its order.

    An empty sentence between two others would be a step for the reader.

    Args:
        xs: (B, T, E).
        mask: (B, T) bool, True where there is something.

    Returns:
        xs (B, T, E) and mask (B, T) in the new order, and places (B, T): where each
        now stands. Gathering along places brings the old order back.
    """
    order = torch.argsort((~mask).int(), dim=1, stable=True)  # (B, T)
    places = torch.argsort(order, dim=1)  # (B, T)
    closed = torch.take_along_dim(xs, order[..., None], dim=1)  # (B, T, E)
    return closed, torch.take_along_dim(mask, order, dim=1), places


def read_level(
    xs: torch.Tensor,
    mask: torch.Tensor,
    ahead: Callable,
    back: Callable,
    pool: Callable,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Read in both directions, then pool, whatever reads and pools.

    Args:
        xs: (B, T, E).
        mask: (B, T) bool; what is not real may stand anywhere.
        ahead, back: functions from (B, T, E) to states (B, T, H).
        pool: from states (B, T, 2H) and mask to pooled (B, 2H) and weights (B, T).

    Returns:
        pooled (B, 2H), weights (B, T).
    """
    xs, mask, places = close_gaps(xs, mask)
    states = bidirectional(xs, mask, ahead, back)  # (B, T, 2H)
    pooled, weights = pool(states, mask)  # (B, 2H), (B, T)
    return pooled, weights.gather(1, places)


class Level(nn.Module):
    """One level of a HAN: read in both directions, then pool by attention.

    The GRUs have W (E, 3H), U (H, 3H) and b (2, 3H), ahead and back; the pooling has W
    (2H, A), b (A,) and u_s (A,).
    """

    def __init__(
        self, embed: int, hidden: int, attn_dim: int, rng: np.random.Generator
    ):
        super().__init__()
        for way in ("ahead", "back"):
            for letter, array in zip("WUb", gru_start(rng, embed, hidden), strict=True):
                self.register_parameter(f"{letter}_{way}", parameter(array))
        self.pool = AttentionPooling(2 * hidden, attn_dim, rng)

    def forward(
        self, xs: torch.Tensor, mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """xs (B, T, E), mask (B, T) bool -> pooled (B, 2H), weights (B, T)."""
        return read_level(
            xs,
            mask,
            lambda xs: gru(xs, self.W_ahead, self.U_ahead, self.b_ahead)[0],
            lambda xs: gru(xs, self.W_back, self.U_back, self.b_back)[0],
            self.pool,
        )


class HAN(nn.Module):
    """Words to sentences, sentences to a document: two levels, one on the other."""

    def __init__(self, words: Level, sentences: Level):
        super().__init__()
        self.words, self.sentences = words, sentences

    def forward(
        self, xs: torch.Tensor, mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Read documents of N sentences with W words each.

        Args:
            xs: (B, N, W, E), the words' vectors.
            mask: (B, N, W) bool, True where a word is real.

        Returns:
            documents (B, 2H), weights of words (B, N, W) and of sentences (B, N). What
            is empty has the weight 0, and an empty document is a row of zeros.
        """
        batch, sents, _ = mask.shape
        every = xs.flatten(0, 1), mask.flatten(0, 1)  # (B N, W, E), (B N, W)
        vectors, word_weights = self.words(*every)  # (B N, 2H), (B N, W)
        vectors = vectors.view(batch, sents, -1)  # (B, N, 2H)
        real = mask.any(dim=-1)  # (B, N), a sentence with a word in it
        documents, weights = self.sentences(vectors, real)  # (B, 2H), (B, N)
        return documents, word_weights.view(mask.shape), weights
