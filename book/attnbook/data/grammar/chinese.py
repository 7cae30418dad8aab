"""A meaning in Chinese: like English in order, but all that describes comes first.

Particles instead of endings (了), classifiers (一本书), 把 before an object that is
changed, 被 for the passive, 的 between a clause and its noun.
"""

from attnbook.data.grammar.meaning import NUMBERS, Action, Meaning, State, Thing
from attnbook.data.grammar.tokens import Token, token

DEGREES = {"very": ("非常",), "really": ("真的", "很"), "quite": ("相当",)}
LINKS = {  # before the first clause, before the second
    "but": ((), ("但是", "CCONJ")),
    "and": ((), ("而且", "CCONJ")),
    "although": (("虽然", "SCONJ"), ("但是", "CCONJ")),
    "because": (("因为", "SCONJ"), ("所以", "CCONJ")),
}
TIMES = {"when": ("的", "时候"), "before": ("之前",), "after": ("之后",)}
SIDES = {"in": "里", "on": "上"}
BARE = {"person", "place", "aspect", "meal"}  # 老师, not 那位老师


def realise(meaning: Meaning) -> tuple[Token, ...]:
    """Say it in Chinese."""
    comma, link = token("，", "PUNCT", "comma"), meaning.link
    first = _clause(meaning, 0)
    second = _clause(meaning, 1) if link else []
    if link in LINKS:
        if link == "because":  # the reason comes first
            first, second = second, first
        one, other = LINKS[link]
        opening = [token(*one, "link")] if one else []
        tokens = [*opening, *first, comma, token(*other, "link"), *second]
    elif link:
        words = TIMES[link]
        tags = ("PART", "NOUN") if link == "when" else ("ADP",)
        time = [token(w, tag, "link") for w, tag in zip(words, tags, strict=True)]
        tokens = [*second, *time, comma, *first]
    else:
        tokens = first
    if meaning.question:
        tokens.append(token("吗", "PART", "question"))
    mark = "？" if meaning.question else "。"
    says = ("end", "question") if meaning.question else ("end",)
    return (*tokens, token(mark, "PUNCT", *says))


def _clause(meaning: Meaning, number: int) -> list[Token]:
    clause, path = meaning.clauses[number], str(number)
    if isinstance(clause, State):
        return _state(clause, path, meaning.question)
    inner = number == 1 and meaning.link in TIMES
    front = meaning.front and not meaning.link
    return _action(clause, path, inner, front)


def thing_tokens(thing: Thing, path: str, bare: bool = False) -> list[Token]:
    """Say a noun phrase: 汤姆买的那本旧书."""
    noun, tokens, det = thing.noun, [], thing.det
    if thing.clause:
        tokens += _action(thing.clause, f"{path}.clause", inner=True)
        tokens.append(token("的", "PART", f"{path}.clause.link"))
    says = f"{path}.det"
    if det == "my":
        tokens += [token("我", "PRON", says), token("的", "PART")]
    elif det in NUMBERS:
        tokens += [token(NUMBERS[det][1], "NUM", says), _classifier(thing)]
    elif det in ("this", "that", "the", "a") and not _is_bare(thing, bare):
        word = {"this": "这", "a": "一"}.get(det, "那")
        tokens.append(token(word, "NUM" if det == "a" else "DET", says))
        tokens.append(_classifier(thing))
    if thing.adjective:
        tokens.append(token(thing.adjective.zh, "ADJ", f"{path}.adjective"))
        tokens += [token("的", "PART")] if thing.adjective.de else []
    tokens.append(token(noun.zh, noun.pos, f"{path}.noun"))
    if thing.plural and "person" in noun.classes and det not in NUMBERS:
        tokens.append(token("们", "PART", f"{path}.plural"))
    return tokens


def _is_bare(thing: Thing, bare: bool) -> bool:
    if thing.det == "the":
        return not thing.noun.classifier or bool(thing.noun.classes & BARE)
    return bare and thing.det == "a"


def _classifier(thing: Thing) -> Token:
    """那本书, but 那些书; a classifier is a word that only Chinese needs."""
    some = thing.plural and thing.det not in NUMBERS
    return token("些" if some else thing.noun.classifier, "NOUN")


