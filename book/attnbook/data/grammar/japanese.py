"""A meaning in Japanese: the verb last, particles behind nouns, clauses before them.

Sentences end politely (です, ます); clauses inside them are plain.
"""

from dataclasses import replace

from attnbook.data.grammar.conjugation import adjective_tokens, verb_tokens
from attnbook.data.grammar.meaning import NUMBERS, Action, Meaning, State, Thing
from attnbook.data.grammar.tokens import Token, token

DEGREES = {"very": "とても", "really": "本当に", "quite": "かなり"}
DETERMINERS = {"this": "この", "that": "その"}
AFTER_FIRST = {"but": "が", "and": "し", "although": "のに"}
AFTER_SECOND = {"because": "ので", "when": "時", "before": "前", "after": "後"}


def realise(meaning: Meaning) -> tuple[Token, ...]:
    """Say it in Japanese."""
    comma, link = token("、", "PUNCT", "comma"), meaning.link
    tokens = []
    if link in AFTER_FIRST:
        polite = link != "although"
        first = _clause(meaning, 0, polite, "は" if polite else "が")
        word = token(AFTER_FIRST[link], "SCONJ", "link")
        tokens = [*first, word, comma, *_clause(meaning, 1, True, "は")]
    elif link in AFTER_SECOND:
        second = _clause(meaning, 1, False, "が")
        main = _clause(meaning, 0, True, "は")
        tokens = [*second, *_link(link), comma, *main]
    else:
        tokens = _clause(meaning, 0, True, "は")
    if meaning.question:
        tokens.append(token("か", "PART", "question"))
    return (*tokens, token("。", "PUNCT", "end"))


def _link(link: str) -> list[Token]:
    pos = "SCONJ" if link == "because" else "NOUN"
    particle = {"before": ["に"], "after": ["で"]}.get(link, [])
    word = token(AFTER_SECOND[link], pos, "link")
    return [word, *(token(text, "ADP") for text in particle)]


def _clause(meaning: Meaning, number: int, polite: bool, marker: str) -> list[Token]:
    clause, path = meaning.clauses[number], str(number)
    if isinstance(clause, State):
        return _state(clause, path, polite, marker)
    if meaning.link in ("before", "after") and number == 1:
        return _embedded(clause, path, past=meaning.link == "after")
    if meaning.front and not meaning.link:
        rest = replace(clause, time=None, meal=None)
        return [*_time(clause, path), *_action(rest, path, polite, marker)]
    drop = meaning.drop and number == 0
    return _action(clause, path, polite, marker, drop)


def thing_tokens(thing: Thing, path: str, particle: str = "") -> list[Token]:
    """Say a noun phrase: トムさんが買った古い本を."""
    noun, tokens = thing.noun, []
    if thing.clause:
        tokens += _embedded(thing.clause, f"{path}.clause")
    if thing.det == "my":
        tokens += [token("私", "PRON", f"{path}.det"), token("の", "ADP")]
    elif thing.det in DETERMINERS:
        tokens.append(token(DETERMINERS[thing.det], "DET", f"{path}.det"))
    if thing.adjective:
        tokens += _attribute(thing, path)
    tokens.append(token(noun.ja, noun.pos, f"{path}.noun"))
    if "name" in noun.classes:
        tokens.append(token("さん", "NOUN"))
    if thing.plural and "person" in noun.classes and thing.det not in NUMBERS:
        tokens.append(token("たち", "NOUN", f"{path}.plural"))
    tokens += [token(particle, "ADP")] if particle else []
    if thing.det in NUMBERS:  # behind the particle: 本を二冊
        number = token(NUMBERS[thing.det][0], "NUM", f"{path}.det")
        tokens += [number, token(noun.counter, "NOUN")]
    return tokens


def _attribute(thing: Thing, path: str) -> list[Token]:
    says, adjective = f"{path}.adjective", thing.adjective
    pos = "NOUN" if adjective.type == "no" else "ADJ"
    tokens = [token(adjective.ja, pos, says)]
    if adjective.type == "na":
        tokens.append(token("な", "AUX"))
    return tokens + ([token("の", "ADP")] if adjective.type == "no" else [])


def _state(state: State, path: str, polite: bool, marker: str) -> list[Token]:
    past = state.tense == "past"
    degree = "あまり" if state.negated else DEGREES.get(state.degree)
    adverb = [token(degree, "ADV", f"{path}.degree")] if state.degree else []
    subject = thing_tokens(state.subject, f"{path}.subject", marker)
    ending = adjective_tokens(state.adjective, path, past, state.negated, polite)
    return [*subject, *adverb, *ending]


def _embedded(action: Action, path: str, past: bool = True) -> list[Token]:
    """A plain clause before a noun, such as the first part of 先生が来る前."""
    if not past:
        action = replace(action, tense="habit")  # 来る前, whenever it was
    return _action(action, path, False, "が")


def _action(
    action: Action, path: str, polite: bool, marker: str, drop: bool = False
) -> list[Token]:
    tokens = []
    if action.passive:
        tokens += thing_tokens(action.object, f"{path}.object", marker)
    elif action.subject and not drop:
        tokens += thing_tokens(action.subject, f"{path}.subject", marker)
    tokens += _time(action, path)
    if action.often:
        tokens.append(token(action.often.ja, "ADV", f"{path}.often"))
    if action.passive:
        tokens += thing_tokens(action.subject, f"{path}.subject")
        tokens.append(token("に", "ADP", f"{path}.by"))
    if action.place:
        tokens += thing_tokens(action.place, f"{path}.place")
        tokens.append(token("で", "ADP", f"{path}.where"))
    if action.recipient:
        tokens += thing_tokens(action.recipient, f"{path}.recipient")
        tokens.append(token("に", "ADP", f"{path}.to"))
    if action.object and not action.passive:
        tokens += _object(action, path)
    args = action.tense, action.negated, polite, action.passive
    return tokens + verb_tokens(action.verb, path, *args)


def _object(action: Action, path: str) -> list[Token]:
    particle = action.verb.particle
    if not action.verb.after or particle != "に":
        return thing_tokens(action.object, f"{path}.object", particle)
    said = f"{path}.case"  # に says the "to" of "go to"
    return [
        token(each.text, each.pos, said) if each == token(particle, "ADP") else each
        for each in thing_tokens(action.object, f"{path}.object", particle)
    ]


def _time(action: Action, path: str) -> list[Token]:
    tokens, comma = [], token("、", "PUNCT")
    if action.time:
        tokens += [token(action.time.ja, "NOUN", f"{path}.time"), comma]
    if action.meal:
        word, meal = action.meal
        tokens += [*thing_tokens(meal, f"{path}.meal"), token("の", "ADP")]
        tokens.append(token(AFTER_SECOND[word], "NOUN", f"{path}.meal.side"))
        tokens.append(token("に" if word == "before" else "で", "ADP"))
        tokens.append(comma)
    return tokens
