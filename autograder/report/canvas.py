"""Grades for Canvas."""

import re
from collections.abc import Sequence
from pathlib import Path

from autograder.report.exporter import Exporter, formula_line, total
from autograder.report.roster import (
    Roster,
    as_csv,
    harmless,
    match,
    number,
    read_roster,
    value,
)


class CanvasExporter(Exporter):
    """The file that Canvas's gradebook imports.

    What Canvas reads is in its lib/gradebook_importer.rb, what it writes in
    lib/gradebook_exporter.rb (instructure/canvas-lms): headings Student, ID, perhaps
    SIS User ID, SIS Login ID, Integration ID, Root Account, then Section; after them a
    column for each assignment, named "Title (id)"; a title that it does not know makes
    a new assignment. A row "Points Possible" follows, then the students. They are
    found by ID, else by SIS User ID, SIS Login ID, name. An empty cell removes a grade.

    With a roster, the file that Canvas exported, its students, headings and order are
    kept, and of the assignments only those exported: what is not in the file, Canvas
    leaves as it is.
    """

    file = "canvas.csv"

    def table(self, found, points) -> str:
        if self.roster:
            return self._filled(read_roster(Path(self.roster)), found, points)
        titles = [self.columns.get(name, name) for name in found]
        worth = [number(sum(points[name].values())) for name in found]
        rows = [["Student", "ID", "SIS Login ID", "Section", *titles]]
        rows.append(["    Points Possible", "", "", "", *worth])
        for student, person in self.people(found).items():
            if harmless(student) != student:
                self.left_out.append(formula_line(student))
                continue
            names = [person.last_name, person.first_name]
            name = ", ".join(filter(None, names)) or student
            cells = [total(found[a].get(student)) for a in found]
            rows.append([name, person.lms_id, student, "", *cells])
        return as_csv(rows)

    def _filled(self, roster: Roster, found, points) -> str:
        if "Section" not in roster.header or "ID" not in roster.header:
            raise ValueError(
                f"{roster.path}: no columns ID and Section. Is it what Canvas exported "
                "as its gradebook?"
            )
        identity = roster.header.index("Section") + 1
        places = {name: self._place(roster, name) for name in found}
        students = [row for row in roster.rows if _is_student(row)]
        worth = next((r for r in roster.rows if "Points Possible" in r[0]), None)
        headings = [
            roster.header[place] if place else self.columns.get(name, name)
            for name, place in places.items()
        ]
        rows = [[*roster.header[:identity], *headings]]
        rows.append(["    Points Possible"] + [""] * (identity - 1))
        for name, place in places.items():
            ours = number(sum(points[name].values()))
            theirs = worth[place].strip() if worth and place else ""
            rows[-1].append(theirs or ours)
            if value(theirs) not in (None, float(ours)):
                self.notes.append(f"{name}: Canvas has {theirs} points, we {ours}.")
        ids = range(roster.header.index("ID"), identity - 1)
        matched = {}
        for name, by_student in found.items():
            matched[name], trouble = match(by_student.values(), students, ids)
            self.left_out += [f"{name}: {line}" for line in trouble]
        for at, row in enumerate(students):
            cells = [
                total(matched[name].get(at), row[place] if place else "")
                for name, place in places.items()
            ]
            rows.append([*row[:identity], *cells])
        return as_csv(rows, roster.delimiter)

    def _place(self, roster: Roster, assignment: str) -> int | None:
        if assignment in self.columns:
            return roster.column(self.columns[assignment])
        for place, heading in enumerate(roster.header):
            title = re.sub(r" \(\d+\)$", "", heading)
            if _plain(title) == _plain(assignment):
                return place
        self.notes.append(
            f"{roster.path}: no column is named {assignment}, so Canvas will make a new"
            " assignment. Was another one meant, say its heading with --column."
        )
        return None


def _is_student(row: Sequence[str]) -> bool:
    """Tell a student's row from the rows that Canvas puts above them."""
    if "Points Possible" in row[0]:
        return False
    return not all(
        re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", cell, re.IGNORECASE)
        for cell in row
    )


def _plain(title: str) -> str:
    return re.sub(r"\W+", "_", title.casefold()).strip("_")
