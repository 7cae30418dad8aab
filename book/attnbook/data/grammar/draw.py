"""Draw meanings that make sense: one eats food, and one cries for a reason."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from attnbook.data.grammar.lexicon import Adjective, Lexicon, Noun, Time, Verb
from attnbook.data.grammar.meaning import Action, State, Thing

Item = TypeVar("Item")
DOMAINS = ("hotel", "eatery", "cinema")  # what people review
DEGREES = {False: ("", "", "", "very", "really", "quite"), True: ("", "", "very")}
# Verbs that are not drawn as "is doing".
ONGOING = {"once", "ongoing", "state", "motion", "good", "bad", "give"}


class Draw:
    """Draws parts of meanings from a lexicon with a generator of random numbers."""

    def __init__(self, lexicon: Lexicon, rng: np.random.Generator):
        self.lexicon, self.rng = lexicon, rng
        self._found: dict[tuple[frozenset[str], str], list[Noun]] = {}

    def one(self, options: Sequence[Item]) -> Item:
        if not options:
            raise ValueError("nothing in the lexicon fits here")
        return options[self.rng.integers(len(options))]

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def nouns(self, classes: Collection[str], pos: str = "NOUN") -> list[Noun]:
        """All nouns of at least one of the classes."""
        key = frozenset(classes), pos
        if key not in self._found:
            found = (n for n in self.lexicon.nouns if n.pos == pos)
            self._found[key] = [noun for noun in found if noun.classes & key[0]]
        return self._found[key]

    def verbs(self, flag: str = "", takes: str | None = None) -> list[Verb]:
        """Verbs with a flag; takes is "object", "none" (no object) or None (either)."""
        verbs = [v for v in self.lexicon.verbs if not flag or flag in v.flags]
        if takes is None:
            return verbs
        return [verb for verb in verbs if bool(verb.objects) == (takes == "object")]

    def person(self, pronouns: bool = True) -> Thing:
        """Somebody: Tom, she, the students, my teacher."""
        luck = self.rng.random()
        if luck < 0.35:
            return Thing(self.one(self.nouns({"name"}, "PROPN")), "")
        if luck < 0.55 and pronouns:
            return Thing(self.one(self.nouns({"pronoun"}, "PRON")), "")
        noun = self.one(self.nouns({"person"}))
        det = self.one(("the", "the", "the", "this", "that"))
        if "kin" in noun.classes:
            return Thing(noun, "my")
        return Thing(noun, det, plural=det == "the" and self.chance(0.35))

    def doer(self, verb: Verb) -> Thing:
        """Somebody or some animal that can do this."""
        if "person" in verb.subjects and (len(verb.subjects) == 1 or self.chance(0.6)):
            return self.person()
        nouns = self.nouns(verb.subjects - {"person"})
        return Thing(self.one(nouns), self.one(("the", "the", "that", "my")))

    def thing(self, classes: Collection[str], dets: Sequence[str]) -> Thing:
        """Something of these classes, with one of the determiners if that is right."""
        thing = Thing(self.one(self.nouns(classes)), self.one(dets))
        noun, det = thing.noun, thing.det
        if not noun.plural:  # mass nouns are not counted
            plain = {"food", "drink", "meal"} & noun.classes and det in ("", "a")
            return replace(thing, det="" if plain else "the")
        if "place" in noun.classes and det not in ("a", "the"):
            return replace(thing, det="the")
        if det in ("two", "three", "four") or det == "":
            thing = replace(thing, plural=True)
        elif det == "the" and "place" not in noun.classes:
            thing = replace(thing, plural=self.chance(0.2))
        plain = det == "my" or self.chance(0.7)
        return thing if plain else self.described(thing)

    def described(self, thing: Thing) -> Thing:
        """The thing with an adjective that is no opinion."""
        fits = [
            each
            for each in self.lexicon.adjectives
            if not each.sign and each.classes & thing.noun.classes
        ]
        return replace(thing, adjective=self.one(fits)) if fits else thing

    def target(self, verb: Verb, dets: Sequence[str], subject: Thing | None) -> Thing:
        """What the verb is done to; never the one who does it."""
        if "person" in verb.objects and self.chance(0.8):
            person = self.person()
            clash = person.noun.pos == "PRON" or person.noun == (
                subject.noun if subject else None
            )
            return Thing(self.one(self.nouns({"serves"}))) if clash else person
        thing = self.thing(verb.objects, dets)
        if subject and thing.noun == subject.noun:
            return self.target(verb, dets, subject)
        return thing

    def time(self, kind: str) -> Time:
        return self.one([each for each in self.lexicon.times if each.kind == kind])

    def action(
        self, verbs: Sequence[Verb], tense: str, negated: bool = False
    ) -> Action:
        """Somebody does something, at a place perhaps."""
        verb = self.one(verbs)
        subject = self.doer(verb)
        action = Action(verb, subject, tense=tense, negated=negated)
        if verb.objects:
            dets = self.determiners(verb, tense, negated)
            action = replace(action, object=self.target(verb, dets, subject))
        if verb.flags & {"give"}:
            action = replace(action, recipient=self.recipient(subject))
        if verb.places and tense not in ("now", "was") and self.chance(0.3):
            place = Thing(self.one(self.nouns(verb.places)))
            action = replace(action, place=place)
        return action

    def determiners(self, verb: Verb, tense: str, negated: bool) -> Sequence[str]:
        if "acquire" in verb.flags:
            return ("a", "the", "that", "this") if tense != "habit" else ("", "the")
        if verb.flags & {"good", "bad"}:
            return ("the", "the", "this", "that")
        if "motion" in verb.flags:
            return ("the",)
        if tense == "habit":
            return ("", "", "the")
        if tense in ("now", "was") or negated:
            return ("a", "the", "that", "my")
        numbers = (
            () if verb.flags & {"give", "once"} or verb.result else ("two", "three")
        )
        return ("a", "a", "the", "the", "this", "that", "my", *numbers)

    def recipient(self, giver: Thing) -> Thing:
        nouns = self.nouns({"name"}, "PROPN")
        others = [noun for noun in nouns if noun != giver.noun]
        people = [*map(lambda n: Thing(n, ""), others)]
        people += [Thing(noun) for noun in self.nouns({"serves"})]
        return self.one([each for each in people if each.noun != giver.noun])

    def timed(self, action: Action) -> Action:
        """The action with a time that fits its tense."""
        if action.tense in ("past", "future", "habit"):
            if action.tense == "habit" and not action.negated and self.chance(0.5):
                return replace(action, often=self.time("often"))
            if action.tense == "habit" or self.chance(0.6):
                return replace(action, time=self.time(action.tense))
        return action

    def state(
        self, classes: Collection[str], sign: int | None = None, tense: str = "past"
    ) -> State:
        """Say what something of these classes is like.

        Args:
            sign: 1 for praise, -1 for blame, 0 for neither, None for any; a negation is
                counted in.
        """
        while True:
            noun = self.one(self.nouns(classes, "NOUN"))
            fits = [
                each
                for each in self.lexicon.adjectives
                if each.classes & noun.classes and "attributive" not in each.classes
            ]
            negated = self.chance(0.4)
            wanted = sign if sign is None or not negated else -sign
            fits = [a for a in fits if wanted is None or a.sign == wanted]
            fits = [a for a in fits if not negated or "affirmed" not in a.classes]
            if fits:
                adjective = self.one(fits)
                degree = self.degree(adjective, negated)
                return State(Thing(noun), adjective, degree, tense, negated)

    def degree(self, adjective: Adjective, negated: bool) -> str:
        """One says really, but not very, wonderful; not very good, but not very bad."""
        if negated and (adjective.sign < 0 or "extreme" in adjective.classes):
            return ""
        degree = self.one(DEGREES[negated])
        extreme = "extreme" in adjective.classes
        return "really" if extreme and degree else degree
