"""How far a class is: on a terminal a bar that moves, elsewhere a line now and then."""

import time
from collections.abc import Callable

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar

from autograder.grade.records import Outcome

EVERY = 15.0  # seconds between lines where there is no terminal


class Progress:
    """Counts outcomes and says so on stderr: done, left, failed, time left.

    Args:
        what: is being done, such as "grading".
        total: how many there are.
        quiet: say nothing.
        console: where to say it.
        clock: seconds that pass.
    """

    def __init__(
        self,
        what: str,
        total: int,
        quiet: bool = False,
        console: Console | None = None,
        clock: Callable[[], float] = time.monotonic,
    ):
        self._what, self._total, self._quiet, self._clock = what, total, quiet, clock
        self._console = console or Console(stderr=True)
        self._shown = self._console.is_terminal and not quiet
        self._done = self._failed = 0
        columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()]
        columns += [TextColumn("{task.fields[told]}", markup=False)]
        self._bar = Bar(
            *columns,
            console=self._console,
            disable=not self._shown,
            get_time=clock,
            transient=True,
        )
        self._last = clock()
        self._task = self._bar.add_task(what, total=total, told="")

    def __enter__(self) -> "Progress":
        self._bar.start()
        return self

    def __exit__(self, *stopped) -> None:
        self._bar.stop()
        if self._done and not self._quiet:
            self._say()

    def tell(self, outcome: Outcome | None = None) -> None:
        """Count one more."""
        self._done += 1
        self._failed += bool(outcome and outcome.failed)
        self._bar.update(self._task, advance=1)
        self._bar.update(self._task, told=self._rest())
        late = self._clock() - self._last >= EVERY
        if late and not self._shown and not self._quiet and self._done < self._total:
            self._say()

    def _say(self) -> None:
        self._last = self._clock()
        line = f"{self._what}: {self._done} of {self._total}"
        rest = self._rest()
        said = f"{line}, {rest}" if rest else line
        self._console.print(said, markup=False, highlight=False, soft_wrap=True)

    def _rest(self) -> str:
        said = [f"{self._failed} failed"] if self._failed else []
        left = self._total - self._done
        if left:
            said.append(f"{left} left")
            seconds = self._bar.tasks[0].time_remaining
            if seconds is not None:
                said.append(f"about {duration(seconds)}")
        return ", ".join(said)


def duration(seconds: float) -> str:
    """Say a time as people do: 8 s, 2 min, 1 h 5 min."""
    seconds = round(seconds)
    if seconds < 100:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    if minutes < 100:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"
