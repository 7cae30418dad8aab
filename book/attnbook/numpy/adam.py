"""Adam, in place."""

import numpy as np


class Adam:
    """Steps that each parameter's own mean gradient and mean square choose.

    Args:
        rate: the length of a step, more or less.
        beta1, beta2: how much of the two means is kept at each step.
        epsilon: keeps the division safe.
        piece: numbers that are handled at a time, few enough to stay in the cache.
    """

    def __init__(self, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-7, piece=32_768):
        self.rate, self.beta1, self.beta2 = rate, beta1, beta2
        self.epsilon, self.piece, self.steps, self.means = epsilon, piece, 0, None

    def update(self, params: np.ndarray, grads: np.ndarray) -> None:
        """Change params (P,) in place, against grads (P,)."""
        if self.means is None:
            self.means = np.zeros((2, *params.shape), params.dtype)  # (2, P)
        self.steps += 1
        fair = np.sqrt(1 - self.beta2**self.steps) / (1 - self.beta1**self.steps)
        rate = float(self.rate * fair)
        for start in range(0, len(params), self.piece):
            here = slice(start, start + self.piece)
            grad, (mean, square) = grads[here], self.means[:, here]
            mean += (1 - self.beta1) * (grad - mean)
            square += (1 - self.beta2) * (grad * grad - square)
            params[here] -= rate * mean / (np.sqrt(square) + self.epsilon)
