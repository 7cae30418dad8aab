"""What exporters of grades have in common: an nbgrader plugin that returns its file."""

from collections.abc import Mapping
from pathlib import Path

from traitlets import Dict, Unicode

from autograder.grade.files import write_whole
from autograder.grade.gradebook import ExportPlugin, Gradebook
from autograder.grade.marks import Mark, assignments, marks, maxima
from autograder.report.roster import number


class Exporter(ExportPlugin):
    """What all exporters have in common.

    `left_out` and `notes` say, after an export, who is not in the file, and what else
    there is to know.
    """

    roster = Unicode("", help="A file of the LMS, whose rows are filled in").tag(
        config=True
    )
    columns = Dict(help="By assignment, the heading of its column").tag(config=True)
    course = Unicode("", help="The course's folder; nbgrader knows it").tag(config=True)
    file = "grades.csv"  # what it is called if nobody says

    def export(self, gradebook: Gradebook) -> None:
        """Write the file that `to` names."""
        text = self.text(gradebook)
        for line in [*self.left_out, *self.notes]:
            self.log.warning(line)
        write_whole(Path(self.to or self.file), text.encode())

    def text(self, gradebook: Gradebook) -> str:
        """Return what the file holds.

        Raises:
            ValueError: an assignment is not in the gradebook, or the roster is not what
                it should be.
        """
        self.left_out: list[str] = []
        self.notes: list[str] = []
        known = assignments(gradebook)
        names = [str(name) for name in self.assignment] or known
        for name in names:
            if name not in known:
                there = ", ".join(known) or "none"
                raise ValueError(f"the gradebook has no {name}. There are: {there}.")
        found = {name: self._marks(gradebook, name) for name in names}
        points = {name: maxima(gradebook, name) for name in names}
        for name, by_student in found.items():
            waiting = sum(bool(mark.waiting) for mark in by_student.values())
            if waiting:
                self.notes.append(
                    f"{name}: {waiting} have answers that nobody has read yet, so their"
                    " totals lack those points."
                )
        return self.table(found, points)

    def table(
        self,
        found: Mapping[str, Mapping[str, Mark]],
        points: Mapping[str, Mapping[str, float]],
    ) -> str:
        """Return the file.

        Args:
            found: by assignment, by student.
            points: by assignment, by grade id, what it is worth.
        """
        raise NotImplementedError

    def _marks(self, gradebook: Gradebook, name: str) -> dict[str, Mark]:
        wanted = {str(student) for student in self.student}
        found = marks(gradebook, name)
        return {s: mark for s, mark in found.items() if not wanted or s in wanted}

    def folder(self) -> Path | None:
        """Return the course's folder, if it is known."""
        if self.course:
            return Path(self.course)
        place = getattr(self.parent, "coursedir", None)
        return Path(place.root) if place else None

    def people(self, found: Mapping[str, Mapping[str, Mark]]) -> dict[str, Mark]:
        """Return each student once, with any of their marks, by name."""
        people: dict[str, Mark] = {}
        for by_student in found.values():
            people |= by_student
        return dict(sorted(people.items()))


def total(mark: Mark | None, otherwise: str = "") -> str:
    """Write what counts, or what stood there for whom has no mark."""
    return number(mark.total) if mark else otherwise


def formula_line(name: str) -> str:
    """Say why a name is not in the file: quoted, the LMS would not find it."""
    return (
        f"{name!r} would be a formula in a spreadsheet, and was left out. Enter it by"
        " hand."
    )
