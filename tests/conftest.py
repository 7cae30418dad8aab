"""What every test may ask for."""

import numpy as np
import pytest


@pytest.fixture
def rng():
    """A fresh generator with the same seed in each test."""
    return np.random.default_rng(0)
