"""What a kernel prints, in messages that the gate lets through."""

from collections.abc import Iterator

from ipykernel.iostream import OutStream

LONGEST = 1 << 20  # characters of a message


class Stream(OutStream):
    """Sends much output in several messages; one of 24 MB would be refused."""

    def _flush_buffers(self) -> Iterator[tuple]:
        for parent, text in super()._flush_buffers():
            for begin in range(0, len(text), LONGEST):
                yield parent, text[begin : begin + LONGEST]
