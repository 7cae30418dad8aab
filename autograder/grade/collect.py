"""Puts what a class handed in on Moodle or Canvas where grading finds it.

A student's folder is named as in the download, `Name_Id`, so that two of the same name
stay two. Of several notebooks of a student the latest is taken.
"""

import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from autograder.grade.archives import ARCHIVE, NOTEBOOK, Found, Unpacker
from autograder.grade.files import Unreadable, plain_content, refuse_linked_folder
from autograder.grade.zipcollect import Placement, ZipCollect

# Moodle, mod/assign/classes/downloader.php: a folder or the start of a file's name.
MOODLE = re.compile(
    r"(?P<name>[^_]+)_(?P<id>\d+)_assignsubmission_(file|onlinetext)(_(?P<file>.*))?"
)
# Canvas, lib/content_zipper.rb: always the start of a file's name.
CANVAS = re.compile(
    r"(?:(?P<anonymous_late>LATE_)?(?P<anonymous>anon_\w{5})"
    r"|(?P<name>.+?)_(?P<late>LATE_)?(?P<id>\d+))"
    r"_(?P<attempt>\d+)_(?P<file>.+)"
)
KINDS = {"moodle": (MOODLE,), "canvas": (CANVAS,), "auto": (MOODLE, CANVAS)}
COPY = re.compile(r"(?: ?\((\d+)\)|-(\d+))$")  # "x (1)" of a browser, "x-1" of Canvas
NAME_LIMIT = 100  # bytes of a student's name; the id comes behind it
# An LMS that does not keep times stamps all files while it packs them.
PACKING = timedelta(minutes=30)
EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass
class Report:
    """What became of what was handed in."""

    placed: list[str] = field(default_factory=list)  # students
    unchanged: list[str] = field(default_factory=list)  # students
    late: list[str] = field(default_factory=list)  # students, as Canvas says
    notes: list[str] = field(default_factory=list)  # a line each: what was left out
    problems: list[str] = field(default_factory=list)  # a line each: what needs a look


@dataclass(frozen=True)
class Handed:
    """A file that a student handed in."""

    found: Found
    student: tuple[str, str]  # which kind of id, and the id
    folder: str  # the student's, in the course
    file: str  # the file's own name
    late: bool
    attempt: int  # Canvas: files that came later have higher numbers
    archive: int  # which archive it is from


def collect(
    archives: Sequence[Path], course: Path, assignment: str, names: str = "auto"
) -> Report:
    """Unpack archives and place each student's latest notebook.

    Args:
        archives: bulk downloads, oldest first.
        course: the course's folder; made if there is none.
        names: "moodle", "canvas" or "auto".

    Raises:
        ValueError: an archive is not there.
    """
    for path in archives:
        if not path.exists():
            raise ValueError(f"{path}: there is no such file or folder.")
    course.mkdir(parents=True, exist_ok=True)
    report, handed = Report(), []
    with tempfile.TemporaryDirectory(prefix="autograder-collect-") as name:
        app = ZipCollect(course, assignment, Path(name))

        def unpack(folder: Path) -> None:
            unpacker = Unpacker(folder)
            for number, archive in enumerate(archives):
                found = list(unpacker.unpack(archive))
                handed.extend(_attribute(found, number, KINDS[names], report))

        app.unpack(unpack)
        app.place(_choose(handed, app, assignment, report))
    return report


def _attribute(
    found: Iterable[Found], archive: int, kinds: Sequence[re.Pattern], report: Report
) -> Iterable[Handed]:
    """Say whose files they are, and report those of which that cannot be said."""
    found = _without_useless_times(found)
    for each in found:
        whose = _whose(each, archive, kinds)
        where = " / ".join((each.archive, *each.parts))
        if each.problem:
            report.problems.append(f"{where}: {each.problem}.")
        elif whose is None and each.path is not None:
            report.problems.append(
                f"{where}: not named as Moodle or Canvas would, so nobody knows whose "
                "it is. Put it into submitted/ by hand."
            )
        if whose is not None:
            yield whose


def _without_useless_times(found: Iterable[Found]) -> list[Found]:
    found = list(found)
    times = [each.time for each in found if each.time]
    told = times and max(times) - min(times) > PACKING
    return [each if told else replace(each, time=None) for each in found]


