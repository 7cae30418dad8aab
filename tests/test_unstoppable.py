"""Grading that is killed, here or on a worker far away, and goes on all the same."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from toy import RIGHT, Toy, points

from autograder.grade.batch import Options, grade
from autograder.grade.engine import EngineError

HERE = Path(__file__).parent
SECONDS_OF_GRACE = 20
WRONG = {**RIGHT, "double": "def double(x):\n    return x * x"}
SLOW = {**RIGHT, "name": "import time\ntime.sleep(0.5)\n\n\ndef name():\n    return 1"}
KINDS = [(RIGHT, (3, 1)), (WRONG, (0, 1)), (SLOW, (3, 1)), ({}, (0, 0))]


@pytest.fixture
def toy(tmp_path, monkeypatch):
    return Toy(tmp_path, monkeypatch)


def hand_in(toy, students):
    """Hand in so many; return the points that each deserves, by student."""
    deserved = {}
    for number in range(students):
        tasks, (double, name) = KINDS[number % len(KINDS)]
        student = f"student_{number:02d}"
        toy.submit(student, toy.notebook(**tasks))
        deserved[student] = {
            "check-double": double,
            "check-name": name,
            "question-why": 0,
        }
    return deserved


class Grading:
    """A process that grades in children of its own, one after the other."""

    def __init__(self, folder):
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "grade_toys.py"), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def begin(self, **options):
        """Begin to grade; return the process that does."""
        self.process.stdin.write(json.dumps(options) + "\n")
        self.process.stdin.flush()
        return psutil.Process(int(self.process.stdout.readline()))

    def end(self):
        """Wait for its end; return its exit status, negative if it was killed."""
        return int(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait(SECONDS_OF_GRACE)
        self.process.stdout.close()


@pytest.fixture
def grading(tmp_path):
    one = Grading(tmp_path)
    yield one
    one.close()


def test_killed_at_20_random_moments_it_loses_and_repeats_nothing(toy, grading):
    deserved, chance = hand_in(toy, 12), random.Random(7)
    kills = 0
    while kills < 20:
        command = grading.begin(force=chance.random() < 0.5, workers=2)
        _wait_for_a_kernel(command)
        time.sleep(chance.uniform(0, 1.5))
        kills += _kill_something(command, chance)
        status = grading.end()
        if status != -signal.SIGKILL:
            assert status == 0  # it went on: what was killed was run again
        for student, line in points(toy).items():
            assert line in (deserved[student], {**dict.fromkeys(line, 0)})
        _all_gone(command.pid)
    grading.begin(workers=2)
    assert grading.end() == 0
    assert points(toy) == deserved
    book = (toy.course / "gradebook.db").read_bytes()
    grading.begin(workers=2)
    assert grading.end() == 0
    assert (toy.course / "gradebook.db").read_bytes() == book  # nothing graded twice


def _wait_for_a_kernel(command):
    """Wait until the command's sandbox runs something, or the command has ended."""
    with contextlib.suppress(psutil.NoSuchProcess):
        while command.is_running() and command.status() != psutil.STATUS_ZOMBIE:
            if len(command.children(recursive=True)) > 3:
                return
            time.sleep(0.01)


def _kill_something(command, chance):
    """Kill the command, a process of a sandbox, or all; tell whether there was one."""
    with contextlib.suppress(psutil.NoSuchProcess):
        below = command.children(recursive=True)
        doomed = chance.choice(["command", "sandbox", "all"])
        if doomed == "sandbox" and below:
            chance.choice(below).kill()
            return True
        if doomed == "all":
            for process in below:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
        command.kill()
        return True
    return False


def _all_gone(group):
    """See that nothing of a grading that was killed runs on."""
    deadline = time.monotonic() + SECONDS_OF_GRACE
    while time.monotonic() < deadline:
        left = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, ProcessLookupError):
                if os.getpgid(process.pid) == group and process.status() != "zombie":
                    left.append(process)
        if not left:
            return
        time.sleep(0.05)
    raise AssertionError(f"still there: {left}")


@pytest.fixture
def cluster(tmp_path):
    """A Dask scheduler and two workers, each a process with a folder of its own."""
    address_file = tmp_path / "scheduler.json"
    started = [
        _dask("scheduler", tmp_path / "head", "--port", "0", "--host", "127.0.0.1",
              "--no-dashboard", "--scheduler-file", str(address_file))
    ]  # fmt: skip
    while not address_file.exists():
        time.sleep(0.05)
    for name in ("one", "two"):
        started.append(
            _dask("worker", tmp_path / name, "--scheduler-file", str(address_file),
                  "--nthreads", "1", "--no-nanny", "--no-dashboard",
                  "--local-directory", str(tmp_path / name))
        )  # fmt: skip
    yield json.loads(address_file.read_text())["address"], started[1:]
    for process in started:
        process.kill()
        process.wait()


def _dask(verb, folder, *arguments):
    folder.mkdir()
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.dask_{verb}", *arguments],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_a_cluster_that_loses_a_worker_gives_the_same_grades(toy, cluster):
    address, workers = cluster
    deserved, graded = hand_in(toy, 12), []
    _wait_for_workers(address, 2)

    def tell(outcome):
        graded.append(outcome)
        if len(graded) == 3:
            workers[0].kill()

    outcomes = grade(toy.exercise, toy.course, Options(scheduler=address), tell)
    assert [outcome.reason for outcome in outcomes] == [""] * 12
    assert points(toy) == deserved


def _wait_for_workers(address, number):
    from distributed import Client

    with Client(address) as client:
        client.wait_for_workers(number, SECONDS_OF_GRACE)


def test_any_number_of_workers_in_any_order_gives_the_same_grades(toy, tmp_path):
    deserved = hand_in(toy, 8)
    for workers in (1, 3):
        fresh = toy.fresh(tmp_path / str(workers))
        grade(fresh.exercise, fresh.course, Options(workers=workers, seed=5))
        assert points(fresh) == deserved


def test_a_scheduler_that_is_not_there_is_said_in_one_line(toy, monkeypatch):
    hand_in(toy, 1)
    monkeypatch.setattr("autograder.grade.engine.CONNECT", 0.5)
    with pytest.raises(
        EngineError, match="tcp://127.0.0.1:9: no Dask scheduler answers"
    ):
        grade(toy.exercise, toy.course, Options(scheduler="tcp://127.0.0.1:9"))


def test_a_worker_with_another_version_is_not_used(toy, cluster, monkeypatch):
    hand_in(toy, 1)
    address, _ = cluster
    _wait_for_workers(address, 2)
    monkeypatch.setattr("autograder.grade.engine.fingerprint", lambda _: "another")
    with pytest.raises(EngineError, match="another version of the autograder"):
        grade(toy.exercise, toy.course, Options(scheduler=address))
