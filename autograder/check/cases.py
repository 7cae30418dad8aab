"""Inputs of a check, drawn from one seed as tensors of the notebook's framework."""

from collections.abc import Callable

import numpy as np

FRAMEWORKS = ("numpy", "torch", "keras")
STUDENT_FRAMEWORKS = FRAMEWORKS[1:]  # NumPy is the reference
CASES = 3  # cases that each check is run on


def case_seeds(seed: int, check: str, count: int = CASES) -> list[int]:
    """Derive the seeds of a check's cases from the seed of the batch.

    Args:
        seed: the batch's seed, 0 or more.
        check: the check's name; other names give unrelated seeds.
        count: how many cases.
    """
    sequence = np.random.SeedSequence([seed, *check.encode()])
    return [int(state) for state in sequence.generate_state(count, np.uint64)]


class Case:
    """Draws inputs. The same seed gives the same numbers in every framework.

    Floats are rounded to float32, then handed over in the framework's default float
    (float64 in NumPy), so that all frameworks compute on equal numbers.

    Args:
        seed: the case's seed.
        framework: "numpy", "torch" or "keras".

    Raises:
        ValueError: the framework is another one.
    """

    def __init__(self, seed: int, framework: str):
        if framework not in FRAMEWORKS:
            raise ValueError(
                f"framework must be one of {FRAMEWORKS}, got {framework!r}"
            )
        self._rng = np.random.default_rng(seed)
        self._tensor = _TENSORS[framework]

    def normal(self, *shape: int, scale: float = 1.0):
        """Return a float tensor of this shape, normal with this standard deviation."""
        return self._float(scale * self._rng.standard_normal(shape))

    def uniform(self, low: float, high: float, *shape: int):
        """Return a float tensor of this shape, uniform in [low, high)."""
        return self._float(self._rng.uniform(low, high, shape))

    def ids(self, high: int, *shape: int, low: int = 0):
        """Return an int64 tensor of this shape with ids in [low, high)."""
        return self._tensor(self._rng.integers(low, high, shape, dtype=np.int64))

    def integer(self, low: int, high: int) -> int:
        """Return one Python int in [low, high)."""
        return int(self._rng.integers(low, high))

    def mask(self, batch: int, length: int):
        """Return a (batch, length) bool tensor: each row real first, then padding.

        Every row has a real token and, where the length allows, one row has padding.
        """
        lengths = self._rng.integers(1, length + 1, batch)
        lengths[self._rng.integers(batch)] = self._rng.integers(1, max(length, 2))
        return self._tensor(np.arange(length) < lengths[:, None])

    def _float(self, values: np.ndarray):
        return self._tensor(np.asarray(values, np.float32).astype(np.float64))


def _numpy(array: np.ndarray) -> np.ndarray:
    return array


def _torch(array: np.ndarray):
    import torch

    dtype = torch.get_default_dtype() if array.dtype.kind == "f" else None
    return torch.tensor(array, dtype=dtype, device=torch.get_default_device())


def _keras(array: np.ndarray):
    import keras

    dtype = keras.config.floatx() if array.dtype.kind == "f" else str(array.dtype)
    return keras.ops.convert_to_tensor(array, dtype=dtype)


_TENSORS: dict[str, Callable] = {"numpy": _numpy, "torch": _torch, "keras": _keras}
