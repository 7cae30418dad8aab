"""Loaders of real sets. They return raw text: to cut it into tokens is up to the model.

Files come from `attnbook.data.fetch`. The page "corpora" lists the licences.
"""

import csv
import io
import re
from dataclasses import dataclass

from attnbook.data.fetch import fetch

PARTS = ("train", "dev", "test")
REVIEWS = {"en": ("imdb-2k", "imdb_2000.csv", "text")}
REVIEWS["zh"] = ("chnsenticorp-htl", "ChnSentiCorp_htl_all.csv", "review")
SIMILARITY = {
    "en": "en-wordsim353.tsv",
    "ja": "ja-score_noun.csv",
    "zh": "zh-wordsim297.txt",
}


@dataclass(frozen=True)
class SentencePair:
    """A sentence and its translation."""

    en: str
    other: str


@dataclass(frozen=True)
class Labelled:
    """A text with its class."""

    text: str
    label: int  # 1 is good and 0 bad; the five classes of SST run from 0 to 4


@dataclass(frozen=True)
class Question:
    """A question, and what kind of answer it wants."""

    text: str
    coarse: str  # such as "HUM"
    fine: str  # such as "ind"


@dataclass(frozen=True)
class AlignedPair:
    """Two tokenised sentences with alignments made by hand, counted from 0."""

    source: tuple[str, ...]
    target: tuple[str, ...]
    sure: frozenset[tuple[int, int]]
    possible: frozenset[tuple[int, int]]  # the sure ones are among them


@dataclass(frozen=True)
class WordPair:
    """Two words and how alike people find them; each set has a scale of its own."""

    one: str
    other: str
    score: float


def load_tatoeba(language: str) -> list[SentencePair]:
    """Sentence pairs of English and "ja" or "zh", sorted by the length of English.

    Some English sentences have several translations: split by sentence, not by line.
    """
    files = {"ja": ("tatoeba-jpn", "jpn.txt"), "zh": ("tatoeba-cmn-hans", "cmn.txt")}
    lines = _lines(*_one_of(files, "language", language))
    rows = (line.split("\t") for line in lines if "\t" in line)  # one line is blank
    return [SentencePair(*row[:2]) for row in rows]


def load_tanaka(part: str) -> list[SentencePair]:
    """Tokenised pairs of English and Japanese, 4 to 16 words; part of PARTS."""
    _one_of(dict.fromkeys(PARTS), "part", part)
    english, japanese = (_lines("tanaka-enja", f"{part}.{end}") for end in ("en", "ja"))
    return [SentencePair(*pair) for pair in zip(english, japanese, strict=True)]


def load_mr() -> list[Labelled]:
    """Sentences of film reviews: first all good ones, then all bad ones."""
    ends = {"pos": 1, "neg": 0}
    return [
        Labelled(line.strip(), label)
        for end, label in ends.items()
        for line in _lines("mr", f"rt-polarity.{end}")
    ]


def load_sst(part: str, fine: bool = False) -> list[Labelled]:
    """Sentences of film reviews, good or bad; fine: in five classes; part of PARTS."""
    _one_of(dict.fromkeys(PARTS), "part", part)
    lines = _lines("sst", f"stsa.{'fine' if fine else 'binary'}.{part}")
    pairs = (line.split(" ", 1) for line in lines)
    return [Labelled(text.strip(), int(label)) for label, text in pairs]


def load_reviews(language: str) -> list[Labelled]:
    """Whole reviews: of films in English ("en"), of hotels in Chinese ("zh").

    The English ones keep their <br /> and alternate bad and good. The Chinese ones are
    sorted by label, with more than twice as many good as bad; one is empty.
    """
    name, file, column = _one_of(REVIEWS, "language", language)
    rows = csv.DictReader(io.StringIO(_text(name, file)))
    return [Labelled(row[column] or "", int(row["label"])) for row in rows]


def load_trec(part: str) -> list[Question]:
    """Questions in six coarse classes and fifty fine ones; part is train or test."""
    _one_of({"train": 0, "test": 0}, "part", part)
    found = []
    for line in _lines("trec", f"TREC.{part}", "latin-1"):
        label, text = line.split(" ", 1)
        found.append(Question(text.strip(), *label.split(":")))
    return found


def load_dates() -> list[tuple[str, str]]:
    """A date filled up with blanks to 29 characters, and its ISO form behind "_".

    Some lines stand there more than once, so a split by line lets test into training.
    """
    return [(line[:29], line[29:]) for line in _lines("dls2", "date.txt")]


def load_alignments(pair: str) -> list[AlignedPair]:
    """Pairs aligned by hand: "jaen", "zhen" or "enfr", named source first.

    A few links of jaen point behind the end of a sentence, and are left out.
    """
    _one_of(dict.fromkeys(("jaen", "zhen", "enfr")), "pair", pair)
    texts = _lines("align", f"{pair}.src-tgt")
    links = _lines("align", f"{pair}.gold")
    return [parse_aligned(*both) for both in zip(texts, links, strict=True)]


def parse_aligned(text: str, links: str) -> AlignedPair:
    """Read "a b ||| c d" and "1-2 2p1", where p marks a link that is only possible."""
    source, target = (tuple(side.split()) for side in text.split("|||"))
    sure, possible = set(), set()
    for i, mark, j in re.findall(r"(\d+)([-p])(\d+)", links):
        link = int(i) - 1, int(j) - 1
        if link[0] < len(source) and link[1] < len(target):
            possible.add(link)
            sure |= {link} if mark == "-" else set()
    return AlignedPair(source, target, frozenset(sure), frozenset(possible))


def load_word_pairs(language: str) -> list[WordPair]:
    """Pairs of words with people's mean score: 0 to 10, in Chinese 0 to 5."""
    lines = _lines("wordsim", _one_of(SIMILARITY, "language", language))
    if language == "ja":
        rows = csv.DictReader(lines)
        return [WordPair(r["word1"], r["word2"], float(r["mean"])) for r in rows]
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return [WordPair(a.strip(), b.strip(), float(score)) for a, b, score in rows]


def _one_of(options: dict, what: str, seen: str):
    if seen not in options:
        raise ValueError(f"{what} must be one of {sorted(options)}, got {seen!r}")
    return options[seen]


def _text(name: str, file: str, encoding: str = "utf-8-sig") -> str:
    # newline="" keeps what csv needs; only \n ends a line, whatever Unicode says.
    with fetch(name, file).open(encoding=encoding, newline="") as stream:
        return stream.read()


def _lines(name: str, file: str, encoding: str = "utf-8-sig") -> list[str]:
    lines = _text(name, file, encoding).split("\n")
    return [line.rstrip("\r") for line in lines[: -1 if not lines[-1] else None]]
