"""One function for each kind of sentence; each draws a meaning of that kind."""

from dataclasses import replace

from attnbook.data.grammar.draw import DOMAINS, ONGOING, Draw
from attnbook.data.grammar.lexicon import Noun, Verb
from attnbook.data.grammar.meaning import Action, Meaning, State, Thing

REVIEWED = {"hotel": "lodging", "eatery": "diner", "cinema": "film"}


def _dull(draw: Draw, takes: str) -> list[Verb]:
    """Verbs that tell no opinion and take one object or none."""
    verbs = draw.verbs(takes=takes)
    return [verb for verb in verbs if not verb.sign and "give" not in verb.flags]


def _tense(draw: Draw, verb: Verb) -> str:
    if verb.sign:
        return "past"
    tenses = ["past", "past", "past", "future"]
    tenses += [] if verb.flags & {"once", "give"} else ["habit"]
    tenses += [] if verb.flags & ONGOING else ["now"]
    return draw.one(tenses)


def _plain(draw: Draw, verbs: list[Verb]) -> Meaning:
    verb = draw.one(verbs)
    tense = _tense(draw, verb)
    negated = tense in ("past", "future") and draw.chance(0.2)
    action = draw.timed(draw.action([verb], tense, negated))
    if tense == "past" and not action.time and draw.chance(0.25):
        meal = Thing(draw.one(draw.nouns({"meal"})), "")
        if action.object is None or "meal" not in action.object.noun.classes:
            action = replace(action, meal=(draw.one(("before", "after")), meal))
    first = "first" in action.subject.noun.classes
    front = bool(action.time or action.meal) and draw.chance(0.3)
    return Meaning((action,), front=front, drop=first and draw.chance(0.5))


def intransitive(draw: Draw) -> Meaning:
    """The children laughed."""
    return _plain(draw, _dull(draw, "none"))


def transitive(draw: Draw) -> Meaning:
    """Yesterday, Tom read two books in the library."""
    return _plain(draw, _dull(draw, "object"))


def ditransitive(draw: Draw) -> Meaning:
    """The writer gave Mary a map."""
    return _plain(draw, draw.verbs("give"))


def liking(draw: Draw) -> Meaning:
    """We enjoyed the music."""
    verb = draw.one([each for each in draw.verbs() if each.sign])
    negated = verb.sign > 0 and draw.chance(0.35)
    action = draw.action([verb], "past", negated)
    return Meaning((replace(action, place=None),))


def passive(draw: Draw) -> Meaning:
    """The plate was broken by the cat."""
    verb = draw.one(draw.verbs("passive"))
    agent = draw.person(pronouns=False)
    patient = replace(draw.target(verb, ("the", "my", "that"), agent), clause=None)
    action = Action(verb, agent, patient, passive=True)
    return Meaning((draw.timed(action) if draw.chance(0.5) else action,))


def state(draw: Draw) -> Meaning:
    """This soup is very delicious. That was wonderful."""
    tense = draw.one(("past", "now"))
    if draw.chance(0.2):
        fact = Thing(draw.one(draw.nouns({"fact"}, "PRON")), "")
        fits = [a for a in draw.lexicon.adjectives if "fact" in a.classes]
        return Meaning((State(fact, draw.one(fits), "", tense, draw.chance(0.2)),))
    classes = {each for a in draw.lexicon.adjectives for each in a.classes}
    clause = draw.state(classes - {"attributive"}, tense=tense)
    noun, det = clause.subject.noun, "the"
    if noun.plural and not noun.classes & {"aspect"}:
        det = draw.one(("the", "the", "this", "that", "my"))
    plural = det == "the" and bool(noun.plural) and draw.chance(0.2)
    if noun.classes & {"aspect", "place", "meal"}:
        det, plural = "the", False
    return Meaning((replace(clause, subject=Thing(noun, det, plural)),))


def question(draw: Draw) -> Meaning:
    """Did the guide find the key?"""
    meaning = draw.one((intransitive, transitive, ditransitive, state))(draw)
    (clause,) = meaning.clauses
    if isinstance(clause, State):
        return Meaning((replace(clause, negated=False, degree=""),), question=True)
    clause = replace(clause, negated=False, time=None, meal=None, often=None)
    if clause.subject.noun.classes & {"first"}:
        clause = replace(clause, subject=draw.person(pronouns=False))
    return Meaning((clause,), question=True)


def _about(draw: Draw, verb: Verb) -> Thing | None:
    """Something with a relative clause: the book that Tom bought."""
    noun = draw.one(draw.nouns(verb.objects))
    if not noun.plural:
        return None
    subject = draw.person()
    if subject.det == "that":  # not "the dress that that painter wore"
        subject = replace(subject, det="this")
    return Thing(noun, "the", clause=Action(verb, subject, None))


