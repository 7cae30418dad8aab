"""Grades a toy's course in processes that can be killed.

    python tests/grade_toys.py FOLDER

reads a line for each grading, JSON of the options, and grades in a forked process: it
prints the pid first and the exit status last. The imports are done once.
"""

import json
import os
import sys
import traceback
from pathlib import Path

from autograder.author import release, source
from autograder.grade import batch


def main() -> None:
    folder = Path(sys.argv[1])
    source.SOLUTIONS, release.EXERCISES = folder / "solutions", folder / "exercises"
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _grade(folder / "course", json.loads(line))
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _grade(course: Path, options: dict) -> None:
    os.setpgid(0, 0)
    status = 1
    try:
        exercise = source.read("toy", source.SOLUTIONS)
        outcomes = batch.grade(exercise, course, batch.Options(**options))
        status = 3 if any(outcome.failed for outcome in outcomes) else 0
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(status)


if __name__ == "__main__":
    main()
