"""An exercise as nbgrader knows it: a source notebook, and its own generate_assignment.

The only module of `author` that imports nbgrader.
"""

from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.author.source import Cell, Exercise
from autograder.author.translate import translate

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
# nbgrader's own name for a course without one. Only SQLite does with an empty one.
COURSE = "default_course"
# What stands where an answer in words goes: the same in every language, since nbgrader
# tells an untouched answer by its bytes.
ANSWER_STUB = "✎"


def source_notebook(
    exercise: Exercise, framework: str, language: str, messages: Mapping[str, str]
) -> NotebookNode:
    """Make the notebook with solutions, as nbgrader's generate_assignment takes it.

    Args:
        framework: "torch" or "keras".
        language: "en", "ja" or "zh".
        messages: translations of the text, by English; code is never translated.
    """
    cells = [_cell(cell, messages) for cell in exercise.notebook(framework)]
    names = {
        "assignment": exercise.id,
        "framework": framework,
        "language": language,
    }
    metadata = {
        "attnbook": names,
        "kernelspec": KERNEL,
        "language_info": {"name": "python"},
    }
    return new_notebook(cells=cells, metadata=metadata)


def generate(course: Path, assignment: str, gradebook: bool) -> None:
    """Run nbgrader's generate_assignment: source/ to release/.

    Args:
        gradebook: whether to enter it into the course's gradebook, too, wherever the
            course's own settings say that this is.

    Raises:
        RuntimeError: nbgrader says why not.
    """
    config = course_config(course) if gradebook else Config()
    config.CourseDirectory.root = str(course)
    if not config.CourseDirectory.get("course_id"):
        config.CourseDirectory.course_id = COURSE
    config.ClearSolutions.text_stub = ANSWER_STUB
    config.SaveCells.enabled = gradebook
    config.GenerateAssignment.no_database = not gradebook
    result = NbGraderAPI(config=config).generate_assignment(assignment, force=True)
    if not result["success"]:
        log = result["log"] or result["error"]
        raise RuntimeError(f"{course}: generate_assignment {assignment} failed.\n{log}")


def course_config(course: Path) -> Config:
    """Read a course's own `nbgrader_config.py`, if it has one."""
    name = "nbgrader_config.py"
    if not (course / name).is_file():
        return Config()
    return PyFileConfigLoader(name, str(course.resolve())).load_config()


def is_entered(course: Path, assignment: str) -> bool:
    """Tell whether a course's gradebook knows an assignment's notebook."""
    place = CourseDirectory(root=str(course.resolve()), config=course_config(course))
    with Gradebook(place.db_url) as book:
        try:
            book.find_notebook(assignment, assignment)
        except MissingEntry:
            return False
        return True


def write(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook; the same notebook gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


def _cell(cell: Cell, messages: Mapping[str, str]) -> NotebookNode:
    named = f"{cell.role}-{cell.task}" if cell.role else f"cell-{cell.number}"
    metadata = {"nbgrader": _nbgrader(cell, named)} if cell.role else {}
    if cell.kind == "code":
        return new_code_cell(cell.text, id=named, metadata=metadata)
    text = cell.text if cell.role else translate(cell.text, messages)
    return new_markdown_cell(text, id=named, metadata=metadata)


def _nbgrader(cell: Cell, name: str) -> dict:
    graded = cell.role in ("check", "question")
    metadata = {
        "schema_version": 3,
        "grade_id": name,
        "grade": graded,
        "solution": cell.role != "check",
        "locked": cell.role == "check",
        "task": False,
    }
    return {**metadata, "points": cell.points} if graded else metadata
