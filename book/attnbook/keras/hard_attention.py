"""Hard attention: look at one position, drawn by the weights, and learn from luck."""

import keras
import numpy as np
from keras import ops


def draw_positions(weights: keras.KerasTensor, rng: np.random.Generator):
    """Draw one position in each row; its weight is its chance.

    weights (B, T, S) -> (B, T) int. In a row of zeros it is the last position.
    """
    sums = ops.cumsum(ops.stop_gradient(weights), axis=-1)  # (B, T, S)
    luck = ops.convert_to_tensor(rng.random(weights.shape[:-1]), sums.dtype)  # (B, T)
    at = luck[..., None] * sums[..., -1:]  # (B, T, 1)
    before = ops.sum(ops.cast(sums <= at, "int64"), axis=-1)  # (B, T)
    return ops.minimum(before, weights.shape[-1] - 1)  # (B, T)


def reinforce_loss(weights, chosen, rewards, baseline=0.0):
    """-(reward - baseline) log a of the position that was drawn, the mean over rows.

    Its gradient is, on average over draws, that of -(expected reward).

    Args:
        weights: (B, T, S), a row sums to 1, or is all 0 and does not count.
        chosen: (B, T) int, what `draw_positions` drew from these weights.
        rewards: (B, T) float, how well that went; a number to learn from, not through.
        baseline: what was to be expected, (B, T) or one number. Not made of `chosen`.
    """
    picked = ops.take_along_axis(weights, chosen[..., None], axis=-1)[..., 0]  # (B, T)
    logs = ops.log(ops.where(picked > 0, picked, 1.0))  # (B, T)
    return -ops.mean(ops.stop_gradient(rewards - baseline) * logs)
