"""A meaning in English: subject, verb, object, and do with questions and negations."""

from attnbook.data.grammar.meaning import (
    NUMBERS,
    SUBORDINATE,
    Action,
    Clause,
    Meaning,
    State,
    Thing,
)
from attnbook.data.grammar.tokens import Token, token

ADPOSITIONS = {"to", "for", "at"}


def realise(meaning: Meaning) -> tuple[Token, ...]:
    """Say it in English, in small letters but for names and "I"."""
    parts = [
        clause_tokens(clause, str(number), meaning)
        for number, clause in enumerate(meaning.clauses)
    ]
    comma, link = token(",", "PUNCT", "comma"), _link(meaning)
    tokens = parts[0]
    if meaning.link == "although":
        tokens = [link, *parts[0], comma, *parts[1]]
    elif meaning.link in SUBORDINATE and meaning.front:
        tokens = [link, *parts[1], comma, *parts[0]]
    elif meaning.link in SUBORDINATE:
        tokens = [*parts[0], link, *parts[1]]
    elif meaning.link:
        tokens = [*parts[0], comma, link, *parts[1]]
    mark = "?" if meaning.question else "."
    says = ("end", "question") if meaning.question else ("end",)
    return _articles([*tokens, token(mark, "PUNCT", *says)])


def _link(meaning: Meaning) -> Token:
    pos = "CCONJ" if meaning.link in ("but", "and") else "SCONJ"
    return token(meaning.link, pos, "link")


def _articles(tokens: list[Token]) -> tuple[Token, ...]:
    """Write "an" before a vowel."""
    nexts = [each.text for each in tokens[1:]] + [""]
    return tuple(
        token("an", each.pos, *each.says)
        if each.text == "a" and after[0] in "aeiou"
        # (No word of the lexicon begins with a silent h or a "u" as in "use".)
        else each
        for each, after in zip(tokens, nexts, strict=True)
    )


def clause_tokens(clause: Clause, path: str, meaning: Meaning) -> list[Token]:
    """Say a clause, as a statement or a question."""
    if not isinstance(clause, Action):
        subject, aux, rest = _state(clause, path)
    else:
        subject, aux, rest = _action(clause, path, meaning.question)
    if meaning.question:
        return [*aux[:1], *subject, *aux[1:], *rest]
    time = _time(clause, path) if isinstance(clause, Action) else []
    if time and meaning.front and not meaning.link:
        return [*time, token(",", "PUNCT", "comma"), *subject, *aux, *rest]
    return [*subject, *aux, *rest, *time]


def thing_tokens(thing: Thing, path: str, as_object: bool = False) -> list[Token]:
    """Say a noun phrase: "the old book that Tom bought"."""
    noun, says = thing.noun, [f"{path}.noun"]
    if noun.pos != "NOUN":
        return [token(noun.object if as_object else noun.en, noun.pos, *says)]
    tokens = []
    if thing.det:
        pos = {"my": "PRON"}.get(thing.det, "NUM" if thing.det in NUMBERS else "DET")
        tokens.append(token(thing.det, pos, f"{path}.det"))
    if thing.adjective:
        tokens.append(token(thing.adjective.en, "ADJ", f"{path}.adjective"))
    if thing.plural:
        says.append(f"{path}.plural")
    tokens.append(token(noun.plural if thing.plural else noun.en, "NOUN", *says))
    return tokens + (_relative(thing, path) if thing.clause else [])


def _relative(thing: Thing, path: str) -> list[Token]:
    action, inner = thing.clause, f"{path}.clause"
    word = "who" if "person" in thing.noun.classes else "that"
    subject, aux, rest = _action(action, inner, False, gap_many=thing.many)
    return [token(word, "PRON", f"{inner}.link"), *subject, *aux, *rest]


def _be(subject: Thing, past: bool) -> str:
    if subject.noun.en == "I":
        return "was" if past else "am"
    if subject.many:
        return "were" if past else "are"
    return "was" if past else "is"


