"""Messages between the grader and the warm process: JSON after its length."""

import json
import socket
import struct

BLOCK = 1 << 20  # bytes read at a time


def send(control: socket.socket, message: dict, files=()) -> None:
    """Send a message, and open files with it."""
    content = json.dumps(message).encode()
    socket.send_fds(control, [struct.pack("!I", len(content))], list(files))
    control.sendall(content)


def receive(control: socket.socket, files: int = 1) -> tuple[dict | None, list[int]]:
    """Receive a message and at most so many open files; None at the end."""
    try:
        head, opened, _, _ = socket.recv_fds(control, 4, files)
    except ConnectionError:
        return None, []
    if len(head) < 4:
        return None, []
    left, content = struct.unpack("!I", head)[0], bytearray()
    while left > len(content):
        block = control.recv(min(left - len(content), BLOCK))
        if not block:
            return None, []
        content += block
    return json.loads(content), opened
