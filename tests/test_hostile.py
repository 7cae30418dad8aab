"""Hostile notebooks, graded in one go: each has its due, and nothing else happened."""

import hashlib
import json
import re
import socket
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from hostile import ATTACKS, table
from toy import RIGHT, Toy

import autograder
from autograder.grade.batch import Options, grade
from autograder.grade.gradebook import database, scores
from autograder.grade.sandbox.warm import Limits
from autograder.grade.steps import RunSubmission

HONEST = ("a_honest", "b_honest", "y_honest", "z_honest")  # the first and last graded
SECRET = "CANARY-5e1f"  # in files and memory of the grader
PACKAGES = (Path(np.__file__).parent, Path(autograder.__file__).parent)
LIMITS = Limits(memory=512 << 20, disk=64 << 20, processes=24)


class Listener:
    """Listens on a port of this machine, and remembers who came."""

    def __init__(self):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port, self.came = self._socket.getsockname()[1], []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        while True:
            try:
                talk, who = self._socket.accept()
            except OSError:
                return
            self.came.append(who)
            talk.close()

    def close(self):
        self._socket.close()


class Class:
    """The class, before and after it was graded."""

    def __init__(self, toy, listener):
        self.toy, self.listener = toy, listener
        for student in HONEST:
            code = RIGHT["double"] + f"\n\n# {SECRET}"
            toy.submit(student, toy.notebook(**RIGHT | {"double": code}))
        for attack in ATTACKS:
            made = attack.notebook(toy.notebook(), listener.port)
            path = toy.submit(attack.name, attack.text or made)
            if attack.link:
                path.with_name("notes.txt").symlink_to(toy.course / attack.link)
        (toy.course / "notes.md").write_text(SECRET)
        self.before = self.files()

    def files(self):
        """Hash what nobody is to change."""
        course = self.toy.course
        tops = [course / name for name in ("submitted", "source", "release")]
        paths = [path for top in tops for path in top.rglob("*") if path.is_file()]
        paths += [path for top in PACKAGES for path in top.glob("*")]
        paths += [course / "notes.md", *PACKAGES[0].parent.glob("*.pth")]
        return {
            str(path): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in paths
            if path.is_file() and not path.is_symlink()
        }

    def grade(self):
        options = Options(timeout=4.0, workers=2)
        done = grade(self.toy.exercise, self.toy.course, options)
        self.outcomes = {outcome.student: outcome for outcome in done}
        self.scores = scores(database(self.toy.course), "toy")

    def points(self, student):
        line = self.scores[student]
        return line["check-double"].points, line["check-name"].points

    def written(self, student):
        path = self.toy.course / "autograded" / student / "toy" / "toy.ipynb"
        return path.read_text("utf-8") if path.exists() else ""


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    ours = RunSubmission.settings

    def quick(self, *names):
        return replace(ours(self, *names), grace=1.0, limits=LIMITS)

    listener = Listener()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RunSubmission, "settings", quick)
        patch.setenv("SECRET_OF_THE_GRADER", SECRET)
        toy = Toy(tmp_path_factory.mktemp("hostile"), patch)
        found = Class(toy, listener)
        found.grade()
        yield found
    listener.close()


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_a_hostile_notebook_gets_what_it_deserves(graded, attack):
    outcome = graded.outcomes[attack.name]
    assert graded.points(attack.name) == attack.points, (attack.tries, outcome)
    assert outcome.failed == attack.refused
    assert re.search(attack.reason or "^$", outcome.reason)


@pytest.mark.parametrize("student", HONEST)
def test_an_honest_one_beside_them_has_all_its_points(graded, student):
    assert graded.points(student) == (3, 1)
    assert graded.outcomes[student].reason == ""


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_none_has_seen_what_is_the_graders(graded, attack):
    written = graded.written(attack.name)
    assert SECRET not in written
    assert "found CANARY in" not in outputs(written)
    assert "connected to" not in outputs(written)


def outputs(written):
    """Return all that a graded notebook shows, as text."""
    cells = json.loads(written)["cells"] if written else []
    return json.dumps([found.get("outputs", []) for found in cells])


def test_nothing_outside_has_changed(graded):
    assert graded.files() == graded.before
    seeds = graded.toy.course / "seeds.json"
    assert seeds.stat().st_mode & 0o077 == 0
    assert graded.scores.keys() == {*HONEST, *(a.name for a in ATTACKS)}
    for line in graded.scores.values():
        assert [score.maximum for score in line.values()] == [3, 1, 2]


def test_nobody_called_and_no_process_is_left(graded):
    assert graded.listener.came == []
    left = [
        process.info["cmdline"]
        for process in psutil.process_iter(["cmdline"])
        if "time.sleep(120.25)" in " ".join(process.info["cmdline"] or ())
    ]
    assert left == []


def test_what_a_link_names_is_not_handed_out(graded):
    course = graded.toy.course
    for folder in ("autograded", "feedback"):
        assert not list((course / folder).rglob("notes.txt"))


def test_every_family_of_attacks_is_there_and_named_once():
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= 30
    assert len({attack.family for attack in ATTACKS}) >= 10


def test_the_table_of_attacks_is_up_to_date():
    page = Path(table.__file__).with_name("README.md").read_text(encoding="utf-8")
    assert page == table.page(), "run python tests/hostile/table.py"
