"""A kernel process of its own for one notebook, and its end.

It gets an empty folder and a short list of environment variables. Whatever it starts is
killed with it.
"""

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from time import monotonic

import psutil
from jupyter_client.manager import AsyncKernelManager

from autograder.check.notebook import SEED_VARIABLE
from autograder.grade.outputs import Outputs

RUN_VARIABLE = "AUTOGRADER_RUN"  # marks all processes of one run
# Of the grader's environment, a kernel gets these and nothing else.
KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
POLL = 0.25  # seconds between two looks at a silent kernel


class KernelError(RuntimeError):
    """No kernel could be started: the grader's trouble, not the submission's."""


@dataclass(frozen=True)
class Settings:
    """What a notebook is run with, and how far it may go."""

    seed: int = field(repr=False)  # of the cases; secret
    cell_timeout: float = 60.0  # seconds; then the cell is interrupted
    notebook_timeout: float = 300.0  # seconds; then the kernel is killed
    grace: float = 5.0  # seconds for an interrupted cell to stop
    start_timeout: float = 60.0  # seconds for the kernel to answer at all
    output_limit: int = 200_000  # characters of output of a cell that are kept
    answers_limit: int = 64_000_000  # characters of a cell's answers that are kept
    threads: int = 1  # threads of the frameworks' arithmetic
    kernel: str = "python3"  # the kernel's name


class Kernel:
    """A kernel process that talks through sockets in its own folder.

    Args:
        folder: empty, and the kernel's alone.
        settings: seed and limits.
        run: marks the processes that belong to it.
    """

    def __init__(self, folder: Path, settings: Settings, run: str):
        self.work = folder / "work"
        self._folder, self._settings, self._run = folder, settings, run
        for name in ("work", "home", "tmp"):
            (folder / name).mkdir()
        self._manager = AsyncKernelManager(
            kernel_name=settings.kernel,
            transport="ipc",
            connection_file=str(folder / "kernel.json"),
        )
        self._client = None

    async def start(self) -> None:
        try:
            await self._manager.start_kernel(
                cwd=str(self.work),
                env=self._environment(),
                extra_arguments=["--HistoryManager.hist_file=:memory:"],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            self._client = self._manager.client()
            self._client.start_channels(stdin=False, hb=False)
            await self._client.wait_for_ready(timeout=self._settings.start_timeout)
        except Exception as error:
            name = self._settings.kernel
            raise KernelError(
                f"kernel {name!r} did not start: {error}. Is ipykernel installed where "
                "the grader runs?"
            ) from error

    async def run(self, code: str, outputs: Outputs, end: float) -> str:
        """Run one cell, until it is done or has to be stopped.

        Args:
            outputs: takes what the cell shows.
            end: when, by the monotonic clock, the whole notebook has to stop.

        Returns:
            The kind of event that stopped it, or "".
        """
        request = self._client.execute(code, allow_stdin=False, stop_on_error=False)
        stop = min(monotonic() + self._settings.cell_timeout, end)
        interrupted = False
        while True:
            message = await self._next(request)
            if message == "died":
                return message
            if message == "done" or (message and outputs.add(message)):
                return "interrupted" if interrupted else ""
            if monotonic() < stop:
                continue
            if interrupted and await self._replied(request):
                return "interrupted"  # only its flood of output is still on the way
            if interrupted or stop >= end:
                self._kill()
                return "out_of_time" if stop >= end else "hung"
            interrupted = True
            await self._manager.interrupt_kernel()
            stop = min(monotonic() + self._settings.grace, end)

    async def _next(self, request: str):
        """Return the request's next message, "done", "died" or None if it is silent."""
        try:
            message = await self._client.get_iopub_msg(timeout=POLL)
        except Empty:
            if not await self._manager.is_alive():
                return "died"
            return "done" if await self._replied(request) else None
        except Exception:  # forged: not signed, or not what a message looks like
            return None
        parent = message.get("parent_header") or {}
        return message if parent.get("msg_id") == request else None

    async def _replied(self, request: str) -> bool:
        """See whether a silent kernel has finished: its last message may be lost."""
        try:
            while True:
                reply = await self._client.get_shell_msg(timeout=0)
                if reply["parent_header"].get("msg_id") == request:
                    return True
        except Exception:
            return False

    async def stop(self) -> None:
        """End the kernel and whatever it started."""
        self._kill()
        if self._client is not None:
            self._client.stop_channels()
        if self._manager.has_kernel:
            await self._manager.shutdown_kernel(now=True)
        await self._manager.cleanup_resources()

    def _environment(self) -> dict[str, str]:
        threads = str(self._settings.threads)
        kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        home, temporary = str(self._folder / "home"), str(self._folder / "tmp")
        return kept | {
            SEED_VARIABLE: str(self._settings.seed),
            RUN_VARIABLE: self._run,
            "HOME": home,
            "IPYTHONDIR": home,
            "MPLCONFIGDIR": home,
            "TMPDIR": temporary,
            "CUDA_VISIBLE_DEVICES": "-1",
            "KERAS_BACKEND": "tensorflow",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "OMP_NUM_THREADS": threads,
            "TF_NUM_INTRAOP_THREADS": threads,
            "TF_NUM_INTEROP_THREADS": threads,
        }

    def _kill(self) -> None:
        """Kill the kernel, its children, and all that carry this run's mark."""
        doomed = {}
        for process in psutil.process_iter():
            try:
                if process.environ().get(RUN_VARIABLE) == self._run:
                    doomed[process.pid] = process
                    doomed |= {p.pid: p for p in process.children(recursive=True)}
            except psutil.Error:
                continue
        for process in doomed.values():
            try:
                process.kill()
            except psutil.Error:
                continue
