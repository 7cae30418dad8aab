"""A file that a learning management system wrote: who is in the class, in its words.

Cells are text that others wrote, so what a spreadsheet would run is made harmless
(OWASP, "CSV Injection": a cell that begins with = + - @, tab or carriage return).
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.grade.marks import Mark

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# What begins like a formula and is none: a number, and Moodle's "-" for "nothing".
PLAIN = re.compile(r"-|[+-]?\d+([.,]\d+)?")


@dataclass(frozen=True)
class Roster:
    """A table of people, as it was read.

    Args:
        path: where it came from.
        delimiter: "," or ";".
        header: the headings.
        rows: as long as the header, each.
    """

    path: Path
    delimiter: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = field(repr=False)

    def column(self, heading: str) -> int:
        """Find a column.

        Raises:
            ValueError: there is none of that heading, or more than one.
        """
        found = [number for number, name in enumerate(self.header) if name == heading]
        if len(found) != 1:
            known = ", ".join(map(repr, self.header))
            raise ValueError(
                f"{self.path}: {len(found) or 'no'} columns are named {heading!r}. "
                f"There are: {known}."
            )
        return found[0]


def read_roster(path: Path) -> Roster:
    """Read a CSV file with a header, comma or semicolon between cells.

    Raises:
        ValueError: there is no such file, or it is not such a file.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise ValueError(f"{path}: cannot be read ({reason}).") from error
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    table = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]
    if not table or len(table[0]) < 2:
        raise ValueError(f"{path}: it has no header. Is it a CSV file?")
    width = len(table[0])
    rows = tuple(tuple((row + [""] * width)[:width]) for row in table[1:])
    header = tuple(heading.strip() for heading in table[0])
    return Roster(path, delimiter, header, rows)


def match(
    marks: Iterable[Mark], rows: Sequence[Sequence[str]], columns: Sequence[int]
) -> tuple[dict[int, Mark], list[str]]:
    """Find out whose row is whose.

    A student's row is the one that holds their id in one of the columns; failing that,
    the e-mail address or the LMS's number that the gradebook has for them.

    Returns:
        Marks by their row's number, and a line for each student who has none.
    """
    keys = [{_key(row[column]) for column in columns} for row in rows]
    found: dict[int, Mark] = {}
    trouble = []
    for mark in marks:
        here = _rows_of(mark, keys)
        if len(here) != 1:
            what = "is not in the roster" if not here else "stands there several times"
            trouble.append(f"{mark.student} {what}, and was left out.")
        elif here[0] in found:
            other = found[here[0]].student
            trouble.append(f"{mark.student} has the row of {other}, and was left out.")
        else:
            found[here[0]] = mark
    return found, trouble


def _rows_of(mark: Mark, keys: Sequence[set[str]]) -> list[int]:
    for name in (mark.student, mark.email, mark.lms_id):
        here = [n for n, names in enumerate(keys) if name and _key(name) in names]
        if here:
            return here
    return []


def harmless(cell: str) -> str:
    """Let no spreadsheet take a text for a formula: an apostrophe goes before it."""
    if not cell.startswith(FORMULA) or PLAIN.fullmatch(cell):
        return cell
    return "'" + cell


def number(points: float) -> str:
    """Write points: 14, 8.5, 0.6667."""
    return f"{round(points, 4):.10g}"


def value(cell: str) -> float | None:
    """Read a number that an LMS wrote, or None if it is none."""
    try:
        return float(cell.strip().replace(",", "."))
    except ValueError:
        return None


def as_csv(table: Iterable[Sequence[str]], delimiter: str = ",") -> str:
    """Write a table as CSV, as RFC 4180 has it, every cell harmless."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in row] for row in table)
    return text.getvalue()


def _key(text: str) -> str:
    return text.strip().casefold()
