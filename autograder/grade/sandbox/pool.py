"""Warm processes to be had: taken for a kernel, given back after it."""

import atexit
import os
import threading
from dataclasses import replace
from functools import lru_cache
from time import monotonic

from autograder.grade.sandbox import bubblewrap
from autograder.grade.sandbox.warm import Order, SandboxError, Warm

INSTALL = "Install bubblewrap (apt-get install bubblewrap, dnf install bubblewrap)"
WORTH = 8.0  # seconds: to wait so long for a warm process is to have paid for one
NONE = "or grade with --sandbox none, in which submissions run as you"


class Pool:
    """The warm processes of one process of the grader."""

    def __init__(self):
        self._changed = threading.Condition()
        self._free: list[tuple[Order, Warm]] = []
        self._taken: dict[Warm, tuple[Order, int]] = {}
        self._patience: dict[tuple[str, ...], float] = {}

    def take(self, order: Order) -> tuple[Warm, list[int]]:
        """Return a warm process whose kernels are as ordered, and the CPUs to use.

        If all of that kind are taken, it waits for one, until the waiting has cost as
        much, in all, as starting another one does. Then it starts another one.

        Raises:
            SandboxError: none can be had here.
        """
        require()
        kind = replace(order, variables={}, files={})
        with self._changed:
            while not (fitting := [one for one in self._free if one[0] == kind]):
                if not self._wait(kind):
                    break
            if fitting:  # the one that came last is ready
                self._free.remove(fitting[-1])
            warm = fitting[-1][1] if fitting else Warm(kind)
            taken = {place for _, place in self._taken.values()}
            place = next(n for n in range(len(taken) + 1) if n not in taken)
            self._taken[warm] = kind, place
        return warm, _cpus(place)

    def _wait(self, kind: Order) -> bool:
        """Wait for a change, unless another warm process is to be started now."""
        taken = [warm for warm, (other, _) in self._taken.items() if other == kind]
        left = self._patience.get(kind.modules, WORTH)
        if left <= 0 or not any(warm.reusable for warm in taken):
            self._patience[kind.modules] = WORTH
            return False
        begun = monotonic()
        self._changed.wait(left)
        self._patience[kind.modules] = left - (monotonic() - begun)
        return True

    def prepare(self, kind: Order) -> None:
        """Start a warm process that nobody waits for yet."""
        with self._changed:
            self._free.append((kind, Warm(kind)))

    def give(self, warm: Warm, whole: bool = True) -> None:
        """Give a warm process back; one that is not whole is ended."""
        with self._changed:
            kind, _ = self._taken.pop(warm)
            self._changed.notify_all()
            if whole and warm.reusable:
                self._free.append((kind, warm))
                return
        warm.close()

    def close(self) -> None:
        """End all warm processes that nobody has taken."""
        with self._changed:
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
