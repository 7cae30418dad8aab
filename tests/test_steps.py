"""What grading makes of a submission before and after it runs, without running it."""

import json

import nbformat
import numpy as np
import pytest
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.utils import compute_checksum, determine_grade
from toy import RIGHT, cell

from autograder.author.reference import expected
from autograder.check.arrays import pack
from autograder.check.messages import WORDS as CHECK_WORDS
from autograder.check.notebook import ANSWERS_MIME
from autograder.grade.gradebook import canonical_cells, database
from autograder.grade.repair import repair
from autograder.grade.submission import Unreadable, clean, grade_id, read
from autograder.grade.verdicts import Speech, result, trusted_outputs
from autograder.grade.words import WORDS

SPEECH = Speech(CHECK_WORDS | WORDS, {"double": {"square": "You multiplied."}})


@pytest.fixture(scope="module")
def toy(ready):
    """One course for all tests."""
    return ready


def repaired(toy, notebook, stubs=None):
    """Clean and repair a notebook, and hold nbgrader's validator against it."""
    canonical = canonical_cells(database(toy.course), "toy")
    whole = repair(clean(notebook), canonical, stubs or {})
    nbformat.validate(whole)
    MetadataValidator().validate_nb(whole)
    return whole


def ids(notebook):
    return [grade_id(c) for c in notebook["cells"] if grade_id(c)]


ALL = ["task-double", "check-double", "task-name", "check-name", "question-why"]


def test_a_whole_notebook_keeps_its_cells(toy):
    before = toy.notebook(**RIGHT)
    after = repaired(toy, before)
    assert ids(after) == ALL
    sources = ["".join(c["source"]) for c in before["cells"]]
    assert [c.source for c in after.cells] == sources
    assert cell(after, "check-double").metadata.nbgrader.points == 3


def test_changed_points_flags_and_checks_are_restored(toy):
    notebook = toy.notebook()
    check = cell(notebook, "check-double")
    check["source"] = "100"
    check["cell_type"] = "markdown"
    check["metadata"]["nbgrader"].update(
        points=100,
        locked=False,
        grade=False,
        solution=True,
        schema_version=99,
        task=True,
    )
    after = cell(repaired(toy, notebook), "check-double")
    canonical = canonical_cells(database(toy.course), "toy")["check-double"]
    assert after.source == canonical.source
    assert after.metadata.nbgrader == canonical.metadata
    assert compute_checksum(after) == canonical.checksum


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        5,
        [],
        "text",
        {"nbgrader": 5},
        {"nbgrader": []},
        {"nbgrader": {"grade": 1}},
    ],
)
def test_metadata_of_any_form_is_survived(toy, metadata):
    notebook = toy.notebook()
    for broken in notebook["cells"]:
        broken["metadata"] = metadata
    after = repaired(toy, notebook)
    assert ids(after) == ["check-double", "check-name", "question-why"]


def test_an_unknown_id_loses_its_metadata(toy):
    notebook = toy.notebook()
    other = {"grade_id": "mine", "grade": True, "points": 50, "locked": False}
    notebook["cells"].append(
        {"cell_type": "code", "source": "1", "metadata": {"nbgrader": other}}
    )
    after = repaired(toy, notebook)
    assert ids(after) == ALL
    assert "nbgrader" not in after.cells[-1].metadata


def test_a_deleted_check_comes_back_behind_its_task(toy):
    notebook = toy.notebook()
    notebook["cells"].remove(cell(notebook, "check-double"))
    assert ids(repaired(toy, notebook)) == ALL


def test_a_check_deleted_with_its_task_comes_back_at_the_end(toy):
    notebook = toy.notebook()
    notebook["cells"].remove(cell(notebook, "check-double"))
    notebook["cells"].remove(cell(notebook, "task-double"))
    assert ids(repaired(toy, notebook)) == [*ALL[2:], "check-double"]


def test_of_two_checks_the_last_unchanged_one_counts(toy):
    notebook = toy.notebook()
    check = cell(notebook, "check-double")
    notebook["cells"].insert(0, dict(check))
    notebook["cells"].append({**check, "source": "# changed"})
    after = repaired(toy, notebook)
    assert ids(after) == ALL
    assert after.cells[0].source.startswith("@checks.run")
    assert "nbgrader" not in after.cells[0].metadata


def test_of_two_answers_the_one_that_was_worked_on_counts(toy):
    notebook = toy.notebook()
    answer = cell(notebook, "question-why")
    worked = {**answer, "source": "Since two."}
    notebook["cells"].insert(0, worked)
    assert cell(repaired(toy, notebook), "question-why").source == "Since two."


