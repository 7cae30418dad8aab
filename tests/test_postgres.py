"""A gradebook on PostgreSQL: the same grades as in a file, from the same commands."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from toy import RIGHT, Toy

from autograder.author.course import prepare
from autograder.grade.batch import Options, grade
from autograder.grade.gradebook import database, scores
from autograder.report import feedback

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
WRONG = {**RIGHT, "double": "def double(x):\n    return x * x"}


def unprivileged():
    """Say as whom the server runs: it refuses to run as root."""
    return {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}


@pytest.fixture(scope="module")
def server():
    """A cluster of its own, on a socket in a folder of its own; the folder."""
    if not PROGRAMS:
        pytest.skip("no PostgreSQL here: apt-get install postgresql")
    who = unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path is limited
    if who:
        shutil.chown(folder, **who)

    def run(program, *arguments):
        command = [PROGRAMS[-1] / program, *arguments]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.PIPE, **who)

    data = str(folder / "data")
    run("initdb", "-D", data, "-U", "grader", "-A", "trust", "-E", "UTF8", "--no-sync")
    socket = f"-k {folder} -c listen_addresses='' -c fsync=off"
    log = str(folder / "log")
    run("pg_ctl", "-D", data, "-l", log, "-w", "-o", socket, "start")
    yield folder
    run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    shutil.rmtree(folder)


@pytest.fixture
def toy(tmp_path, monkeypatch):
    return Toy(tmp_path, monkeypatch)


def use(toy, server, name):
    """Let the course keep its gradebook in a new database; return its address."""
    command = [PROGRAMS[-1] / "createdb", "-h", server, "-U", "grader", name]
    subprocess.run(command, check=True)
    address = f"postgresql://grader@/{name}?host={server}"
    config = toy.course / "nbgrader_config.py"
    line = f"c.CourseDirectory.db_url = {address!r}\n"
    config.write_text(config.read_text() + line)
    return address


def class_of(toy):
    toy.submit("right", toy.notebook(**RIGHT))
    toy.submit("wrong", toy.notebook(**WRONG))
    toy.submit("李雷 o'hara", toy.notebook())
    toy.submit("broken", '{"cells": [')
    (toy.course / "submitted" / "right" / "toy" / "timestamp.txt").write_text(
        "2026-11-21 10:00:00"
    )


def graded(toy):
    outcomes = grade(toy.exercise, toy.course, Options(seed=3))
    status = {outcome.student: outcome.status for outcome in outcomes}
    return status, scores(database(toy.course), "toy")


def test_a_class_gets_the_same_grades_as_in_a_file(toy, tmp_path, server):
    other = toy.fresh(tmp_path / "other")
    class_of(toy)
    class_of(other)
    address = use(toy, server, "grades")
    assert database(toy.course) == address
    (toy.course / "gradebook.db").unlink()
    on_server, in_file = graded(toy), graded(other)
    assert on_server == in_file
    assert on_server[0]["broken"] == "failed"
    assert on_server[1]["right"]["check-double"].points == 3
    assert not (toy.course / "gradebook.db").exists()
    assert graded(toy)[0]["right"] == "unchanged"
    assert feedback.write(toy.course, "toy", ["right", "wrong"]) == 2


def test_an_assignment_is_entered_where_the_course_says(toy, server):
    assert not prepare(toy.exercise, toy.course)  # it stands in the file
    use(toy, server, "entered")
    assert prepare(toy.exercise, toy.course)
    assert not prepare(toy.exercise, toy.course)
    assert scores(database(toy.course), "toy") == {}


def test_nbgraders_own_command_uses_it_too(toy, server):
    address = use(toy, server, "own")
    prepare(toy.exercise, toy.course)
    command = ["nbgrader", "db", "assignment", "list", f"--db={address}"]
    program = Path(sys.executable).parent / command[0]
    listed = subprocess.run(
        [program, *command[1:]], cwd=toy.course, capture_output=True, text=True
    )
    assert "toy" in listed.stdout, listed.stderr
