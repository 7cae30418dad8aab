"""Arrays on their way: out of a framework, into JSON, and cut down to a sample."""

import base64
from dataclasses import dataclass

import numpy as np

# All that an answer may be: little-endian floats and integers, and bool.
DTYPES = ("<f2", "<f4", "<f8", "|i1", "<i2", "<i4", "<i8", "|u1", "<u2", "<u4", "|b1")


class NoArray(TypeError):
    """What came is no tensor and no number; the text names its type or dtype."""


def to_numpy(value) -> np.ndarray:
    """Turn a tensor of any framework or a number into a NumPy array.

    A list is none: it would pass here and fail in the student's next function.

    Raises:
        NoArray: it cannot be one, or its dtype is none of DTYPES.
    """
    if isinstance(value, (list, tuple, dict, set, str, bytes)):
        raise NoArray(type(value).__name__)
    try:
        tensor = value.detach().cpu() if hasattr(value, "detach") else value
        array = np.asarray(tensor.numpy() if hasattr(tensor, "numpy") else tensor)
        array = array.astype(array.dtype.newbyteorder("<"), copy=False)
    except Exception as error:  # bfloat16, or a symbol without numbers
        raise NoArray(_kind(value)) from error
    if array.dtype.str not in DTYPES:
        raise NoArray(_kind(value))
    return array


def _kind(value) -> str:
    return f"{type(value).__name__} {getattr(value, 'dtype', '')}".strip()


def pack(array: np.ndarray) -> dict:
    """Write an array as JSON: its dtype, shape and bytes, row by row, in base64."""
    array = np.asarray(array)
    return {
        "dtype": array.dtype.str,
        "shape": list(array.shape),
        "data": base64.b64encode(array.tobytes()).decode("ascii"),
    }


def unpack(packed: dict) -> np.ndarray:
    """Read what `pack` wrote.

    Raises:
        ValueError: the dtype is none of DTYPES, or bytes and shape do not fit.
    """
    if packed["dtype"] not in DTYPES:
        raise ValueError(f"dtype {packed['dtype']!r} is not one of {DTYPES}")
    data = base64.b64decode(packed["data"], validate=True)
    return np.frombuffer(data, packed["dtype"]).reshape(packed["shape"])


@dataclass(frozen=True)
class Sample:
    """Expected numbers: all of a small array, or a fixed random choice of a large one.

    The files beside a notebook stay small this way, while a wrong answer is still seen.
    """

    shape: tuple[int, ...]
    values: np.ndarray  # 1-D, the entries that `index` names

    @classmethod
    def of(cls, array: np.ndarray, limit: int | None = None) -> "Sample":
        """Take at most `limit` entries of an array, or all of them."""
        size = array.size if limit is None else min(limit, array.size)
        index = sample_index(array.size, size)
        return cls(array.shape, array.ravel()[index])

    @property
    def index(self) -> np.ndarray:
        """Flat positions of the values in the whole array, in rising order."""
        return sample_index(int(np.prod(self.shape)), self.values.size)

    @property
    def whole(self) -> bool:
        return self.values.size == int(np.prod(self.shape))

    def to_json(self) -> dict:
        # Float32 is all that a comparison at float32's tolerance can use.
        values = self.values
        values = values.astype("<f4") if values.dtype.kind == "f" else values
        return {"whole": list(self.shape), **pack(values)}

    @classmethod
    def from_json(cls, packed: dict) -> "Sample":
        return cls(tuple(packed["whole"]), unpack(packed))


def sample_index(size: int, count: int) -> np.ndarray:
    """Choose `count` of `size` flat positions, always the same ones."""
    if count == size:
        return np.arange(size)
    return np.sort(np.random.default_rng(0).choice(size, count, replace=False))
