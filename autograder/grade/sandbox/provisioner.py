"""Lets any Jupyter tool start kernels in the sandbox, by the name of a kernel.

`KERNELS` holds the kernel's specification; jupyter_client finds the class by its entry
point in pyproject.toml and calls it as its `KernelProvisionerBase` says.
"""

import asyncio
import shutil
import signal
import socket
import tempfile
from pathlib import Path

from jupyter_client.provisioning import KernelProvisionerBase

from autograder.grade.sandbox.gate import Gate
from autograder.grade.sandbox.inside.run import HOME, PORTS
from autograder.grade.sandbox.pool import POOL
from autograder.grade.sandbox.warm import Order, SandboxError, Warm

NAME = "attention-sandbox"
TRIES = 3  # to start a kernel
KERNELS = Path(__file__).with_name("kernels")


class SandboxProvisioner(KernelProvisionerBase):
    """A kernel in a sandbox, forked from a warm process.

    `start_kernel` takes an `order`, of class `Order`; without one, the kernel has no
    files and nothing imported. With `gated`, all that the kernel sends passes a `Gate`;
    that takes a caller whose event loop runs all the time.
    """

    warm: Warm | None = None
    why: str | None = None  # what ended the kernel, "" for itself
    _folder = None
    _gate: Gate | None = None

    @property
    def has_process(self) -> bool:
        return self.warm is not None

    async def pre_launch(self, **kwargs):
        kwargs.pop("extra_arguments", None)
        return await super().pre_launch(cmd=[], **kwargs)

    async def launch_kernel(self, cmd, **kwargs):
        order = kwargs.get("order") or Order()
        self._folder = Path(tempfile.mkdtemp(prefix="attnbook-"))
        info = {
            "transport": "ipc",
            "ip": str(self._folder / "kernel"),
            "key": self.parent.session.key.decode(),
            "signature_scheme": self.parent.session.signature_scheme,
            "kernel_name": NAME,
        }
        info |= {name: number for number, name in enumerate(PORTS, 1)}
        sockets = [_listen(f"{info['ip']}-{info[name]}") for name in PORTS]
        inside = info | {"ip": f"{HOME}/kernel"}
        try:
            self.warm = await asyncio.to_thread(_start, order, inside, sockets)
        finally:
            for each in sockets:
                each.close()
        if kwargs.get("gated"):
            gated = f"{info['ip']}-gate"
            self._gate = Gate()
            for number in range(1, len(PORTS) + 1):
                await self._gate.open(f"{gated}-{number}", f"{info['ip']}-{number}")
            info["ip"] = gated
        return info | {"key": info["key"].encode()}

    async def poll(self) -> int | None:
        if self.warm is None:
            return 0
        self.why = self.warm.ended()
        return None if self.why is None else 1

    async def wait(self) -> int | None:
        while await self.poll() is None:
            await asyncio.sleep(0.05)
        self._release()
        return 0

    async def send_signal(self, signum: int) -> None:
        if signum == signal.SIGKILL:
            await self.kill()
        elif self.warm is not None:
            self.warm.signal(signum)

    async def kill(self, restart: bool = False) -> None:
        self._release()

    async def terminate(self, restart: bool = False) -> None:
        self._release()

    async def cleanup(self, restart: bool = False) -> None:
        self._release()
        if self._gate is not None:
            await self._gate.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _release(self) -> None:
        """End the kernel and all that it started; the warm process is free again."""
        warm, self.warm = self.warm, None
        if warm is None:
            return
        try:
            warm.stop()
        except SandboxError:
            POOL.give(warm, whole=False)
            return
        self.why = warm.ended()
        POOL.give(warm)


def _start(order: Order, connection: dict, sockets: list[socket.socket]) -> Warm:
    """Start a kernel; if its warm process was killed meanwhile, in another one."""
    for attempt in range(TRIES):
        warm, cpus = POOL.take(order)
        try:
            warm.start(order, connection, sockets, cpus)
            return warm
        except BaseException as error:
            POOL.give(warm, whole=False)
            if attempt + 1 == TRIES or not isinstance(error, SandboxError):
                raise
    raise AssertionError("unreachable")


def _listen(path: str) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(path)
    listening.listen(64)
    return listening
