"""A generated corpus of reviews, with the words that decide about each marked.

A review tells of a stay, a meal or a film. It praises and blames, and whoever wrote it
changes their mind: **the last opinion counts**, with its negation. So the label cannot
be read from which words are there, only from which belong together and which come last.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from attnbook.data.grammar.draw import DOMAINS, Draw
from attnbook.data.grammar.kinds import KINDS, REVIEWED, two_states, verdict
from attnbook.data.grammar.lexicon import load_lexicon
from attnbook.data.grammar.meaning import Action, Meaning, Thing
from attnbook.data.grammar.tokens import Evidence, Sentence
from attnbook.data.sentences import LANGUAGES, Trio, say

OPENING = {"hotel": "stay", "eatery": "go", "cinema": "watch"}
DULL = ("intransitive", "transitive", "ditransitive", "relative", "when", "before")


@dataclass(frozen=True)
class DocumentSettings:
    """How many reviews to write, and of what. Ranges include both ends."""

    train: int = 2_000  # reviews to learn from
    held_out: int = 500  # reviews to be tested on
    opinions: tuple[int, int] = (2, 4)  # sentences with one opinion or two
    others: tuple[int, int] = (1, 3)  # sentences without, after the opening
    empty: tuple[int, int] = (0, 2)  # empty sentences, anywhere behind the opening


@dataclass(frozen=True)
class Document:
    """A review in one language. Some of its sentences may be empty."""

    sentences: tuple[Sentence, ...]
    domain: str  # hotel, eatery or cinema

    @property
    def opinions(self) -> tuple[tuple[int, Evidence], ...]:
        """All opinions in order, each with the number of its sentence."""
        return tuple(
            (number, evidence)
            for number, sentence in enumerate(self.sentences)
            for evidence in sentence.evidence
        )

    @property
    def verdict(self) -> tuple[int, Evidence]:
        """What decides: the last opinion, with the number of its sentence."""
        return self.opinions[-1]

    @property
    def label(self) -> int:
        """1 if the verdict is good, 0 if it is bad."""
        return int(self.verdict[1].sign > 0)

    @property
    def text(self) -> str:
        """As people write it; an empty sentence leaves no trace."""
        texts = [each.text for each in self.sentences if each]
        return (" " if self.sentences[0].language == "en" else "").join(texts)


def make_documents(
    settings: DocumentSettings, rng: np.random.Generator, language: str = "en"
) -> tuple[list[Document], list[Document]]:
    """Write the reviews to learn from and those to be tested on, all different.

    The same seed gives the same reviews in each language, and no word of the second
    list is missing in the first.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {LANGUAGES}, got {language!r}")
    draw = Draw(load_lexicon(), rng)
    train = _different(draw, settings, settings.train, (), None)
    known = set().union(*(_words(trios) for trios, _ in train.values()))
    held_out = _different(draw, settings, settings.held_out, train, known)
    one, other = (
        [_document(trios, domain, language) for trios, domain in side.values()]
        for side in (train, held_out)
    )
    return one, other


def _different(
    draw: Draw,
    settings: DocumentSettings,
    count: int,
    others: Collection[str],
    known: set[tuple[str, str]] | None,
) -> dict[str, tuple[list[Trio | None], str]]:
    """Write reviews that are not among others, of known words if they are given."""
    found: dict[str, tuple[list[Trio | None], str]] = {}
    for _ in range(20 * count + 100):
        if len(found) == count:
            return found
        trios, domain = _write(draw, settings)
        key = _text(trios)
        if key not in others and (known is None or _words(trios) <= known):
            found.setdefault(key, (trios, domain))
    raise ValueError(f"too few words in training to write {count} more reviews")


def _text(trios: Sequence[Trio | None]) -> str:
    return "\n".join(trio.ja.text + trio.zh.text for trio in trios if trio)


def _words(trios: Sequence[Trio | None]) -> set[tuple[str, str]]:
    return set().union(*(trio.words for trio in trios if trio))


def _document(trios: Sequence[Trio | None], domain: str, language: str) -> Document:
    empty = Sentence(language)
    sentences = (getattr(trio, language) if trio else empty for trio in trios)
    return Document(tuple(sentences), domain)


def _write(draw: Draw, settings: DocumentSettings) -> tuple[list[Trio | None], str]:
    """An opening, then opinions, other sentences and empty ones in any order."""
    domain = draw.one(DOMAINS)
    opening = _opening(draw, domain)
    rest: list[Trio | None] = []
    for _ in range(_between(draw, settings.opinions)):
        rest.append(say(_opinion(draw, domain, opening.clauses[0])))
    for _ in range(_between(draw, settings.others)):
        rest.append(say(KINDS[draw.one(DULL)](draw)))
    rest += [None] * _between(draw, settings.empty)
    order = draw.rng.permutation(len(rest))
    return [say(opening), *(rest[number] for number in order)], domain


def _between(draw: Draw, ends: tuple[int, int]) -> int:
    return int(draw.rng.integers(ends[0], ends[1] + 1))


def _opening(draw: Draw, domain: str) -> Meaning:
    """Last week, we stayed at a hotel."""
    takes = REVIEWED[domain]
    verbs = [v for v in draw.verbs() if OPENING[domain] == v.forms[0] and v.objects]
    (verb,) = verbs
    noun = draw.one(draw.nouns({takes}))
    writer = Thing(draw.one(draw.nouns({"first"}, "PRON")), "")
    action = Action(verb, writer, Thing(noun, "a"), time=draw.time("past"))
    return Meaning((action,), front=draw.chance(0.5))


def _opinion(draw: Draw, domain: str, opening: Action) -> Meaning:
    """One or two opinions, good and bad alike often."""
    sign, kind = draw.one((1, -1)), draw.one(("one", "one", "but", "although", "why"))
    if kind == "one":
        return Meaning((draw.state({domain}, sign),))
    if kind == "why":
        return verdict(draw, domain, sign, opening.subject, opening.object.noun)
    return Meaning(two_states(draw, (-sign, sign), domain), kind)
