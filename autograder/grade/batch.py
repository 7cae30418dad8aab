"""Grades a class: which submissions, several at a time, each one once.

Notebooks run in parallel, wherever `engine` has workers. The gradebook has one writer,
the thread that calls `grade`.
"""

import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from distributed import Future, as_completed
from traitlets.config import Config

from autograder import author
from autograder.author.course import prepare
from autograder.author.source import Exercise
from autograder.grade import engine
from autograder.grade.execute import execute
from autograder.grade.expected import fingerprint, reference, seed_fingerprint
from autograder.grade.gradebook import Submission, course_config, database, scores
from autograder.grade.kernel import Settings
from autograder.grade.records import Outcome, Records
from autograder.grade.references import seed_of
from autograder.grade.sandbox.warm import SandboxError
from autograder.grade.steps import RunSubmission, configure, shipped
from autograder.grade.submission import Unreadable, read
from autograder.grade.versions import installed

PACKAGES = ("torch", "tensorflow", "keras", "ipykernel")  # new ones: grade again
AHEAD = 2  # submissions on the way for each one that runs


@dataclass(frozen=True)
class Options:
    """How to grade a class."""

    students: tuple[str, ...] = ()  # only these; none means all
    force: bool = False  # grade again what has not changed
    workers: int = 2  # notebooks at a time, on this machine
    scheduler: str = ""  # the address of a Dask cluster; none means this machine
    sandbox: str = "bubblewrap"  # or "none"
    seed: int | None = None  # instead of the course's own
    timeout: float | None = None  # seconds of a cell
    reference: str = ""  # a file of expected answers, with a seed of its own


class UsageError(ValueError):
    """A course or student that is not there."""


def grade(
    exercise: Exercise,
    course: Path,
    options: Options,
    tell: Callable[[Outcome], None] = lambda outcome: None,
) -> list[Outcome]:
    """Grade an assignment's submissions into the course's gradebook.

    Args:
        course: the folder that holds `submitted/`; made ready if it is not.
        tell: called with each outcome as it comes.

    Returns:
        Outcomes, by student's name.

    Raises:
        UsageError: there is nothing to grade, or a named student has no submission.
    """
    course = course.resolve()
    students = submissions(course, exercise.id, options.students)
    prepare(exercise, course)
    outcomes = []
    for outcome in _Batch(exercise, course, options).run(students):
        tell(outcome)
        outcomes.append(outcome)
    return sorted(outcomes, key=lambda outcome: outcome.student)


def status(assignment: str, course: Path) -> list[Outcome]:
    """Return what became of each submission when it was last graded.

    Raises:
        UsageError: there are no submissions.
    """
    students = submissions(course, assignment)
    return Records(course, assignment, "").last(students)


def submissions(course: Path, assignment: str, wanted: Sequence[str] = ()) -> list[str]:
    """List the students who have submitted, or those of them that are wanted.

    Raises:
        UsageError: nobody has, or a wanted one has not.
    """
    folders = (course / "submitted").glob(f"*/{assignment}")
    found = sorted(path.parent.name for path in folders if path.is_dir())
    found = [name for name in found if not name.startswith(".")]
    if not found:
        where = course / "submitted" / "<student>" / assignment
        raise UsageError(f"{where}: there are no submissions. Put them there.")
    missing = sorted(set(wanted) - set(found))
    if missing:
        known = ", ".join(found[:10]) + (" …" if len(found) > 10 else "")
        raise UsageError(
            f"{course / 'submitted'}: no {assignment} of {', '.join(missing)}. There "
            f"are: {known}."
        )
    return [name for name in found if not wanted or name in wanted]


def config_of(course: Path, options: Options) -> Config:
    """Say in nbgrader's words how to grade: the course's own settings, and ours."""
    config = course_config(course)
    configure(config)
    config.RunSubmission.sandbox = options.sandbox
    if options.seed is not None:
        config.RunSubmission.seed = options.seed
    if options.reference:
        config.VerifyAnswers.reference_file = options.reference
        config.RunSubmission.seed = seed_of(Path(options.reference))
    if options.timeout is not None:
        config.RunSubmission.cell_timeout = float(options.timeout)
        most = max(Settings.notebook_timeout, 2.0 * options.timeout)
        config.RunSubmission.notebook_timeout = most
    return config


