"""A class as it stands: what became of each submission, and its marks.

The table, the page, and what other programs read are all made of this.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, median

from autograder.author.source import Exercise
from autograder.grade.expected import seed_fingerprint
from autograder.grade.marks import Mark, course_marks
from autograder.grade.records import Outcome

# What a submission's status counts as, in the order in which they are told.
COUNTED = {
    "graded": "graded",
    "unchanged": "graded",
    "failed": "failed",
    "new": "not graded yet",
    "changed": "changed since",
}


@dataclass(frozen=True)
class Line:
    """One submission."""

    outcome: Outcome
    mark: Mark | None = field(repr=False)

    @property
    def student(self) -> str:
        return self.outcome.student

    @property
    def graded(self) -> bool:
        """Whether there is a grade for what was handed in last."""
        return self.mark is not None and COUNTED[self.outcome.status] == "graded"

    @property
    def to_read(self) -> list[str]:
        """The questions that a person has still to read."""
        if self.mark is None or not self.graded:
            return []
        return [name.removeprefix("question-") for name in self.mark.waiting]


@dataclass(frozen=True)
class Classroom:
    """All submissions of an assignment."""

    exercise: Exercise
    lines: tuple[Line, ...] = field(repr=False)
    seed: str = ""  # its fingerprint, or several; "" if none was drawn yet

    @property
    def columns(self) -> dict[str, float]:
        """Points by grade id, in the exercise's order."""
        found = {f"check-{name}": p for name, p in self.exercise.checks.items()}
        return found | {
            f"question-{name}": p for name, p in self.exercise.questions.items()
        }

    @property
    def maximum(self) -> float:
        return sum(self.columns.values())

    @property
    def counts(self) -> dict[str, int]:
        """How many are graded, failed and so on; `to read` are among the graded."""
        counts = dict.fromkeys(COUNTED.values(), 0)
        for line in self.lines:
            counts[COUNTED[line.outcome.status]] += 1
        return counts | {"to read": sum(bool(line.to_read) for line in self.lines)}

    @property
    def totals(self) -> list[float]:
        """The totals of those who have a grade."""
        return [line.mark.total for line in self.lines if line.graded]

    @property
    def late(self) -> bool:
        """Whether somebody lost points by handing in late."""
        return any(line.mark and line.mark.penalty for line in self.lines)

    @property
    def attention(self) -> bool:
        """Whether a submission is without a grade for what was handed in last."""
        counts = self.counts
        return any(counts[n] for n in ("failed", "not graded yet", "changed since"))

    def glance(self) -> str:
        """Say it in one line: counts, mean and median."""
        counts = self.counts
        said = [f"{counts.pop('graded')} graded"]
        said += [f"{number} {name}" for name, number in counts.items() if number]
        if self.totals:
            said.append(f"mean {mean(self.totals):.3g}")
            said.append(f"median {median(self.totals):.3g} of {self.maximum:g}")
        return ", ".join(said)


def gather(exercise: Exercise, course: Path, outcomes: Sequence[Outcome]) -> Classroom:
    """Put outcomes and the gradebook together."""
    found = course_marks(course, exercise.id)
    settled = [_settled(outcome, course, exercise.id) for outcome in outcomes]
    lines = tuple(Line(outcome, found.get(outcome.student)) for outcome in settled)
    seeds = {outcome.seed for outcome in outcomes} - {""}
    named = ", ".join(sorted(seeds)) or seed_fingerprint(course, exercise.id)
    return Classroom(exercise, lines, named)


def document(classroom: Classroom) -> dict:
    """Return the class as plain data, for JSON. The seed is not in it."""
    totals = classroom.totals
    return {
        "assignment": classroom.exercise.id,
        "maximum": classroom.maximum,
        "tasks": {_short(n): points for n, points in classroom.columns.items()},
        "seed_fingerprint": classroom.seed,
        "counts": {n.replace(" ", "_"): c for n, c in classroom.counts.items()},
        "mean": round(mean(totals), 6) if totals else None,
        "median": round(median(totals), 6) if totals else None,
        "students": [_entry(line, classroom) for line in classroom.lines],
    }


def _entry(line: Line, classroom: Classroom) -> dict:
    mark, outcome = line.mark, line.outcome
    scores = mark.scores if mark else {}
    return {
        "student": outcome.student,
        "status": outcome.status,
        "reason": outcome.reason,
        "points": {
            _short(name): round(scores[name].points, 6) if name in scores else None
            for name in classroom.columns
        },
        "to_read": line.to_read,
        "late_penalty": mark.penalty if mark else None,
        "total": round(mark.total, 6) if mark else None,
        "maximum": classroom.maximum,
        "seconds": outcome.seconds,
    }


def graded_notebook(course: Path, assignment: str, student: str) -> Path:
    """Return where a submission stands once it is graded."""
    return course / "autograded" / student / assignment / f"{assignment}.ipynb"


def _settled(outcome: Outcome, course: Path, assignment: str) -> Outcome:
    """Take it for graded if plain nbgrader did that, which keeps no record of ours."""
    path = graded_notebook(course, assignment, outcome.student)
    if outcome.status == "new" and path.exists():
        return Outcome(outcome.student, "graded")
    return outcome


def _short(name: str) -> str:
    return name.partition("-")[2]
