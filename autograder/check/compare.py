"""Answers against expected answers: a verdict for each, and what it is worth.

An answer is right, or wrong in one named way. Tolerances follow from float32's
precision and the answer's size, not from taste: float32 of any framework is right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from autograder.check.arrays import Sample

KINDS = ("right", "missing", "shape", "dtype", "not_finite", "values", "mistake")
# Rounding errors that an answer may have, in units of float32's precision. Measured
# over all checks of `luong_global`: right ones are below 1, mistakes above 400,000.
ROUNDINGS = 64

Answers = Mapping[str, np.ndarray | Sample]


@dataclass(frozen=True)
class Verdict:
    """What is to say of one answer; of several cases, of the first that is wrong."""

    kind: str  # one of KINDS
    case: int = 0
    seen_shape: tuple[int, ...] = ()
    expected_shape: tuple[int, ...] = ()
    seen_dtype: str = ""
    expected_dtype: str = ""
    wrong: int = 0  # numbers that are off
    size: int = 0  # numbers that were compared
    largest: float = 0.0  # the largest distance
    at: tuple[int, ...] = ()  # where that is
    seen: float = 0.0  # what stands there
    rows: tuple[int, tuple[int, ...]] | None = (
        None  # axis, indices that hold all errors
    )
    sums: tuple[int, int] | None = (
        None  # axes: sums to 1 over the first, not the second
    )
    mistake: str = ""  # the known mistake whose answers these are
    way: str = ""  # in which way it is wrong, also if it is a known mistake
    instead: str = ""  # the other answer of the check that this one seems to be

    @property
    def right(self) -> bool:
        return self.kind == "right"


def judge(
    seen: Sequence[Answers],
    expected: Sequence[Answers],
    mistakes: Mapping[str, Sequence[Answers]],
) -> dict[str, Verdict]:
    """Compare a check's answers, case by case.

    Args:
        seen: of each case, the student's answers by name. Too few or other names count
            as missing.
        expected: of each case, the expected answers by name, whole or as samples.
        mistakes: by the mistake's name, of each case, the answers it gives.

    Returns:
        By answer's name, right if it is right in every case.
    """
    found = {name: _judge_one(name, seen, expected, mistakes) for name in expected[0]}
    return {
        name: replace(verdict, instead=_instead(name, found, seen, expected))
        for name, verdict in found.items()
    }


def points(verdicts: Mapping[str, Verdict], maximum: float) -> float:
    """Split a check's points evenly over its answers and add up those of right ones."""
    right = sum(verdict.right for verdict in verdicts.values())
    return maximum * right / len(verdicts)


def _judge_one(name, seen, expected, mistakes) -> Verdict:
    verdicts = _of_cases(name, seen, expected)
    verdict = next((v for v in verdicts if not v.right), verdicts[0])
    if verdict.right or verdict.kind == "missing":
        return verdict
    for mistake, answers in mistakes.items():
        known = [dict(case) for case in answers]
        if all(name in case for case in known) and all(
            v.right for v in _of_cases(name, seen, known)
        ):
            return replace(verdict, kind="mistake", mistake=mistake)
    return verdict


def _instead(name, found, seen, expected) -> str:
    """Find the wrong answer that another wrong one would be right as.

    If none is, it may be exchanged and wrong: then all shapes that are wrong are also
    all that were expected there.
    """
    verdict = found[name]
    if verdict.kind not in ("shape", "values"):
        return ""
    others = {o: v for o, v in found.items() if o != name and not v.right}
    for other in others:
        swapped = [{name: case[other]} for case in expected]
        if all(v.right for v in _of_cases(name, seen, swapped)):
            return other
    misfits = [v for v in found.values() if v.way == "shape"]
    wanted = {v.expected_shape for v in misfits}
    if verdict.way != "shape" or {v.seen_shape for v in misfits} != wanted:
        return ""
    fits = (o for o, v in others.items() if v.expected_shape == verdict.seen_shape)
    return next(fits, "")


def _of_cases(name, seen, expected) -> list[Verdict]:
    verdicts = []
    for number, answers in enumerate(expected):
        came = seen[number].get(name) if number < len(seen) else None
        verdicts.append(replace(compare(came, answers[name]), case=number))
    return verdicts


