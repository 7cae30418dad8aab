"""The small class, graded by our command and by plain nbgrader: each as deserved."""

import html
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from autograder.author.release import EXERCISES, hints
from autograder.author.source import read
from autograder.grade.gradebook import database, scores
from autograder.grade.words import words

ROOT = Path(__file__).resolve().parents[1]
CLASS = ROOT / "tests" / "class"
ID = "luong_global"
PROGRAMS = Path(sys.executable).parent
TIMEOUT = 20  # seconds of a cell
DESERVED = json.loads((CLASS / "deserved.json").read_text(encoding="utf-8"))
UNREADABLE = "truncated_json"


def run(program, *arguments):
    """Run a program of this environment, in the root of the repository."""
    command = [PROGRAMS / program, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False)


def copy_of_class(course, students):
    for student in students:
        shutil.copytree(CLASS / "submitted" / student, course / "submitted" / student)
    return course


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The class graded by our command: the course, and what the command said."""
    course = copy_of_class(tmp_path_factory.mktemp("ours"), DESERVED)
    ran = run("autograder", "grade", ID, "--course", course, "--timeout", TIMEOUT)
    return course, ran.returncode, ran.stdout.decode(), ran.stderr.decode()


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The class graded by plain nbgrader: two halves at once, each one by one."""
    names, found = list(DESERVED), {}
    courses = [
        copy_of_class(tmp_path_factory.mktemp("plain"), half)
        for half in (names[::2], names[1::2])
    ]
    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(autograde, courses))
    for course, ran in zip(courses, said, strict=True):
        broken = UNREADABLE in os.listdir(course / "submitted")
        assert ran.returncode == broken, ran.stderr.decode()[-2000:]
        found |= checks_of(course)
    return found


def autograde(course):
    assert run("autograder", "prepare", ID, "--course", course).returncode == 0
    limit = f"--RunSubmission.cell_timeout={TIMEOUT}"
    return run("nbgrader", "autograde", ID, f"--course-dir={course}", limit)


def checks_of(course):
    """Read the points of each check from a course's gradebook, by student."""
    return {
        student: {
            name.removeprefix("check-"): score.points
            for name, score in line.items()
            if name.startswith("check-")
        }
        for student, line in scores(database(course), ID).items()
    }


def page(graded, student):
    return (graded[0] / "feedback" / student / ID / f"{ID}.html").read_text("utf-8")


def language_of(student):
    path = CLASS / "submitted" / student / ID / f"{ID}.ipynb"
    return json.loads(path.read_text("utf-8"))["metadata"]["attnbook"]["language"]


def test_the_class_is_what_its_maker_makes_of_the_released_notebooks(tmp_path):
    made = subprocess.run([sys.executable, CLASS / "make.py", tmp_path], check=False)
    assert made.returncode == 0
    files = {p.relative_to(tmp_path) for p in tmp_path.rglob("*") if p.is_file()}
    here = {
        p.relative_to(CLASS)
        for p in CLASS.rglob("*")
        if p.is_file() and p.suffix in (".ipynb", ".json")
    }
    assert files == here
    for name in files:
        same = (tmp_path / name).read_bytes() == (CLASS / name).read_bytes()
        assert same, f"{name} is stale: run python tests/class/make.py"


def test_every_mistake_and_alternative_is_in_the_class():
    exercise = read(ID)
    listed = " ".join(student["why"] for student in DESERVED.values())
    for framework in ("torch", "keras"):
        for role in ("mistake", "alternative"):
            for cell in exercise.variants(role, framework):
                assert f"{role} {cell.task}:{cell.variant}" in listed


@pytest.mark.parametrize("student", DESERVED)
def test_our_command_gives_what_is_deserved(graded, student):
    found = checks_of(graded[0])[student]
    assert found == pytest.approx(DESERVED[student]["points"]), DESERVED[student]["why"]


@pytest.mark.parametrize("student", DESERVED)
def test_plain_nbgrader_gives_what_is_deserved(plain, student):
    # What nbgrader cannot read has no points there; ours enters 0.
    found = plain[student]
    assert found == pytest.approx(DESERVED[student]["points"]), DESERVED[student]["why"]


def test_the_one_that_cannot_be_read_is_told_and_stops_nobody(graded):
    _, code, said, complaints = graded
    assert code == 1
    errors = [s for s in complaints.splitlines() if s.startswith("error: ")]
    assert len(errors) == 1
    assert re.match(rf"error: submitted/{UNREADABLE}/.*: not JSON", errors[0])
    for student in DESERVED:
        assert student in said


