"""Stands between a kernel's sockets and the grader's: no message gets too large.

ZeroMQ limits the parts of a message and not their number, and hands on a message as a
whole: one of endless parts would fill the memory of whoever listens. See ZMTP 3.1.
"""

import select
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress

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

    Args:
        paths: the kernel's socket, by the grader's.
    """

    def __init__(self, paths: Mapping[str, str]):
        self._doors = {}
        self._open: list[socket.socket] = []
        for path, beyond in paths.items():
            door = socket.socket(socket.AF_UNIX)
            door.bind(path)
            door.listen(16)
            self._doors[door] = beyond
        self._closed, self._close = socket.socketpair()
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        """Let nothing through any more."""
        self._close.close()
        for each in [*self._open]:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _listen(self) -> None:
        while True:
            ready = select.select([*self._doors, self._closed], [], [])[0]
            if self._closed in ready:
                break
            for door in ready:
                self._connect(door)
        for door in (*self._doors, self._closed):
            door.close()

    def _connect(self, door: socket.socket) -> None:
        caller, _ = door.accept()
        kernel = socket.socket(socket.AF_UNIX)
        try:
            kernel.connect(self._doors[door])
        except OSError:  # it is gone
            caller.close()
            kernel.close()
            return
        self._open = [each for each in self._open if each.fileno() >= 0]
        self._open += [caller, kernel]
        back = threading.Thread(
            target=_hand_on, args=(kernel, caller, Meter()), daemon=True
        )
        back.start()
        forth = (caller, kernel, None, back)
        threading.Thread(target=_hand_on, args=forth, daemon=True).start()


def _hand_on(source, sink, meter: Meter | None, other=None) -> None:
    """Hand on what comes, until either end closes or the meter refuses."""
    with suppress(OSError, TooLarge):
        while block := source.recv(BLOCK):
            if meter:
                meter.feed(block)
            sink.sendall(block)
    for each in (source, sink):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
    if other:
        other.join()
        source.close()
        sink.close()
