"""Where code stopped: told from an error's traceback and the cells on its way.

A call goes from the check's cell through cells of the student, and perhaps through
given ones, into libraries. What a student can mend is the line in their own cell.
"""

import builtins
import hashlib
import linecache
import re
from collections.abc import Collection
from difflib import get_close_matches
from itertools import islice
from types import FrameType, TracebackType
from typing import NamedTuple

TEXT_LIMIT = 300  # characters of each field that are handed on
FIELDS = ("type", "text", "code", "within", "near")
CLOSE = 0.75  # how alike a name is that may have been meant, of 1
# Code of a notebook's cells, in Jupyter, in IPython and in Colab.
CELLS = ("ipykernel", "<ipython", "ipython-input")
_NOISE = re.compile(r"\{\{.*?\}\}\s*|\s*\[Op:\w+\](\s*name:)?")  # TensorFlow's


class Step(NamedTuple):
    """One call on the way to an error, in a cell."""

    file: str
    function: str
    code: str  # the line it had come to; in the check's cell, the call alone
    frame: FrameType


def cell_key(text: str) -> str:
    """Shorten a cell's text to what tells it from all others."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:12]


def describe(
    error: Exception, check: str = "", given: Collection[str] = ()
) -> dict[str, str]:
    """Say what stopped the code, and where.

    Args:
        error: that stopped it.
        check: the file that the check's own cell is compiled as.
        given: `cell_key` of each cell that students need not write.

    Returns:
        By FIELDS: the error's "type" and "text"; "code", the last line in a cell of the
        student's; "within", the function behind that line in which it happened, if that
        is a given one or one that is not written yet; "near", for a name that is not
        known, one that is.
    """
    steps = _steps(error.__traceback__, check)
    text = " ".join(_NOISE.sub("", str(error)).split()).rstrip(".")
    code, within = _place(steps, check, given)
    if isinstance(error, NotImplementedError):
        within = _unwritten(steps, check)
    near = _near(error, steps[-1].frame) if steps else ""
    values = type(error).__name__, text, code, within, near
    return {key: value[:TEXT_LIMIT] for key, value in zip(FIELDS, values, strict=True)}


def _steps(trace: TracebackType | None, check: str) -> list[Step]:
    steps = []
    while trace is not None:
        code = trace.tb_frame.f_code
        file = code.co_filename
        if file == check or any(mark in file for mark in CELLS):
            line = linecache.getline(file, trace.tb_lineno).split("  #")[0].strip()
            line = _call(trace) or line if file == check else line
            name = code.co_qualname.rpartition("<locals>.")[2]
            steps.append(Step(file, name, line, trace.tb_frame))
        trace = trace.tb_next
    return steps


def _call(trace: TracebackType) -> str:
    """Cut the call out of its line, if it stands in one."""
    code = trace.tb_frame.f_code
    position = next(islice(code.co_positions(), trace.tb_lasti // 2, None), None)
    line, end, start, stop = position or (None,) * 4
    if line is None or line != end or start is None:
        return ""
    return linecache.getline(code.co_filename, line).encode()[start:stop].decode()


def _place(steps: list[Step], check: str, given: Collection[str]) -> tuple[str, str]:
    """Find the student's last line, and the given function that it called."""
    is_given = [_is_given(step, given) for step in steps]
    own = [n for n, s in enumerate(steps) if s.file != check and not is_given[n]]
    called = [n for n, s in enumerate(steps) if s.file == check]
    last = max(own or called, default=None)
    if last is None:
        return "", ""
    behind = [s.function for n, s in enumerate(steps) if n > last and is_given[n]]
    return steps[last].code, next((name for name in behind if name[0] != "<"), "")


def _is_given(step: Step, given: Collection[str]) -> bool:
    return cell_key("".join(linecache.getlines(step.file))) in given


def _unwritten(steps: list[Step], check: str) -> str:
    """Name the function whose placeholder was hit, unless the check called it."""
    called = [step for step in steps if step.file != check]
    return called[-1].function if len(called) > 1 else ""


def _near(error: Exception, frame: FrameType) -> str:
    """Find a name that is like the one that is not known."""
    name = error.name if isinstance(error, NameError) else None
    if not name:
        return ""
    known = map(str, {*frame.f_locals, *frame.f_globals, *dir(builtins)} - {name})
    known = sorted(word for word in known if not word.startswith("_"))
    return next(iter(get_close_matches(name, known, 1, CLOSE)), "")
