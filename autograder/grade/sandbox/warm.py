"""The grader's end of a warm process: start a kernel in it, watch it, end it."""

import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from autograder.grade.sandbox import bubblewrap
from autograder.grade.sandbox.inside.messages import receive, send
from autograder.grade.sandbox.inside.run import HOME

# What the sandbox's processes find in their environment, and nothing of the grader's.
VARIABLES = {
    "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "HOME": HOME,
    "IPYTHONDIR": HOME,
    "MPLCONFIGDIR": HOME,
    "TMPDIR": f"{HOME}/tmp",
    "USER": "student",
    "CUDA_VISIBLE_DEVICES": "-1",
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}
THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
)
# By the framework that a notebook says it uses: what its kernel has imported already.
MODULES = {
    "": ("numpy", "matplotlib.pyplot"),
    "torch": ("numpy", "matplotlib.pyplot", "torch"),
    "keras": ("numpy", "matplotlib.pyplot", "tensorflow", "keras"),
}
PATIENCE = 300.0  # seconds for the warm process to import what it is to have
LOST = "lost"  # why a kernel ended: not by itself, nor by a limit


class SandboxError(RuntimeError):
    """No sandbox can be had here; the text says what to do."""


@dataclass(frozen=True)
class Limits:
    """What the processes of a submission may use."""

    memory: int = 4 << 30  # bytes, all together; each may add as much to what it had
    disk: int = 256 << 20  # bytes in each of two temporary folders, and of a file
    files: int = 10_000  # in each of them
    open_files: int = 512  # of a process
    processes: int = 64
    threads: int = 256  # of all processes
    cpu: int = 600  # seconds of a process


@dataclass(frozen=True)
class Order:
    """What a kernel is to be like."""

    limits: Limits = Limits()
    modules: tuple[str, ...] = ()  # imported before it starts
    arithmetic: int = 1  # threads of NumPy's and the frameworks' arithmetic
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)


class Warm:
    """A warm process in a sandbox, with at most one kernel at a time.

    Args:
        order: what its kernels will be like, but for `variables` and `files`.

    `reusable` says, once it is ready, whether its kernels get namespaces of their own
    inside its sandbox. Where the system forbids that, it is good for one kernel.
    """

    reusable = False

    def __init__(self, order: Order):
        self._variables = VARIABLES | dict.fromkeys(THREADS, str(order.arithmetic))
        self._errors = tempfile.TemporaryFile()
        self._control, inside = socket.socketpair()
        arguments = ["-I", bubblewrap.PLACE, str(inside.fileno())]
        disk = order.limits.disk
        self._process = subprocess.Popen(
            bubblewrap.command(arguments, self._variables, disk),
            pass_fds=[inside.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            cwd="/",
        )
        inside.close()
        self._ready, self._why = False, None
        with suppress(SandboxError):  # if it has ended already, `wait` will see that
            self._send({"modules": list(order.modules)})

    def wait(self) -> None:
        """Wait until it has imported what it is to have.

        Raises:
            SandboxError: it did not come that far.
        """
        if not self._ready:
            self.reusable = self._answer("ready", PATIENCE)["nested"]
            self._ready = True

    def start(
        self,
        order: Order,
        connection: dict,
        sockets: Sequence[socket.socket],
        cpus: Sequence[int] = (),
    ) -> None:
        """Start a kernel that listens on these sockets.

        Args:
            cpus: where it may run; empty means anywhere.
            connection: as in a kernel's connection file.
            sockets: as inside.run.PORTS names them.

        Raises:
            SandboxError: it could not be started.
        """
        self.wait()
        message = {
            "nested": self.reusable,
            "cpus": list(cpus),
            "folders": bubblewrap.writable(),
            "env": self._variables | dict(order.variables),
            "files": {name: c.decode("latin-1") for name, c in order.files.items()},
            "limits": asdict(order.limits),
            "connection": connection,
        }
        self._why = None
        self._send(message, [each.fileno() for each in sockets])
        answer = self._answer("started", PATIENCE)
        if not answer["started"]:
            self._answer("stopped", PATIENCE)
            raise SandboxError(answer["why"])

    def ended(self) -> str | None:
        """Say what ended the kernel: a limit, LOST, or "", itself; None if it runs."""
        while self._why is None and select.select([self._control], [], [], 0)[0]:
            message, _ = receive(self._control)
            self._why = LOST if message is None else message.get("ended")
        return self._why

    def signal(self, number: int) -> None:
        """Send the kernel a signal."""
        if number and self.ended() is None:
            self._send({"do": "signal", "number": int(number)})

    def stop(self) -> None:
        """End the kernel and all that it started, and wait until they are gone."""
        self._send({"do": "stop"})
        why = self._answer("stopped", PATIENCE)["stopped"]
        self._why = self._why or why

    def close(self) -> None:
        """End it, its kernel and all else in the sandbox."""
        self._control.close()
        try:
            self._process.wait(2 if self._ready else 0)  # else it has no kernel to end
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
        self._errors.close()

    def _send(self, message: dict, files: Sequence[int] = ()) -> None:
        try:
            send(self._control, message, files)
        except OSError as error:
            raise SandboxError(self._last_words()) from error

    def _answer(self, key: str, patience: float) -> dict:
        """Wait for the message that has this key."""
        while select.select([self._control], [], [], patience)[0]:
            try:
                message, _ = receive(self._control)
            except OSError:
                message = None
            if message is None:
                break
            if key in message:
                return message
            self._why = message.get("ended", self._why)
        raise SandboxError(self._last_words())

    def _last_words(self) -> str:
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").split("\n")
        said = [line.strip() for line in lines if line.strip()]
        return said[-1][:300] if said else "the warm process ended"