def test_a_second_run_changes_nothing_and_is_quick(graded):
    course = graded[0]
    before, start = checks_of(course), time.monotonic()
    ran = run("autograder", "grade", ID, "--course", course, "--timeout", TIMEOUT)
    said = ran.stdout.decode()
    assert ran.returncode == 1
    assert said.count("unchanged") == len(DESERVED) - 1
    assert checks_of(course) == before
    assert time.monotonic() - start < 20


def test_feedback_is_in_the_language_of_the_notebook(graded):
    seen = set()
    for student in DESERVED:
        if student == UNREADABLE:
            continue
        language = language_of(student)
        seen.add(language)
        assert f'<html lang="{language}">' in page(graded, student)
        assert f"<h1>{words(language)['feedback']}: {ID}</h1>" in page(graded, student)
    assert seen == {"en", "ja", "zh"}
    assert len({words(language)["feedback"] for language in seen}) == 3


def test_feedback_gives_the_hint_of_each_mistake(graded):
    exercise, given = read(ID), 0
    for student, deserved in DESERVED.items():
        translated = (
            hints(exercise, language_of(student)) if "mistake" in student else {}
        )
        for check, mistake in re.findall(r"mistake (\w+):(\w+)", deserved["why"]):
            text = translated[check][mistake]
            assert plain_text(text) in plain_text(page(graded, student))
            given += 1
    assert given >= 35


def plain_text(text):
    """Take out tags, entities and spaces, so that wording alone is compared."""
    return "".join(html.unescape(re.sub(r"<[^>]*>", "", text)).split())


def test_feedback_says_that_nothing_was_answered(graded):
    assert words("en")["no_response"] in page(graded, "untouched")
    assert words("zh")["no_response"] in page(graded, "untouched_keras_zh")
    assert words("en")["no_response"] not in page(graded, "right_torch_en")


def test_feedback_says_what_stopped_a_notebook_and_what_was_put_back(graded):
    stopped = words("en")["died"].format(cell="task-c")
    assert stopped in page(graded, "kernel_killed")
    assert words("en")["restored"] in page(graded, "test_cell_deleted")


def test_what_students_get_back_holds_no_solution_and_no_seed(graded):
    course = graded[0]
    seed = str(json.loads((course / "seeds.json").read_text())[ID])
    for student in DESERVED:
        for path in (course / "feedback" / student).rglob("*"):
            if path.is_file():
                text = path.read_text("utf-8")
                assert seed not in text
                assert "BEGIN SOLUTION" not in text
    untouched = page(graded, "untouched")
    for task in read(ID).checks:
        solution = read(ID).task(task, "torch").text
        lines = re.findall(r"^ +(return .*?)(?:  #.*)?$", solution, re.MULTILINE)
        for line in lines:
            if len(line) > 20:
                assert plain_text(line) not in plain_text(untouched)


def test_formgrader_opens_on_the_result(graded, tmp_path):
    course = graded[0]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", "--ip=127.0.0.1", f"--port={port}"]
    options += ["--ServerApp.token=secret", "--allow-root", "--ServerApp.root_dir=."]
    environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(tmp_path / "config")}
    environment |= {"JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime")}
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            [PROGRAMS / "jupyter-server", *options],
            cwd=course,
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            address = f"http://127.0.0.1:{port}/formgrader"
            body = fetch(f"{address}/manage_assignments", patience=60)
            assert "formgrader" in body
            assert ID in fetch(f"{address}/api/assignments")
            assert ID in fetch(f"{address}/gradebook/{ID}")
            notebooks = fetch(f"{address}/api/submitted_notebooks/{ID}/{ID}")
            first = json.loads(notebooks)[0]
            assert 'class="verdict"' in fetch(f"{address}/submissions/{first['id']}/")
        finally:
            server.terminate()
            server.wait(30)


def fetch(address, patience=0.0):
    """Get a page as the owner of the token, waiting for the server to be there."""
    request = urllib.request.Request(address, headers={"Authorization": "token secret"})
    end = time.monotonic() + patience
    while True:
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                assert answer.status == 200
                return answer.read().decode()
        except urllib.error.HTTPError:
            raise
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.3)


def test_the_class_is_made_of_all_released_notebooks():
    released = {
        p.parent.parent.parent.name for p in EXERCISES.glob(f"*/*/{ID}/*.ipynb")
    }
    assert released == {language_of(s) for s in DESERVED if s != UNREADABLE}
