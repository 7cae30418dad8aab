"""Hard attention: look at one position, drawn by the weights, and learn from luck."""

import numpy as np
import torch


def draw_positions(weights: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """Draw one position in each row; its weight is its chance.

    weights (B, T, S) -> (B, T) int. In a row of zeros it is the last position.
    """
    sums = weights.detach().cumsum(dim=-1)  # (B, T, S)
    luck = torch.from_numpy(rng.random(weights.shape[:-1])).to(sums)  # (B, T)
    at = luck[..., None] * sums[..., -1:]  # (B, T, 1)
    return (sums <= at).sum(dim=-1).clamp(max=weights.shape[-1] - 1)  # (B, T)


def reinforce_loss(
    weights: torch.Tensor,
    chosen: torch.Tensor,
    rewards: torch.Tensor,
    baseline: float | torch.Tensor = 0.0,
) -> torch.Tensor:
    """-(reward - baseline) log a of the position that was drawn, the mean over rows.

    Its gradient is, on average over draws, that of -(expected reward).

    Args:
        weights: (B, T, S), a row sums to 1, or is all 0 and does not count.
        chosen: (B, T) int, what `draw_positions` drew from these weights.
        rewards: (B, T) float, how well that went; a number to learn from, not through.
        baseline: what was to be expected, (B, T) or one number. Not made of `chosen`.
    """
    picked = weights.gather(-1, chosen[..., None])[..., 0]  # (B, T)
    logs = torch.where(picked > 0, picked, 1.0).log()  # (B, T)
    return -((rewards - baseline).detach() * logs).mean()
