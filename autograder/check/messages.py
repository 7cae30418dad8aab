"""Verdicts in words. The English is here; translations come from the catalogues."""

import re
from collections.abc import Mapping
from dataclasses import replace
from unicodedata import east_asian_width

from autograder.check.compare import Verdict

# What `{…}` stands for is filled in; each sentence is translated as a whole.
WORDS = {
    "all_right": "Check {check}: all right.",
    "some_right": "Check {check}: {right} of {total} answers are right.",
    "right": "right",
    "missing": "Nothing came back. Does the function return its result?",
    "one": "One {type} came back; the task wants several results. Return them in the"
    " order of the task, with commas between.",
    "few": "Too few results came back: {count}. The task wants more.",
    "wanted": "Expected is an answer of shape {shape} and dtype {dtype}.",
    "wanted_each": "Expected are these shapes and dtypes: {answers}.",
    "not_written": "Not written yet: put your code in place of the line that raises"
    " NotImplementedError.",
    "not_written_yet": "This needs {within}, which is not written yet: first put your"
    " code in place of its line that raises NotImplementedError.",
    "no_tensor": "What came back is a {type}; expected is a tensor.",
    "no_number": "What came back is a {type}; expected is a number.",
    "stack": "stack makes one tensor of a list of tensors.",
    "error": "Your code stopped with {error}.",
    "code": "That was at: {code}",
    "within": "It happened in {within}, which is given: look at what you hand to it.",
    "near": "Did you mean {near}? If not, run the cells from the top again: they define"
    " the names.",
    "rerun": "The name is misspelt, or its cell has not run: after a restart, run the"
    " cells from the top again.",
    "shape": "The shape is {seen}; expected is {expected}.",
    "transposed": "These are the right sizes in another order.",
    "instead": "This looks like {other}. Are the results in the right order?",
    "dtype": "The dtype is {seen}; expected is {expected}.",
    "not_finite": "{wrong} of {size} numbers are NaN or infinite, the first at {at}.",
    "value": "The number is {seen}, off by {largest}.",
    "form": "Shape {shape} and dtype {dtype} are as expected.",
    "values": "{wrong} of {size} compared numbers are off. The largest distance is"
    " {largest}, at {at}, where you have {seen}.",
    "bool": "The answer is {seen}; expected is {expected}.",
    "bools": "{wrong} of {size} compared entries are wrong, the first at {at}: you have"
    " {seen}, expected is {expected}.",
    "rows": "All of them are at {rows} on axis {axis}.",
    "sums": "Your numbers sum to 1 over axis {seen}; they should over axis {expected}.",
    "hint": "Hint: {hint}",
}
SHOWN = 6  # indices that a sentence lists
WIDTH = 76  # columns of a line (nbgrader's validator cuts at 80); 漢 takes two
# Where a line may not break: within a shape, within a word, before closing punctuation.
_PIECE = re.compile(
    r"\([\d, ]+\)[^\s\u2e80-\uffef]*\s*|"
    r"[^\s\u2e80-\uffef]+\s*|[\u2e80-\uffef][、。，；：！？）」”]*\s*|\s+"
)


