"""A student's result in a few lines of their language, for an LMS's feedback column."""

import html
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from autograder.author.translate import LANGUAGES
from autograder.grade.marks import Mark
from autograder.grade.words import UNANSWERED, words
from autograder.report.classroom import graded_notebook
from autograder.report.roster import number


def comment(
    course: Path | None, assignment: str, mark: Mark, points: Mapping[str, float]
) -> str:
    """Say what each task earned, what was taken off, and what a person wrote.

    Args:
        course: the course's folder, where the student's language is found out.
        points: what each grade id is worth.

    Returns:
        HTML in one line, since Moodle reads it as HTML. What people wrote is escaped.
    """
    said = words(language_of(course, assignment, mark.student))
    return "<br>".join(html.escape(line) for line in _lines(mark, points, said))


def language_of(course: Path | None, assignment: str, student: str) -> str:
    """Return the language of a graded notebook, or English."""
    path = graded_notebook(course, assignment, student) if course else None
    if path is None or not path.exists():
        return LANGUAGES[0]
    metadata = json.loads(path.read_text(encoding="utf-8"))["metadata"]
    return metadata.get("attnbook", {}).get("language", LANGUAGES[0])


def _lines(mark: Mark, points: Mapping[str, float], said) -> Iterator[str]:
    for name, maximum in points.items():
        kind, _, task = name.partition("-")
        label = said["answer"] if kind == "question" else said["check"]
        score = mark.scores.get(name)
        got = f"{number(score.points if score else 0.0)} / {number(maximum)}"
        if score and score.waiting:
            got = said["waiting"]
        yield f"{label} {task}: {got}"
        for written in (mark.comments.get(f"task-{task}"), mark.comments.get(name)):
            if written and written != UNANSWERED:
                yield f"{said['comment']}: {' '.join(written.split())}"
    if mark.penalty:
        yield f"{said['late']}: −{number(mark.penalty)}"
    maximum = number(sum(points.values()))
    yield f"{said['total']}: {number(mark.total)} / {maximum}"
