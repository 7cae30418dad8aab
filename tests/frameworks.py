"""Run one listing forward and backward in each framework, on the same numbers."""

from contextlib import contextmanager
from dataclasses import dataclass

import attnbook.numpy
import numpy as np


@dataclass(frozen=True)
class Run:
    """What came out of a layer, as NumPy arrays."""

    outputs: list  # one array for each output
    d_inputs: list  # the loss's gradient by each float input
    grads: dict  # the loss's gradient by each parameter, by its letter


def run(framework, build, inputs, d_outputs, dtype="float64", device="cpu"):
    """Build a layer, call it, and send d_outputs back through it.

    Args:
        framework: "numpy" (always float64), "torch" or "keras".
        build: gets the framework's listings and a generator, returns the layer.
        inputs: NumPy arrays; float ones get a gradient, others (bool, int) do not.
        inputs: NumPy arrays; float ones get a gradient, ids and bool ones do not.
        d_outputs: the gradient of the loss by each output.
    """
    rng = np.random.default_rng(7)  # the same first weights in each framework
    if framework == "numpy":
        return _run_numpy(build(attnbook.numpy, rng), inputs, d_outputs)
    if framework == "torch":
        return _run_torch(build, rng, inputs, d_outputs, dtype, device)
    return _run_keras(build, rng, inputs, d_outputs, dtype)


def _run_numpy(layer, inputs, d_outputs):
    outputs = _tuple(layer.forward(*inputs))
    d_inputs = _tuple(layer.backward(*d_outputs))  # None where no input is a float
    d_inputs = [grad for grad in d_inputs if grad is not None]
    return Run(list(outputs), d_inputs, dict(layer.grads))


def _run_torch(build, rng, inputs, d_outputs, dtype, device):
    import attnbook.torch
    import torch

    with torch_dtype(dtype):
        layer = build(attnbook.torch, rng)
    named = {}
    if isinstance(layer, torch.nn.Module):
        layer = layer.to(device)
        named = {name.split(".")[-1]: p for name, p in layer.named_parameters()}
    tensors = [torch.tensor(_cast(array, dtype), device=device) for array in inputs]
    floats = [
        tensor.requires_grad_() for tensor in tensors if tensor.is_floating_point()
    ]
    outputs = _tuple(layer(*tensors))
    loss = sum(
        (out * torch.tensor(_cast(d_out, dtype), device=device)).sum()
        for out, d_out in zip(outputs, d_outputs, strict=True)
    )
    loss.backward()
    return Run(
        [out.detach().cpu().numpy() for out in outputs],
        [_grad(tensor) for tensor in floats],
        {name: p.grad.cpu().numpy() for name, p in named.items()},
    )


def _run_keras(build, rng, inputs, d_outputs, dtype):
    import attnbook.keras
    import tensorflow as tf

    with keras_dtype(dtype):
        layer = build(attnbook.keras, rng)
        tensors = [tf.constant(_cast(array, dtype)) for array in inputs]
        floats = [tensor for tensor in tensors if tensor.dtype.is_floating]
        weights = getattr(layer, "trainable_weights", [])
        with tf.GradientTape() as tape:
            tape.watch(floats)
            outputs = _tuple(layer(*tensors))
            loss = sum(
                tf.reduce_sum(out * tf.constant(_cast(d_out, dtype)))
                for out, d_out in zip(outputs, d_outputs, strict=True)
            )
        d_inputs, d_weights = tape.gradient(
            loss,
            [floats, [w.value for w in weights]],
            unconnected_gradients=tf.UnconnectedGradients.ZERO,
        )
    return Run(
        [out.numpy() for out in outputs],
        [grad.numpy() for grad in d_inputs],
        {
            w.name: tf.convert_to_tensor(grad).numpy()  # rows looked up come alone
            for w, grad in zip(weights, d_weights, strict=True)
        },
    )


@contextmanager
def torch_dtype(dtype):
    import torch

    before = torch.get_default_dtype()
    torch.set_default_dtype(getattr(torch, dtype))
    try:
        yield
    finally:
        torch.set_default_dtype(before)


@contextmanager
def keras_dtype(dtype):
    import keras

    floatx, policy = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx(dtype)
    keras.config.set_dtype_policy(dtype)
    try:
        yield
    finally:
        keras.config.set_floatx(floatx)
        keras.config.set_dtype_policy(policy)


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


def assert_same(seen, expected, tolerance):
    """Compare shapes before values: broadcasting hides mistakes."""
    assert seen.shape == expected.shape
    np.testing.assert_allclose(seen, expected, rtol=tolerance, atol=tolerance)


def _grad(tensor):
    """A tensor's gradient; PyTorch keeps none where the loss does not depend on it."""
    grad = tensor.new_zeros(tensor.shape) if tensor.grad is None else tensor.grad
    return grad.detach().cpu().numpy()


def _cast(array, dtype):
    return array.astype(dtype) if array.dtype.kind == "f" else array


def _tuple(value):
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)
