"""The same class for otter-grader: its zip of tests, its notebooks, its results.

A check's cell becomes a test that runs the very same code on the same public cases in
the student's kernel, for all of its points or none, as under plain nbgrader. In the
notebook `grader.check` stands in its place, as `otter assign` would write it.
"""

import json
import shutil
import subprocess
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell

from autograder.author.source import Exercise

SETUP = "import otter\n\ngrader = otter.Notebook()"
TEST = """from otter.test_files import test_case

OK_FORMAT = False
name = {name!r}
points = {points!r}
CELL = {cell!r}


@test_case()
def check(env):
    exec(CELL, env)
"""


def command(otter: Path, exercise: Exercise, course: Path, cases: Path) -> list[str]:
    """Turn a course into otter's; return what grades one notebook after the other.

    Args:
        otter: the command, in an environment that can run the notebooks.
        course: its `submitted/` holds the notebooks; they are changed.
        cases: the file with the public cases, which belongs beside a notebook.
    """
    _make_zip(otter, exercise, course, cases)
    for path in course.glob("submitted/*/*/*.ipynb"):
        _translate(path)
    script = 'for d in "$1"/submitted/*/*/; do "$0" run -a "$1/$2" -o "$d" "$d$3"; done'
    names = [str(otter), str(course), "otter.zip", f"{exercise.id}.ipynb"]
    return ["sh", "-c", script, *names]


def full_marks(exercise: Exercise, course: Path) -> int:
    """Count the results with all points that checks give."""
    full = sum(exercise.checks.values())
    scores = []
    for path in course.glob("submitted/*/*/results.json"):
        tests = json.loads(path.read_text(encoding="utf-8"))["tests"]
        scores.append(sum(test.get("score", 0) for test in tests))
    return scores.count(full)


def version(otter: Path) -> str:
    """Ask the Python beside the command which otter-grader it has."""
    ask = "from importlib.metadata import version; print(version('otter-grader'))"
    line = [str(otter.with_name("python")), "-c", ask]
    return subprocess.check_output(line, text=True).strip()


def _make_zip(otter: Path, exercise: Exercise, course: Path, cases: Path) -> None:
    """Run `otter generate` on a test for each check; here they suit all frameworks."""
    (course / "tests").mkdir()
    for cell in exercise.notebook("torch"):
        if cell.role == "check":
            test = TEST.format(name=cell.task, points=cell.points, cell=cell.text)
            (course / "tests" / f"{cell.task}.py").write_text(test, encoding="utf-8")
    shutil.copy(cases, course)
    line = [str(otter), "generate", "-o", "otter.zip", cases.name]
    subprocess.run(line, cwd=course, check=True, capture_output=True)


def _translate(path: Path) -> None:
    """Put otter's cells in place of the checks."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        role, _, task = cell.id.partition("-")
        if role == "check":
            cell.source = f'grader.check("{task}")'
    notebook.cells.insert(0, new_code_cell(SETUP, id="otter"))
    nbformat.write(notebook, path)
