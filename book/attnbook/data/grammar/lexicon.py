"""The words of the grammar, one row a meaning, read from the tables beside this file.

A class says what a word goes with: one drinks what is a `drink`, and an adjective fits
a noun if they share a class. Where a translation depends on that, a word has two rows:
delicious is 好吃 of food and 好喝 of a drink.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Noun:
    """A common noun, a name or a pronoun."""

    en: str  # such as "book"
    plural: str  # such as "books"; empty if it is not counted
    ja: str
    counter: str  # what Japanese puts behind a number, such as 冊
    zh: str
    classifier: str  # what Chinese puts behind a number, such as 本
    pos: str  # NOUN, PROPN or PRON
    object: str  # such as "me" for "I"
    classes: frozenset[str]


@dataclass(frozen=True)
class Verb:
    """A verb, and what it takes."""

    forms: tuple[str, ...]  # read, reads, read, read, reading
    after: str  # what follows the English verb, such as "to" in "go to"
    ja: tuple[str, ...]  # such as ("掃除", "する"); the last part is conjugated
    group: str  # how: 5 (godan), 1 (ichidan), s (する), k (来る)
    particle: str  # what marks the object in Japanese
    zh: tuple[str, ...]  # such as ("唱", "歌"); 了 goes behind the first part
    result: tuple[str, ...]  # what follows 把, such as ("打扫", "干净")
    subjects: frozenset[str]  # classes
    objects: frozenset[str]  # classes; empty if it takes no object
    places: frozenset[str]  # classes of places where one does it
    flags: frozenset[str]

    @property
    def sign(self) -> int:
        """Whether it tells an opinion: 1 is good, -1 bad, 0 none."""
        return ("good" in self.flags) - ("bad" in self.flags)


@dataclass(frozen=True)
class Adjective:
    """An adjective, and the nouns that it fits."""

    en: str
    ja: str
    type: str  # i (おいしい), na (静か), no (オレンジ色)
    zh: str
    de: bool  # whether 的 stands between it and a noun
    sign: int  # 1 if it is an opinion and good, -1 if bad, 0 if none
    classes: frozenset[str]


@dataclass(frozen=True)
class Time:
    """When, or how often; the first fixes the tense."""

    en: str
    tags: tuple[str, ...]  # part of speech of each English word
    ja: str
    zh: str
    kind: str  # past, future, habit, often


@dataclass(frozen=True)
class Lexicon:
    """All words with a meaning of their own; the languages' modules have the others."""

    nouns: tuple[Noun, ...]
    verbs: tuple[Verb, ...]
    adjectives: tuple[Adjective, ...]
    times: tuple[Time, ...]


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files(__package__).joinpath(f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _parts(text: str) -> tuple[str, ...]:
    return tuple(text.split("|")) if text else ()


def _noun(row: dict[str, str]) -> Noun:
    common = {"plural": "", "counter": "", "classifier": "", "pos": "NOUN"}
    fields = common | {"object": row["en"]} | row
    return Noun(**(fields | {"classes": _words(row["classes"])}))


def _verb(row: dict[str, str]) -> Verb:
    sets = {name: _words(row[name]) for name in ("subjects", "objects", "places")}
    parts = {name: _parts(row[name]) for name in ("ja", "zh", "result")}
    forms = {"forms": tuple(row["forms"].split()), "flags": _words(row["flags"])}
    return Verb(**(row | sets | parts | forms))


def _adjective(row: dict[str, str]) -> Adjective:
    fields = {"de": row["de"] == "1", "sign": int(row["sign"])}
    return Adjective(**(row | fields | {"classes": _words(row["classes"])}))


@cache
def load_lexicon() -> Lexicon:
    """Read the tables."""
    return Lexicon(
        tuple(map(_noun, _rows("names") + _rows("nouns"))),
        tuple(map(_verb, _rows("verbs"))),
        tuple(map(_adjective, _rows("adjectives"))),
        tuple(
            Time(**(row | {"tags": tuple(row["tags"].split())}))
            for row in _rows("times")
        ),
    )
