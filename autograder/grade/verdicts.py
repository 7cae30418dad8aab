"""From a check cell's outputs to verdicts, points, and outputs that can be trusted."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.author.reference import Reference
from autograder.check.compare import Verdict, judge, points
from autograder.check.messages import explain
from autograder.grade.answers import Answers, read
from autograder.grade.execute import ENDED

VERDICT_MIME = "application/vnd.attnbook.verdict+json"
PRINTED_LIMIT = 4000  # characters of a check cell's own output that are kept
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclass(frozen=True)
class Speech:
    """What to say it in."""

    words: Mapping[str, str] = field(repr=False)  # of the check and of the grader
    hints: Mapping[str, Mapping[str, str]] = field(repr=False)  # by check, by mistake


@dataclass(frozen=True)
class Result:
    """What a check came to."""

    check: str
    verdicts: Mapping[str, Verdict]
    points: float
    maximum: float
    answers: Answers = field(repr=False)
    notes: Sequence[Mapping[str, str]]  # what stopped cells up to this one


def result(
    check: str,
    maximum: float,
    outputs: Sequence[Mapping],
    reference: Reference,
    notes: Sequence[Mapping[str, str]] = (),
) -> Result:
    """Judge what a check cell handed back. Points come from matching arrays alone."""
    answers = read(outputs, check)
    with np.errstate(all="ignore"):
        verdicts = judge(
            answers.cases, reference.answers[check], reference.mistakes[check]
        )
    earned = min(points(verdicts, maximum), maximum)
    return Result(check, verdicts, earned, maximum, answers, notes)


def trusted_outputs(
    found: Result, outputs: Sequence[Mapping], speech: Speech
) -> list[NotebookNode]:
    """Write a check cell's outputs anew.

    The verdict comes first; then what the cell itself printed, as plain text; last, the
    number of points, which is the only output that nbgrader reads a grade from.
    """
    text = explanation(found, speech)
    verdict = {
        "text/html": f'<div class="verdict"><pre>{html.escape(text)}</pre></div>',
        "text/plain": text,
        VERDICT_MIME: _record(found),
    }
    new = [new_output("display_data", verdict)]
    printed = _printed(outputs)
    if printed:
        new.append(new_output("stream", name="stdout", text=printed))
    grade = {"text/plain": repr(float(found.points))}
    new.append(new_output("execute_result", grade, execution_count=None))
    return new


def explanation(found: Result, speech: Speech) -> str:
    """Say a result in a student's language: points, verdicts, what stopped cells."""
    words = speech.words
    earned, maximum = f"{found.points:.3g}", f"{found.maximum:.3g}"
    lines = [words["points"].format(points=earned, maximum=maximum)]
    if found.points < found.maximum:
        lines += [words[note["kind"]].format(**note) for note in found.notes]
        lines += [words["refused"]] if found.answers.refused else []
    if not found.answers.cases and any(note["kind"] in ENDED for note in found.notes):
        return "\n".join(lines)  # the cell never ran: there is nothing else to say
    hints = speech.hints.get(found.check, {})
    errors = found.answers.errors
    lines.append(explain(found.check, found.verdicts, words, hints, errors))
    return "\n".join(lines)


def _record(found: Result) -> dict:
    return {
        "check": found.check,
        "points": found.points,
        "maximum": found.maximum,
        "verdicts": {name: v.kind for name, v in found.verdicts.items()},
        "mistakes": sorted({v.mistake for v in found.verdicts.values() if v.mistake}),
        "refused": found.answers.refused,
    }


def _printed(outputs: Sequence[Mapping]) -> str:
    """Collect the text that a cell showed, and nothing else of it."""
    parts = []
    for output in outputs:
        kind = output["output_type"]
        if kind == "stream":
            parts.append(output["text"])
        elif kind == "error":
            parts.append("\n".join(output["traceback"]) + "\n")
        elif "text/plain" in output.get("data", {}):
            parts.append(output["data"]["text/plain"] + "\n")
    text = _ANSI.sub("", "".join(parts))
    return text if len(text) <= PRINTED_LIMIT else text[:PRINTED_LIMIT] + " …\n"
