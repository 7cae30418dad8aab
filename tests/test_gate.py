"""Messages on their way from a kernel to the grader: none gets too large."""

import asyncio

import pytest

from autograder.grade.sandbox.gate import LIMIT, PARTS, Gate, Meter, TooLarge

GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x01NULL" + bytes(48)


def part(body, more=False, command=False):
    """Write a part of a message as ZMTP 3.1 says."""
    flags = more | 2 * (len(body) > 255) | 4 * command
    return bytes([flags]) + len(body).to_bytes(8 if flags & 2 else 1, "big") + body


def test_any_number_of_messages_passes_however_they_are_cut():
    message = part(b"x" * 300, more=True) + part(b"") + part(b"ready", command=True)
    meter = Meter()
    for byte in GREETING + 20 * message:
        meter.feed(bytes([byte]))
    for _ in range(5 * LIMIT // (1 << 20)):
        meter.feed(part(bytes(1 << 20)))


@pytest.mark.parametrize(
    "stream",
    [
        part(b"", more=True) * (PARTS + 1),
        part(bytes(1 << 20), more=True) * (LIMIT // (1 << 20) + 1),
        b"\x02" + (1 << 62).to_bytes(8, "big"),
    ],
)
def test_endless_and_huge_messages_are_refused(stream):
    meter = Meter()
    meter.feed(GREETING)
    with pytest.raises(TooLarge):
        meter.feed(stream)


@pytest.mark.parametrize("greeting", [b"\x01\x00", b"\xff" + bytes(8) + b"\x7f\x01"])
def test_older_protocols_whose_parts_look_otherwise_are_refused(greeting):
    with pytest.raises(TooLarge):
        Meter().feed(greeting + bytes(64))


def test_what_is_small_passes_and_what_is_endless_is_cut_off(tmp_path, run_loop):
    inside, outside = str(tmp_path / "inside"), str(tmp_path / "outside")

    async def kernel(reader, writer):
        await reader.readexactly(5)
        writer.write(GREETING + part(b"hello"))
        for _ in range(PARTS + 1):
            writer.write(part(b"x", more=True))
        await reader.read()
        writer.close()

    async def call():
        server = await asyncio.start_unix_server(kernel, inside)
        gate = Gate()
        await gate.open(outside, inside)
        reader, writer = await asyncio.open_unix_connection(outside)
        writer.write(b"hello")
        came = await reader.read()  # until it is cut off
        writer.close()
        await gate.close()
        server.close()
        with pytest.raises(OSError):
            await asyncio.open_unix_connection(outside)
        return came

    came = run_loop(call())
    assert len(came) <= len(GREETING + part(b"hello")) + PARTS * len(part(b"x"))


def test_a_gate_closes_while_a_caller_waits(tmp_path, run_loop):
    async def silent(reader, writer):
        await reader.read()
        writer.close()

    async def call():
        server = await asyncio.start_unix_server(silent, str(tmp_path / "inside"))
        gate = Gate()
        await gate.open(str(tmp_path / "outside"), str(tmp_path / "inside"))
        reader, writer = await asyncio.open_unix_connection(str(tmp_path / "outside"))
        await asyncio.sleep(0.1)
        await gate.close()
        assert await reader.read() == b""
        writer.close()
        server.close()

    run_loop(call())
