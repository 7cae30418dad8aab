"""The instructor's page on a class: one file, readable offline, printable."""

import hashlib
import os
import platform
from collections.abc import Mapping
from pathlib import Path
from statistics import mean, median
from urllib.parse import quote

from markupsafe import Markup

from autograder.grade.files import write_whole
from autograder.grade.versions import installed
from autograder.report.charts import histogram, place, task_bars, ticks
from autograder.report.classroom import COUNTED, Classroom, Line
from autograder.report.feedback import safe_markdown
from autograder.report.notebooks import Notebook, commonest, read_graded, wrong_most
from autograder.report.pages import render
from autograder.report.roster import number
from autograder.report.table import WORDS

SLOWEST = 10  # notebooks that are listed
MISTAKES = 10  # that are shown; the others can be unfolded
TEXT_LIMIT = 4000  # characters of an answer in words that are shown
# What grades depend on: the course, what runs the notebooks, what keeps the grades.
PACKAGES = (
    *("attention-course", "numpy", "torch", "tensorflow", "keras", "ipykernel"),
    *("jupyter-client", "nbgrader"),
)
KINDS = {  # of verdicts
    "mistake": "a known mistake",
    "missing": "nothing came back",
    "shape": "another shape",
    "dtype": "another dtype",
    "not_finite": "NaN or infinite",
    "values": "other numbers",
}


def write(classroom: Classroom, course: Path, output: Path) -> None:
    """Write the page; the same class gives the same bytes."""
    write_whole(output, page(classroom, course, output.parent).encode())


def page(classroom: Classroom, course: Path, folder: Path) -> str:
    """Return the page.

    Args:
        folder: where it will be, from which its links lead to students' pages.
    """
    lines = classroom.lines
    students = [line.student for line in lines if line.graded]
    notebooks = read_graded(course, classroom.exercise.id, students)
    return render(
        "report.html.j2",
        assignment=classroom.exercise.id,
        classroom=classroom,
        numbers=_numbers(classroom),
        chart=_chart(classroom),
        tasks=task_bars(classroom),
        mistakes=commonest(notebooks, classroom.exercise.hints),
        shown=MISTAKES,
        hints=_hints(classroom),
        wrong=wrong_most(notebooks.values()),
        read=len(notebooks),
        kinds=KINDS,
        groups=_groups(classroom, notebooks),
        to_read=_to_read(classroom, notebooks),
        stopped=[line for line in lines if line.outcome.reason],
        slowest=_slowest(classroom),
        notebooks=notebooks,
        links=_links(classroom, course, folder),
        versions={"Python": platform.python_version()} | installed(PACKAGES),
        solution=hashlib.sha256(classroom.exercise.text.encode()).hexdigest()[:12],
        late=classroom.late,
        status=_status,
        number=number,
    )


def _numbers(classroom: Classroom) -> list[tuple[str, str]]:
    counts, totals = classroom.counts, classroom.totals
    found = [("submissions", str(len(classroom.lines)))]
    found += [(n, str(c)) for n, c in counts.items() if c or n in ("graded", "failed")]
    if totals:
        found.append(("mean", f"{mean(totals):.3g}"))
        found.append(("median", f"{median(totals):.3g}"))
        found.append(("lowest", number(min(totals))))
        found.append(("highest", number(max(totals))))
    return [*found, ("possible", number(classroom.maximum))]


def _chart(classroom: Classroom) -> dict | None:
    totals = classroom.totals
    if not totals or not classroom.maximum:
        return None
    bars, middle = histogram(totals, classroom.maximum), median(totals)
    return {
        "bars": bars,
        "ticks": ticks(bars),
        "median": middle,
        "place": place(middle, bars),
    }


def _hints(classroom: Classroom) -> dict[str, dict[str, Markup]]:
    """Render the hints, which are ours, from Markdown."""
    return {
        check: {name: Markup(safe_markdown(text)) for name, text in hints.items()}
        for check, hints in classroom.exercise.hints.items()
    }


def _groups(classroom: Classroom, notebooks: Mapping[str, Notebook]) -> list[tuple]:
    """Say for each framework and language how many there are and their mean."""
    totals: dict[tuple[str, str], list[float]] = {}
    for line in classroom.lines:
        notebook = notebooks.get(line.student)
        if line.graded and notebook:
            key = (notebook.framework, notebook.language)
            totals.setdefault(key, []).append(line.mark.total)
    return [(*key, len(found), mean(found)) for key, found in sorted(totals.items())]


def _to_read(
    classroom: Classroom, notebooks: Mapping[str, Notebook]
) -> dict[str, list[tuple[str, str]]]:
    """Return by question who has written what; not when nothing is to be read."""
    found: dict[str, list[tuple[str, str]]] = {}
    for line in classroom.lines:
        notebook = notebooks.get(line.student)
        for question in line.to_read:
            text = notebook.written.get(question, "") if notebook else ""
            cut = text if len(text) <= TEXT_LIMIT else text[:TEXT_LIMIT] + " …"
            found.setdefault(question, []).append((line.student, cut))
    return found


def _slowest(classroom: Classroom) -> list[Line]:
    timed = [line for line in classroom.lines if line.outcome.seconds is not None]
    return sorted(timed, key=lambda line: -line.outcome.seconds)[:SLOWEST]


def _links(classroom: Classroom, course: Path, folder: Path) -> dict[str, str]:
    """Return where the pages of students are who have one, seen from the report."""
    name = classroom.exercise.id
    found = {}
    for line in classroom.lines:
        path = course / "feedback" / line.student / name / f"{name}.html"
        if path.exists():
            relative = os.path.relpath(path.resolve(), folder.resolve())
            found[line.student] = quote(Path(relative).as_posix())
    return found


def _status(line: Line) -> str:
    status = line.outcome.status
    return WORDS.get(status, COUNTED[status])
