"""Run one listing forward and backward in each framework, on the same numbers."""

from contextlib import contextmanager
from dataclasses import dataclass

import attnbook.numpy
import numpy as np

ALL = ("numpy", "torch", "keras")
# Besides NumPy: in which precision, and how far from NumPy's float64 it may be.
OTHERS = [("torch", "float64", 1e-10), ("keras", "float64", 1e-10)]
OTHERS += [("torch", "float32", 1e-5), ("keras", "float32", 1e-5)]


@dataclass(frozen=True)
class Run:
    """What came out of a layer, as NumPy arrays."""

    outputs: list  # one array for each output
    d_inputs: list  # the loss's gradient by each float input
    grads: dict  # the loss's gradient by each parameter, by its letter

    def named(self):
        """All of these arrays, by names for a message."""
        named = {f"output {n}": array for n, array in enumerate(self.outputs)}
        named |= {f"gradient by input {n}": d for n, d in enumerate(self.d_inputs)}
        return named | {f"gradient by {name}": d for name, d in self.grads.items()}


def run(framework, build, inputs, d_outputs, dtype="float64", device="cpu"):
    """Build a layer, call it, and send d_outputs back through it.

    Args:
        framework: "numpy" (always float64), "torch" or "keras".
        build: gets the framework's listings and a generator, returns the layer.
        inputs: NumPy arrays; float ones get a gradient, ids and bool ones do not.
        d_outputs: the gradient of the loss by each output, or None where the loss
            does not look at it, and NumPy's `backward` has no argument for it.
    """
    rng = np.random.default_rng(7)  # the same first weights in each framework
    if framework == "numpy":
        return _run_numpy(build(attnbook.numpy, rng), inputs, d_outputs)
    if framework == "torch":
        return _run_torch(build, rng, inputs, d_outputs, dtype, device)
    return _run_keras(build, rng, inputs, d_outputs, dtype)


def _run_numpy(layer, inputs, d_outputs):
    outputs = [np.asarray(out) for out in _tuple(layer.forward(*inputs))]
    return Run(outputs, backward(layer, d_outputs), dict(layer.grads))


def backward(layer, d_outputs):
    """The gradients by the float inputs; a layer without such inputs returns None."""
    d_inputs = layer.backward(*(d_out for d_out in d_outputs if d_out is not None))
    return [grad for grad in _tuple(d_inputs) if grad is not None]


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
        for out, d_out in pairs(outputs, d_outputs)
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
                for out, d_out in pairs(outputs, d_outputs)
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


def assert_same(seen, expected, tolerance, name=""):
    """Compare shapes before values: broadcasting hides mistakes."""
    assert seen.shape == expected.shape, name
    np.testing.assert_allclose(
        seen, expected, rtol=tolerance, atol=tolerance, err_msg=name
    )


def assert_same_runs(seen, expected, tolerance):
    """Compare outputs, gradients by inputs and gradients by parameters."""
    seen, expected = seen.named(), expected.named()
    assert seen.keys() == expected.keys()
    for name in seen:
        assert_same(seen[name], expected[name], tolerance, name)


def assert_like_numpy(
    framework, build, inputs, d_outputs, dtype, tolerance, device="cpu"
):
    """Run a listing and NumPy's, and compare the two; return the listing's run."""
    expected = run("numpy", build, inputs, d_outputs)
    seen = run(framework, build, inputs, d_outputs, dtype, device)
    assert_same_runs(seen, expected, tolerance)
    return seen


def pairs(outputs, d_outputs):
    """Each output with its gradient, which is zeros where the loss ignores it."""
    for out, d_out in zip(_tuple(outputs), d_outputs, strict=True):
        yield out, np.zeros(tuple(out.shape)) if d_out is None else d_out


def _grad(tensor):
    """A tensor's gradient; PyTorch keeps none where the loss does not depend on it."""
    grad = tensor.new_zeros(tensor.shape) if tensor.grad is None else tensor.grad
    return grad.detach().cpu().numpy()


def _cast(array, dtype):
    return array.astype(dtype) if array.dtype.kind == "f" else array


def _tuple(value):
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)
