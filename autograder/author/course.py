"""Puts an exercise into an instructor's course folder: source, release, gradebook."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat

from autograder.author.assignment import generate, is_entered, source_notebook, write
from autograder.author.source import Exercise

# One column of the gradebook stands for all languages and frameworks; this one is it.
CANONICAL = ("torch", "en")
CONFIG = '''"""Lets nbgrader, started in this folder, grade by the course's steps."""

from pathlib import Path

from autograder.grade.steps import configure

c = get_config()  # noqa: F821
configure(c)
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
'''


def prepare(exercise: Exercise, course: Path) -> bool:
    """Enter an exercise into a course's gradebook, unless it stands there as it is.

    Args:
        course: the course's folder; made if there is none.

    Returns:
        Whether anything had to be done.

    Raises:
        RuntimeError: nbgrader refuses, such as to add a check to an assignment that has
            submissions.
    """
    course = course.resolve()
    framework, language = CANONICAL
    name = f"{exercise.id}.ipynb"
    source = course / "source" / exercise.id / name
    release = course / "release" / exercise.id / name
    notebook = source_notebook(exercise, framework, language, {})
    there = source.is_file() and release.is_file() and _settings(course).is_file()
    same = there and source.read_text("utf-8") == nbformat.writes(notebook) + "\n"
    with _tools_on_path():
        if same and is_entered(course, exercise.id):
            return False
        write(notebook, source)
        generate(course, exercise.id, gradebook=True)
    if not _settings(course).exists():
        _settings(course).write_text(CONFIG, encoding="utf-8")
    return True


@contextmanager
def _tools_on_path() -> Iterator[None]:
    """Let nbgrader find `alembic`, which it calls by name, beside this Python."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{before}"
    try:
        yield
    finally:
        os.environ["PATH"] = before


def _settings(course: Path) -> Path:
    return course / "nbgrader_config.py"
