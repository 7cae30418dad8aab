"""What a sentence says, before any language says it.

Every piece of a meaning has a path, such as "0.object.noun": the noun of the object of
the first clause. A token keeps the paths of the pieces that it says, so two tokens of
two languages belong together if they share one.
"""

from dataclasses import dataclass

from attnbook.data.grammar.lexicon import Adjective, Noun, Time, Verb

NUMBERS = {"two": ("二", "两"), "three": ("三", "三"), "four": ("四", "四")}
# The order in which Japanese and Chinese tell the two clauses of a sentence, if it is
# not that of the first and the second.
SUBORDINATE = ("because", "when", "before", "after")


@dataclass(frozen=True)
class Thing:
    """A noun phrase."""

    noun: Noun
    det: str = "the"  # a, this, that, my, a number; empty for names and in general
    plural: bool = False
    adjective: Adjective | None = None
    clause: "Action | None" = None  # a relative clause, which lacks this thing

    @property
    def many(self) -> bool:
        return self.plural or "many" in self.noun.classes


@dataclass(frozen=True)
class Action:
    """Who does what. In a relative clause, subject or object is None: the gap."""

    verb: Verb
    subject: Thing | None
    object: Thing | None = None
    recipient: Thing | None = None
    place: Thing | None = None
    time: Time | None = None  # yesterday
    meal: tuple[str, Thing] | None = None  # ("before", dinner)
    often: Time | None = None  # always
    tense: str = "past"  # past, habit, future, now (is doing), was (was doing)
    negated: bool = False
    passive: bool = False  # English and Japanese put the object first, Chinese 被


@dataclass(frozen=True)
class State:
    """What something is like."""

    subject: Thing
    adjective: Adjective
    degree: str = ""  # very, really, quite; with a negation only very
    tense: str = "past"  # past, now
    negated: bool = False


Clause = Action | State


@dataclass(frozen=True)
class Opinion:
    """What a clause praises or blames, and how strongly."""

    path: str  # of the clause
    sign: int  # 1 is good, -1 is bad; a negation is counted in
    strength: int  # 2 with an intensifier, else 1


@dataclass(frozen=True)
class Meaning:
    """A sentence: one clause, or two with a word between them."""

    clauses: tuple[Clause, ...]
    link: str = ""  # but, although, and, because, when, before, after
    front: bool = False  # English begins with the time or the subordinate clause
    question: bool = False
    drop: bool = False  # Japanese leaves out the subject I or we

    @property
    def kind(self) -> str:
        """The type of the sentence, to count and to choose by."""
        clause = self.clauses[0]
        if self.link or self.question:
            return self.link or "question"
        if isinstance(clause, State):
            return "state"
        if any(t.clause for t in (clause.subject, clause.object) if t):
            return "relative"
        if clause.passive:
            return "passive"
        number = (clause.object is not None) + (clause.recipient is not None)
        return ("intransitive", "transitive", "ditransitive")[number]

    @property
    def opinions(self) -> tuple[Opinion, ...]:
        """The opinions in the order of telling. A question is none."""
        found = []
        for number, clause in enumerate(self.clauses):
            state = isinstance(clause, State)
            sign = clause.adjective.sign if state else clause.verb.sign
            if sign and not self.question:
                strength = 2 if state and clause.degree else 1
                turned = -sign if clause.negated else sign
                found.append(Opinion(str(number), turned, strength))
        return tuple(found)
