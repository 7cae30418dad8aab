"""The class at a glance: a table in the terminal, or JSON for another program."""

import json

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.grade.gradebook import Score
from autograder.report.classroom import Classroom, Line, document

WIDTH = 100  # columns of a table that goes into a file
COLORS = {"failed": "red", "stopped": "yellow"}
WORDS = {"new": "not graded yet", "changed": "changed since"}  # of statuses


def show(classroom: Classroom) -> None:
    """Print a line for each submission, what stopped some, and the class in a line."""
    console = Console()
    if not console.is_terminal:
        console.width = WIDTH
    console.print(class_table(classroom))
    said = [
        f"{line.student}: {line.outcome.reason}"
        for line in classroom.lines
        if line.outcome.reason and not line.outcome.failed
    ]
    for text in [*said, classroom.glance()]:
        console.print(text, markup=False, highlight=False, soft_wrap=True)


def show_json(classroom: Classroom) -> None:
    """Print the class as one JSON document."""
    print(json.dumps(document(classroom), ensure_ascii=False, indent=1))


def class_table(classroom: Classroom) -> Table:
    """Make the table; the column `late` is there if somebody lost points by it."""
    columns, lines = classroom.columns, classroom.lines
    table = Table(title=f"{classroom.exercise.id}, {len(lines)} submissions", box=None)
    table.add_column("student", no_wrap=True)
    for name, points in columns.items():
        table.add_column(f"{name.partition('-')[2]}\n/{points:g}", justify="right")
    if classroom.late:
        table.add_column("late", justify="right")
    table.add_column(f"total\n/{classroom.maximum:g}", justify="right")
    table.add_column("", no_wrap=True)
    for line in lines:
        row = _row(line, list(columns), classroom.late)
        table.add_row(*map(escape, row), style=_style(line))
    return table


def _row(line: Line, columns: list[str], late: bool) -> list[str]:
    scores = line.mark.scores if line.mark else {}
    row = [line.student, *(_points(scores.get(name)) for name in columns)]
    if late:
        row.append(f"-{line.mark.penalty:.3g}" if line.mark else "–")
    row.append(f"{line.mark.total:.3g}" if line.mark else "–")
    return [*row, WORDS.get(line.outcome.status, line.outcome.status)]


def _points(score: Score | None) -> str:
    if score is None:
        return "–"
    return "to read" if score.waiting else f"{score.points:.3g}"


def _style(line: Line) -> str:
    if line.outcome.failed:
        return COLORS["failed"]
    return COLORS["stopped"] if line.outcome.reason else ""
