"""Rows of ids as one tensor, the mask that belongs to it, and a mean that obeys it."""

from collections.abc import Sequence

import torch
from torch import nn


def pad_ids(rows: Sequence[Sequence[int]], length: int | None = None) -> torch.Tensor:
    """Write rows of ids under each other, with id 0 where a row has ended.

    Args:
        rows: B lists of ids, of any lengths, at least one.
        length: S; longer rows lose their end. None: as long as the longest row.

    Returns:
        (B, S) int64.
    """
    tensors = [torch.tensor(row, dtype=torch.int64) for row in rows]
    ids = nn.utils.rnn.pad_sequence(tensors, batch_first=True)  # (B, longest)
    if length is None:
        return ids
    missing = length - ids.shape[1]  # below 0 if there is too much
    return nn.functional.pad(ids, (0, missing))  # (B, S)


def padding_mask(ids: torch.Tensor) -> torch.Tensor:
    """(B, S) ids -> (B, S) bool, True where a token is real. Id 0 is padding."""
    return ids != 0


def masked_mean(vectors: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Average the vectors of the real tokens.

    Args:
        vectors: (B, S, E) float, one vector for each token.
        mask: (B, S) bool, True where the token is real.

    Returns:
        (B, E) means; zeros for a row in which nothing is real.
    """
    if mask.dtype != torch.bool:
        raise TypeError(f"mask must be bool (True = real token), got {mask.dtype}")
    sums = (vectors * mask[..., None]).sum(dim=1)  # (B, E)
    counts = mask.sum(dim=1, keepdim=True)  # (B, 1)
    return sums / counts.clamp(min=1)  # (B, E)
