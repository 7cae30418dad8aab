"""Expected answers in files: made on any device, and held against float64 on the CPU.

A reference is two files: arrays, without pickle, and JSON that says how they were made.
"""

import hashlib
import io
import json
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograder import check as autograder_check
from autograder.author.reference import Case, Reference, expected, on_device
from autograder.author.source import Exercise
from autograder.check.arrays import Sample
from autograder.check.compare import tolerance
from autograder.grade.files import write_whole
from autograder.grade.versions import installed

PACKAGES = ("numpy", "torch", "tensorflow", "keras")


@dataclass(frozen=True)
class Difference:
    """How far a check's answers are from those in float64, where they are farthest."""

    check: str
    answer: str
    absolute: float
    share: float  # of the tolerance; above 1 is wrong


def write(
    course: Path, exercise: Exercise, framework: str, device: str, seed: int
) -> tuple[Path, Reference]:
    """Run a framework's solution on a device and keep what it answers.

    Args:
        course: its `reference/` folder takes the files.
        framework: "numpy", "torch" or "keras".
        device: "cpu" or "cuda".

    Returns:
        The path of the arrays, and the answers.

    Raises:
        DeviceError: there is no such device.
        RunError: the solution does not run.
    """
    with on_device(framework, device) as name:
        ran = expected(exercise, framework, seed)
    stem = f"{exercise.id}-{framework}-{device}-{_hash(exercise.text, str(seed))[:8]}"
    path = course / "reference" / f"{stem}.npz"
    made = {
        "assignment": exercise.id,
        "framework": framework,
        "device": name,
        "seed": seed,
        "solution": _solution(exercise),
        "versions": {"python": platform.python_version()} | installed(PACKAGES),
    }
    save(path, ran)
    made["answers"] = hashlib.sha256(path.read_bytes()).hexdigest()
    text = json.dumps(made, indent=1) + "\n"
    write_whole(path.with_suffix(".json"), text.encode())
    return path, ran


def read(path: Path, exercise: Exercise, seed: int) -> Reference:
    """Read what `write` wrote.

    Raises:
        ValueError: it is not of this exercise, its present text and this seed.
    """
    made = _made(path)
    wanted = {"assignment": exercise.id, "seed": seed}
    wanted["solution"] = _solution(exercise)
    for key, value in wanted.items():
        if made.get(key) != value:
            raise ValueError(
                f"{path}: made for another {key}. Make one anew: autograder reference."
            )
    if made.get("answers") != hashlib.sha256(path.read_bytes()).hexdigest():
        raise ValueError(f"{path}: not the file that its .json tells of.")
    return load(path, seed, json.dumps(made, sort_keys=True))


def seed_of(path: Path) -> int:
    """Return the seed that a reference was made with.

    Raises:
        ValueError: it is none.
    """
    return _made(path)["seed"]


def differences(seen: Reference, right: Reference) -> Iterator[Difference]:
    """Compare each check's answers, and yield where they are farthest apart.

    Raises:
        ValueError: they have other names or shapes.
    """
    for check, cases in right.answers.items():
        found = [
            _difference(check, name, case[name], array)
            for case, exact in zip(seen.answers[check], cases, strict=True)
            for name, array in exact.items()
        ]
        yield max(found, key=lambda difference: difference.share)


def _difference(check: str, name: str, seen: np.ndarray, right: np.ndarray):
    if seen.shape != right.shape:
        raise ValueError(
            f"check {check}, answer {name}: shape {seen.shape}, not {right.shape}"
        )
    seen, allowed = seen.astype(np.float64), tolerance(Sample.of(right))
    same = (seen == right) | (np.isnan(seen) & np.isnan(right))
    with np.errstate(invalid="ignore"):  # inf - inf, only where they are the same
        distance = np.where(same, 0.0, np.abs(seen - right))
    absolute = float(np.nan_to_num(distance, nan=np.inf).max(initial=0.0))
    if not absolute:
        return Difference(check, name, 0.0, 0.0)
    share = absolute / allowed if allowed else float("inf")
    return Difference(check, name, absolute, share)


def save(path: Path, ran: Reference) -> None:
    """Write answers and mistakes as arrays, without pickle."""
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **_flat(ran))
    write_whole(path, file.getvalue())


def load(path: Path, seed: int, made: str = "") -> Reference:
    """Read what `save` wrote."""
    answers: dict = {}
    mistakes: dict = {}
    with np.load(path, allow_pickle=False) as arrays:
        for key in arrays.files:
            check_name, mistake, number, answer = key.split("/", 3)
            cases = answers.setdefault(check_name, [])
            if mistake:
                by_name = mistakes.setdefault(check_name, {})
                cases = by_name.setdefault(mistake, [])
            while len(cases) <= int(number):
                cases.append({})
            cases[int(number)][answer] = arrays[key]
    by_check = {name: mistakes.get(name, {}) for name in answers}
    return Reference(seed, answers, by_check, made)


def _flat(ran: Reference) -> dict[str, np.ndarray]:
    flat = {}
    for name, cases in ran.answers.items():
        flat |= _flat_cases(name, "", cases)
    for name, mistakes in ran.mistakes.items():
        for mistake, cases in mistakes.items():
            flat |= _flat_cases(name, mistake, cases)
    return flat


def _flat_cases(
    check_name: str, mistake: str, cases: list[Case]
) -> dict[str, np.ndarray]:
    return {
        f"{check_name}/{mistake}/{number}/{answer}": array
        for number, case in enumerate(cases)
        for answer, array in case.items()
    }


def _made(path: Path) -> dict:
    try:
        made = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        int(made["seed"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path}: no reference, or no .json beside it. Make one: autograder "
            "reference."
        ) from error
    return made


def _solution(exercise: Exercise) -> str:
    """Hash what decides the answers: the solution's text and the check's code."""
    code = sorted(Path(autograder_check.__file__).parent.glob("*.py"))
    return _hash(exercise.text, *(path.read_text(encoding="utf-8") for path in code))


def _hash(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()
