"""Two scores without parameters: the scaled dot product and the cosine."""

import torch
from torch import nn

TINY = 1e-12  # below any real squared length; a vector of zeros is not divided by 0


class ScaledDotScore(nn.Module):
    """score(s, h) = s . h / sqrt(H): its spread does not grow with the width H."""

    def forward(
        self, dec_states: torch.Tensor, src_states: torch.Tensor
    ) -> torch.Tensor:
        """dec_states (B, T, H), src_states (B, S, H) -> scores (B, T, S)."""
        scale = dec_states.shape[-1] ** -0.5
        return scale * (dec_states @ src_states.transpose(1, 2))  # (B, T, S)


class CosineScore(nn.Module):
    """score(s, h) = cos(s, h) / temperature, and 0 where a state is all zeros."""

    def __init__(self, temperature: float = 1.0):
        super().__init__()
        self.temperature = temperature

    def forward(
        self, dec_states: torch.Tensor, src_states: torch.Tensor
    ) -> torch.Tensor:
        """dec_states (B, T, H), src_states (B, S, H) -> scores (B, T, S)."""
        cosines = unit(dec_states) @ unit(src_states).transpose(1, 2)  # (B, T, S)
        return cosines / self.temperature


def unit(x: torch.Tensor) -> torch.Tensor:
    """Bring vectors (..., H) to length 1; one of zeros stays as it is."""
    return x / torch.sqrt((x**2).sum(dim=-1, keepdim=True) + TINY)  # (..., H)