def _state(state: State, path: str, question: bool) -> list[Token]:
    tokens = thing_tokens(state.subject, f"{path}.subject")
    adjective = token(state.adjective.zh, "ADJ", f"{path}.state")
    if state.negated:
        tokens.append(token("不", "ADV", f"{path}.negation"))
        tokens += [token("太", "ADV", f"{path}.degree")] if state.degree else []
    elif state.degree:
        words = DEGREES[state.degree]
        tokens += [token(word, "ADV", f"{path}.degree") for word in words]
    elif not question:
        tokens.append(token("很", "ADV"))  # a bare adjective would compare
    return [*tokens, adjective]


def _action(
    action: Action, path: str, inner: bool = False, front: bool = False
) -> list[Token]:
    """Say an action.

    Args:
        inner: whether it stands before a noun, or says when; then 了 is left out.
        front: whether the time comes before the subject.
    """
    first = action.object if action.passive else action.subject
    name = "object" if action.passive else "subject"
    subject = thing_tokens(first, f"{path}.{name}") if first else []
    time = _time(action, path)
    comma = [token("，", "PUNCT", "comma")] if action.meal else []
    tokens = [*time, *comma, *subject] if front else [*subject, *time]
    if action.often:
        tokens.append(token(action.often.zh, "ADV", f"{path}.often"))
    tokens += _before_verb(action, path)
    if action.place:
        side = [SIDES[w] for w in ("in", "on") if w in action.place.noun.classes]
        tokens.append(token("在", "ADP", f"{path}.where"))
        tokens += thing_tokens(action.place, f"{path}.place")
        tokens += [token(word, "ADP", f"{path}.where") for word in side]
    return tokens + _predicate(action, path, inner)


def _before_verb(action: Action, path: str) -> list[Token]:
    tokens = []
    no, tense, state = f"{path}.negation", f"{path}.tense", "state" in action.verb.flags
    if action.tense == "past" and action.negated:
        word = "不" if state and not action.verb.after else "没有"
        tokens.append(token(word, "ADV", no))
    elif action.negated:
        tokens.append(token("不", "ADV", no))
    if action.tense == "future":
        tokens.append(token("会", "AUX", tense))
    if action.tense in ("now", "was"):
        tokens.append(token("正在", "ADV", f"{path}.aspect"))
    return tokens


def _time(action: Action, path: str) -> list[Token]:
    tokens = []
    if action.time:
        tokens.append(token(action.time.zh, "NOUN", f"{path}.time"))
    if action.meal:
        word, meal = action.meal
        tokens += thing_tokens(meal, f"{path}.meal")
        tokens.append(token(TIMES[word][0], "ADP", f"{path}.meal.side"))
    return tokens


def uses_ba(action: Action, inner: bool) -> bool:
    """Whether the object comes first, behind 把: a thing known, and changed."""
    if action.object is None or action.passive or action.tense != "past":
        return False
    changed = action.recipient or (action.verb.result and not action.negated)
    known = action.object.det in ("the", "this", "that", "my")
    return bool(changed) and known and not inner


def _predicate(action: Action, path: str, inner: bool) -> list[Token]:
    ba, negated = uses_ba(action, inner), action.negated
    le = []
    if action.tense == "past" and not (
        inner or negated or "state" in action.verb.flags
    ):
        le = [token("了", "AUX", f"{path}.tense")]
    second = []
    if action.object and not action.passive:
        second = thing_tokens(action.object, f"{path}.object", bare=negated)
    person = []
    if action.recipient:
        person = thing_tokens(action.recipient, f"{path}.recipient")
    if action.passive:
        head = token("被", "ADP", f"{path}.passive", f"{path}.by")
        agent = thing_tokens(action.subject, f"{path}.subject")
        return [head, *agent, *_verb(action, path, True), *le]
    if ba:
        head = token("把", "ADP")
        return [head, *second, *_verb(action, path, True), *le, *person]
    first, *rest = _verb(action, path, False)
    return [first, *le, *rest, *person, *second]


def _verb(action: Action, path: str, result: bool) -> list[Token]:
    """The verb, or what comes of it: 打扫 or 打扫干净."""
    verb = action.verb
    says = [f"{path}.verb"]
    says += [f"{path}.case"] if verb.after in ("to", "at", "for") else []
    says += [f"{path}.to"] if action.recipient else []
    words = verb.result if result and verb.result else verb.zh
    return [token(word, "VERB", *says) for word in words]
