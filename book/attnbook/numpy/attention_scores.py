"""Two scores without parameters: the scaled dot product and the cosine."""

import numpy as np

from attnbook.numpy.luong_scores import DotScore

TINY = 1e-12  # below any real squared length; a vector of zeros is not divided by 0


class ScaledDotScore:
    """score(s, h) = s . h / sqrt(H): its spread does not grow with the width H."""

    def __init__(self):
        self.dot = DotScore()
        self.params, self.grads = {}, {}

    def forward(self, dec_states: np.ndarray, src_states: np.ndarray) -> np.ndarray:
        """dec_states (B, T, H), src_states (B, S, H) -> scores (B, T, S)."""
        self.scale = dec_states.shape[-1] ** -0.5
        return self.scale * self.dot.forward(dec_states, src_states)  # (B, T, S)

    def backward(self, d_scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """d_scores (B, T, S) -> d_dec_states (B, T, H), d_src_states (B, S, H)."""
        return self.dot.backward(self.scale * d_scores)


class CosineScore:
    """score(s, h) = cos(s, h) / temperature, and 0 where a state is all zeros."""

    def __init__(self, temperature: float = 1.0):
        self.temperature, self.dot = temperature, DotScore()
        self.params, self.grads = {}, {}

    def forward(self, dec_states: np.ndarray, src_states: np.ndarray) -> np.ndarray:
        """dec_states (B, T, H), src_states (B, S, H) -> scores (B, T, S)."""
        self.cache = dec_states, src_states
        cosines = self.dot.forward(unit(dec_states), unit(src_states))  # (B, T, S)
        return cosines / self.temperature

    def backward(self, d_scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """d_scores (B, T, S) -> d_dec_states (B, T, H), d_src_states (B, S, H)."""
        d_units = self.dot.backward(d_scores / self.temperature)
        pairs = zip(self.cache, d_units, strict=True)
        d_dec_states, d_src_states = (unit_backward(*pair) for pair in pairs)
        return d_dec_states, d_src_states


def unit(x: np.ndarray) -> np.ndarray:
    """Bring vectors (..., H) to length 1; one of zeros stays as it is."""
    return x / np.sqrt((x**2).sum(axis=-1, keepdims=True) + TINY)  # (..., H)


def unit_backward(x: np.ndarray, d_unit: np.ndarray) -> np.ndarray:
    """x, d_unit (..., H) -> d_x: what points along x is lost, lengths do not count."""
    along = unit(x) * (unit(x) * d_unit).sum(axis=-1, keepdims=True)  # (..., H)
    length = np.sqrt((x**2).sum(axis=-1, keepdims=True) + TINY)  # (..., 1)
    return (d_unit - along) / length  # (..., H)
