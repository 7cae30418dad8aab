"""What comes back from a submission: answers, parsed as hostile.

The rule: only the answers count that were published in the check's own cell under the
check's own name, and only if that happened exactly once. An honest check does that; a
cell that publishes twice is trying its luck, or is broken, and neither gets points.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from autograder.check.arrays import DTYPES, unpack
from autograder.check.cases import CASES
from autograder.check.notebook import ANSWERS_MIME
from autograder.check.trace import FIELDS, TEXT_LIMIT

NAMES = 64  # answers of a case
NAME = re.compile(r"\w{1,64}")
DIMENSIONS = 8
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Refused(ValueError):
    """Answers that do not count; the text says why."""


@dataclass(frozen=True)
class Answers:
    """A check's answers, or why there are none."""

    cases: tuple[Mapping[str, np.ndarray], ...] = field(default=(), repr=False)
    errors: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    refused: str = ""


def read(outputs: Sequence[Mapping], check: str) -> Answers:
    """Find and read the answers among a check cell's outputs.

    Args:
        outputs: as `execute` returns them.
        check: the check's name.

    Returns:
        Answers, in which `refused` says so if some came that do not count. If none came
        and the cell stopped with an error, that is the error under "".
    """
    published = [
        output["data"][ANSWERS_MIME]
        for output in outputs
        if ANSWERS_MIME in output.get("data", {})
    ]
    published = [bundle for bundle in published if bundle.get("check") == check]
    if not published:
        return Answers(errors=_stopped(outputs))
    if len(published) > 1:
        return Answers(refused=f"answers were published {len(published)} times")
    try:
        return _read(published[0])
    except Refused as refused:
        return Answers(refused=str(refused))


def without_answers(outputs: Sequence[Mapping]) -> list[Mapping]:
    """Take answers out of a cell's outputs: where no check asked, they are noise."""
    return [output for output in outputs if ANSWERS_MIME not in output.get("data", {})]


def _read(bundle: Mapping) -> Answers:
    cases = bundle.get("cases")
    if not isinstance(cases, list) or len(cases) != CASES:
        raise Refused(f"there are not {CASES} cases")
    read, errors = [], {}
    for case in cases:
        if not isinstance(case, Mapping):
            raise Refused("a case is not a table")
        read.append({name: _array(packed) for name, packed in _items(case, "answers")})
        for name, error in _items(case, "errors"):
            errors.setdefault(name, _error(error))
    return Answers(tuple(read), errors)


def _items(case: Mapping, key: str) -> list[tuple[str, object]]:
    table = case.get(key, {})
    if not isinstance(table, Mapping) or len(table) > NAMES:
        raise Refused(f"the {key} are not a table of at most {NAMES}")
    for name in table:
        if not NAME.fullmatch(name) and not (key == "errors" and name == ""):
            raise Refused("an answer's name is not a word")
    return list(table.items())


def _array(packed) -> np.ndarray:
    if not isinstance(packed, Mapping):
        raise Refused("an answer is not a packed array")
    dtype, shape, data = (packed.get(key) for key in ("dtype", "shape", "data"))
    if not isinstance(dtype, str) or dtype not in DTYPES:
        raise Refused("an answer's dtype is none of those allowed")
    sizes = isinstance(shape, list) and len(shape) <= DIMENSIONS
    if not sizes or not all(type(size) is int and size >= 0 for size in shape):
        raise Refused("an answer's shape is not a short list of sizes")
    if not isinstance(data, str):
        raise Refused("an answer's data is not text")
    try:
        return unpack({"dtype": dtype, "shape": shape, "data": data})
    except (ValueError, OverflowError) as error:
        raise Refused("an answer's bytes do not fit its shape") from error


def _error(error) -> dict[str, str]:
    error = error if isinstance(error, Mapping) else {}
    return {key: _clean(error.get(key)) for key in FIELDS}


def _stopped(outputs: Sequence[Mapping]) -> dict[str, dict[str, str]]:
    """Read the error that stopped a cell before it published anything."""
    for output in outputs:
        if output.get("output_type") == "error":
            error = {"type": output.get("ename"), "text": output.get("evalue")}
            return {"": _error(error)}
    return {}


def _clean(text) -> str:
    text = text if isinstance(text, str) else ""
    return _CONTROL.sub(" ", text)[:TEXT_LIMIT]
