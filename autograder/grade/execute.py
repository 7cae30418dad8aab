"""Runs one notebook in a kernel process of its own: bytes in, bytes out.

This is the seam for other executors: a pure function of a notebook's bytes, the files
that ship with it and the settings. It knows no course, no gradebook and no answers.
"""

import asyncio
import json
import shutil
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic

from autograder.grade.kernel import Kernel, KernelError, Settings
from autograder.grade.outputs import Outputs, Room
from autograder.grade.sandbox.warm import MODULES

TRIES = 3  # to run a notebook whose kernel was killed from outside
# Events after which no cell runs.
ENDED = ("hung", "died", "memory", "processes", "out_of_time")


@dataclass(frozen=True)
class Event:
    """Something that went wrong on the way."""

    kind: str  # "interrupted" or one of ENDED
    cell: int  # index of the cell
    limit: float  # that was passed: seconds, GB, processes; or 0


@dataclass(frozen=True)
class Executed:
    """A notebook with its outputs, and what went wrong."""

    notebook: bytes = field(repr=False)
    events: tuple[Event, ...] = ()
    seconds: float = 0.0  # from the kernel's start to its end


def execute(
    notebook: bytes, settings: Settings, files: Mapping[str, bytes] | None = None
) -> Executed:
    """Run a notebook's code cells in order, in a fresh folder, in a new process.

    A cell that runs too long is interrupted and the next one runs. Cells behind one
    that cannot be interrupted, or that ends the process, have no output. Nothing that
    the notebook started is left afterwards.

    Args:
        notebook: a valid notebook, as JSON.
        settings: seed and limits.
        files: what else is in the folder, by name.

    Raises:
        SandboxError: no sandbox can be had here.
        KernelError: the kernel did not start.
    """
    # A thread of its own, since the caller's may be running an event loop.
    with ThreadPoolExecutor(1) as pool:
        for attempt in range(TRIES):
            job = _execute(json.loads(notebook), settings, files or {})
            try:
                return pool.submit(asyncio.run, job).result()
            except KernelError:
                if attempt + 1 == TRIES:
                    raise
    raise AssertionError("unreachable")


async def _execute(notebook: dict, settings: Settings, files: Mapping[str, bytes]):
    folder = Path(tempfile.mkdtemp(prefix="attnbook-"))
    said = notebook["metadata"].get("attnbook", {}).get("framework", "")
    settings = replace(settings, start_with=settings.start_with or MODULES[said])
    kernel = Kernel(folder, settings, files)
    begun = monotonic()
    try:
        await kernel.start()
        events = await _run_cells(notebook["cells"], kernel, settings)
    finally:
        await kernel.stop()
        shutil.rmtree(folder, ignore_errors=True)
    text = json.dumps(notebook, ensure_ascii=False)
    seconds = monotonic() - begun
    return Executed(text.encode("utf-8", "replace"), tuple(events), seconds)


async def _run_cells(cells: list[dict], kernel: Kernel, settings: Settings):
    end = monotonic() + settings.notebook_timeout
    events: list[Event] = []
    limits = settings.output_limit, settings.answers_limit
    room = Room.of_notebook(*limits)
    for number, cell in enumerate(cells):
        source = "".join(cell["source"])
        if cell["cell_type"] != "code" or not source.strip():
            continue
        outputs = Outputs(Room(*limits, room))
        kind = await kernel.run(source, outputs, end)
        cell["outputs"] = outputs.finish()
        if kind:
            events.append(Event(kind, number, _limit(kind, settings)))
        if kind in ENDED:
            break
    return events


def _limit(kind: str, settings: Settings) -> float:
    """Return the limit that an event says was passed, or 0."""
    return {
        "interrupted": settings.cell_timeout,
        "hung": settings.cell_timeout,
        "out_of_time": settings.notebook_timeout,
        "memory": settings.limits.memory / (1 << 30),
        "processes": float(settings.limits.processes),
    }.get(kind, 0.0)
