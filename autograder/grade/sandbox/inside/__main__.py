"""What runs inside the sandbox: a warm process, and the kernels forked from it.

Started as `python -I inside FD`, where FD is the socket to the grader. It imports what
kernels will need, then does what it is told: start a kernel, send it a signal, end it.
It never runs a submission's code itself. Nothing of the course can be imported here,
only the standard library and what the environment has installed.
"""

import gc
import importlib
import os
import select
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

import streams  # noqa: F401, kernels find it by its name
from calls import refuse_calls
from confine import call, drop_capabilities, limit, mount, unshare
from messages import receive, send
from run import PORTS, become_kernel
from usage import excess, others

SET_DUMPABLE, SET_SUBREAPER = 4, 36  # prctl(2)
WATCH = 0.1  # seconds between two looks at memory, processes and CPU
# What a kernel imports on its way to the first cell.
KERNEL = (
    "encodings.latin_1",
    "faulthandler",
    "sqlite3",
    "ipykernel.kernelapp",
    "ipykernel.heartbeat",
    "ipykernel.debugger",
    "tornado.platform.asyncio",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "matplotlib_inline.backend_inline",
)


def main() -> None:
    sys.path.pop(0)  # these modules are not for submissions
    control = socket.socket(fileno=int(sys.argv[1]))
    call("prctl", SET_SUBREAPER, 1, 0, 0, 0)
    order, _ = receive(control)
    nested = _can_nest()
    missing = _import(order["modules"])
    call("prctl", SET_DUMPABLE, 0, 0, 0, 0)  # nobody reads or traces this process
    gc.freeze()
    send(control, {"ready": True, "nested": nested, "missing": missing})
    while True:
        order, sockets = receive(control, len(PORTS))
        if order is None:
            return  # the grader is gone; with this process all others end
        Kernel(control, order, sockets).watch()


class Kernel:
    """A running kernel, seen from the warm process."""

    def __init__(self, control: socket.socket, order: dict, sockets: list[int]):
        self._control, self._limits = control, order["limits"]
        self._cpus = set(order["cpus"])
        self._why = ""
        told, tell = os.pipe()
        parent = os.fork()
        if not parent:
            os.close(told)
            control.close()
            _begin(order, sockets, tell)
        os.close(tell)
        for file in sockets:
            os.close(file)
        self._first, self._kernel = self._pids(told)
        os.waitpid(parent, 0)
        self._ended = os.pidfd_open(self._first) if self._first else -1
        send(control, {"started": bool(self._first), "why": self._why})

    def _pids(self, told: int) -> tuple[int, int]:
        """Learn the pids of the namespace's first process and of the kernel."""
        with open(told, encoding="utf-8", errors="replace") as lines:
            said = lines.read().split("\n")  # both have closed their end
        numbers = [line for line in said if line.isdigit()]
        if "ready" not in said or not numbers:
            said = [line for line in said if line and not line.isdigit()]
            self._why = said[0] if said else "its namespaces could not be set up"
            return 0, 0
        first = int(numbers[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        return first, int(children[0])

    def watch(self) -> None:
        """Hold the kernel to its limits until the grader wants its end."""
        alive = bool(self._first)
        while self._first:
            files = [self._control, self._ended] if alive else [self._control]
            ready = select.select(files, [], [], WATCH if alive else None)[0]
            if self._control in ready:
                order, _ = receive(self._control)
                if order is None:
                    os._exit(0)
                if order["do"] == "stop":
                    break
                if order["do"] == "signal" and alive:
                    with suppress(OSError):
                        os.kill(self._kernel, order["number"])
            elif alive:
                self._why = excess(self._limits, self._cpus)
                if self._why or self._ended in ready:
                    alive = False
                    send(self._control, {"ended": self._why})
                    end_all()
        if self._first:
            end_all()
            os.close(self._ended)
        send(self._control, {"stopped": self._why})


def end_all() -> None:
    """Kill all processes but this one, and wait until they are gone."""
    while running := others():
        for pid in running:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        select.select([], [], [], 0.002)


def _begin(order: dict, sockets: list[int], tell: int) -> None:
    """Become the first process of new namespaces, whose child is the kernel."""
    try:
        call("prctl", SET_DUMPABLE, 1, 0, 0, 0)  # else /proc/self is not ours
        if order["cpus"]:
            os.sched_setaffinity(0, order["cpus"])
        if order["nested"]:
            unshare()
        first = os.fork()
        if first:
            os.write(tell, f"{first}\n".encode())
            os._exit(0)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        os.setsid()
        if order["nested"]:
            mount(order["folders"], order["limits"])
        kernel = os.fork()
        drop_capabilities()
        if not kernel:
            os.close(tell)
            limit(order["limits"])
            refuse_calls()
            become_kernel(order, sockets)
        call("prctl", SET_DUMPABLE, 0, 0, 0, 0)
        os.write(tell, b"ready\n")
        os.closerange(3, 65536)
        while os.waitpid(-1, 0)[0] != kernel:
            pass
    except BaseException as error:
        with suppress(OSError):
            os.write(tell, f"{type(error).__name__}: {error}\n".encode())
    os._exit(1)


def _can_nest() -> bool:
    """See whether this system lets a kernel have namespaces of its own in here."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    try:
        unshare()
        first = os.fork()
        if first:
            os._exit(os.waitstatus_to_exitcode(os.waitpid(first, 0)[1]) & 1)
        mount([], {"disk": 0, "files": 0})
        os._exit(0)
    finally:
        os._exit(1)


def _import(modules: list[str]) -> list[str]:
    """Import what kernels will need; return what is not there."""
    sys.modules["debugpy"] = None  # a kernel starts faster without a debugger
    missing = []
    for name in [*KERNEL, *modules]:
        try:
            importlib.import_module(name)
        except ImportError:
            missing.append(name)
    return missing


if __name__ == "__main__":
    main()