def explain(
    check: str,
    verdicts: Mapping[str, Verdict],
    words: Mapping[str, str] | None = None,
    hints: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    """Say what came out of a check: a line for the whole, then one for each answer.

    Wrong answers of which the same is to be said share their lines.

    Args:
        check: the check's name.
        verdicts: by answer's name, from `compare.judge`.
        words: WORDS in the reader's language; a key that is not there stays English.
        hints: by mistake's name, in the reader's language.
        errors: by answer's name, what stopped it, as `trace.describe` gives it;
            under "" what stopped all of them.

    Returns:
        Plain text. A hint is given once, after the first answer that earns it.
    """
    words = {**WORDS, **(words or {})}
    right = sum(verdict.right for verdict in verdicts.values())
    head = "all_right" if right == len(verdicts) else "some_right"
    lines = [words[head].format(check=check, right=right, total=len(verdicts))]
    given = set()
    for together, sentences in _groups(verdicts, words, errors or {}):
        for mistake in dict.fromkeys(v.mistake for v in together.values()):
            hint = (hints or {}).get(mistake)
            if hint and mistake not in given:
                given.add(mistake)
                sentences.append(words["hint"].format(hint=hint))
        mark = "✓" if all(verdict.right for verdict in together.values()) else "✗"
        first = f"{mark} {', '.join(together)}: {sentences[0]}"
        lines.append("\n    ".join([first, *sentences[1:]]))
    return "\n".join(lines)


def _groups(verdicts, words, errors) -> list[tuple[dict[str, Verdict], list[str]]]:
    """Put wrong answers of which the same is said together, with what is said."""
    groups: dict[tuple, dict[str, Verdict]] = {}
    for name, verdict in verdicts.items():
        said = _sentences(verdict, _error(name, verdict, errors), words)
        alone = name if verdict.right else ""
        groups.setdefault((alone, *said), {})[name] = verdict
    return [
        (together, [*said, *_wanted(together, words, errors)])
        for (_, *said), together in groups.items()
    ]


def _error(name: str, verdict: Verdict, errors) -> Mapping[str, str] | None:
    """Find the error that stands behind a verdict."""
    if verdict.kind == "missing":
        return errors.get(name) or errors.get("")
    error = errors.get(name, {})  # one row of a tensor may have been taken for it
    one = verdict.way == "shape" and error.get("type") == "OneResult"
    return error if one else None


def _wanted(together: Mapping[str, Verdict], words, errors) -> list[str]:
    """Say what form the answers should have of which nothing came."""
    found = [_error(name, verdict, errors) for name, verdict in together.items()]
    came = all(verdict.kind != "missing" for verdict in together.values())
    if (came and None in found) or any(map(_is_unwritten, filter(None, found))):
        return []
    forms = {n: (v.expected_shape, v.expected_dtype) for n, v in together.items()}
    if len(set(forms.values())) == 1:
        shape, dtype = next(iter(forms.values()))
        return [words["wanted"].format(shape=shape, dtype=dtype)]
    each = "; ".join(
        f"{name} {shape} {dtype}" for name, (shape, dtype) in forms.items()
    )
    return [words["wanted_each"].format(answers=each)]


def error_sentences(
    error: Mapping[str, str], expected_shape: tuple[int, ...], words: Mapping[str, str]
) -> list[str]:
    """Say what stopped the code, where, and what to look at, a sentence each.

    Args:
        error: as `trace.describe` gives it; fields may be missing or "".
        expected_shape: of the answer that it stopped.
        words: WORDS in the reader's language.
    """
    kind, text = error["type"], error["text"]
    if kind == "NoArray":
        key = "no_tensor" if expected_shape else "no_number"
        stack = [words["stack"]] if expected_shape and text == "list" else []
        return [words[key].format(type=text), *stack]
    if kind == "OneResult":
        return [words["one"].format(type=text)]
    if kind == "FewResults":
        return [words["few"].format(count=text)]
    if _is_unwritten(error):
        key = "not_written_yet" if error.get("within") else "not_written"
        return [words[key].format(**error)]
    said = [words["error"].format(error=f"{kind}: {text}" if text else kind)]
    said += [
        words[k].format(**error) for k in ("code", "within", "near") if error.get(k)
    ]
    if kind == "NameError" and not error.get("near"):
        said.append(words["rerun"])
    return said


def _is_unwritten(error: Mapping[str, str]) -> bool:
    return error["type"] == "NotImplementedError" and not error["text"]


def wrapped(text: str, width: int = WIDTH) -> str:
    """Break long lines; what follows is indented as a verdict's details are."""
    return "\n".join(part for line in text.split("\n") for part in _lines(line, width))


def _lines(line: str, width: int) -> list[str]:
    marked = line.startswith(("✓", "✗"))
    indent = " " * (4 if marked else len(line) - len(line.lstrip()))
    lines, used = [""], 0
    for piece in _PIECE.findall(line):
        columns = sum(2 if east_asian_width(c) in "WF" else 1 for c in piece.rstrip())
        if used + columns > width and lines[-1].strip():
            lines[-1] = lines[-1].rstrip()
            lines.append(indent)
            used = len(indent)
        lines[-1] += piece
        used += columns + len(piece) - len(piece.rstrip())
    return lines


def _sentences(verdict: Verdict, error, words) -> list[str]:
    if verdict.instead and not error:
        said = _sentences(replace(verdict, instead=""), error, words)
        return [said[0], words["instead"].format(other=verdict.instead)]
    if verdict.right:
        return [words["right"]]
    if error:
        return error_sentences(error, verdict.expected_shape, words)
    if verdict.kind == "missing":
        return [words["missing"]]
    if verdict.way == "shape":
        return _shape(verdict, words)
    if verdict.way == "dtype":
        seen, expected = verdict.seen_dtype, verdict.expected_dtype
        return [words["dtype"].format(seen=seen, expected=expected)]
    if verdict.way == "not_finite":
        wrong, size, at = verdict.wrong, verdict.size, list(verdict.at)
        return [words["not_finite"].format(wrong=wrong, size=size, at=at)]
    return _values(verdict, words)


def _shape(verdict: Verdict, words) -> list[str]:
    seen, expected = verdict.seen_shape, verdict.expected_shape
    sentences = [words["shape"].format(seen=seen, expected=expected)]
    if sorted(seen) == sorted(expected):
        sentences.append(words["transposed"])
    return sentences


def _values(verdict: Verdict, words) -> list[str]:
    one, many, seen = "value", "values", f"{verdict.seen:.6g}"
    if verdict.expected_dtype == "bool":
        one, many, seen = "bool", "bools", bool(verdict.seen)
    fields = {
        "wrong": verdict.wrong,
        "size": verdict.size,
        "largest": f"{verdict.largest:.3g}",
        "at": list(verdict.at),
        "seen": seen,
        "expected": not verdict.seen,
    }
    if not verdict.seen_shape:
        return [words[one].format(**fields)]
    form = words["form"].format(shape=verdict.seen_shape, dtype=verdict.seen_dtype)
    sentences = [words[many].format(**fields), form]
    if verdict.rows:
        axis, rows = verdict.rows
        shown = ", ".join(map(str, rows[:SHOWN])) + (" …" if len(rows) > SHOWN else "")
        sentences.append(words["rows"].format(rows=shown, axis=axis))
    if verdict.sums:
        seen, expected = verdict.sums
        sentences.append(words["sums"].format(seen=seen, expected=expected))
    return sentences
