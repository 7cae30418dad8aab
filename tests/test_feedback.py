import os

import pytest
from nbconvert.exporters import HTMLExporter
from nbgrader.server_extensions.formgrader.handlers import template_path
from toy import RIGHT, SOLUTION, Toy, cell, grade_by_hand
from traitlets.config import Config

from autograder.grade.batch import Options, grade
from autograder.grade.steps import configure
from autograder.report import feedback

HIDDEN = """@checks.run("name")
### BEGIN HIDDEN TESTS
# nobody is to read this
### END HIDDEN TESTS
"""
SCRIPT = "<script>alert(1)</script>"
STUDENTS = ("ann", "bob")


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A course in which one student wrote HTML wherever it can be written."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        solution = SOLUTION.replace('@checks.run("name")\n', HIDDEN)
        assert HIDDEN in solution
        toy = Toy(tmp_path_factory.mktemp("toy"), monkeypatch, solution)
        code = {"double": f"print('{SCRIPT}')\n'{SCRIPT}'"}
        notebook = toy.notebook(**RIGHT | code)
        cell(notebook, "question-why")["source"] = f"{SCRIPT} $a<b$ [x](javascript:a)"
        notebook["cells"].insert(0, {"cell_type": "markdown", "source": SCRIPT})
        raw = (
            f'<a href="x" class="navbar" id="check-double">{SCRIPT}</a> ![x](http://x/)'
        )
        notebook["cells"].insert(0, {"cell_type": "raw", "source": raw})
        notebook["cells"].insert(0, {"cell_type": "markdown", "source": raw})
        toy.submit("ann", notebook)
        toy.submit("bob", toy.notebook(**RIGHT))
        grade(toy.exercise, toy.course, Options())
        assert feedback.write(toy.course, "toy", STUDENTS) == 2
        yield toy


def page(pages, student):
    path = pages.course / "feedback" / student / "toy" / "toy.html"
    return path.read_text(encoding="utf-8")


def test_the_hidden_part_of_a_check_is_not_shown(pages):
    graded = pages.course / "autograded" / "bob" / "toy" / "toy.ipynb"
    assert "nobody is to read this" in graded.read_text(encoding="utf-8")
    assert "nobody is to read this" not in page(pages, "bob")
    assert "HIDDEN" not in page(pages, "bob")


def test_html_of_a_student_is_shown_as_text(pages):
    written = page(pages, "ann")
    assert SCRIPT not in written
    assert 'href="javascript' not in written
    assert '<a href="x"' not in written
    assert '<img src="http' not in written
    assert written.count("&lt;script&gt;alert(1)") >= 4
    assert "<mi>a</mi><mo>&#x0003C;</mo><mi>b</mi>" in written


def test_html_of_a_student_is_text_in_formgrader_too(pages):
    config = Config()
    configure(config)
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [template_path]
    numbers = ("submission_id", "notebook_id", "assignment_id", "index", "total")
    about = dict.fromkeys(numbers, 0) | {"base_url": "", "notebook_path": ""}
    graded = pages.course / "autograded" / "ann" / "toy" / "toy.ipynb"
    written, _ = HTMLExporter(config=config).from_filename(graded, resources=about)
    assert 'class="verdict"' in written
    assert SCRIPT not in written
    assert 'href="javascript' not in written
    assert '<a href="x"' not in written
    assert '<img src="http' not in written
    assert written.count("&lt;script&gt;alert(1)") >= 4


def test_points_and_total_stand_at_the_top(pages):
    head = page(pages, "bob").partition("</table>")[0]
    found = [part.partition("<")[0] for part in head.split('<td class="points">')[1:]]
    assert found == ["3 / 3", "1 / 1", "0 / 2", "4 / 6"]


def test_a_page_is_written_again_only_when_its_grade_is_newer(pages):
    assert feedback.write(pages.course, "toy", STUDENTS) == 0
    graded = pages.course / "autograded" / "bob" / "toy" / "toy.ipynb"
    written = pages.course / "feedback" / "bob" / "toy" / "toy.html"
    later = written.stat().st_mtime + 10
    os.utime(graded, (later, later))
    assert feedback.write(pages.course, "toy", STUDENTS) == 1


def test_a_grade_given_by_hand_makes_a_new_page_whatever_the_times_are(pages):
    written = pages.course / "feedback" / "ann" / "toy" / "toy.html"
    later = written.stat().st_mtime + 1000
    os.utime(written, (later, later))
    assert feedback.write(pages.course, "toy", ["ann"]) == 0
    os.utime(written, (later, later))
    comment = f"Well said. {SCRIPT}"
    grade_by_hand(pages.course, "ann", "question-why", 1.5, comment, penalty=0.5)
    assert feedback.write(pages.course, "toy", ["ann"]) == 1
    text = page(pages, "ann")
    assert "1.5 / 2" in text
    assert "Well said." in text
    assert "−0.5" in text
    assert SCRIPT not in text
    assert feedback.write(pages.course, "toy", ["ann"]) == 0


def test_force_writes_all_pages_and_a_student_one(pages):
    assert feedback.write(pages.course, "toy", STUDENTS, force=True) == 2
    assert feedback.write(pages.course, "toy", ["bob"], force=True) == 1


def test_whose_notebook_breaks_later_is_told_so_in_place_of_old_points(pages, tmp_path):
    toy = pages.fresh(tmp_path)
    feedback.write(toy.course, "toy", STUDENTS)
    toy.submit("bob", "[")
    grade(toy.exercise, toy.course, Options())
    assert feedback.write(toy.course, "toy", STUDENTS) == 1
    text = page(toy, "bob")
    assert "could not be read" in text
    assert "4 / 6" not in text
    assert '<p lang="ja">' in text and '<p lang="zh">' in text
    assert feedback.write(toy.course, "toy", STUDENTS) == 0


def test_only_base64_is_taken_for_a_picture():
    assert feedback.is_picture("iVBORw0KGgo=\n")
    assert not feedback.is_picture('" onerror="alert(1)')
    assert not feedback.is_picture("")
