"""What a PyTorch layer learns, started from NumPy's numbers."""

import numpy as np
import torch
from torch import nn


def parameter(values: np.ndarray) -> nn.Parameter:
    """A trainable copy of a NumPy array in PyTorch's default float type."""
    return nn.Parameter(torch.tensor(values, dtype=torch.get_default_dtype()))
