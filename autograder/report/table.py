"""The class at a glance: a table in the terminal."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.author.source import Exercise
from autograder.grade.gradebook import Score, database, scores
from autograder.grade.records import Outcome

WIDTH = 100  # columns of a table that goes into a file
COLORS = {"failed": "red", "stopped": "yellow"}


def show(exercise: Exercise, course: Path, outcomes: Sequence[Outcome]) -> None:
    """Print a line for each submission: points by task, total, and how it went."""
    console = Console()
    if not console.is_terminal:
        console.width = WIDTH
    found = scores(database(course), exercise.id)
    console.print(class_table(exercise, found, outcomes))
    for outcome in outcomes:
        if outcome.reason and not outcome.failed:
            said = f"{outcome.student}: {outcome.reason}"
            console.print(said, markup=False, highlight=False, soft_wrap=True)


def class_table(
    exercise: Exercise,
    found: Mapping[str, Mapping[str, Score]],
    outcomes: Sequence[Outcome],
) -> Table:
    """Make the table.

    Args:
        found: by student, by grade id, as the gradebook has them.
    """
    columns = {f"check-{name}": points for name, points in exercise.checks.items()}
    columns |= {f"question-{name}": p for name, p in exercise.questions.items()}
    table = Table(title=f"{exercise.id}, {len(outcomes)} submissions", box=None)
    table.add_column("student", no_wrap=True)
    for name, points in columns.items():
        table.add_column(f"{name.partition('-')[2]}\n/{points:g}", justify="right")
    table.add_column(f"total\n/{sum(columns.values()):g}", justify="right")
    table.add_column("", no_wrap=True)
    for outcome in outcomes:
        line = found.get(outcome.student, {})
        total = sum(score.points for score in line.values())
        points = [_points(line.get(name)) for name in columns]
        row = [outcome.student, *points, f"{total:.3g}", outcome.status]
        table.add_row(*map(escape, row), style=_style(outcome))
    return table


def _points(score: Score | None) -> str:
    if score is None:
        return "–"
    return "to read" if score.waiting else f"{score.points:.3g}"


def _style(outcome: Outcome) -> str:
    if outcome.failed:
        return COLORS["failed"]
    return COLORS["stopped"] if outcome.reason else ""
