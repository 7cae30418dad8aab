"""Tokens, sentences and the links between them."""

from dataclasses import dataclass
from functools import cache, cached_property

from attnbook.data.grammar.meaning import Opinion


@dataclass(frozen=True)
class Token:
    """A word or a sign, and which pieces of the meaning it says."""

    text: str
    pos: str  # a tag of Universal Dependencies, such as NOUN
    says: frozenset[str] = frozenset()  # paths; empty if only its language needs it


@cache
def token(text: str, pos: str, *says: str) -> Token:
    """Write a token in one line; the same token is the same object."""
    return Token(text, pos, frozenset(says))


@dataclass(frozen=True)
class Evidence:
    """An opinion, and the tokens that carry it."""

    sign: int  # 1 is good, -1 is bad
    strength: int  # 2 with an intensifier, else 1
    tokens: tuple[int, ...]  # positions: the opinion's word, negation, intensifier


@dataclass(frozen=True)
class Sentence:
    """A sentence in one language. No tokens: an empty line of a document."""

    language: str
    tokens: tuple[Token, ...] = ()
    evidence: tuple[Evidence, ...] = ()  # in the order of telling

    def __len__(self) -> int:
        return len(self.tokens)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """What a model reads: English in small letters but for names and "I"."""
        return tuple(each.text for each in self.tokens)

    @property
    def tags(self) -> tuple[str, ...]:
        """The part of speech of each word."""
        return tuple(each.pos for each in self.tokens)

    @property
    def sign(self) -> int:
        """The opinion that is left at the end: 1, -1, or 0 if there is none."""
        return self.evidence[-1].sign if self.evidence else 0

    @property
    def text(self) -> str:
        """As people write it."""
        if self.language != "en":
            return "".join(self.words)
        text = ""
        for each in self.tokens:
            text += each.text if each.pos == "PUNCT" or not text else f" {each.text}"
        return text[:1].upper() + text[1:]


def make_sentence(
    language: str, tokens: tuple[Token, ...], opinions: tuple[Opinion, ...]
) -> Sentence:
    """Find the tokens that carry each opinion."""
    evidence = []
    for opinion in opinions:
        parts = ("state", "verb", "negation", "degree")
        wanted = {f"{opinion.path}.{part}" for part in parts}
        spots = (i for i, each in enumerate(tokens) if each.says & wanted)
        evidence.append(Evidence(opinion.sign, opinion.strength, tuple(spots)))
    return Sentence(language, tokens, tuple(evidence))


def align(one: Sentence, other: Sentence) -> frozenset[tuple[int, int]]:
    """Link two sentences of one meaning: the pairs of positions that say the same."""
    return frozenset(
        (i, j)
        for i, left in enumerate(one.tokens)
        for j, right in enumerate(other.tokens)
        if left.says & right.says
    )