@pytest.mark.parametrize(
    "cells",
    [
        [{}],
        [{"cell_type": "odd", "source": 5}],
        [{"cell_type": [], "source": ["a", 5, "b"]}],
        ["text", None, 5],
        [{"cell_type": "code", "source": "\x00\ud800", "outputs": 5}],
    ],
)
def test_cells_of_any_form_are_survived(toy, cells):
    after = repaired(toy, {"cells": cells, "metadata": 5, "nbformat": 4})
    assert ids(after) == ["check-double", "check-name", "question-why"]
    json.dumps(after).encode()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not JSON"),
        (b'{"cells": [', "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not a table"),
        (b'{"nbformat": 4}', "no list of cells"),
        (b'{"nbformat": 4, "cells": {}}', "no list of cells"),
        (b'{"nbformat": 7, "cells": []}', "nbformat 7"),
        (b'{"nbformat": "x", "cells": []}', "nbformat 'x'"),
        (b'{"nbformat": 4, "cells": [' + b"{}," * 6000 + b"{}]}", "6,001 cells"),
    ],
)
def test_what_is_no_notebook_is_refused_in_one_line(tmp_path, content, reason):
    path = tmp_path / "toy.ipynb"
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=reason) as refused:
        read(path)
    assert "\n" not in str(refused.value)


def test_a_missing_notebook_is_refused(tmp_path):
    with pytest.raises(Unreadable, match="no such notebook"):
        read(tmp_path / "toy.ipynb")


def test_a_notebook_of_format_3_is_read(toy, tmp_path):
    path = tmp_path / "toy.ipynb"
    new = nbformat.from_dict(toy.notebook(**RIGHT))
    for each in new.cells:
        each.source = "".join(each.source)
    path.write_text(json.dumps(nbformat.convert(new, 3)))
    assert any("x + x" in c.source for c in read(path).cells)


def test_only_a_possible_language_and_framework_are_believed():
    for said in ({"language": "../x", "framework": "<b>"}, {"language": []}, None, 5):
        notebook = clean({"cells": [], "metadata": {"attnbook": said}})
        assert notebook.metadata["attnbook"] == {"language": "en", "framework": ""}
    said = {"language": "ja", "framework": "keras", "points": 5}
    notebook = clean({"cells": [], "metadata": {"attnbook": said}})
    assert notebook.metadata["attnbook"] == {"language": "ja", "framework": "keras"}


def published(answers):
    packed = {name: pack(array) for name, array in answers.items()}
    return {"answers": packed, "errors": {}}


def graded(toy, outputs, notes=()):
    """Verify the toy's first check; return nbgrader's grade and the new outputs."""
    reference = expected(toy.exercise, "numpy", 5)
    found = result("double", 3, outputs, reference, notes)
    new = trusted_outputs(found, outputs, SPEECH)
    whole = cell(repaired(toy, toy.notebook()), "check-double")
    whole.outputs = new
    nbformat.validate(nbformat.v4.new_notebook(cells=[whole]))
    return determine_grade(whole)[0], new


def display(cases):
    data = {ANSWERS_MIME: {"check": "double", "cases": cases}}
    return {"output_type": "display_data", "data": data, "metadata": {}}


def test_right_answers_get_all_points_whatever_stands_on_stderr(toy):
    cases = expected(toy.exercise, "numpy", 5).answers["double"]
    noise = {"output_type": "stream", "name": "stderr", "text": "Warning: noise"}
    grade, new = graded(toy, [noise, display([published(case) for case in cases])])
    assert grade == 3
    assert "all right" in new[0]["data"]["text/plain"]
    assert not any(o.get("name") == "stderr" for o in new)


def test_points_are_split_over_the_answers(toy):
    cases = expected(toy.exercise, "numpy", 5).answers["double"]
    half = [published({**case, "number": np.array(-1)}) for case in cases]
    assert graded(toy, [display(half)])[0] == 1.5


def test_a_known_mistake_gets_its_hint_and_no_points(toy):
    cases = expected(toy.exercise, "numpy", 5).mistakes["double"]["square"]
    grade, new = graded(toy, [display([published(case) for case in cases])])
    assert grade == 0
    assert "You multiplied." in new[0]["data"]["text/plain"]


@pytest.mark.parametrize(
    "outputs",
    [
        [],
        [{"output_type": "stream", "name": "stdout", "text": "3.0"}],
        [{"output_type": "execute_result", "data": {"text/plain": "3.0"}}],
        [{"output_type": "display_data", "data": {"text/plain": "3.0"}}],
        [{"output_type": "error", "ename": "3.0", "evalue": "", "traceback": ["3.0"]}],
        [display([published({"array": np.zeros((2, 3)), "number": np.array(0)})] * 3)],
        [display("forged")],
    ],
)
def test_without_matching_arrays_there_are_no_points(toy, outputs):
    grade, new = graded(toy, outputs)
    assert grade == 0
    assert [o["output_type"] for o in new].count("execute_result") == 1


def test_what_a_student_prints_stays_text(toy):
    evil = "<script>alert(1)</script>"
    stopped = {
        "output_type": "error",
        "ename": evil,
        "evalue": evil,
        "traceback": [evil],
    }
    printed = {"output_type": "stream", "name": "stdout", "text": evil}
    _, new = graded(toy, [stopped, printed])
    assert evil in new[0]["data"]["text/plain"]
    assert evil not in new[0]["data"]["text/html"]
    assert {o["output_type"] for o in new[1:-1]} == {"stream"}


def test_a_check_behind_a_dead_kernel_says_why_it_did_not_run(toy):
    note = {"kind": "died", "cell": "task-double", "seconds": "0"}
    _, new = graded(toy, [], [note])
    text = new[0]["data"]["text/plain"]
    assert "Python stopped in the cell task-double" in text
    assert "Nothing came back" not in text
