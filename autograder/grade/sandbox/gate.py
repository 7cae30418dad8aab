"""Stands between a kernel's sockets and the grader's: no message gets too large.

ZeroMQ limits the parts of a message and not their number, and hands on a message as a
whole: one of endless parts would fill the memory of whoever listens. See ZMTP 3.1.
"""

import asyncio

BLOCK = 1 << 16  # bytes read at a time
LIMIT = 24_000_000  # bytes of a message
PARTS = 64
GREETING = 64  # bytes
MORE, LONG, COMMAND = 1, 2, 4  # flags of a part


class TooLarge(ValueError):
    """A message beyond all limits, or a stream that is not ZMTP 3."""


class Meter:
    """Reads along in what a kernel sends."""

    def __init__(self):
        self._head, self._body = bytearray(), 0
        self._greeted, self._size, self._parts = False, 0, 0

    def feed(self, block: bytes) -> None:
        """Read a block.

        Raises:
            TooLarge: it must not be handed on.
        """
        at = 0
        while at < len(block):
            if self._body:
                step = min(self._body, len(block) - at)
                self._body -= step
            else:
                step = min(self._missing(), len(block) - at)
                self._head += block[at : at + step]
                if not self._missing():
                    self._begin()
            at += step

    def _missing(self) -> int:
        """Count the bytes that a head lacks."""
        if not self._greeted:
            return GREETING - len(self._head)
        if not self._head:
            return 1
        return (9 if self._head[0] & LONG else 2) - len(self._head)

    def _begin(self) -> None:
        head, self._head = bytes(self._head), bytearray()
        if not self._greeted:
            if head[0] != 0xFF or head[9] != 0x7F or head[10] != 3:
                raise TooLarge("not ZMTP 3")
            self._greeted = True
            return
        self._body = int.from_bytes(head[1:], "big")
        self._size, self._parts = self._size + self._body, self._parts + 1
        if self._size > LIMIT or self._parts > PARTS:
            raise TooLarge(f"{self._parts} parts, {self._size:,} bytes")
        if not head[0] & MORE or head[0] & COMMAND:
            self._size = self._parts = 0


class Gate:
    """Listens where the grader calls, and calls where the kernel listens.

    It lives in the event loop in which it was opened.
    """

    def __init__(self):
        self._servers: list[asyncio.Server] = []
        self._running: set[asyncio.Task] = set()

    async def open(self, path: str, beyond: str) -> None:
        """Let callers of `path` through to the socket `beyond`."""

        def let_through(*caller) -> None:
            self._running.add(asyncio.create_task(_let_through(caller, beyond)))

        self._servers.append(await asyncio.start_unix_server(let_through, path))

    async def close(self) -> None:
        """Let nothing through any more."""
        for server in self._servers:
            server.close()
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)


async def _let_through(caller: tuple, beyond: str) -> None:
    """Hand on what comes in either direction, until one ends or is refused."""
    writers = [caller[1]]
    try:
        kernel = await asyncio.open_unix_connection(beyond)
        writers.append(kernel[1])
        back = asyncio.create_task(_hand_on(kernel[0], caller[1], Meter()))
        forth = asyncio.create_task(_hand_on(caller[0], kernel[1]))
        try:
            await asyncio.wait({back, forth}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            back.cancel()
            forth.cancel()
            await asyncio.gather(back, forth, return_exceptions=True)
    except OSError:
        pass  # the kernel is gone
    finally:
        for writer in writers:
            writer.close()


async def _hand_on(source, sink, meter: Meter | None = None) -> None:
    while block := await source.read(BLOCK):
        if meter:
            meter.feed(block)
        sink.write(block)
        await sink.drain()
