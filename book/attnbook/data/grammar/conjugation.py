"""Japanese endings: how verbs and adjectives change, cut into the usual short units.

読みました is 読み + まし + た, as in the Japanese treebanks of Universal Dependencies.
"""

from attnbook.data.grammar.lexicon import Adjective, Verb
from attnbook.data.grammar.tokens import Token, token

ROWS = {  # the last sign of a godan verb: before ます, before ない, before た, and た
    "う": ("い", "わ", "っ", "た"),
    "つ": ("ち", "た", "っ", "た"),
    "る": ("り", "ら", "っ", "た"),
    "む": ("み", "ま", "ん", "だ"),
    "ぶ": ("び", "ば", "ん", "だ"),
    "く": ("き", "か", "い", "た"),
    "ぐ": ("ぎ", "が", "い", "だ"),
    "す": ("し", "さ", "し", "た"),
}


def stems(word: str, group: str) -> tuple[str, str, str, str]:
    """The stem before ます, before ない, before た, and た or だ.

    Args:
        word: the form of the dictionary, such as 読む.
        group: 5 (godan), 1 (ichidan), s (する) or k (来る).
    """
    if group == "s":
        return "し", "し", "し", "た"
    body = word[:-1]
    if group in ("1", "k"):  # 来る is written 来 before all of them
        return body, body, body, "た"
    masu, nai, ta, ending = ROWS[word[-1]]
    if word == "行く":
        ta = "っ"
    return body + masu, body + nai, body + ta, ending


def passive(word: str, group: str) -> tuple[str, str]:
    """The stem before れる or られる, and which of them, without る."""
    if group == "s":
        return "さ", "れ"
    _, nai, _, _ = stems(word, group)
    return nai, "れ" if group == "5" else "られ"


def verb_tokens(
    verb: Verb, path: str, tense: str, negated: bool, polite: bool, turned: bool = False
) -> list[Token]:
    """Conjugate a verb.

    Args:
        tense: past, now (is doing), was (was doing); all else is one form.
        polite: end as a sentence does, in ます; else as before a noun.
        turned: whether it is passive.
    """
    says = f"{path}.verb"
    head = _prefix(verb, says)
    word, group = verb.ja[-1], verb.group
    pos = "AUX" if group == "s" else "VERB"
    masu, nai, ta, ending = stems(word, group)
    if turned:
        stem, aux = passive(word, group)
        head += [token(stem, pos, says)]
        masu = nai = ta = aux
        word, ending, pos, says = aux + "る", "た", "AUX", f"{path}.passive"
    if tense in ("now", "was"):
        te = token("て" if ending == "た" else "で", "SCONJ")
        head += [token(ta, pos, says), te]
        masu = nai = ta = "い"
        word, ending, pos, says = "いる", "た", "AUX", f"{path}.aspect"
    past = tense in ("past", "was")
    if polite:
        return [*head, token(masu, pos, says), *_polite(path, past, negated)]
    if negated:
        return [*head, token(nai, pos, says), *_plain_not(path, past)]
    if past:
        return [*head, token(ta, pos, says), token(ending, "AUX", f"{path}.tense")]
    return [*head, token(word, pos, says)]


def _prefix(verb: Verb, says: str) -> list[Token]:
    """What stands before the part that changes: 掃除 of 掃除する, 気に of 気に入る."""
    if verb.group == "s":
        return [token(part, "VERB", says) for part in verb.ja[:-1]]
    case = ("に", "を")
    return [
        token(part, "ADP" if part in case else "NOUN", says) for part in verb.ja[:-1]
    ]


def _polite(path: str, past: bool, negated: bool) -> list[Token]:
    no, tense = f"{path}.negation", f"{path}.tense"
    if not negated:
        if past:
            return [token("まし", "AUX"), token("た", "AUX", tense)]
        return [token("ます", "AUX")]
    tokens = [token("ませ", "AUX"), token("ん", "AUX", no)]
    if past:
        tokens += [token("でし", "AUX"), token("た", "AUX", tense)]
    return tokens


def _plain_not(path: str, past: bool) -> list[Token]:
    no, tense = f"{path}.negation", f"{path}.tense"
    if past:
        return [token("なかっ", "AUX", no), token("た", "AUX", tense)]
    return [token("ない", "AUX", no)]


def adjective_tokens(
    adjective: Adjective, path: str, past: bool, negated: bool, polite: bool
) -> list[Token]:
    """Conjugate an adjective as a predicate."""
    if adjective.type == "i":
        return _i_adjective(adjective.ja[:-1], path, past, negated, polite)
    return _na_adjective(adjective.ja, path, past, negated, polite)


def _i_adjective(
    body: str, path: str, past: bool, negated: bool, polite: bool
) -> list[Token]:
    state, tense, be = f"{path}.state", f"{path}.tense", f"{path}.be"
    end = [token("です", "AUX", be)] if polite else []
    if negated:
        return [token(body + "く", "ADJ", state), *_plain_not(path, past), *end]
    if past:
        return [token(body + "かっ", "ADJ", state), token("た", "AUX", tense), *end]
    return [token(body + "い", "ADJ", state), *end]


def _na_adjective(
    word: str, path: str, past: bool, negated: bool, polite: bool
) -> list[Token]:
    tense, be = f"{path}.tense", f"{path}.be"
    head = [token(word, "ADJ", f"{path}.state")]
    ta = token("た", "AUX", tense)
    if negated:
        head += [token("で", "AUX", be), token("は", "ADP")]
        if polite:
            return [*head, token("あり", "AUX"), *_polite(path, past, True)]
        return [*head, *_plain_not(path, past)]
    if polite:
        polite_past = [token("でし", "AUX", be), ta]
        return head + (polite_past if past else [token("です", "AUX", be)])
    return head + ([token("だっ", "AUX", be), ta] if past else [token("な", "AUX", be)])
