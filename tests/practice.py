"""A student at a notebook: cells run as Jupyter runs them, and what the check says."""

import json
import linecache
import tempfile
from itertools import count
from pathlib import Path

import numpy as np

from autograder.author.reference import Reference
from autograder.author.release import public_cases
from autograder.check import CheckFailed, collecting, load
from autograder.check.notebook import PUBLIC_SEED

_numbers = count(1)


def run_cells(cells, **names):
    """Run cells one after the other; their text is found by line, as in Jupyter."""
    names = {"__name__": "__main__", "np": np, **names}
    for text in cells:
        name = f"<ipython-input-{next(_numbers)}>"
        lines = [line + "\n" for line in text.splitlines()]
        linecache.cache[name] = (len(text), None, lines, name)
        exec(compile(text, name, "exec"), names)
    return names


def answers(cells):
    """Collect what cells answer to their one check: by its name, case by case."""
    collected = {}

    def deliver(name, outcome):
        assert not any(errors for _, errors in outcome), outcome
        collected[name] = [answers for answers, _ in outcome]

    with collecting(PUBLIC_SEED, deliver):
        run_cells(cells, checks=load("toy", "numpy"))
    return collected


def reads(cells, solved, **more):
    """Return what a student with these cells reads, where `solved` would be right.

    Args:
        more: what else the file beside the notebook holds.
    """
    right = answers(solved)
    cases = public_cases(Reference(PUBLIC_SEED, right, {name: {} for name in right}))
    public = {"words": {}, "hints": {}, "checks": cases, **more}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "toy.json").write_text(json.dumps(public), encoding="utf-8")
        checks = load("toy", "numpy", folder)
    try:
        run_cells(cells, checks=checks)
    except CheckFailed as failed:
        return str(failed)
    raise AssertionError("the check found nothing wrong")
