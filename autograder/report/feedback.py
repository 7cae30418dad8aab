"""Feedback for a student: one HTML page in their language, through nbgrader.

`nbgrader generate_feedback` writes the same page, since `steps.configure` names this
module's exporter and step.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from pathlib import Path

from jinja2 import Environment
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from nbconvert.exporters import TemplateExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbformat import NotebookNode
from pygments.formatters import HtmlFormatter
from traitlets.config import Config

from autograder.author.translate import LANGUAGES
from autograder.grade.gradebook import (
    ClearHiddenTests,
    GetGrades,
    Gradebook,
    course_config,
    write_feedback,
)
from autograder.grade.marks import Mark, course_marks, mark_of
from autograder.grade.records import Records
from autograder.grade.steps import configure
from autograder.grade.submission import grade_id
from autograder.grade.verdicts import VERDICT_MIME
from autograder.grade.words import UNANSWERED, words
from autograder.report.classroom import graded_notebook
from autograder.report.formulas import formula
from autograder.report.pages import TEMPLATES, Compiled, render

COMPILED = Compiled()  # nbgrader makes an exporter for each student
HEAD = 2000  # characters of a page in which it says what grade it shows


def write(
    course: Path,
    assignment: str,
    students: Sequence[str],
    force: bool = False,
    tell: Callable[[], None] = lambda: None,
) -> int:
    """Write the pages of students whose page is not there or not of their grade.

    What grade a page shows, it says itself; so a grade that a person gave in the
    gradebook is noticed, whatever the files' times are.

    Args:
        force: write all of them.
        tell: called after each student.

    Returns:
        How many were written.
    """
    course = course.resolve()
    config = course_config(course)
    configure(config)
    only = students[0] if len(students) == 1 else None
    found = course_marks(course, assignment, only)
    written = 0
    for student in students:
        graded = graded_notebook(course, assignment, student)
        page = course / "feedback" / student / assignment / f"{assignment}.html"
        mark = found.get(student)
        if mark and graded.exists() and (force or _stale(page, graded, mark)):
            write_feedback(course, assignment, student, config)
            written += 1
        elif mark and not graded.exists():
            written += _write_unread(course, assignment, student, page)
        tell()
    return written


def _stale(page: Path, graded: Path, mark: Mark) -> bool:
    if not page.exists() or page.stat().st_mtime < graded.stat().st_mtime:
        return True
    with page.open(encoding="utf-8") as file:
        return mark.fingerprint not in file.read(HEAD)


def _write_unread(course: Path, assignment: str, student: str, page: Path) -> bool:
    """Say that a notebook could not be read, in all languages: its own is unknown."""
    (outcome,) = Records(course, assignment, "").last([student])
    if not outcome.failed:  # it was the grader's trouble, not the notebook's
        return False
    said = {language: words(language)["unread"] for language in LANGUAGES}
    text = render("unread.html.j2", assignment=assignment, said=said)
    if page.exists() and page.read_text(encoding="utf-8") == text:
        return False
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(text, encoding="utf-8")
    return True


class FeedbackExporter(TemplateExporter):
    """Turns a graded notebook into a page; what a student wrote stays text.

    Not nbconvert's HTMLExporter, which parses its page once more and takes as long for
    that as for the rest.
    """

    file_extension = ".html"
    output_mimetype = "text/html"

    def __init__(self, config: Config, **kwargs):
        ours = Config(config)  # GenerateFeedback has put its own template into it
        ours.FeedbackExporter.template_name = "student"
        ours.FeedbackExporter.extra_template_basedirs = [str(TEMPLATES)]
        super().__init__(config=ours, **kwargs)

    def _create_environment(self) -> Environment:
        environment = super()._create_environment()
        environment.bytecode_cache = COMPILED
        return environment

    def default_filters(self):
        yield from super().default_filters()
        yield "highlight_code", Highlight2HTML(pygments_lexer="python", parent=self)
        yield "safe_markdown", safe_markdown
        yield "is_picture", is_picture


class StudentView(GetGrades):
    """Adds scores, and takes out what a student is not to see."""

    def preprocess(self, notebook: NotebookNode, resources):
        notebook, resources = super().preprocess(notebook, resources)
        language = notebook.metadata["attnbook"]["language"]
        with Gradebook(self.db_url) as book:
            mark = mark_of(book, self.assignment_id, self.student_id)
        resources["nbgrader"]["score"] = mark.total  # as exports have it
        resources["attnbook"] = {
            "grade": mark.fingerprint,
            "language": language,
            "words": words(language),
            "css": HtmlFormatter().get_style_defs(".highlight"),
            "notes": [
                words(language)[note["kind"]].format(**note)
                for note in notebook.metadata["attnbook"]["events"]
            ],
        }
        hidden = ClearHiddenTests(enforce_metadata=False)
        for number, cell in enumerate(notebook.cells):
            name = grade_id(cell)
            if not name:
                continue
            if name.startswith("check-"):
                hidden.preprocess_cell(cell, resources, number)
                cell.metadata["verdict"] = _verdict(cell)
            if cell.metadata.nbgrader.get("comment") == UNANSWERED:
                cell.metadata.nbgrader["comment"] = words(language)["no_response"]
        return notebook, resources

    def _get_score(self, cell: NotebookNode, resources) -> None:
        super()._get_score(cell, resources)
        grade = self.gradebook.find_grade(
            grade_id(cell), self.notebook_id, self.assignment_id, self.student_id
        )
        cell.metadata.nbgrader["waiting"] = bool(grade.needs_manual_grade)


def safe_markdown(text: str) -> str:
    """Render Markdown in which HTML is text, and TeX is MathML.

    No picture is shown: fetched from afar, it would tell who reads, and when. Little
    is nested, as each level costs time.
    """
    parser = MarkdownIt("js-default", {"maxNesting": 20}).disable("image")
    return parser.use(dollarmath_plugin, renderer=formula).render(text)


def is_picture(data) -> bool:
    """See whether this is base64, and nothing else."""
    try:
        return bool(base64.b64decode("".join(data.split()), validate=True))
    except (binascii.Error, ValueError):
        return False


def _verdict(cell: NotebookNode) -> dict:
    """Collect what the grader wrote into a check's cell."""
    found = {"text": "", "printed": "", "right": False}
    for output in cell.outputs:
        if output.output_type == "stream":
            found["printed"] += output.text
        elif VERDICT_MIME in output.get("data", {}):
            record = output.data[VERDICT_MIME]
            found["text"] = output.data["text/plain"]
            found["right"] = record["points"] == record["maximum"]
    return found
