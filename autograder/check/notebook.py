"""The check as a notebook calls it.

On the student's machine it compares with the public cases whose expected answers ship
beside the notebook. Under the grader it hands the answers back and knows nothing of
what is expected: the grader compares, outside.
"""

import json
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from pathlib import Path

from autograder.check.arrays import Sample, pack, to_numpy
from autograder.check.cases import Case, case_seeds
from autograder.check.compare import judge
from autograder.check.messages import explain, wrapped
from autograder.check.results import OneResult, apart, is_several, kind, take
from autograder.check.trace import describe

ANSWERS_MIME = "application/vnd.attnbook.answers+json"
SEED_VARIABLE = "AUTOGRADER_SEED"  # set in a kernel that the grader runs
PUBLIC_SEED = 0

# What the cases of one check gave: answers and errors by name, a pair for each case.
Outcome = list[tuple[dict, dict]]
_collector: ContextVar[tuple[int, Callable] | None] = ContextVar("collector")


class CheckFailed(AssertionError):
    """Answers of a check are wrong. Shown in the notebook as its text alone."""

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


class MissingCases(FileNotFoundError):
    """The file beside the notebook is not there, or broken. Shown as its text alone."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class Checks:
    """The checks of one notebook; `load` makes it.

    Args:
        framework: in which cases hand over their tensors.
        seed: of the cases.
        deliver: called with a check's name and outcome.
        given: `cell_key` of each cell that students need not write.
    """

    def __init__(
        self,
        framework: str,
        seed: int,
        deliver: Callable,
        given: Collection[str] = (),
    ):
        self._framework = framework
        self._seed = seed
        self._deliver = deliver
        self._given = frozenset(given)

    def run(self, name: str) -> Callable:
        """Decorate a function from case to answers: it runs at once, on each case.

        The function returns a dict from an answer's name to a tensor, a number, or a
        function without arguments that gives one; each of those is called on its own.
        Such a function may take one of several results, `lambda: f(x)[1]`.

        Raises:
            CheckFailed: on the student's machine, when an answer is wrong.
        """

        def decorate(function: Callable) -> Callable:
            parts = apart(function)
            outcome = [
                self._run_case(parts, lambda seed=seed: Case(seed, self._framework))
                for seed in case_seeds(self._seed, name)
            ]
            self._deliver(name, outcome)
            return function

        return decorate

    def _run_case(
        self, function: Callable, draw: Callable[[], Case]
    ) -> tuple[dict, dict]:
        """Get a case's answers, each from inputs of its own, drawn anew.

        So code that changes its inputs in place spoils its own answer at most.
        """
        answers, errors = {}, {}

        def note(name: str, error: Exception) -> None:
            errors[name] = describe(error, _file(function), self._given)

        try:
            names = list(function(draw()))
        except Exception as error:
            note("", error)
            return {}, errors
        for name in names:
            try:
                value, odd = _answer(function(draw())[name])
                if value is not None:
                    answers[name] = to_numpy(value)
                if odd is not None:
                    note(name, odd)
            except Exception as error:
                note(name, error)
        return answers, errors


def load(assignment: str, framework: str, folder: str | Path = ".") -> Checks:
    """Make ready the checks of an assignment.

    Args:
        assignment: its id; `<id>.json` beside the notebook holds the public cases.
        framework: "torch" or "keras" ("numpy" in the reference).
        folder: where that file is.

    Raises:
        MissingCases: it is not there, or is broken.
    """
    collector = _collector.get(None)
    if collector is not None:
        return Checks(framework, *collector)
    path = Path(folder) / f"{assignment}.json"
    if SEED_VARIABLE in os.environ:
        seed = int(os.environ[SEED_VARIABLE])
        return Checks(framework, seed, publish, _given(path))
    try:
        public = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        state = "broken" if path.exists() else "missing"
        raise MissingCases(
            f"{path.resolve()} is {state}: it comes with the notebook and belongs "
            "beside it. Download the exercise again, or start Jupyter in its folder."
        ) from error
    deliver = partial(_compare, public)
    return Checks(framework, PUBLIC_SEED, deliver, public.get("given", ()))


def _given(path: Path) -> list[str]:
    """Read which cells are given; under the grader the file may hold that alone."""
    try:
        return json.loads(path.read_text(encoding="utf-8")).get("given", [])
    except (OSError, ValueError):
        return []


@contextmanager
def collecting(seed: int, deliver: Callable) -> Iterator[None]:
    """Within this, checks draw from `seed` and call `deliver(name, outcome)`.

    For the grader's own run of a solution, in its own process.
    """
    token = _collector.set((seed, deliver))
    try:
        yield
    finally:
        _collector.reset(token)


def publish(name: str, outcome: Outcome) -> None:
    """Hand a check's answers to the grader, as an output of the cell that runs."""
    from IPython.display import display

    cases = [
        {
            "answers": {key: pack(array) for key, array in answers.items()},
            "errors": errs,
        }
        for answers, errs in outcome
    ]
    display({ANSWERS_MIME: {"check": name, "cases": cases}}, raw=True)


def _file(function: Callable) -> str:
    return getattr(getattr(function, "__code__", None), "co_filename", "")


def _answer(value) -> tuple:
    """Get an answer, and what is odd about it although it came."""
    if not isinstance(value, tuple):
        return (value() if callable(value) else value), None
    call, index = value
    results = call()
    odd = results is not None and not is_several(results)
    return take(results, index), OneResult(kind(results)) if odd else None


def _compare(public: dict, name: str, outcome: Outcome) -> None:
    check = public["checks"][name]
    expected = [_samples(case) for case in check["expected"]]
    mistakes = {
        mistake: [_samples(case) for case in cases]
        for mistake, cases in check["mistakes"].items()
    }
    verdicts = judge([answers for answers, _ in outcome], expected, mistakes)
    errors = {key: text for _, errs in outcome for key, text in errs.items()}
    hints = public["hints"].get(name)
    text = wrapped(explain(name, verdicts, public["words"], hints, errors))
    if not all(verdict.right for verdict in verdicts.values()):
        raise CheckFailed(text)
    print(text)


def _samples(case: dict) -> dict[str, Sample]:
    return {name: Sample.from_json(packed) for name, packed in case.items()}
