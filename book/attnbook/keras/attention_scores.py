"""Two scores without parameters: the scaled dot product and the cosine."""

import keras
from keras import ops

TINY = 1e-12  # below any real squared length; a vector of zeros is not divided by 0


class ScaledDotScore(keras.Layer):
    """score(s, h) = s . h / sqrt(H): its spread does not grow with the width H."""

    def call(self, dec_states, src_states):
        """dec_states (B, T, H), src_states (B, S, H) -> scores (B, T, S)."""
        scale = dec_states.shape[-1] ** -0.5
        return scale * (dec_states @ ops.transpose(src_states, (0, 2, 1)))  # (B, T, S)


class CosineScore(keras.Layer):
    """score(s, h) = cos(s, h) / temperature, and 0 where a state is all zeros."""

    def __init__(self, temperature: float = 1.0, **options):
        super().__init__(**options)
        self.temperature = temperature

    def call(self, dec_states, src_states):
        """dec_states (B, T, H), src_states (B, S, H) -> scores (B, T, S)."""
        keys = ops.transpose(unit(src_states), (0, 2, 1))  # (B, H, S)
        return unit(dec_states) @ keys / self.temperature  # (B, T, S)


def unit(x: keras.KerasTensor):
    """Bring vectors (..., H) to length 1; one of zeros stays as it is."""
    return x / ops.sqrt(ops.sum(x**2, axis=-1, keepdims=True) + TINY)  # (..., H)
