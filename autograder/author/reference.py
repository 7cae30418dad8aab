"""Runs a solution, and its variants, on the cases of a seed: the expected answers.

The solution notebook is the reference; there is no second place for expected values.
By default that is its NumPy variant, in float64. This runs our own code only, in our
own process: no submission ever comes near.
"""

import linecache
import types
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from autograder.author.source import Cell, Exercise
from autograder.check import collecting

DEVICES = ("cpu", "cuda")
Case = dict[str, np.ndarray]  # of one case, the answers by name


class DeviceError(ValueError):
    """A device that a framework cannot use; one line."""


class RunError(RuntimeError):
    """A solution or variant that does not run; one line: where, what."""


@dataclass(frozen=True)
class Reference:
    """What a solution and its known mistakes answer to the cases of one seed."""

    seed: int
    answers: dict[str, list[Case]] = field(repr=False)  # by check
    mistakes: dict[str, dict[str, list[Case]]] = field(repr=False)  # by check, mistake
    made: str = ""  # where and with what, if not in float64 as always


@contextmanager
def on_device(framework: str, device: str) -> Iterator[str]:
    """Let a framework compute on a device, in plain float32; yield the device's name.

    Raises:
        DeviceError: there is no such device, or the framework cannot use it.
    """
    if device not in DEVICES:
        raise DeviceError(f"the device must be one of {DEVICES}, got {device!r}")
    if framework == "numpy":
        if device != "cpu":
            raise DeviceError(f"numpy computes on the CPU alone, got {device!r}")
        yield device
    elif framework == "torch":
        import torch

        if device == "cuda" and not torch.cuda.is_available():
            raise DeviceError("PyTorch sees no CUDA device here")
        with torch.device(device):
            yield torch.cuda.get_device_name() if device == "cuda" else device
    else:
        import keras
        import tensorflow as tf

        found = tf.config.list_physical_devices("GPU")
        if device == "cuda" and not found:
            raise DeviceError("TensorFlow sees no CUDA device here")
        # TensorFloat-32 has 10 bits: fast, and no float32.
        tf.config.experimental.enable_tensor_float_32_execution(False)
        with keras.device("gpu:0" if device == "cuda" else "cpu:0"):
            details = tf.config.experimental.get_device_details
            yield details(found[0])["device_name"] if device == "cuda" else device


def expected(exercise: Exercise, framework: str, seed: int) -> Reference:
    """Run a framework's solution and each of its mistakes.

    Args:
        exercise: the solution.
        framework: "numpy" for the float64 reference.
        seed: of the batch; the cases of all checks follow from it.

    Raises:
        RunError: a cell or an answer fails.
    """
    mistakes: dict[str, dict[str, list[Case]]] = {name: {} for name in exercise.checks}
    for cell in exercise.variants("mistake", framework):
        ran = run(exercise, framework, seed, cell)
        mistakes[cell.task][cell.variant] = ran[cell.task]
    return Reference(seed, run(exercise, framework, seed), mistakes)


def run(
    exercise: Exercise, framework: str, seed: int, variant: Cell | None = None
) -> dict[str, list[Case]]:
    """Run a framework's notebook from start to end and collect the answers.

    Args:
        variant: an alternative or mistake that stands in for its task's solution; then
            only the checks of its task are run.

    Returns:
        By check, of each case, the answers by name.

    Raises:
        RunError: a cell or an answer fails.
    """
    collected: dict[str, list[Case]] = {}

    def deliver(check: str, outcome) -> None:
        for _, errors in outcome:
            for name, error in errors.items():
                where = f"{exercise.id}, {framework}, check {check}, answer {name!r}"
                raise RunError(f"{where}: {error['type']}: {error['text']}")
        collected[check] = [answers for answers, _ in outcome]

    module = types.ModuleType("__main__")
    with collecting(seed, deliver):
        for cell in _cells(exercise, framework, variant):
            _execute(exercise, framework, cell, module.__dict__)
    return collected


def _cells(exercise: Exercise, framework: str, variant: Cell | None):
    for cell in exercise.notebook(framework):
        if cell.kind != "code":
            continue
        if variant and cell.role == "check" and cell.task != variant.task:
            continue
        replaced = variant and cell.role == "task" and cell.task == variant.task
        yield variant if replaced else cell


def _execute(exercise: Exercise, framework: str, cell: Cell, names: Mapping) -> None:
    where = ":".join(filter(None, [cell.role, cell.task, cell.variant])) or "scaffold"
    file = f"<{exercise.id} cell {cell.number}>"
    lines = cell.text.splitlines(keepends=True)
    linecache.cache[file] = (len(cell.text), None, lines, file)  # as Jupyter does
    try:
        exec(compile(cell.text, file, "exec"), names)
    except RunError as error:
        raise RunError(f"{error} [{where}]") from error
    except Exception as error:
        place = f"{exercise.id}, {framework}, cell {cell.number} ({where})"
        raise RunError(f"{place}: {type(error).__name__}: {error}") from error
