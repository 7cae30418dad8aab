"""The door of `grade` and `report` to nbgrader; `zipcollect` is the other one."""

import glob
import unicodedata
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbconvert.writers import FilesWriter
from nbformat import NotebookNode
from nbgrader.api import (
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import ExportPlugin
from nbgrader.preprocessors import ClearHiddenTests, GetGrades
from nbgrader.preprocessors.base import NbGraderPreprocessor
from nbgrader.utils import compute_checksum, determine_grade, rmtree, setenv
from sqlalchemy.exc import SAWarning
from traitlets.config import Config

from autograder.author.assignment import course_config
from autograder.grade.files import Unreadable
from autograder.grade.transaction import at_once

__all__ = [
    "BaseCell",
    "ClearHiddenTests",
    "Comment",
    "ExportPlugin",
    "GetGrades",
    "Grade",
    "Gradebook",
    "MissingEntry",
    "NbGraderPreprocessor",
    "Student",
    "SubmittedAssignment",
    "SubmittedNotebook",
    "compute_checksum",
    "course_config",
    "determine_grade",
]


@dataclass(frozen=True)
class Canonical:
    """A cell as the gradebook knows it."""

    name: str  # its grade id
    kind: str  # "code" or "markdown"
    source: str
    checksum: str
    locked: bool
    solution: bool
    points: float | None  # None if it is not graded

    @property
    def metadata(self) -> dict:
        """The cell's nbgrader metadata, as nbgrader's validator wants them."""
        graded = {} if self.points is None else {"points": self.points}
        return graded | {
            "schema_version": 3,
            "grade_id": self.name,
            "cell_type": self.kind,
            "checksum": self.checksum,
            "grade": self.points is not None,
            "solution": self.solution,
            "locked": self.locked,
            "task": False,
        }


def database(course: Path) -> str:
    """Return the address of a course's gradebook."""
    return course_directory(course, "").db_url


def canonical_cells(db_url: str, assignment: str) -> dict[str, Canonical]:
    """Read the cells of an assignment's notebook, by grade id, in its order."""
    with Gradebook(db_url) as book:
        notebook = book.find_notebook(assignment, assignment)
        points = {cell.name: cell.max_score for cell in notebook.grade_cells}
        solutions = {cell.name for cell in notebook.solution_cells}
        return {
            cell.name: Canonical(
                cell.name,
                cell.cell_type,
                cell.source,
                cell.checksum,
                cell.locked,
                cell.name in solutions,
                points.get(cell.name),
            )
            for cell in notebook.source_cells
        }


@dataclass(frozen=True)
class Score:
    """What the gradebook holds for one cell of one submission."""

    points: float
    maximum: float
    waiting: bool  # for a person to grade it


def scores(db_url: str, assignment: str) -> dict[str, dict[str, Score]]:
    """Read an assignment's scores, by student, by grade id."""
    with Gradebook(db_url) as book:
        try:
            submissions = book.find_assignment(assignment).submissions
        except MissingEntry:
            return {}
        return {
            submission.student.id: {
                grade.name: _score(grade)
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            for submission in submissions
        }


def _score(grade) -> Score:
    return Score(grade.score, grade.max_score, bool(grade.needs_manual_grade))


def write_feedback(course: Path, assignment: str, student: str, config: Config) -> None:
    """Run nbgrader's generate_feedback for one student."""
    place = course_directory(course, assignment, glob.escape(student), config)
    with _quietly(), at_once(Gradebook, place.db_url):
        GenerateFeedback(coursedir=place, config=config, force=True).start()


class Submission:
    """nbgrader's Autograde of one submission, halted between its two halves.

    Args:
        course: the course's folder.
        assignment: its id, which is also its notebook's name.
        student: whose submission.
        config: says which steps to take.
    """

    def __init__(self, course: Path, assignment: str, student: str, config: Config):
        self.place = course_directory(course, assignment, student, config)
        self.student = student
        self._names = (assignment, student)
        self._converter = _Halves(coursedir=self.place, config=config)
        self.source = Path(self._converter.source_of(*self._names))
        folder = Path(self._converter.destination_of(*self._names))
        self.written = folder / self.source.name  # once it is sanitised

    def sanitise(self, notebook: NotebookNode) -> None:
        """Take the first half of the steps: the notebook, sanitised, in autograded/.

        Raises:
            Unreadable: its timestamp or the student's name is none.
        """
        if not is_text(self.student):
            raise Unreadable(
                "the student's folder has a name with control characters, or one that "
                "is not UTF-8. Give it another one."
            )
        self._remove()
        self._see_timestamp()
        self._converter.begin([str(self.source)])
        with _quietly(), at_once(Gradebook, self.place.db_url):
            self._converter.init_assignment(*self._names)
            self._converter.half(True, str(self.source), notebook, {})

    def sanitised(self) -> NotebookNode:
        return nbformat.read(self.written, as_version=4)

    def finish(self, executed) -> None:
        """Take the other half: the notebook has been executed already."""
        env = setenv(NBGRADER_EXECUTION="autograde")
        with _quietly(), env, at_once(Gradebook, self.place.db_url):
            came = {"executed": executed}
            self._converter.half(False, str(self.written), self.sanitised(), came)
        self._converter.set_permissions(*self._names)

    def fail(self) -> None:
        """Enter 0 points, and leave nothing half done."""
        self._remove()
        if not is_text(self.student):
            return  # it cannot stand in a gradebook
        place = self.place
        url = place.db_url
        with (
            _quietly(),
            at_once(Gradebook, url),
            Gradebook(url, place.course_id) as book,
        ):
            book.update_or_create_student(self._names[1])
            submission = book.update_or_create_submission(*self._names)
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    grade.auto_score, grade.manual_score = 0, None
                    grade.needs_manual_grade = False
            book.db.commit()

    def _see_timestamp(self) -> None:
        """Read the time it was handed in: nbgrader would exit if that is no time."""
        folder = str(self.source.parent)
        try:
            self.place.get_existing_timestamp(folder)
        except (SystemExit, AttributeError, ValueError, OverflowError) as error:
            raise Unreadable(
                "timestamp.txt beside it is no time. Write one such as 2026-11-30 "
                "23:59:00, or remove the file."
            ) from error

    def _remove(self) -> None:
        if self.written.parent.exists():
            rmtree(str(self.written.parent))


def is_text(name: str) -> bool:
    """Tell whether a folder's name can stand in the gradebook and in one line."""
    return not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name)


def course_directory(
    course: Path, assignment: str, student: str = "", config: Config | None = None
) -> CourseDirectory:
    """Say where nbgrader finds things, by the course's settings if none are given."""
    config = course_config(course) if config is None else config
    return CourseDirectory(
        root=str(course.resolve()),
        assignment_id=assignment,
        student_id=student,
        config=config,
    )


@contextmanager
def _quietly() -> Iterator[None]:
    """Do without SQLAlchemy's advice to nbgrader, which is none to an instructor."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)
        yield


class _Halves(Autograde):
    """Autograde that takes notebooks from memory and stops where it is told."""

    def source_of(self, assignment: str, student: str) -> str:
        folder = self.coursedir.format_path(
            self.coursedir.submitted_directory, student, assignment
        )
        return str(Path(folder) / f"{assignment}.ipynb")

    def destination_of(self, assignment: str, student: str) -> str:
        return self._format_dest(assignment, student)

    def begin(self, notebooks: list[str]) -> None:
        self.notebooks = notebooks
        self.writer = FilesWriter(parent=self, config=self.config)
        self.exporter = self.exporter_class(parent=self, config=self.config)

    def half(self, first: bool, path: str, notebook: NotebookNode, came) -> None:
        self._sanitizing = first
        self._init_preprocessors()
        resources = {**self.init_single_notebook_resources(path), **came}
        output, resources = self.exporter.from_notebook_node(notebook, resources)
        self.write_single_notebook(output, resources)