def compare(seen: np.ndarray | None, expected: np.ndarray | Sample) -> Verdict:
    """Compare one answer of one case: shape, dtype, finite, values, in this order."""
    sample = expected if isinstance(expected, Sample) else Sample.of(expected)
    dtype = _dtype_class(sample.values.dtype)
    if seen is None:
        return Verdict("missing", expected_shape=sample.shape, expected_dtype=dtype)
    verdict = Verdict(
        "right",
        seen_shape=seen.shape,
        expected_shape=sample.shape,
        seen_dtype=str(seen.dtype),
        expected_dtype=dtype,
        size=sample.values.size,
    )
    if seen.shape != sample.shape:
        return replace(verdict, kind="shape", way="shape")
    if _dtype_class(seen.dtype) != verdict.expected_dtype:
        return replace(verdict, kind="dtype", way="dtype")
    here = seen.ravel()[sample.index].astype(np.float64)
    broken = ~np.isfinite(here) & np.isfinite(sample.values)  # a mistake may expect NaN
    if broken.any():
        at = np.unravel_index(sample.index[int(np.argmax(broken))], seen.shape)
        wrong = int(broken.sum())
        kind = "not_finite"
        return replace(verdict, kind=kind, way=kind, at=_ints(at), wrong=wrong)
    return _values(verdict, seen, here, sample)


def _values(
    verdict: Verdict, seen: np.ndarray, here: np.ndarray, sample: Sample
) -> Verdict:
    same = (here == sample.values) | (np.isnan(here) & np.isnan(sample.values))
    with np.errstate(invalid="ignore"):  # inf - inf, only where they are the same
        distance = np.where(same, 0.0, np.abs(here - sample.values))
    distance = np.nan_to_num(distance, nan=np.inf)
    off = distance > tolerance(sample)
    if not off.any():
        return verdict
    most = int(np.argmax(distance))
    return replace(
        verdict,
        kind="values",
        way="values",
        wrong=int(off.sum()),
        largest=float(distance[most]),
        at=_ints(np.unravel_index(sample.index[most], seen.shape)),
        seen=float(here[most]),
        rows=_rows(off, sample, seen.ndim),
        sums=_sums(seen, sample),
    )


def tolerance(sample: Sample) -> float:
    """How far a number may be off: 0 unless it is a float.

    Rounding errors grow with the largest number and, like a random walk, with the root
    of the operations behind each; those are taken to be as many as the answer's side is
    long, the root of its size.
    """
    if sample.values.dtype.kind != "f" or not sample.values.size:
        return 0.0
    finite = sample.values[np.isfinite(sample.values)]
    scale = float(np.abs(finite).max()) if finite.size else 0.0
    size = float(np.prod(sample.shape))
    return ROUNDINGS * float(np.finfo(np.float32).eps) * scale * max(size, 1.0) ** 0.25


def _dtype_class(dtype: np.dtype) -> str:
    if dtype.kind == "f":
        return "float32" if dtype.itemsize >= 4 else str(dtype)
    return {"b": "bool", "i": "int64", "u": "int64"}[dtype.kind]


def _ints(index) -> tuple[int, ...]:
    return tuple(int(position) for position in index)


def _rows(off: np.ndarray, sample: Sample, ndim: int):
    """Find the axis along which fewest indices hold all errors, if at most half."""
    if ndim == 0 or off.sum() < 2:
        return None
    where = np.unravel_index(sample.index[off], sample.shape)
    shares = []
    for axis, positions in enumerate(where):
        rows = np.unique(positions)
        shares.append((rows.size / sample.shape[axis], axis, rows))
    share, axis, rows = min(shares, key=lambda found: found[:2])
    return (axis, _ints(rows)) if share <= 0.5 else None


def _sums(seen: np.ndarray, sample: Sample):
    """See whether weights sum to 1 over another axis than the expected ones."""
    if not sample.whole or seen.ndim < 2 or seen.dtype.kind != "f":
        return None
    expected = sample.values.reshape(sample.shape)
    wanted = [a for a in range(seen.ndim) if _sums_to_one(expected, a)]
    got = [a for a in range(seen.ndim) if _sums_to_one(seen, a)]
    if len(wanted) == len(got) == 1 and wanted != got:
        return got[0], wanted[0]
    return None


def _sums_to_one(array: np.ndarray, axis: int) -> bool:
    with np.errstate(invalid="ignore"):  # a mistake may expect inf and -inf
        sums = array.sum(axis=axis, dtype=np.float64)
    real = np.abs(sums) > 1e-6  # a row with nothing real sums to 0
    return bool(real.any()) and bool(np.allclose(sums[real], 1.0, atol=1e-4))