def relative(draw: Draw) -> Meaning:
    """The book that Tom bought was old. The student who broke the cup cried."""
    verbs = [v for v in _dull(draw, "object") if not v.flags & {"motion"}]
    if draw.chance(0.4):
        inner = draw.action(verbs, "past")
        who = Thing(draw.one(draw.nouns({"person"})))
        if inner.subject.noun.classes & {"animal"} or inner.object.noun == who.noun:
            return relative(draw)
        inner = replace(inner, subject=None, place=None)
        action = draw.action(_dull(draw, draw.one(("none", "object"))), "past")
        if action.object and action.object.noun == who.noun:
            return relative(draw)
        subject = replace(who, clause=inner)
        return Meaning((replace(action, subject=subject, place=None),))
    return _object_relative(draw, verbs)


def _object_relative(draw: Draw, verbs: list[Verb]) -> Meaning:
    """Use the same thing again: Mary repaired the watch that I found."""
    inner, outer = draw.one(verbs), draw.one(verbs)
    thing = _about(draw, inner)
    if thing is None or inner == outer or not thing.noun.classes & outer.objects:
        return _object_relative(draw, verbs)
    subject = draw.doer(outer)
    if {subject.noun, thing.clause.subject.noun} & {thing.noun}:
        return _object_relative(draw, verbs)
    return Meaning((Action(outer, subject, thing),))


def two_states(draw: Draw, signs: tuple[int, int], domain: str) -> tuple[State, ...]:
    """Two opinions on two sides of one thing."""
    one, other = (draw.state({domain}, sign) for sign in signs)
    if one.subject == other.subject or one.adjective == other.adjective:
        return two_states(draw, signs, domain)
    return one, other


def but(draw: Draw) -> Meaning:
    """The room was small, but the view was beautiful."""
    if draw.chance(0.7):
        sign = draw.one((1, -1))
        return Meaning(two_states(draw, (-sign, sign), draw.one(DOMAINS)), "but")
    verb = draw.one(_dull(draw, "object"))
    one, other = (replace(draw.action([verb], "past"), place=None) for _ in range(2))
    if one.subject.noun == other.subject.noun or one.object.noun == other.object.noun:
        return but(draw)
    return Meaning((one, other), "but")


def although(draw: Draw) -> Meaning:
    """Although the acting was good, the story was boring."""
    sign = draw.one((1, -1))
    return Meaning(two_states(draw, (-sign, sign), draw.one(DOMAINS)), "although")


def and_(draw: Draw) -> Meaning:
    """The bed was hard, and the bath was dirty."""
    sign = draw.one((1, -1))
    return Meaning(two_states(draw, (sign, sign), draw.one(DOMAINS)), "and")


def because(draw: Draw) -> Meaning:
    """The guests complained because the service was slow."""
    sign, domain = draw.one((1, -1)), draw.one(DOMAINS)
    if draw.chance(0.4):
        return verdict(draw, domain, sign, draw.person())
    verbs = draw.verbs("glad" if sign > 0 else "upset", "none")
    main = replace(draw.action(verbs, "past"), place=None)
    return _with_reason(draw, main, domain, sign)


def verdict(
    draw: Draw, domain: str, sign: int, subject: Thing, noun: Noun | None = None
) -> Meaning:
    """We did not recommend the hotel because the bed was hard."""
    noun = noun or draw.one(draw.nouns({REVIEWED[domain]}))
    verbs = [v for v in draw.verbs("good") if v.objects & noun.classes]
    main = Action(draw.one(verbs), subject, Thing(noun), negated=sign < 0)
    return _with_reason(draw, main, domain, sign)


def _with_reason(draw: Draw, main: Action, domain: str, sign: int) -> Meaning:
    reason = draw.state({domain}, sign)
    while reason.negated and sign > 0:  # nobody smiles because it was not bad
        reason = draw.state({domain}, sign)
    return Meaning((main, reason), "because", front=draw.chance(0.3))


def when(draw: Draw) -> Meaning:
    """The children were sleeping when the doctor came."""
    calm = draw.verbs("calm", "none")
    calm += [v for v in _dull(draw, "object") if not v.flags & ONGOING]
    main = draw.action(calm, "was")
    return _with_event(draw, main, "when")


def before(draw: Draw) -> Meaning:
    """Mary washed the cup before the guests arrived at the hotel."""
    verbs = _dull(draw, draw.one(("none", "object")))
    return _with_event(draw, draw.action(verbs, "past"), "before")


def after(draw: Draw) -> Meaning:
    """Tom rested after he returned to the hotel."""
    verbs = _dull(draw, draw.one(("none", "object")))
    return _with_event(draw, draw.action(verbs, "past"), "after")


def _with_event(draw: Draw, main: Action, link: str) -> Meaning:
    event = replace(draw.action(draw.verbs("event"), "past"), place=None)
    same = (
        event.verb.forms == main.verb.forms or event.subject.noun == main.subject.noun
    )
    numbers = event.object and event.object.det not in ("the", "my")
    if same or numbers:
        return _with_event(draw, main, link)
    return Meaning((main, event), link, front=draw.chance(0.4))


KINDS = {
    "intransitive": intransitive,
    "transitive": transitive,
    "ditransitive": ditransitive,
    "liking": liking,
    "passive": passive,
    "state": state,
    "question": question,
    "relative": relative,
    "but": but,
    "although": although,
    "and": and_,
    "because": because,
    "when": when,
    "before": before,
    "after": after,
}
