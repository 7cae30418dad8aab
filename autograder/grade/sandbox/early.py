"""Starts warm processes before they are needed: frameworks take seconds to import.

While the grader imports what it needs itself, they import theirs.
"""

import json
import re
import stat
from collections import Counter
from collections.abc import Collection
from itertools import islice
from math import ceil
from pathlib import Path

from autograder.grade.sandbox import bubblewrap
from autograder.grade.sandbox.pool import POOL
from autograder.grade.sandbox.warm import MODULES, Order

LOOKED_AT = 100  # submissions
TAIL = 4096  # bytes, in which a notebook's metadata are
FRAMEWORK = re.compile(rb'"framework": ?("\w+")')


def start(
    course: Path, assignment: str, students: Collection[str], workers: int, force: bool
) -> None:
    """Start the warm processes that a class will need, as far as can be seen.

    It looks for the framework that each notebook says it uses. What it says may be
    wrong: then a warm process is started that nobody takes.

    Args:
        students: only these are graded; none means all.
        workers: how many notebooks will run at a time.
        force: all are graded, not only those that have not been.
    """
    new = (
        path
        for path in course.glob(f"submitted/*/{assignment}/{assignment}.ipynb")
        if path.parts[-3] in students or not students
        if force or not (course / "autograded" / path.parts[-3] / assignment).is_dir()
    )
    said = Counter(map(framework, islice(new, LOOKED_AT)))
    if said and not bubblewrap.missing():
        for name, number in said.items():
            for _ in range(ceil(workers * number / said.total())):
                POOL.prepare(Order(modules=MODULES[name]))


def framework(path: Path) -> str:
    """Return the framework that a notebook says it uses, "" if it says none we know."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return ""
        with path.open("rb") as file:
            file.seek(max(0, path.lstat().st_size - TAIL))
            found = FRAMEWORK.search(file.read(TAIL))
    except OSError:
        return ""
    name = json.loads(found[1]) if found else ""
    return name if name in MODULES else ""
