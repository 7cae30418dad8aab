"""A generated corpus: sentences in three languages that say the same.

Each comes with its words, their parts of speech, the links between the words of any two
languages, and the words that carry an opinion. Nothing is downloaded or learned: a
grammar of our own draws a meaning and says it three times.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from attnbook.data.grammar import REALISERS
from attnbook.data.grammar.draw import Draw
from attnbook.data.grammar.kinds import KINDS
from attnbook.data.grammar.lexicon import load_lexicon
from attnbook.data.grammar.meaning import Meaning
from attnbook.data.grammar.tokens import Sentence, align, make_sentence

LANGUAGES = tuple(REALISERS)


@dataclass(frozen=True)
class SentenceSettings:
    """How many sentences to draw, and of which kinds."""

    train: int = 8_000  # sentences to learn from
    held_out: int = 1_000  # sentences to be tested on; none is among the others
    kinds: tuple[str, ...] = tuple(KINDS)  # each as often as the others


@dataclass(frozen=True)
class Trio:
    """One meaning in three languages."""

    kind: str  # such as "relative"
    en: Sentence
    ja: Sentence
    zh: Sentence

    @property
    def words(self) -> set[tuple[str, str]]:
        """All words, each with its language."""
        return {(name, w) for name in LANGUAGES for w in getattr(self, name).words}

    def links(self, one: str, other: str) -> frozenset[tuple[int, int]]:
        """The pairs of positions that say the same, such as links("en", "ja")."""
        return align(getattr(self, one), getattr(self, other))


def say(meaning: Meaning, kind: str = "") -> Trio:
    """Say a meaning in all languages."""
    sentences = {
        language: make_sentence(language, realise(meaning), meaning.opinions)
        for language, realise in REALISERS.items()
    }
    return Trio(kind or meaning.kind, **sentences)


def crossing_share(links: Collection[tuple[int, int]]) -> float:
    """Share of pairs of links that cross: 0 if both languages keep one order."""
    pairs = [
        (one[0] - other[0]) * (one[1] - other[1])
        for one, other in combinations(links, 2)
    ]
    turned = [product < 0 for product in pairs if product]
    return sum(turned) / len(turned) if turned else 0.0


def make_sentences(
    settings: SentenceSettings, rng: np.random.Generator
) -> tuple[list[Trio], list[Trio]]:
    """Draw the sentences to learn from and those to be tested on, all different.

    No word of the second list is missing in the first.
    """
    unknown = sorted(set(settings.kinds) - set(KINDS))
    if unknown:
        raise ValueError(f"kinds must be among {list(KINDS)}, got {unknown}")
    draw = Draw(load_lexicon(), rng)
    train = _different(draw, settings.kinds, settings.train, {}, None)
    known = set().union(*(trio.words for trio in train.values()))
    held_out = _different(draw, settings.kinds, settings.held_out, train, known)
    return list(train.values()), list(held_out.values())


def _different(
    draw: Draw,
    kinds: Sequence[str],
    count: int,
    others: dict[tuple[str, str], Trio],
    known: set[tuple[str, str]] | None,
) -> dict[tuple[str, str], Trio]:
    """Draw sentences that are not among others, of known words if they are given."""
    found: dict[tuple[str, str], Trio] = {}
    for _ in range(20 * count + 100):
        if len(found) == count:
            return found
        trio = draw_trio(draw, kinds)
        key = trio.ja.text, trio.zh.text
        if key not in others and (known is None or trio.words <= known):
            found.setdefault(key, trio)
    raise ValueError(f"{count} different sentences of {list(kinds)} were not found")


def draw_trio(draw: Draw, kinds: Sequence[str]) -> Trio:
    """Draw one sentence of one of the kinds."""
    kind = draw.one(kinds)
    return say(KINDS[kind](draw), kind)
