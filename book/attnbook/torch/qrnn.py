"""A quasi-recurrent network: convolutions that see the past, and a light recurrence."""

import numpy as np
import torch
from torch import nn

from attnbook.initial import glorot
from attnbook.torch.parameter import parameter
from attnbook.torch.text_cnn import convolve


class QRNN(nn.Module):
    """c_t = f_t c_{t-1} + (1 - f_t) z_t, h_t = o_t c_t; z, f, o by a convolution.

    W is (width, E, 3H) and b (3H,), in the order z, f, o. No window reaches ahead.
    """

    def __init__(self, width: int, embed: int, hidden: int, rng: np.random.Generator):
        super().__init__()
        W = glorot(rng, width * embed, 3 * hidden).reshape(width, embed, 3 * hidden)
        self.W, self.b = parameter(W), parameter(np.zeros(3 * hidden))

    def forward(self, vectors: torch.Tensor) -> torch.Tensor:
        """(B, T, E) -> states (B, T, H)."""
        before = len(self.W) - 1  # zeros in front, so that T windows fit
        padded = nn.functional.pad(vectors, (0, 0, before, 0))  # (B, before + T, E)
        z, f, o = convolve(padded, self.W, self.b).chunk(3, dim=-1)  # (B, T, H) each
        z, f, o = z.tanh(), f.sigmoid(), o.sigmoid()
        fresh, cell, cells = (1 - f) * z, torch.zeros_like(z[:, 0]), []
        for t in range(z.shape[1]):
            cell = f[:, t] * cell + fresh[:, t]  # (B, H)
            cells.append(cell)
        return o * torch.stack(cells, dim=1)  # (B, T, H)
