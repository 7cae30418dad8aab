"""From characters to ids and back, with padding and its mask."""

from collections.abc import Iterable, Sequence

import numpy as np

PAD, START = "<pad>", "<start>"


class Vocabulary:
    """A numbered list of characters. Id 0 is padding, id 1 opens an answer."""

    def __init__(self, texts: Iterable[str]):
        self.tokens = [PAD, START, *sorted(set().union(*texts))]
        self.ids = {token: number for number, token in enumerate(self.tokens)}

    def __len__(self) -> int:
        return len(self.tokens)

    def encode(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Texts -> ids (B, S) int64 and mask (B, S) bool, True where a token is real.

        S is the longest text's length; shorter ones are padded on the right.
        """
        width = max((len(text) for text in texts), default=0)
        ids = np.zeros((len(texts), width), dtype=np.int64)  # (B, S)
        for row, text in zip(ids, texts, strict=True):
            row[: len(text)] = [self._id(char, text) for char in text]
        return ids, ids != 0  # (B, S), (B, S)

    def decode(self, ids: Iterable[int]) -> str:
        """Ids -> text. Padding and the start mark are not part of the text."""
        return "".join(self.tokens[number] for number in ids if number > 1)

    def _id(self, char: str, text: str) -> int:
        if char not in self.ids:
            raise ValueError(f"{char!r} of {text!r} is not in the vocabulary")
        return self.ids[char]
