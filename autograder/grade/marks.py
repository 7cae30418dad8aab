"""What a gradebook says of each student's assignment: one frozen record for each."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from autograder.grade.gradebook import (
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Score,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    database,
)

_SCORE = (Grade.score, Grade.max_score, Grade.needs_manual_grade)
_SUBMISSION = (
    Student.id,
    SubmittedAssignment.late_submission_penalty,
    SubmittedAssignment.timestamp,
    *(Student.first_name, Student.last_name, Student.email, Student.lms_user_id),
)


@dataclass(frozen=True)
class Mark:
    """One student's assignment: grades by machine and by hand, comments, penalty."""

    student: str
    scores: Mapping[str, Score] = field(repr=False)  # by grade id
    penalty: float = 0.0  # points taken off because it came late
    comments: Mapping[str, str] = field(default_factory=dict, repr=False)  # by grade id
    submitted: datetime | None = None  # UTC
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_id: str = ""  # its number in the learning management system

    @property
    def points(self) -> float:
        """What was earned, before anything is taken off."""
        return sum(score.points for score in self.scores.values())

    @property
    def total(self) -> float:
        """What counts; as nbgrader's own exporter has it, never below 0."""
        return max(0.0, self.points - self.penalty)

    @property
    def maximum(self) -> float:
        return sum(score.maximum for score in self.scores.values())

    @property
    def waiting(self) -> list[str]:
        """The grade ids that a person has still to grade."""
        return [name for name, score in self.scores.items() if score.waiting]

    @property
    def fingerprint(self) -> str:
        """A hash of all that a student sees of this."""
        scores = {
            name: [score.points, score.maximum, score.waiting]
            for name, score in sorted(self.scores.items())
        }
        seen = [scores, self.penalty, sorted(self.comments.items())]
        return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:20]


def open_gradebook(course: Path) -> Gradebook:
    """Open a course's gradebook, which is to be there already.

    Raises:
        ValueError: there is none; nbgrader would make an empty one.
    """
    address = database(course)
    path = address.removeprefix("sqlite:///")
    if path != address and not Path(path).is_file():
        raise ValueError(f"{path}: there is no gradebook. Grade the class first.")
    return Gradebook(address)


def course_marks(
    course: Path, assignment: str, student: str | None = None
) -> dict[str, Mark]:
    """Read a course's marks, by student; none if nothing was graded yet.

    Args:
        student: read only this one's.
    """
    try:
        with open_gradebook(course) as book:
            return marks(book, assignment, student)
    except (MissingEntry, ValueError):
        return {}


def marks(
    book: Gradebook, assignment: str, student: str | None = None
) -> dict[str, Mark]:
    """Read an assignment's marks from an open gradebook, by student, in order.

    A few queries for all of a class: nbgrader's own objects would take one and more
    for each grade.

    Args:
        student: read only this one's.

    Raises:
        MissingEntry: the gradebook has no such assignment.
    """
    here = SubmittedAssignment.assignment_id == book.find_assignment(assignment).id
    wanted = [here] if student is None else [here, Student.id == student]
    scores: dict[str, dict[str, Score]] = {}
    for name, cell, *score in _cells(book, Grade, wanted, *_SCORE):
        scores.setdefault(name, {})[cell] = Score(*score)
    comments: dict[str, dict[str, str]] = {}
    for name, cell, said in _cells(book, Comment, wanted, Comment.comment):
        if said:
            comments.setdefault(name, {})[cell] = said
    found = book.db.query(*_SUBMISSION).join(Student).filter(*wanted)
    return {
        name: Mark(
            name,
            scores.get(name, {}),
            float(penalty or 0.0),
            comments.get(name, {}),
            when,
            *(text or "" for text in person),
        )
        for name, penalty, when, *person in found.order_by(Student.id)
    }


def _cells(book: Gradebook, kind, wanted, *columns):
    """Query the grades or comments of submissions: student, grade id, columns."""
    return (
        book.db.query(Student.id, BaseCell.name, *columns)
        .select_from(SubmittedAssignment)
        .join(Student, Student.id == SubmittedAssignment.student_id)
        .join(
            SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id
        )
        .join(kind, kind.notebook_id == SubmittedNotebook.id)
        .join(BaseCell, BaseCell.id == kind.cell_id)
        .filter(*wanted)
    )


def assignments(book: Gradebook) -> list[str]:
    """List the assignments of an open gradebook, by name."""
    return sorted(assignment.name for assignment in book.assignments)


def maxima(book: Gradebook, assignment: str) -> dict[str, float]:
    """Read the points that each graded cell is worth, in the notebook's order.

    Raises:
        MissingEntry: the gradebook has no such assignment.
    """
    points = {}
    for notebook in book.find_assignment(assignment).notebooks:
        graded = {cell.name: cell.max_score for cell in notebook.grade_cells}
        cells = [cell.name for cell in notebook.source_cells if cell.name in graded]
        points |= {name: graded[name] for name in cells} | graded
    return points


def mark_of(book: Gradebook, assignment: str, student: str) -> Mark:
    """Read one student's mark.

    Raises:
        MissingEntry: the gradebook has no such assignment.
        KeyError: the student has not submitted it.
    """
    return marks(book, assignment, student)[student]
