"""Hold the backward passes that are written by hand against numeric gradients."""

from copy import deepcopy

import numpy as np
from frameworks import assert_same, backward, pairs


def numeric_gradient(function, array, d_output, step=1e-6):
    """The gradient of sum(function() * d_output) by `array`, one entry at a time."""
    grad = np.zeros_like(array)
    for index in np.ndindex(array.shape):
        kept = array[index]
        array[index] = kept + step
        above = (function() * d_output).sum()
        array[index] = kept - step
        below = (function() * d_output).sum()
        array[index] = kept
        grad[index] = (above - below) / (2 * step)
    return grad


def assert_numeric_gradients(function, d_output, arrays, grads, tolerance=1e-8):
    """Hold the gradient by each of `arrays` against `numeric_gradient`."""
    assert arrays
    for place, (array, grad) in enumerate(zip(arrays, grads, strict=True)):
        expected = numeric_gradient(function, array, d_output)
        assert_same(grad, expected, tolerance, f"gradient {place}")


def assert_numeric_backward(layer, inputs, d_outputs, tolerance=1e-8):
    """Hold a NumPy layer's `backward` against numeric gradients.

    Compared are the gradients by each float input and by each parameter.
    """

    def loss():
        outputs = layer.forward(*inputs)
        return sum((out * d_out).sum() for out, d_out in pairs(outputs, d_outputs))

    loss()
    grads = [*backward(layer, d_outputs), *layer.grads.values()]
    assert layer.grads.keys() == layer.params.keys()
    arrays = [array for array in inputs if array.dtype.kind == "f"]
    arrays += [layer.params[letter] for letter in layer.grads]
    assert_numeric_gradients(loss, 1.0, arrays, grads, tolerance)


def assert_backward_repeats(layer, inputs, d_outputs):
    """`backward` again gives the same: nothing adds up, and nothing given changes."""
    before = deepcopy((inputs, d_outputs))
    layer.forward(*inputs)
    first = deepcopy((backward(layer, d_outputs), layer.grads))
    np.testing.assert_equal((backward(layer, d_outputs), layer.grads), first)
    np.testing.assert_equal((inputs, d_outputs), before)
