"""How far a class is: on a terminal, in a file, and when nobody wants to know."""

import io

import pytest
from rich.console import Console

from autograder.grade.records import Outcome
from autograder.report.progress import EVERY, Progress, duration

GRADED, FAILED = Outcome("ann", "graded"), Outcome("bob", "failed", "cut off")


class Clock:
    """Time that passes when it is told to."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def run(outcomes, seconds, terminal=False, quiet=False):
    """Tell a progress some outcomes, so many seconds apart; return what it said."""
    clock, file = Clock(), io.StringIO()
    console = Console(file=file, force_terminal=terminal, width=80)
    progress = Progress("grading", len(outcomes), quiet, console, clock)
    with progress:
        for outcome in outcomes:
            clock.now += seconds
            progress.tell(outcome)
    return file.getvalue()


def test_without_a_terminal_there_is_a_line_now_and_then():
    said = run([GRADED, FAILED] * 10, EVERY / 4).splitlines()
    assert len(said) == 5
    assert said[0].startswith("grading: 4 of 20, 2 failed, 16 left, about ")
    assert said[0].endswith(f"about {16 * EVERY / 4:.0f} s")
    assert said[-1] == "grading: 20 of 20, 10 failed"
    assert "\x1b" not in "".join(said)


def test_a_quick_class_is_one_line():
    assert run([GRADED] * 3, 0.01) == "grading: 3 of 3\n"


def test_on_a_terminal_there_is_a_bar_and_at_the_end_one_line():
    said = run([GRADED, FAILED, GRADED], 1.0, terminal=True)
    assert "\x1b" in said
    assert "1 failed" in said
    assert said.splitlines()[-1].endswith("grading: 3 of 3, 1 failed")


@pytest.mark.parametrize("terminal", [True, False])
def test_quiet_says_nothing(terminal):
    assert run([GRADED, FAILED], 2 * EVERY, terminal, quiet=True) == ""


def test_what_is_interrupted_says_how_far_it_came():
    file = io.StringIO()
    progress = Progress("grading", 5, console=Console(file=file))
    with pytest.raises(KeyboardInterrupt), progress:
        progress.tell(GRADED)
        raise KeyboardInterrupt
    assert file.getvalue().startswith("grading: 1 of 5, 4 left")


def test_a_time_is_said_as_people_do():
    assert [duration(s) for s in (8.4, 99, 130, 3900, 2 * 3600)] == [
        "8 s",
        "99 s",
        "2 min",
        "65 min",
        "2 h 0 min",
    ]
