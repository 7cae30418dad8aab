"""A kernel of its own for one notebook: in the sandbox, or, if told so, without one."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from time import monotonic

import zmq
import zmq.asyncio
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager

from autograder.check.notebook import SEED_VARIABLE
from autograder.grade.outputs import Outputs
from autograder.grade.sandbox.provisioner import KERNELS, NAME
from autograder.grade.sandbox.warm import LOST, Limits, Order, SandboxError
from autograder.grade.unconfined import Unconfined

POLL = 0.25  # seconds between two looks at a silent kernel
QUEUE = 16  # messages that wait to be read
MESSAGE_LIMIT = 24_000_000  # bytes of a message; a kernel that sends more is cut off


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
    answers_limit: int = 16_000_000  # characters of a cell's answers that are kept
    sandbox: str = "bubblewrap"  # or "none"
    start_with: tuple[str, ...] = ()  # modules that are imported before it starts
    limits: Limits = Limits()


class Kernel:
    """A kernel that talks through sockets in a folder that it cannot see.

    Args:
        folder: empty, and the kernel's alone.
        settings: seed and limits.
        files: what is in its working folder, by name.
    """

    def __init__(self, folder: Path, settings: Settings, files: Mapping[str, bytes]):
        self._settings = settings
        variables = {SEED_VARIABLE: str(settings.seed)}
        self._order = Order(settings.limits, settings.start_with, 1, variables, files)
        self._unconfined = None
        specifications = {}
        if settings.sandbox == "none":
            self._unconfined = Unconfined(folder, self._order)
        else:
            places = KernelSpecManager(kernel_dirs=[str(KERNELS)])
            specifications = {"kernel_name": NAME, "kernel_spec_manager": places}
        context = zmq.asyncio.Context()
        context.setsockopt(zmq.MAXMSGSIZE, MESSAGE_LIMIT)
        context.setsockopt(zmq.RCVHWM, QUEUE)
        self._manager = AsyncKernelManager(
            transport="ipc",
            connection_file=str(folder / "kernel.json"),
            context=context,
            **specifications,
        )
        self._client = None

    async def start(self) -> None:
        """Start the kernel and wait for it to answer.

        Raises:
            SandboxError: no sandbox can be had.
            KernelError: it did not answer.
        """
        try:
            if self._unconfined:
                await self._manager.start_kernel(**self._unconfined.arguments())
            else:
                await self._manager.start_kernel(order=self._order, gated=True)
            self._client = self._manager.client()
            self._client.start_channels(stdin=False, hb=False)
            await self._answered(monotonic() + self._settings.start_timeout)
        except SandboxError:
            raise
        except Exception as error:
            raise KernelError(
                f"the kernel did not start: {error}. Is ipykernel installed where the "
                "grader runs?"
            ) from error

    async def _answered(self, end: float) -> None:
        """Wait for an answer, and for a message to all who listen.

        The first ones may be lost, sent before we listened: so it asks again.
        """
        asked = {self._client.kernel_info()}
        waiting = [self._client.get_shell_msg, self._client.get_iopub_msg]
        while waiting:
            try:
                message = await waiting[0](timeout=POLL)
            except Empty:
                if not await self._manager.is_alive():
                    raise KernelError("it ended at once") from None
                if monotonic() > end:
                    raise KernelError("it does not answer") from None
                if len(waiting) == 1:
                    asked.add(self._client.kernel_info())
                continue
            if message["parent_header"].get("msg_id") in asked:
                waiting.pop(0)

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
                return self._cause()
            if message == "done":  # its last message was lost: is somebody listening?
                with suppress(KernelError):
                    await self._answered(monotonic() + self._settings.grace)
            if message == "done" or (message and outputs.add(message)):
                return "interrupted" if interrupted else ""
            if monotonic() < stop:
                continue
            if interrupted and await self._replied(request):
                return "interrupted"  # only its flood of output is still on the way
            if interrupted or stop >= end:
                await self._kill()
                return "out_of_time" if stop >= end else "hung"
            interrupted = True
            await self._manager.interrupt_kernel()
            stop = min(monotonic() + self._settings.grace, end)

    def _cause(self) -> str:
        """Say which limit ended the kernel, if one did.

        Raises:
            KernelError: it was not the notebook's doing.
        """
        why = getattr(self._manager.provisioner, "why", "")
        if why == LOST:
            raise KernelError("its sandbox was killed from outside. Grade it again.")
        return {"memory": "memory", "processes": "processes", "cpu": "processes"}.get(
            why, "died"
        )

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
        parent = message.get("parent_header")
        ours = isinstance(parent, Mapping) and parent.get("msg_id") == request
        return message if ours else None

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
        await self._kill()
        if self._client is not None:
            self._client.stop_channels()
        if self._manager.has_kernel:
            await self._manager.shutdown_kernel(now=True)
        await self._manager.cleanup_resources()
        self._manager.context.destroy(linger=0)

    async def _kill(self) -> None:
        if self._unconfined:
            self._unconfined.kill()
        elif self._manager.has_kernel:
            await self._manager.provisioner.kill()