class _Batch:
    """One grading of a class."""

    def __init__(self, exercise: Exercise, course: Path, options: Options):
        self._id, self._course, self._options = exercise.id, course, options
        self._config = config_of(course, options)
        run = RunSubmission(config=self._config)
        self._settings = run.settings(course, exercise.id)
        self._seed = seed_fingerprint(course, exercise.id, self._settings.seed)
        self._files = shipped(course, exercise.id)
        # A broken solution fails here.
        ours = reference(course, exercise, self._settings.seed, options.reference)
        settings = json.dumps(asdict(self._settings))
        code = (engine.code(), fingerprint([author], exercise.text))
        found = installed(PACKAGES)
        versions = [found.get(name, "") for name in PACKAGES]
        same = fingerprint((), *code, settings, ours.made, *versions)
        self._records = Records(course, exercise.id, same)

    def run(self, students: Sequence[str]) -> Iterator[Outcome]:
        """Grade, with no more submissions in memory than workers can use."""
        known = scores(database(self._course), self._id)
        todo = []
        for student in students:
            submission = Submission(self._course, self._id, student, self._config)
            before = self._before(submission) if student in known else None
            if before:
                yield before
            else:
                todo.append(student)
        if todo:
            yield from self._run(todo)

    def _run(self, students: Sequence[str]) -> Iterator[Outcome]:
        running: dict[str, Submission] = {}
        where = self._options.scheduler, self._options.workers, self._settings
        with engine.cluster(*where) as client:
            done = as_completed()
            for student in students:
                submission = Submission(self._course, self._id, student, self._config)
                try:
                    submission.sanitise(read(submission.source))
                    content = json.dumps(submission.sanitised()).encode()
                except Exception as error:
                    yield self._failed(submission, error)
                    continue
                arguments = content, self._settings, self._files
                name = f"{self._id}-{uuid.uuid4().hex}"
                done.add(client.submit(execute, *arguments, key=name, pure=False))
                running[name] = submission
                while len(running) >= AHEAD * engine.slots(client):
                    yield self._finish(next(done), running)
            while running:
                yield self._finish(next(done), running)

    def _finish(self, job: Future, running: dict[str, Submission]) -> Outcome:
        submission = running.pop(job.key)
        try:
            executed = job.result()
            submission.finish(executed)
            events = submission.sanitised().metadata["attnbook"]["events"]
            reason = " ".join(map(_line, events))
            ran = reason, round(executed.seconds, 3), self._seed
            outcome = Outcome(submission.student, "graded", *ran)
            self._records.keep(outcome)
        except SandboxError:
            raise  # there is no use in trying the others
        except Exception as error:
            outcome = self._failed(submission, error)
        return outcome

    def _failed(self, submission: Submission, error: Exception) -> Outcome:
        submission.fail()
        text = "".join(sign if sign.isprintable() else " " for sign in str(error))
        if not isinstance(error, Unreadable):
            text = f"{type(error).__name__}: {' '.join(text.split())[:300]}"
        where = str(submission.source.relative_to(self._course))
        said = f"{where if where.isprintable() else ascii(where)}: {text}"
        outcome = Outcome(submission.student, "failed", said, seed=self._seed)
        if isinstance(error, Unreadable):  # the grader's own trouble may pass
            self._records.keep(outcome)
        return outcome

    def _before(self, submission: Submission) -> Outcome | None:
        """Return what became of a submission, if nothing has changed since."""
        record = self._records.find(submission.student)
        if self._options.force or not record:
            return None
        whole = record.failed or submission.written.exists()
        return record if whole else None


def _line(event) -> str:
    cell, limit = event["cell"], event["limit"]
    return {
        "interrupted": f"cell {cell!r} ran past {limit} s and was interrupted.",
        "hung": f"cell {cell!r} ran past {limit} s and was killed.",
        "died": f"the kernel died in cell {cell!r}.",
        "memory": f"more than {limit} GB of memory, killed in cell {cell!r}.",
        "processes": f"more than {limit} processes or a second processor, killed in "
        f"cell {cell!r}.",
        "out_of_time": f"ran past {limit} s in all, killed in cell {cell!r}.",
    }[event["kind"]]
