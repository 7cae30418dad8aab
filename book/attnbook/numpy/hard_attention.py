"""Hard attention: look at one position, drawn by the weights, and learn from luck."""

import numpy as np


def draw_positions(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw one position in each row; its weight is its chance.

    weights (B, T, S) -> (B, T) int. In a row of zeros it is the last position.
    """
    sums = weights.cumsum(axis=-1)  # (B, T, S)
    at = rng.random(weights.shape[:-1])[..., None] * sums[..., -1:]  # (B, T, 1)
    return np.minimum((sums <= at).sum(axis=-1), weights.shape[-1] - 1)  # (B, T)


def reinforce_loss(
    weights: np.ndarray,
    chosen: np.ndarray,
    rewards: np.ndarray,
    baseline: float | np.ndarray = 0.0,
) -> float:
    """-(reward - baseline) log a of the position that was drawn, the mean over rows.

    Its gradient is, on average over draws, that of -(expected reward).

    Args:
        weights: (B, T, S), a row sums to 1, or is all 0 and does not count.
        chosen: (B, T) int, what `draw_positions` drew from these weights.
        rewards: (B, T) float, how well that went; a number to learn from, not through.
        baseline: what was to be expected, (B, T) or one number. Not made of `chosen`.
    """
    picked = np.take_along_axis(weights, chosen[..., None], axis=-1)[..., 0]  # (B, T)
    logs = np.log(np.where(picked > 0, picked, 1.0))  # (B, T)
    return -((rewards - baseline) * logs).mean()


def reinforce_backward(
    weights: np.ndarray,
    chosen: np.ndarray,
    rewards: np.ndarray,
    baseline: float | np.ndarray = 0.0,
) -> np.ndarray:
    """The gradient of `reinforce_loss` by its weights, (B, T, S); other args alike."""
    picked = chosen[..., None] == np.arange(weights.shape[-1])  # (B, T, S)
    slopes = 1 / np.where(picked & (weights > 0), weights, np.inf)  # (B, T, S)
    return -(rewards - baseline)[..., None] * slopes / rewards.size  # (B, T, S)
