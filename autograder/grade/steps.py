"""Our steps in nbgrader's pipeline: repair, run, verify.

Both `autograder grade` and plain `nbgrader autograde` take exactly these steps, among
nbgrader's own; `configure` says in which order.
"""

import json
from functools import lru_cache
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from traitlets import Enum, Float, Integer, Unicode
from traitlets.config import Config

import autograder
from autograder.author import release, source
from autograder.grade import repair
from autograder.grade.answers import without_answers
from autograder.grade.execute import Event, Executed, execute
from autograder.grade.expected import reference, secret_seed
from autograder.grade.gradebook import (
    NbGraderPreprocessor,
    canonical_cells,
    compute_checksum,
)
from autograder.grade.kernel import Settings
from autograder.grade.submission import clean, grade_id
from autograder.grade.verdicts import Speech, result, trusted_outputs
from autograder.grade.words import words

HERE = "autograder.grade.steps."
NBGRADER = "nbgrader.preprocessors."
# Without nbgrader's CheckCellMetadata, since RepairSubmission writes what it checks.
SANITISE = [
    HERE + "RepairSubmission",
    NBGRADER + "ClearOutput",
    NBGRADER + "DeduplicateIds",
    NBGRADER + "OverwriteKernelspec",
    NBGRADER + "OverwriteCells",
]
GRADE = [
    HERE + "RunSubmission",
    HERE + "VerifyAnswers",
    NBGRADER + "LimitOutput",
    NBGRADER + "SaveAutoGrades",
    NBGRADER + "AssignLatePenalties",
]
# Named, not imported: `report` stands above `grade`.
FEEDBACK_EXPORTER = "autograder.report.feedback.FeedbackExporter"
FEEDBACK = ["autograder.report.feedback.StudentView"]
MARKDOWN = "autograder.report.feedback.safe_markdown"
RAW = "html.escape"


def configure(config: Config) -> None:
    """Make nbgrader take our steps."""
    config.Autograde.sanitize_preprocessors = SANITISE
    config.Autograde.autograde_preprocessors = GRADE
    config.GenerateFeedback.exporter_class = FEEDBACK_EXPORTER
    config.GenerateFeedback.preprocessors = FEEDBACK
    # Formgrader's pages, which would run what a student's Markdown brings along.
    config.HTMLExporter.filters = {"markdown2html": MARKDOWN, "clean_html": RAW}


class RepairSubmission(NbGraderPreprocessor):
    """Makes any submission one that nbgrader's steps can take."""

    def preprocess(self, notebook: NotebookNode, resources):
        names = resources["nbgrader"]
        cells = canonical_cells(names["db_url"], names["assignment"])
        whole = repair.repair(clean(notebook), cells, stubs(names["assignment"]))
        return whole, resources


class RunSubmission(NbGraderPreprocessor):
    """Runs the notebook in a kernel of its own."""

    seed = Integer(None, allow_none=True, help="Instead of the course's own seed").tag(
        config=True
    )
    cell_timeout = Float(
        Settings.cell_timeout, help="Seconds, then a cell is interrupted"
    ).tag(config=True)
    notebook_timeout = Float(
        Settings.notebook_timeout, help="Seconds, then the kernel is killed"
    ).tag(config=True)

    sandbox = Enum(
        ["bubblewrap", "none"], Settings.sandbox, help="none: it runs as you"
    ).tag(config=True)

    def settings(self, course: Path, assignment: str) -> Settings:
        """Return what a notebook of this assignment is run with."""
        seed = secret_seed(course, assignment) if self.seed is None else self.seed
        return Settings(
            seed=seed,
            cell_timeout=self.cell_timeout,
            notebook_timeout=self.notebook_timeout,
            sandbox=self.sandbox,
        )

    def preprocess(self, notebook: NotebookNode, resources):
        assignment = resources["nbgrader"]["assignment"]
        course = course_of(self)
        settings = self.settings(course, assignment)
        ran = resources.pop("executed", None)  # the batch runs several at a time
        if ran is None:
            content = json.dumps(notebook).encode()
            ran = execute(content, settings, shipped(course, assignment))
        resources["attnbook"] = {"seed": settings.seed, "events": ran.events}
        return read_executed(ran), resources


