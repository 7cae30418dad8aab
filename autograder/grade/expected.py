"""A course's secret seed, and the answers that are expected for it, kept on disk."""

import hashlib
import json
import os
import secrets
import tempfile
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import numpy as np

from autograder import author, check
from autograder.author.reference import Reference, expected
from autograder.author.source import Exercise

FRAMEWORK = "numpy"  # the reference, in float64
SEED_BITS = 63
SLOWNESS = 200_000  # rounds of the hash that names a seed


def secret_seed(course: Path, assignment: str) -> int:
    """Return the seed of an assignment's graded cases, drawn once and kept."""
    path = course / "seeds.json"
    seeds = json.loads(path.read_text()) if path.exists() else {}
    if assignment not in seeds:
        seeds[assignment] = secrets.randbits(SEED_BITS)
        write_whole(path, (json.dumps(seeds, indent=1) + "\n").encode())
    return seeds[assignment]


def seed_fingerprint(course: Path, assignment: str, seed: int | None = None) -> str:
    """Name the seed of an assignment's cases without giving it away.

    Two gradings with the same fingerprint had the same cases. The hash is slow, since
    somebody may have chosen a small seed.

    Args:
        seed: another than the course's own.

    Returns:
        12 hexadecimal digits, or "" if the course has not drawn a seed yet.
    """
    path = course / "seeds.json"
    if seed is None and path.exists():
        seed = json.loads(path.read_text()).get(assignment)
    if seed is None:
        return ""
    salt = f"seed of {assignment}".encode()
    hashed = hashlib.pbkdf2_hmac("sha256", str(seed).encode(), salt, SLOWNESS)
    return hashed.hex()[:12]


@lru_cache(maxsize=8)
def reference(course: Path, exercise: Exercise, seed: int) -> Reference:
    """Return the expected answers, which the course's folder keeps once they were run.

    They are kept by a hash of all that they depend on.
    """
    key = fingerprint((check, author), exercise.text, str(seed))
    path = course / "reference" / f"{exercise.id}-{key}.npz"
    if not path.exists():
        ran = expected(exercise, FRAMEWORK, seed)
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            np.savez(file, allow_pickle=False, **_flat(ran))
        os.replace(file.name, path)
    return _load(path, seed)


def fingerprint(packages: Iterable[ModuleType], *texts: str) -> str:
    """Hash texts together with the code of packages."""
    digest = hashlib.sha256(version("numpy").encode())
    for package in packages:
        for path in sorted(Path(package.__file__).parent.glob("*.py")):
            digest.update(path.read_bytes())
    for text in texts:
        digest.update(hashlib.sha256(text.encode()).digest())
    return digest.hexdigest()[:20]


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, all of it or nothing, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    os.replace(file.name, path)


def _flat(ran: Reference) -> dict[str, np.ndarray]:
    flat = {}
    for name, cases in ran.answers.items():
        flat |= _flat_cases(name, "", cases)
    for name, mistakes in ran.mistakes.items():
        for mistake, cases in mistakes.items():
            flat |= _flat_cases(name, mistake, cases)
    return flat


def _flat_cases(check_name: str, mistake: str, cases: list) -> dict[str, np.ndarray]:
    return {
        f"{check_name}/{mistake}/{number}/{answer}": array
        for number, case in enumerate(cases)
        for answer, array in case.items()
    }


def _load(path: Path, seed: int) -> Reference:
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
    return Reference(seed, answers, {name: mistakes.get(name, {}) for name in answers})
