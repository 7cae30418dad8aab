"""Grades for Moodle."""

from collections.abc import Iterator
from pathlib import Path

from traitlets import Enum

from autograder.grade.marks import Mark
from autograder.report.comment import comment
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


class MoodleExporter(Exporter):
    """The file that Moodle imports: into its gradebook, or as a grading worksheet.

    Gradebook (Grades > Import > CSV; moodle/moodle, grade/import/csv/classes/
    load_data.php): the teacher says which column is what. A user is found by username,
    idnumber or e-mail address; one that is not found stops the whole import, and a row
    with none goes to the user before it. An empty grade means "no grade". More than 100
    points need the setting "unlimited grades". Feedback may be a column, as HTML.

    With a roster, an assignment's offline grading worksheet (mod/assign/feedback/
    offline/importgradeslib.php): its columns Identifier, Grade and Last modified
    (grade) must be there, and Feedback comments may; all others are kept as they are.
    """

    identifier = Enum(
        ["username", "idnumber", "email"],
        "username",
        help="What students are found by; the student's id is its value",
    ).tag(config=True)
    file = "moodle.csv"

    def table(self, found, points) -> str:
        if self.roster:
            return self._worksheet(read_roster(Path(self.roster)), found, points)
        head = [self.identifier]
        for name in found:
            title = self.columns.get(name, name)
            head += [title, f"{title} feedback"]
            if sum(points[name].values()) > 100:
                self.notes.append(f"{name}: Moodle may refuse more than 100 points.")
        rows = [head]
        for student, person in self.people(found).items():
            key = self._key(person)
            if not key:
                self.left_out.append(f"{student} has no e-mail address there.")
            elif harmless(key) != key:
                self.left_out.append(formula_line(key))
            else:
                rows.append([key, *self._cells(student, found, points)])
        return as_csv(rows)

    def _key(self, mark: Mark) -> str:
        if self.identifier == "email":
            return mark.email or (mark.student if "@" in mark.student else "")
        return (self.identifier == "idnumber" and mark.lms_id) or mark.student

    def _cells(self, student: str, found, points) -> Iterator[str]:
        for name, by_student in found.items():
            mark = by_student.get(student)
            yield total(mark)
            yield comment(self.folder(), name, mark, points[name]) if mark else ""

    def _worksheet(self, roster: Roster, found, points) -> str:
        if len(found) != 1:
            raise ValueError(
                f"{roster.path}: a worksheet is of one assignment. Export one by one."
            )
        ((name, by_student),) = found.items()
        grade = roster.column(self.columns.get(name, "Grade"))
        said = _column(roster, "Feedback comments")
        most = _column(roster, "Maximum Grade")
        ours = number(sum(points[name].values()))
        theirs = {row[most].strip() for row in roster.rows if most is not None} - {""}
        if any(value(maximum) not in (None, float(ours)) for maximum in theirs):
            listed = ", ".join(sorted(theirs))
            self.notes.append(f"{name}: Moodle's maximum is {listed}, ours {ours}.")
        matched, trouble = match(by_student.values(), roster.rows, range(grade))
        self.left_out += trouble
        rows = [list(roster.header)]
        for at, row in enumerate(roster.rows):
            cells, mark = list(row), matched.get(at)
            cells[grade] = total(mark, row[grade])
            if mark and said is not None:
                cells[said] = comment(self.folder(), name, mark, points[name])
            rows.append(cells)
        return as_csv(rows, roster.delimiter)


def _column(roster: Roster, heading: str) -> int | None:
    return roster.header.index(heading) if heading in roster.header else None
