"""What a cell shows while it runs: kept as text, pictures and answers, up to a limit.

All of it comes from a process that runs somebody else's code, so that a message may
hold anything. What is not of the kind expected is left out.
"""

from collections.abc import Mapping

from autograder.check.notebook import ANSWERS_MIME

SHOWN = ("text/plain", "image/png")  # no HTML, no JavaScript, no SVG
PICTURE_LIMIT = 2_000_000  # characters of the pictures of a cell
PIECES = 1000  # outputs of a cell, and lines of its errors; answers are counted apart
TRACE = 200  # lines of an error
LEAST = 1000  # characters that answers count for at least
CELLS = 5  # a notebook may show what so many cells may
DEPTH = 8  # of tables and lists within answers
CUT = "\n[… the rest of the output was cut off]\n"


class Room:
    """How much is kept: characters of text, pictures and answers, and pieces.

    Args:
        text, answers: characters.
        within: the notebook's, of which a cell takes its share.
    """

    def __init__(self, text: int, answers: int, within: "Room | None" = None):
        self._left = {"text": text, "answers": answers}
        self._left |= {"image": PICTURE_LIMIT, "pieces": PIECES}
        self._within = within

    @classmethod
    def of_notebook(cls, text: int, answers: int) -> "Room":
        """Make the room of a notebook whose cells have this much each."""
        room = cls(text, answers)
        room._left = {kind: CELLS * left for kind, left in room._left.items()}
        return room

    def left(self, kind: str) -> int:
        here = self._left[kind]
        return min(here, self._within.left(kind)) if self._within else here

    def take(self, kind: str, size: float) -> bool:
        """Take that much, if it is there."""
        fits = size <= self.left(kind)
        if fits:
            self._left[kind] -= size
            if self._within:
                self._within.take(kind, size)
        return fits


class Outputs:
    """The outputs of one cell.

    Args:
        room: how much of them is kept.
    """

    def __init__(self, room: Room):
        self._room = room
        self._outputs: list[dict] = []
        self._cut = False

    def add(self, message: Mapping) -> bool:
        """Take a message of the kernel; tell whether it says that the cell is done."""
        kind, content = message.get("msg_type"), message.get("content")
        if not isinstance(content, Mapping):
            return False
        if kind == "status":
            return content.get("execution_state") == "idle"
        if kind == "stream":
            name = "stderr" if content.get("name") == "stderr" else "stdout"
            self._stream(name, self._text(content.get("text")))
        elif kind == "error":
            self._error(content)
        elif kind in ("display_data", "execute_result"):
            self._display(content.get("data"))
        return False

    def finish(self) -> list[dict]:
        """Return the outputs as nbformat writes them."""
        if self._cut:
            last = {"output_type": "stream", "name": "stderr", "text": CUT}
            self._outputs.append(last)
        return self._outputs

    def _stream(self, name: str, text: str) -> None:
        last = self._outputs[-1] if self._outputs else {}
        if last.get("name") == name:
            last["text"] += text
        elif text:
            self._append({"output_type": "stream", "name": name, "text": text})

    def _error(self, content: Mapping) -> None:
        lines = content.get("traceback")
        lines = lines if isinstance(lines, list) else []
        error = {
            "output_type": "error",
            "ename": self._text(content.get("ename"))[:200],
            "evalue": self._text(content.get("evalue")),
            "traceback": [self._text(line) for line in lines[:TRACE]],
        }
        self._append(error)

    def _display(self, data) -> None:
        if not isinstance(data, Mapping):
            return
        kept = {}
        if isinstance(data.get(ANSWERS_MIME), Mapping):
            answers = data[ANSWERS_MIME]
            if self._fits("answers", LEAST + _size(answers)):
                kept[ANSWERS_MIME] = answers
        picture = data.get("image/png")
        if isinstance(picture, str) and self._fits("image", len(picture)):
            kept["image/png"] = picture
        if isinstance(data.get("text/plain"), str):
            kept["text/plain"] = self._text(data["text/plain"])
        if kept:
            output = {"output_type": "display_data", "data": kept, "metadata": {}}
            self._append(output)

    def _append(self, output: dict) -> None:
        pieces = 1 + len(output.get("traceback", ()))
        if ANSWERS_MIME in output.get("data", {}) or self._fits("pieces", pieces):
            self._outputs.append(output)

    def _text(self, text) -> str:
        if not isinstance(text, str):
            return ""
        kept = text[: self._room.left("text")]
        self._room.take("text", len(kept))
        self._cut |= len(kept) < len(text)
        return kept

    def _fits(self, kind: str, size: float) -> bool:
        fits = self._room.take(kind, size)
        self._cut |= not fits
        return fits


def _size(value) -> float:
    """Count the characters of nested JSON, about; too deep a nest has no end."""
    size, todo = 0, [(value, 0)]
    while todo:
        value, depth = todo.pop()
        if depth > DEPTH:
            return float("inf")
        if isinstance(value, Mapping):
            todo.extend((name, depth) for name in value)
            value = list(value.values())
        if isinstance(value, list):
            todo.extend((part, depth + 1) for part in value)
        size += len(value) if isinstance(value, str) else 8
    return size
