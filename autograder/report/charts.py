"""What the pictures of the report show, as numbers that a template can draw.

Places are in percent of the picture's width, so that a picture fits a phone and its
letters stay as large as they are.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograder.report.classroom import Classroom

BINS = 20  # at most
STEPS = (1, 2, 5)  # of a scale, times powers of ten


@dataclass(frozen=True)
class Bar:
    """How many totals lie from `low` up to `high`; the last bar holds `high`, too."""

    low: float
    high: float
    count: int
    x: float  # percent
    width: float  # percent
    height: float  # percent of the highest bar's


@dataclass(frozen=True)
class Tick:
    """A number on an axis."""

    value: float
    x: float  # percent


@dataclass(frozen=True)
class TaskBar:
    """How a class did in one task."""

    name: str
    maximum: float
    mean: float
    full: int  # who have all its points
    some: int
    none: int
    waiting: int  # for a person to read

    @property
    def parts(self) -> list[tuple[str, int, float, float]]:
        """Kind, number, where it begins and how wide it is, in percent."""
        numbers = [(k, getattr(self, k)) for k in ("full", "some", "none", "waiting")]
        total, at, found = sum(n for _, n in numbers), 0.0, []
        for kind, number in numbers:
            width = 100 * number / total if total else 0.0
            if number:
                found.append((kind, number, round(at, 3), round(width, 3)))
            at += width
        return found


def histogram(totals: Sequence[float], maximum: float) -> list[Bar]:
    """Sort totals into bars of a round width; a total above the maximum is in the last.

    Args:
        totals: each at least 0.
        maximum: more than 0.
    """
    width = step(maximum, BINS)
    counts = [0] * max(1, math.ceil(maximum / width - 1e-9))
    for total in totals:
        counts[min(int(total / width + 1e-9), len(counts) - 1)] += 1
    most, share = max(max(counts), 1), 100 / len(counts)
    return [
        Bar(
            at * width,
            min((at + 1) * width, maximum),
            count,
            round(at * share, 3),
            round(share, 3),
            round(100 * count / most, 3),
        )
        for at, count in enumerate(counts)
    ]


def ticks(bars: Sequence[Bar]) -> list[Tick]:
    """Number every so manieth edge of the bars, and the end of the last."""
    every = max(1, math.ceil(len(bars) / 8))
    found = [Tick(bar.low, bar.x) for bar in bars[::every]]
    if len(found) > 1 and 100 - found[-1].x < 8:  # no room for both
        found.pop()
    return [*found, Tick(_end(bars), 100.0)]


def place(value: float, bars: Sequence[Bar]) -> float:
    """Return where a number stands on the bars' axis, in percent."""
    return round(min(100.0, 100 * value / _end(bars)), 3)


def task_bars(classroom: Classroom) -> list[TaskBar]:
    """Count for each task who has all, some and none of its points."""
    marks = [line.mark for line in classroom.lines if line.graded]
    found = []
    for name, maximum in classroom.columns.items():
        scores = [mark.scores[name] for mark in marks if name in mark.scores]
        read = [score.points for score in scores if not score.waiting]
        full = sum(points >= maximum - 1e-9 for points in read)
        none = sum(points <= 1e-9 for points in read)
        average = sum(read) / len(read) if read else 0.0
        some, waiting = len(read) - full - none, len(scores) - len(read)
        short = name.partition("-")[2]
        found.append(TaskBar(short, maximum, average, full, some, none, waiting))
    return found


def step(length: float, most: int) -> float:
    """Return the smallest round width of which at most so many cover a length."""
    power = 10.0 ** math.floor(math.log10(length / most)) if length > most else 1.0
    widths: Iterable[float] = (power * s * t for t in (1, 10) for s in STEPS)
    return next(width for width in widths if length / width <= most + 1e-9)


def _end(bars: Sequence[Bar]) -> float:
    return (bars[0].high - bars[0].low) * len(bars)
