"""Reads a solution, `solutions/<id>/<id>.md`: one text for all frameworks.

What a cell is, its tags say; README.md, "Write an exercise", lists them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import jupytext

from autograder.check.cases import FRAMEWORKS

ROOT = Path(__file__).resolve().parents[2]
SOLUTIONS = ROOT / "solutions"
# Of each kind of tag, how many names follow it: task:scores, mistake:scores:scaled.
ROLES = {
    "task": 1,
    "check": 1,
    "question": 1,
    "alternative": 2,
    "mistake": 2,
    "hint": 2,
}
VARIANTS = ("alternative", "mistake", "hint")  # never part of a notebook as it stands
_NAME = re.compile(r"[a-z][a-z0-9_]*")


class SourceError(ValueError):
    """A solution that breaks the rules of its format; one line: where, what."""


@dataclass(frozen=True)
class Cell:
    """One cell of a solution, in the order of the file."""

    number: int  # from 0
    kind: str  # "code" or "markdown"
    text: str
    frameworks: tuple[str, ...]  # those that it is for
    role: str = ""  # one of ROLES, or "" for text and scaffold
    task: str = ""  # or the question's name
    variant: str = ""  # the alternative's or mistake's name
    points: float = 0

    def is_for(self, framework: str) -> bool:
        return framework in self.frameworks


@dataclass(frozen=True)
class Exercise:
    """A solution, read and checked."""

    id: str
    cells: tuple[Cell, ...] = field(repr=False)
    text: str = field(repr=False)  # the whole file

    @property
    def checks(self) -> dict[str, float]:
        """Points by check, in order."""
        return {cell.task: cell.points for cell in self._of("check")}

    @property
    def questions(self) -> dict[str, float]:
        """Points by question that a person grades, in order."""
        return {cell.task: cell.points for cell in self._of("question")}

    def task(self, name: str, framework: str) -> Cell:
        """Return a task's hole, solved."""
        found = [c for c in self._of("task", framework) if c.task == name]
        return found[0]

    def variants(self, role: str, framework: str) -> Iterator[Cell]:
        """Yield the alternatives or mistakes of a framework."""
        return self._of(role, framework)

    @property
    def hints(self) -> dict[str, dict[str, str]]:
        """English hints, by check, by mistake."""
        hints: dict[str, dict[str, str]] = {name: {} for name in self.checks}
        for cell in self._of("hint"):
            hints[cell.task][cell.variant] = " ".join(cell.text.split())
        return hints

    def notebook(self, framework: str) -> list[Cell]:
        """Return the cells of one framework's notebook, solved, without variants."""
        return [
            cell
            for cell in self.cells
            if cell.is_for(framework) and cell.role not in VARIANTS
        ]

    def _of(self, role: str, framework: str | None = None) -> Iterator[Cell]:
        for cell in self.cells:
            if cell.role == role and (framework is None or cell.is_for(framework)):
                yield cell


def exercise_ids(folder: Path = SOLUTIONS) -> list[str]:
    """List the exercises there are, by name."""
    return sorted(path.parent.name for path in folder.glob("*/*.md"))


def read(exercise_id: str, folder: Path = SOLUTIONS) -> Exercise:
    """Read a solution and check that it is whole.

    Raises:
        SourceError: there is none, or it breaks a rule of the format.
    """
    path = folder / exercise_id / f"{exercise_id}.md"
    if not path.is_file():
        known = ", ".join(exercise_ids(folder)) or "none"
        raise SourceError(f"{path}: there is no such solution. There are: {known}.")
    text = path.read_text(encoding="utf-8")
    cells = tuple(
        _cell(number, cell, path)
        for number, cell in enumerate(jupytext.reads(text, fmt="md:myst").cells)
    )
    exercise = Exercise(exercise_id, cells, text)
    for problem in _problems(exercise):
        raise SourceError(f"{path}: {problem}")
    return exercise


def _cell(number: int, cell: Mapping, path: Path) -> Cell:
    frameworks, values = [], {}
    for tag in cell["metadata"].get("tags", []):
        head, _, rest = tag.partition(":")
        names = rest.split(":")
        if tag in FRAMEWORKS:
            frameworks.append(tag)
        elif head == "points":
            values["points"] = float(rest)
        elif ROLES.get(head) == len(names) and all(map(_NAME.fullmatch, names)):
            values.update(
                zip(("role", "task", "variant"), [head, *names], strict=False)
            )
        else:
            raise SourceError(f"{path}: cell {number}: unknown tag {tag!r}")
    kind, text = cell["cell_type"], cell["source"]
    return Cell(number, kind, text, tuple(frameworks) or FRAMEWORKS, **values)


def _problems(exercise: Exercise) -> Iterator[str]:
    """Yield what is wrong, a line each."""
    checks = exercise.checks
    for cell in exercise.cells:
        where = f"cell {cell.number} ({cell.role}:{cell.task})"
        if cell.role in ("check", "question") and cell.points <= 0:
            yield f"{where} has no points. Add a tag such as points:2."
        if cell.role == "check" and cell.frameworks != FRAMEWORKS:
            yield f"{where} is tagged with a framework. A check is the same in all."
        if cell.role in ("task", *VARIANTS) and cell.task not in checks:
            yield f"{where} belongs to no check."
        if cell.role == "task":
            begin, end = (
                cell.text.count(f"### {w} SOLUTION") for w in ("BEGIN", "END")
            )
            if begin != end or not begin:
                yield f"{where} has {begin} BEGIN SOLUTION and {end} END SOLUTION."
    for framework in FRAMEWORKS:
        tasks = [cell.task for cell in exercise._of("task", framework)]
        if sorted(tasks) != sorted(checks):
            yield f"{framework} has the tasks {tasks}, but the checks are {[*checks]}."
        mistakes = {(c.task, c.variant) for c in exercise._of("mistake", framework)}
        hints = {(c.task, c.variant) for c in exercise._of("hint")}
        for task, name in sorted(mistakes ^ hints):
            yield f"{framework}: {task}:{name} needs one mistake and one hint."