class VerifyAnswers(NbGraderPreprocessor):
    """Compares the answers and puts verdict and points where the check's output was."""

    reference_file = Unicode(
        "", help="Of `autograder reference`, made with the seed of RunSubmission"
    ).tag(config=True)

    def preprocess(self, notebook: NotebookNode, resources):
        assignment = resources["nbgrader"]["assignment"]
        exercise = solution(assignment)
        came = resources["attnbook"]
        where = course_of(self), exercise, came["seed"], self.reference_file
        expected = reference(*where)
        language = notebook.metadata["attnbook"]["language"]
        speech = Speech(
            release.words(language) | words(language),
            release.hints(exercise, language),
        )
        released = stubs(assignment)
        for number, cell in enumerate(notebook.cells):
            name = grade_id(cell)
            if name.startswith("check-") and cell.metadata.nbgrader["grade"]:
                notes = _notes(came["events"], notebook, number)
                found = result(
                    name.removeprefix("check-"),
                    cell.metadata.nbgrader["points"],
                    cell.outputs,
                    expected,
                    notes,
                )
                cell.outputs = trusted_outputs(found, cell.outputs, speech)
                continue
            if "outputs" in cell:
                cell.outputs = without_answers(cell.outputs)
            if name and cell.source in released.get(name, ()):
                # nbgrader tells an untouched cell by its checksum, and knows only the
                # English PyTorch one.
                cell.metadata.nbgrader["checksum"] = compute_checksum(cell)
        notebook.metadata["attnbook"]["events"] = [
            note for _, note in _all_notes(came["events"], notebook)
        ]
        return notebook, resources


def read_executed(ran: Executed) -> NotebookNode:
    return nbformat.from_dict(json.loads(ran.notebook))


def course_of(step: NbGraderPreprocessor) -> Path:
    """Return the course's folder: a step's exporter's converter knows it."""
    return Path(step.parent.parent.coursedir.root)


def shipped(course: Path, assignment: str) -> dict[str, bytes]:
    """Read the files that stand beside an assignment's notebook, by name.

    The check is among them, as in what students download. So a kernel imports that and
    not the grader's own package, in which solutions can be read. Of the public cases
    there is only which cells are given: an error's place is told by that.
    """
    folder = course / "source" / assignment
    files = {
        path.name: path.read_bytes()
        for path in sorted(folder.glob("*"))
        if path.is_file() and path.suffix != ".ipynb"
    }
    given = {"given": release.given(solution(assignment))}
    files.setdefault(f"{assignment}.json", json.dumps(given).encode())
    package = Path(autograder.__file__).parent
    for path in [package / "__init__.py", *sorted((package / "check").glob("*.py"))]:
        name = Path(package.name) / path.relative_to(package)
        files[name.as_posix()] = path.read_bytes()
    return files


@lru_cache(maxsize=8)
def solution(assignment: str) -> source.Exercise:
    """Read an exercise's solution, once for a whole class."""
    return source.read(assignment, source.SOLUTIONS)


@lru_cache(maxsize=8)
def stubs(assignment: str) -> dict[str, frozenset[str]]:
    """Read what untouched cells look like in all released notebooks, by grade id."""
    found: dict[str, set[str]] = {}
    for path in sorted(release.EXERCISES.glob(f"*/*/{assignment}/{assignment}.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            name = grade_id(cell)
            if name:
                found.setdefault(name, set()).add("".join(cell["source"]))
    return {name: frozenset(sources) for name, sources in found.items()}


def _notes(events: tuple[Event, ...], notebook: NotebookNode, before: int):
    return [note for cell, note in _all_notes(events, notebook) if cell <= before]


def _all_notes(events: tuple[Event, ...], notebook: NotebookNode):
    for event in events:
        name = grade_id(notebook.cells[event.cell]) or str(event.cell + 1)
        note = {"kind": event.kind, "cell": name, "limit": f"{event.limit:g}"}
        yield event.cell, note
