"""Graded notebooks, read back: what came of each check, and answers in words.

Only what the grader itself wrote is believed: the first output of a check's own cell.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.author.assignment import ANSWER_STUB
from autograder.grade.submission import grade_id
from autograder.grade.verdicts import VERDICT_MIME
from autograder.report.classroom import graded_notebook


@dataclass(frozen=True)
class Checked:
    """What came of one check."""

    check: str
    verdicts: Mapping[str, str]  # the verdict's kind, by answer
    mistakes: tuple[str, ...]  # the known ones that were made


@dataclass(frozen=True)
class Notebook:
    """One graded notebook."""

    language: str
    framework: str
    checks: tuple[Checked, ...] = field(repr=False)
    written: Mapping[str, str] = field(repr=False)  # answers in words, by question


@dataclass(frozen=True)
class Mistake:
    """A known mistake, and who made it."""

    check: str
    name: str
    students: tuple[str, ...]


@dataclass(frozen=True)
class Wrong:
    """An answer of a check, and how often it was wrong in which way."""

    check: str
    answer: str
    count: int
    kinds: Mapping[str, int]  # the commonest first


def read_graded(course: Path, assignment: str, students: Iterable[str]):
    """Read the graded notebooks of those who have one, by student.

    Returns:
        {student: Notebook}, in the students' order.
    """
    found = {}
    for student in students:
        path = graded_notebook(course, assignment, student)
        if path.exists():
            found[student] = _read(json.loads(path.read_text(encoding="utf-8")))
    return found


def commonest(
    notebooks: Mapping[str, Notebook], hints: Mapping[str, Mapping[str, object]]
) -> list[Mistake]:
    """Count known mistakes over a class, the commonest first.

    Args:
        hints: by check, by mistake; equally common ones are in their order.
    """
    order = [(check, name) for check in hints for name in hints[check]]
    made: dict[tuple[str, str], list[str]] = {}
    for student, notebook in notebooks.items():
        for checked in notebook.checks:
            for name in checked.mistakes:
                made.setdefault((checked.check, name), []).append(student)
    known = [key for key in order if key in made]
    unknown = sorted(set(made) - set(order))  # of an older solution
    found = [Mistake(*key, tuple(made[key])) for key in [*known, *unknown]]
    return sorted(found, key=lambda mistake: -len(mistake.students))


def wrong_most(notebooks: Iterable[Notebook]) -> list[Wrong]:
    """Count wrong answers over a class, those wrong most often first."""
    kinds: dict[tuple[str, str], Counter] = {}
    for notebook in notebooks:
        for checked in notebook.checks:
            for answer, kind in checked.verdicts.items():
                if kind != "right":
                    kinds.setdefault((checked.check, answer), Counter())[kind] += 1
    found = [
        Wrong(check, answer, counted.total(), dict(counted.most_common()))
        for (check, answer), counted in kinds.items()
    ]
    return sorted(found, key=lambda wrong: -wrong.count)


def _read(notebook: Mapping) -> Notebook:
    said = notebook["metadata"].get("attnbook", {})
    checks, written = [], {}
    for cell in notebook["cells"]:
        kind, _, name = grade_id(cell).partition("-")
        if kind == "check" and cell.get("outputs"):
            record = cell["outputs"][0].get("data", {}).get(VERDICT_MIME)
            if record:
                mistakes = tuple(record["mistakes"])
                checks.append(Checked(name, record["verdicts"], mistakes))
        elif kind == "question":
            text = "".join(cell["source"]).strip()
            written[name] = "" if text == ANSWER_STUB else text
    return Notebook(
        said.get("language", ""), said.get("framework", ""), tuple(checks), written
    )
