"""A course's secret seed, and the answers that are expected for it, kept on disk."""

import hashlib
import json
import secrets
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

from autograder import author, check
from autograder.author.reference import Reference, expected
from autograder.author.source import Exercise
from autograder.grade import references
from autograder.grade.files import write_whole

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
def reference(course: Path, exercise: Exercise, seed: int, file: str = "") -> Reference:
    """Return the expected answers, which the course's folder keeps once they were run.

    They are kept by a hash of all that they depend on.

    Args:
        file: what `references.write` wrote, to be used instead.

    Raises:
        ValueError: that file is not of this exercise and seed.
    """
    if file:
        return references.read(Path(file), exercise, seed)
    key = fingerprint((check, author), exercise.text, str(seed))
    path = course / "reference" / f"{exercise.id}-{key}.npz"
    if not path.exists():
        references.save(path, expected(exercise, FRAMEWORK, seed))
    return references.load(path, seed)


def fingerprint(packages: Iterable[ModuleType], *texts: str) -> str:
    """Hash texts together with the code of packages."""
    digest = hashlib.sha256(version("numpy").encode())
    for package in packages:
        for path in sorted(Path(package.__file__).parent.glob("*.py")):
            digest.update(path.read_bytes())
    for text in texts:
        digest.update(hashlib.sha256(text.encode()).digest())
    return digest.hexdigest()[:20]
