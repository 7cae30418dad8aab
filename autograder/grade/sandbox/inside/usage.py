"""What the processes of the sandbox use, all together."""

import os
import resource
from collections.abc import Set
from contextlib import suppress
from pathlib import Path


def others() -> list[int]:
    """List the processes of the sandbox but this one and bubblewrap's."""
    ours = (1, os.getpid())
    found = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    return [pid for pid in found if pid not in ours]


def excess(limits: dict, cpus: Set[int]) -> str:
    """Say which limit they have passed together, or "".

    Args:
        limits: "processes", and "memory" in bytes.
        cpus: where they may run; empty means anywhere.
    """
    pids = others()
    if len(pids) > limits["processes"]:
        return "processes"
    if sum(map(_resident, pids)) > limits["memory"]:  # cheap, and never too small
        if sum(map(_proportional, pids)) > limits["memory"]:
            return "memory"
    for pid in pids if cpus else ():
        with suppress(OSError):
            if not os.sched_getaffinity(pid) <= cpus:
                return "cpu"
    return ""


def _resident(pid: int) -> int:
    """Return bytes of memory, with all that is shared with others."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * resource.getpagesize()


def _proportional(pid: int) -> int:
    """Return bytes of memory, what is shared divided among those who share it."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) << 10 for line in lines if line[:4] == "Pss:")
    except (OSError, StopIteration):
        return _resident(pid)
