"""Against overfitting: dropout, two penalties and early stopping."""

from collections.abc import Iterable, Sequence

import numpy as np


class Dropout:
    """Inverted dropout: what is kept is divided by its chance of being kept.

    Args:
        rate: the chance that a number is dropped, from 0 to below 1.
    """

    def __init__(self, rate: float):
        if not 0 <= rate < 1:
            raise ValueError(f"rate must be in [0, 1), got {rate}")
        self.rate = rate
        self.params, self.grads = {}, {}

    def forward(self, inputs: np.ndarray, keep: np.ndarray | None = None) -> np.ndarray:
        """inputs (B, T, E), keep (B, T, E) or (B, 1, E) bool -> (B, T, E).

        Without keep nothing is dropped and nothing is scaled: that is evaluation.
        """
        self.scale = 1.0
        if keep is not None:
            if keep.dtype != np.bool_:
                raise TypeError(f"keep must be bool (True = kept), got {keep.dtype}")
            self.scale = keep / (1 - self.rate)  # (B, T, E) or (B, 1, E)
        return inputs * self.scale  # (B, T, E)

    def backward(self, d_outputs: np.ndarray) -> np.ndarray:
        """d_outputs (B, T, E) -> d_inputs (B, T, E): what was dropped gets 0."""
        return d_outputs * self.scale  # (B, T, E)


def l1_penalty(weights: Iterable[np.ndarray], strength: float) -> float:
    """strength times the sum of |w|. Hand in the weights without the biases."""
    return strength * sum(np.abs(w).sum() for w in weights)


def l2_penalty(weights: Iterable[np.ndarray], strength: float) -> float:
    """strength / 2 times the sum of w². Hand in the weights without the biases."""
    return strength / 2 * sum((w**2).sum() for w in weights)


def l1_gradients(weights: Iterable[np.ndarray], strength: float) -> list[np.ndarray]:
    """The gradient of l1_penalty by each array: the same pull on every weight."""
    return [strength * np.sign(w) for w in weights]


def l2_gradients(weights: Iterable[np.ndarray], strength: float) -> list[np.ndarray]:
    """The gradient of l2_penalty by each array: a pull as strong as the weight."""
    return [strength * w for w in weights]


class EarlyStopping:
    """Stop when the held-out loss has had no new lowest value for some epochs.

    Args:
        patience: how many epochs in a row without a new lowest value end training.
    """

    def __init__(self, patience: int):
        if patience < 1:
            raise ValueError(f"patience must be 1 or more, got {patience}")
        self.patience = patience
        self.epoch = self.best_epoch = 0
        self.best_loss, self.best_params = np.inf, None

    def should_stop(self, loss: float, params: Sequence[np.ndarray]) -> bool:
        """Note the held-out loss of one more epoch; copy params at a new low."""
        self.epoch += 1
        if loss < self.best_loss:
            self.best_loss, self.best_epoch = loss, self.epoch
            self.best_params = [p.copy() for p in params]
        return self.epoch - self.best_epoch >= self.patience

    def restore(self, params: Sequence[np.ndarray]) -> None:
        """Put the values of the best epoch back into params, in place."""
        if self.best_params is None:
            raise ValueError("no epoch has been noted yet, so none can be restored")
        for p, best in zip(params, self.best_params, strict=True):
            p[...] = best
