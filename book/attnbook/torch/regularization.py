"""Against overfitting: dropout, two penalties and early stopping."""

from collections.abc import Iterable, Sequence

import torch
from torch import nn


class Dropout(nn.Module):
    """Inverted dropout: what is kept is divided by its chance of being kept.

    Args:
        rate: the chance that a number is dropped, from 0 to below 1.
    """

    def __init__(self, rate: float):
        super().__init__()
        if not 0 <= rate < 1:
            raise ValueError(f"rate must be in [0, 1), got {rate}")
        self.rate = rate

    def forward(
        self, inputs: torch.Tensor, keep: torch.Tensor | None = None
    ) -> torch.Tensor:
        """inputs (B, T, E), keep (B, T, E) or (B, 1, E) bool -> (B, T, E).

        Without keep nothing is dropped and nothing is scaled: that is evaluation.
        """
        if keep is None:
            return inputs
        if keep.dtype != torch.bool:
            raise TypeError(f"keep must be bool (True = kept), got {keep.dtype}")
        return inputs * keep / (1 - self.rate)  # (B, T, E)


def l1_penalty(weights: Iterable[torch.Tensor], strength: float) -> torch.Tensor:
    """strength times the sum of |w|. Hand in the weights without the biases."""
    return strength * sum(w.abs().sum() for w in weights)


def l2_penalty(weights: Iterable[torch.Tensor], strength: float) -> torch.Tensor:
    """strength / 2 times the sum of w². Hand in the weights without the biases."""
    return strength / 2 * sum((w**2).sum() for w in weights)


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
        self.best_loss, self.best_params = float("inf"), None

    def should_stop(self, loss: float, params: Sequence[torch.Tensor]) -> bool:
        """Note the held-out loss of one more epoch; copy params at a new low."""
        self.epoch += 1
        if loss < self.best_loss:
            self.best_loss, self.best_epoch = loss, self.epoch
            self.best_params = [p.detach().clone() for p in params]
        return self.epoch - self.best_epoch >= self.patience

    @torch.no_grad()
    def restore(self, params: Sequence[torch.Tensor]) -> None:
        """Put the values of the best epoch back into params, in place."""
        if self.best_params is None:
            raise ValueError("no epoch has been noted yet, so none can be restored")
        for p, best in zip(params, self.best_params, strict=True):
            p.copy_(best)