def _whose(found: Found, archive: int, kinds: Sequence[re.Pattern]) -> Handed | None:
    """Read the outermost name that the LMS gave; names further in are the student's."""
    for number, part in enumerate(found.parts):
        file = number == len(found.parts) - 1 or ARCHIVE.search(part)
        for kind in kinds:
            match = kind.fullmatch(part) if file or kind is MOODLE else None
            if match:
                inside = found.parts[-1] if number < len(found.parts) - 1 else ""
                return _handed(found, archive, match.groupdict(), inside)
    return None


def _handed(
    found: Found, archive: int, said: Mapping[str, str | None], inside: str
) -> Handed:
    number = said.get("anonymous") or said["id"]
    name = (said["name"] or "").lstrip(".-~ ").strip()
    short = name.encode()[:NAME_LIMIT].decode(errors="ignore").strip()
    return Handed(
        found,
        ("canvas" if "attempt" in said else "moodle", number),
        f"{short}_{number}" if short else number,
        inside or said["file"] or "",
        bool(said.get("late") or said.get("anonymous_late")),
        int(said.get("attempt") or 0),
        archive,
    )


def _choose(
    handed: Sequence[Handed], app: ZipCollect, assignment: str, report: Report
) -> dict[Path, Placement]:
    """Choose a notebook for each student; say what was left out, and why."""
    by_student: dict[tuple[str, str], list[Handed]] = defaultdict(list)
    for each in handed:
        by_student[each.student].append(each)
    chosen = {}
    for files in sorted(by_student.values(), key=lambda files: files[-1].folder):
        student = files[-1].folder
        notebooks = [each for each in files if each.found.path]
        if not notebooks:
            names = ", ".join(sorted(each.file for each in files if each.file))
            report.problems.append(f"{student}: no notebook was handed in ({names}).")
            continue
        best = _latest(notebooks, assignment, report)
        if _fits(best, student, app, report):
            chosen[best.found.path] = Placement(student, best.found.time)
            report.placed.append(student)
        if best.late:
            report.late.append(student)
    return chosen


def _latest(notebooks: list[Handed], assignment: str, report: Report) -> Handed:
    """Choose the latest of a student's notebooks.

    Files that came in one archive are one attempt. Of those, what is named after the
    assignment comes first, then what came last.
    """

    def attempt(each: Handed):
        same = [other for other in notebooks if other.archive == each.archive]
        last = max(other.attempt for other in same)
        times = [other.found.time for other in same if other.found.time]
        return last, max(times, default=EPOCH), each.archive

    def rank(each: Handed):
        named, copy = _likeness(each.file, assignment)
        return attempt(each), named, each.attempt, each.found.time or EPOCH, copy

    ordered = sorted(notebooks, key=lambda each: (*rank(each), each.file))
    best = ordered.pop()
    content = best.found.path.read_bytes()
    for other in ordered:
        if other.found.path.read_bytes() == content:
            continue
        line = f"{best.folder}: {best.file} was taken and {other.file} left"
        if rank(other) == rank(best):
            report.problems.append(f"{line}; nothing tells which is the later one.")
        else:
            report.notes.append(f"{line}.")
    return best


def _likeness(file: str, assignment: str) -> tuple[int, int]:
    """Say how much a file's name is the assignment's, and which copy it is."""
    stem = NOTEBOOK.sub("", file)
    copy = COPY.search(stem)
    stem = (stem[: copy.start()] if copy else stem).casefold()
    number = int((copy[1] or copy[2])[:9]) if copy else 0
    return (stem.startswith(assignment)) + (stem == assignment), number


def _fits(best: Handed, student: str, app: ZipCollect, report: Report) -> bool:
    """See whether a notebook is new, and its place one that may be written to."""
    folder = app.submitted(student)
    path = folder / app.notebook
    try:
        refuse_linked_folder(folder)
        before = plain_content(path) if path.exists() or path.is_symlink() else None
        time = app.time_of(student) if (folder / "timestamp.txt").is_file() else None
    except (Unreadable, ValueError, AttributeError) as error:
        report.problems.append(f"{student}: not placed, for what is there: {error}")
        return False
    if before == best.found.path.read_bytes():
        report.unchanged.append(student)
        return False
    came = best.found.time
    if before and time and came and came.astimezone(UTC).replace(tzinfo=None) < time:
        report.problems.append(
            f"{student}: not placed, for what is there was handed in later."
        )
        return False
    return True
