"""What a Keras layer learns, started from NumPy's numbers."""

import keras
import numpy as np
from keras import ops


def parameter(layer: keras.Layer, name: str, values: np.ndarray) -> keras.Variable:
    """A trainable copy of a NumPy array, owned by `layer` and in its float type."""

    def start(shape, dtype):
        return ops.convert_to_tensor(values, dtype)

    return layer.add_weight(shape=values.shape, initializer=start, name=name)
