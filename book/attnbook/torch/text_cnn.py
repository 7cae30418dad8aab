"""A convolution over words, and which windows are real."""

import numpy as np
import torch
from torch import nn

from attnbook.initial import glorot
from attnbook.torch.parameter import parameter


def filter_mask(mask: torch.Tensor, width: int) -> torch.Tensor:
    """(B, T) bool -> (B, T - width + 1) bool, True if all words of a window are real.

    In a sentence that is shorter than the width, no window is.
    """
    if mask.dtype != torch.bool:
        raise TypeError(f"mask must be bool (True = real token), got {mask.dtype}")
    return mask.unfold(1, width, 1).all(dim=-1)  # (B, T - width + 1)


def convolve(vectors: torch.Tensor, W: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Multiply each window of words by W: (B, T, E) -> (B, T - width + 1, F).

    W is (width, E, F) and b (F,): F filters, each as long as a window.
    """
    width, length = W.shape[0], vectors.shape[1]
    if length < width:
        raise ValueError(f"a filter of width {width} needs as many words, got {length}")
    channels = vectors.transpose(1, 2)  # (B, E, T), as PyTorch wants it
    sums = nn.functional.conv1d(channels, W.permute(2, 1, 0), b)  # (B, F, P)
    return sums.transpose(1, 2)  # (B, P, F)


class Convolution(nn.Module):
    """features = relu(window W + b), for each window and filter. W (width, E, F)."""

    def __init__(self, width: int, embed: int, filters: int, rng: np.random.Generator):
        super().__init__()
        W = glorot(rng, width * embed, filters).reshape(width, embed, filters)
        self.W, self.b = parameter(W), parameter(np.zeros(filters))

    def forward(self, vectors: torch.Tensor) -> torch.Tensor:
        """(B, T, E) -> features (B, T - width + 1, F)."""
        return torch.relu(convolve(vectors, self.W, self.b))  # (B, P, F)


class KMaxPooling(nn.Module):
    """Keep the k largest features of each filter, in their order; k = 1 keeps one.

    A window's weight is the share of the choices that fell on it.
    """

    def __init__(self, k: int):
        super().__init__()
        self.k = k

    def forward(
        self, features: torch.Tensor, mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """features (B, P, F), mask (B, P) bool -> pooled (B, k * F), weights (B, P).

        Where fewer than k windows are real, the rest of what is kept is 0.
        """
        positions, missing = mask.shape[1], max(self.k - mask.shape[1], 0)
        features = nn.functional.pad(features, (0, 0, 0, missing))  # (B, k | P, F)
        mask = nn.functional.pad(mask, (0, missing))[..., None]  # (B, k | P, 1)
        shown = features.masked_fill(~mask, torch.finfo(features.dtype).min)
        order = shown.argsort(dim=1, descending=True, stable=True)  # (B, k | P, F)
        chosen = order[:, : self.k].sort(dim=1).values  # (B, k, F), in their order
        kept = (features * mask).gather(1, chosen)  # (B, k, F)
        places = torch.arange(mask.shape[1], device=mask.device)[:, None, None]
        shares = (
            (places == chosen[:, None]).to(kept.dtype).mean(dim=(2, 3))
        )  # (B, k | P)
        return kept.flatten(1), (shares * mask[..., 0])[:, :positions]
