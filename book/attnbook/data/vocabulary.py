"""From tokens to ids and back, with padding and its mask."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np

from attnbook.numpy.padding import pad_ids, padding_mask

PAD, START = "<pad>", "<start>"
UNK, BOS, EOS = "<unk>", "<bos>", "<eos>"
SPECIALS = (PAD, UNK, BOS, EOS)


class Vocabulary:
    """A numbered list of tokens, the special ones first. Id 0 is padding.

    Args:
        texts: each a list of words, or a string, whose characters are its tokens.
        specials: tokens that stand in no text; `<unk>` is for all that are not listed.
        least: how often a token must occur in the texts to be listed.
    """

    def __init__(
        self,
        texts: Iterable[Sequence[str]],
        specials: Sequence[str] = (PAD, START),
        least: int = 1,
    ):
        counts = Counter(chain.from_iterable(texts))
        kept = sorted(token for token, count in counts.items() if count >= least)
        self.specials = tuple(specials)
        self.tokens = [*specials, *kept]
        self.ids = {token: number for number, token in enumerate(self.tokens)}

    def __len__(self) -> int:
        return len(self.tokens)

    def encode(
        self, texts: Sequence[Sequence[str]], length: int | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Texts -> ids (B, S) int64 and mask (B, S) bool, True where a token is real.

        S is the length, or else the longest text's; short texts are padded on the
        right, long ones cut. With `<bos>` and `<eos>` among the specials, each text
        stands between the two, also when it is cut.
        """
        ends = int(BOS in self.ids and EOS in self.ids)
        rows = []
        for text in texts:
            kept = text if length is None else text[: max(length - 2 * ends, 0)]
            whole = [BOS] * ends + [*kept] + [EOS] * ends
            rows.append([self._id(token, text) for token in whole])
        ids = pad_ids(rows, length)  # (B, S)
        return ids, padding_mask(ids)  # (B, S), (B, S)

    def words(self, ids: Iterable[int]) -> list[str]:
        """Ids -> tokens. Of the special ones, only `<unk>` is part of a text."""
        hidden = set(self.specials) - {UNK}
        tokens = (self.tokens[number] for number in ids)
        return [token for token in tokens if token not in hidden]

    def decode(self, ids: Iterable[int]) -> str:
        """Ids -> text, its tokens without spaces between them."""
        return "".join(self.words(ids))

    def _id(self, token: str, text: Sequence[str]) -> int:
        if token in self.ids:
            return self.ids[token]
        if UNK not in self.ids:
            raise ValueError(f"{token!r} of {text!r} is not in the vocabulary")
        return self.ids[UNK]