def _state(state: State, path: str) -> tuple[list[Token], list[Token], list[Token]]:
    past = state.tense == "past"
    says = [f"{path}.be", f"{path}.tense"] if past else [f"{path}.be"]
    aux = [token(_be(state.subject, past), "AUX", *says)]
    if state.negated:
        aux.append(token("not", "PART", f"{path}.negation"))
    rest = [token(state.degree, "ADV", f"{path}.degree")] if state.degree else []
    rest.append(token(state.adjective.en, "ADJ", f"{path}.state"))
    return thing_tokens(state.subject, f"{path}.subject"), aux, rest


def _action(
    action: Action, path: str, question: bool, gap_many: bool = False
) -> tuple[list[Token], list[Token], list[Token]]:
    """Subject, auxiliaries with "not", and the rest without the time."""
    first, second = action.subject, action.object
    if action.passive:
        first, second = action.object, None
    many = first.many if first else gap_many
    name = "object" if action.passive else "subject"
    subject = thing_tokens(first, f"{path}.{name}") if first else []
    third = not many and (first is None or first.noun.en != "I")
    aux, verb = _verb(action, path, third, first, question)
    if action.negated:
        aux.append(token("not", "PART", f"{path}.negation"))
    often = []
    if action.often:
        often = [token(action.often.en, "ADV", f"{path}.often")]
    rest = [*often, *verb, *_after(action, second, path)]
    return subject, aux, rest


def _verb(
    action: Action, path: str, third: bool, first: Thing | None, question: bool
) -> tuple[list[Token], list[Token]]:
    """Auxiliaries and verb."""
    base, singular, past, participle, ing = action.verb.forms
    tense, verb = f"{path}.tense", f"{path}.verb"
    need_do = action.negated or question
    if action.passive:
        word = token(_be(first, True), "AUX", f"{path}.passive", tense)
        return [word], [token(participle, "VERB", verb)]
    if action.tense in ("now", "was"):
        be = _be(first, action.tense == "was")
        word = token(be, "AUX", f"{path}.aspect", tense)
        return [word], [token(ing, "VERB", verb, f"{path}.aspect")]
    if action.tense == "future":
        return [token("will", "AUX", tense)], [token(base, "VERB", verb)]
    if need_do:
        do = "did" if action.tense == "past" else "does" if third else "do"
        return [token(do, "AUX", tense)], [token(base, "VERB", verb)]
    if action.tense == "past":
        return [], [token(past, "VERB", verb, tense)]
    return [], [token(singular if third else base, "VERB", verb)]


def _after(action: Action, second: Thing | None, path: str) -> list[Token]:
    """What follows the verb, up to the place."""
    tokens, after = [], action.verb.after
    if after:
        pos = "ADP" if after in ADPOSITIONS else "ADJ"
        says = f"{path}.case" if pos == "ADP" else f"{path}.verb"
        tokens.append(token(after, pos, says))
    thing = thing_tokens(second, f"{path}.object", True) if second else []
    if action.recipient:
        person = thing_tokens(action.recipient, f"{path}.recipient", True)
        to = token("to", "ADP", f"{path}.to")
        short = second.det == "a"  # "gave Mary a book", "gave the book to Mary"
        thing = [*person, *thing] if short else [*thing, to, *person]
    tokens += thing
    if action.passive:
        by = thing_tokens(action.subject, f"{path}.subject", True)
        tokens += [token("by", "ADP", f"{path}.by"), *by]
    if action.place:
        word = next(w for w in ("in", "on", "at") if w in action.place.noun.classes)
        place = thing_tokens(action.place, f"{path}.place")
        tokens += [token(word, "ADP", f"{path}.where"), *place]
    return tokens


def _time(action: Action, path: str) -> list[Token]:
    tokens = []
    if action.meal:
        word, meal = action.meal
        tokens += [token(word, "ADP", f"{path}.meal.side")]
        tokens += thing_tokens(meal, f"{path}.meal")
    if action.time:
        pairs = zip(action.time.en.split(), action.time.tags, strict=True)
        tokens += [token(word, tag, f"{path}.time") for word, tag in pairs]
    return tokens
