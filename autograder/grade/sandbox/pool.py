"""Warm processes to be had: taken for a kernel, given back after it."""

import atexit
import os
import threading
from dataclasses import replace
from functools import lru_cache

from autograder.grade.sandbox import bubblewrap
from autograder.grade.sandbox.warm import Order, SandboxError, Warm

INSTALL = "Install bubblewrap (apt-get install bubblewrap, dnf install bubblewrap)"
NONE = "or grade with --sandbox none, in which submissions run as you"


class Pool:
    """The warm processes of one process of the grader."""

    def __init__(self):
        self._lock = threading.Lock()
        self._free: list[tuple[Order, Warm]] = []
        self._taken: dict[Warm, tuple[Order, int]] = {}

    def take(self, order: Order) -> tuple[Warm, list[int]]:
        """Return a warm process whose kernels are as ordered, and the CPUs to use.

        Raises:
            SandboxError: none can be had here.
        """
        require()
        kind = replace(order, variables={}, files={})
        with self._lock:
            taken = {place for _, place in self._taken.values()}
            place = next(n for n in range(len(taken) + 1) if n not in taken)
            fitting = [entry for entry in self._free if entry[0] == kind]
            if fitting:
                self._free.remove(fitting[-1])
            warm = fitting[-1][1] if fitting else Warm(kind)
            self._taken[warm] = kind, place
        return warm, _cpus(place)

    def give(self, warm: Warm, whole: bool = True) -> None:
        """Give a warm process back; one that is not whole is ended."""
        with self._lock:
            kind, _ = self._taken.pop(warm)
            if whole and warm.reusable:
                self._free.append((kind, warm))
                return
        warm.close()

    def close(self) -> None:
        """End all warm processes that nobody has taken."""
        with self._lock:
            free, self._free = self._free, []
        for _, warm in free:
            warm.close()


def _cpus(place: int) -> list[int]:
    """Give each of those that run at a time one CPU, so that none takes two."""
    available = sorted(os.sched_getaffinity(0))
    return [available[place % len(available)]] if len(available) > 1 else []


@lru_cache(maxsize=1)
def require() -> None:
    """See once whether sandboxes can be had here.

    Raises:
        SandboxError: no; the text says what to install.
    """
    if not hasattr(os, "pidfd_open"):
        raise SandboxError(
            "no sandbox: this system has no namespaces, only Linux has. Grade on Linux "
            f"(a container or virtual machine will do), {NONE}."
        )
    if lacking := bubblewrap.missing():
        raise SandboxError(
            f"no sandbox: {', '.join(lacking)} not found. {INSTALL}, {NONE}."
        )
    try:
        _try_one()
    except SandboxError:  # was it killed from outside?
        _try_one()


def _try_one() -> None:
    warm = Warm(Order())
    try:
        warm.wait()
    except SandboxError as error:
        raise SandboxError(
            f"no sandbox: {error}. User namespaces must be allowed for bubblewrap (see "
            f"sysctl user.max_user_namespaces), {NONE}."
        ) from error
    finally:
        warm.close()


POOL = Pool()
atexit.register(POOL.close)
