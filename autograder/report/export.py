"""Grades for other programs, as nbgrader's exporter plugins: CSV, Canvas, Moodle.

    nbgrader export --exporter=autograder.report.export.CanvasExporter --to grades.csv

takes the same plugins as `autograder export`. Points are as the gradebook has them:
those given by hand count, and what came late has its penalty taken off. Who has not
submitted is not written, so nothing that stands in the other program is overwritten.
"""

from autograder.grade.marks import Mark
from autograder.report.canvas import CanvasExporter
from autograder.report.exporter import Exporter
from autograder.report.moodle import MoodleExporter
from autograder.report.roster import as_csv, number


class CsvExporter(Exporter):
    """A line for each student and assignment, with all there is, for a spreadsheet."""

    def table(self, found, points) -> str:
        cells = list(dict.fromkeys(name for p in points.values() for name in p))
        head = ["assignment", "student", "last_name", "first_name", "email"]
        head += ["submitted", "points", "late_penalty", "total", "maximum", "to_read"]
        rows = [[*head, *cells]]
        for assignment, by_student in found.items():
            for mark in by_student.values():
                rows.append(self._row(assignment, mark, points[assignment], cells))
        return as_csv(rows)

    def _row(self, assignment: str, mark: Mark, points, cells) -> list[str]:
        who = [mark.student, mark.last_name, mark.first_name, mark.email]
        when = mark.submitted.isoformat() + "Z" if mark.submitted else ""
        sums = (mark.points, mark.penalty, mark.total, sum(points.values()))
        scores = mark.scores
        return [
            *(assignment, *who, when, *map(number, sums), str(len(mark.waiting))),
            *(number(scores[n].points) if n in scores else "" for n in cells),
        ]


EXPORTERS = {"csv": CsvExporter, "canvas": CanvasExporter, "moodle": MoodleExporter}
