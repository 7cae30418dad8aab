"""From sentence pairs to batches: clean, split by source, cut into tokens, pad."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from attnbook.data.real import SentencePair
from attnbook.data.tokenisers import characters, normalise, words
from attnbook.data.vocabulary import PAD, SPECIALS, UNK, Vocabulary


@cache
def _simplifier():
    import opencc  # here, since whoever has no use for Chinese may lack it

    return opencc.OpenCC("t2s")


def simplify(text: str) -> str:
    """Traditional Chinese characters become Simplified ones, as the word asks for."""
    return _simplifier().convert(text)


def tokenise(text: str, language: str) -> list[str]:
    """English is cut into words and signs, Japanese and Chinese into characters."""
    return words(text, "en") if language == "en" else characters(text.replace(" ", ""))


def clean(
    pairs: Iterable[SentencePair], language: str, most: int = 30
) -> list[SentencePair]:
    """Normalise, simplify Chinese, and drop the empty, the long and the repeated.

    Args:
        language: of the target, "ja" or "zh".
        most: tokens that a sentence may have, in either language.
    """
    kept = {}
    for pair in pairs:
        other = simplify(pair.other) if language == "zh" else pair.other
        both = SentencePair(normalise(pair.en), normalise(other))
        sizes = len(tokenise(both.en, "en")), len(tokenise(both.other, language))
        if 0 < min(sizes) and max(sizes) <= most:
            kept[both] = None  # a dictionary keeps the order, and each pair once
    return list(kept)


def source_key(pair: SentencePair) -> tuple[str, ...]:
    """What makes two sources the same sentence: their words, whatever the signs."""
    return tuple(word for word in words(pair.en, "en") if word[0].isalnum())


def group_by_source(
    pairs: Iterable[SentencePair],
) -> dict[tuple[str, ...], list[SentencePair]]:
    """All pairs of each source; signs aside it is one sentence."""
    groups: dict[tuple[str, ...], list[SentencePair]] = {}
    for pair in pairs:
        groups.setdefault(source_key(pair), []).append(pair)
    return groups


def split_by_source(
    pairs: Iterable[SentencePair], sizes: Sequence[int], rng: np.random.Generator
) -> list[list[SentencePair]]:
    """Deal whole groups of pairs, so that no source is in two parts.

    Args:
        sizes: how many different sources each held-out part gets, such as (500, 500).

    Returns:
        The pairs of each held-out part, and last all others, to train on.
    """
    groups = group_by_source(pairs)
    if len(groups) <= sum(sizes):
        raise ValueError(f"{len(groups)} sources are too few to hold out {sizes}")
    keys = list(groups)
    order = iter([keys[number] for number in rng.permutation(len(keys))])
    parts = [[p for _ in range(size) for p in groups[next(order)]] for size in sizes]
    return [*parts, [pair for key in order for pair in groups[key]]]


@dataclass(frozen=True)
class Vocabularies:
    """Both vocabularies of a translator, and the language it writes."""

    language: str
    source: Vocabulary
    target: Vocabulary

    @classmethod
    def of(cls, pairs: Sequence[SentencePair], language: str, least: int = 1):
        """Count the training pairs; tokens seen under `least` times are unknown."""
        sources = [tokenise(pair.en, "en") for pair in pairs]
        targets = [tokenise(pair.other, language) for pair in pairs]
        source = Vocabulary(sources, (PAD, UNK), least)
        return cls(language, source, Vocabulary(targets, SPECIALS, least))

    def encode(self, pairs: Sequence[SentencePair]) -> "PairBatch":
        """Make one batch of pairs, padded to its longest source and target."""
        src = self.source.encode([tokenise(pair.en, "en") for pair in pairs])
        texts = [tokenise(pair.other, self.language) for pair in pairs]
        return PairBatch(*src, *self.target.encode(texts))


@dataclass(frozen=True)
class PairBatch:
    """Some pairs as ids."""

    src_ids: np.ndarray  # (B, S) int64, 0 on padding
    src_mask: np.ndarray  # (B, S) bool, True where a token is real
    tgt_ids: np.ndarray  # (B, T + 1) int64, from <bos> to <eos>, 0 on padding
    tgt_mask: np.ndarray  # (B, T + 1) bool

    def __len__(self) -> int:
        return len(self.src_ids)


def batches_by_length(
    pairs: Sequence[SentencePair],
    vocabs: Vocabularies,
    size: int,
    rng: np.random.Generator | None = None,
) -> Iterator[PairBatch]:
    """Cut into batches of pairs of like length; shuffled if there is an rng."""
    order = np.arange(len(pairs)) if rng is None else rng.permutation(len(pairs))
    lengths = [len(tokenise(pair.en, "en")) for pair in pairs]
    written = [len(pair.other) for pair in pairs]
    order = sorted(order, key=lambda number: (lengths[number], written[number]))
    starts = np.arange(0, len(order), size)
    for start in starts if rng is None else rng.permutation(starts):
        yield vocabs.encode([pairs[number] for number in order[start : start + size]])
