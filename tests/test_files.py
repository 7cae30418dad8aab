"""Files that are large, many or not to be read: limits of reading a submission."""

import json
import resource
import subprocess
import sys

import pytest
from toy import RIGHT, cell

from autograder.grade import files, submission
from autograder.grade.batch import Options, grade
from autograder.grade.files import Unreadable, plain_content
from autograder.grade.gradebook import database, scores
from autograder.grade.submission import read


def test_what_may_not_be_read_has_a_reason(toy, monkeypatch):
    def refuse(*args):
        raise PermissionError(13, "Permission denied")

    path = toy.submit("one", toy.notebook(**RIGHT))
    monkeypatch.setattr(files.os, "open", refuse)
    with pytest.raises(Unreadable, match=r"cannot be read \(Permission denied\)"):
        plain_content(path)


def test_a_folder_with_too_much_in_it_is_refused(toy, monkeypatch):
    path = toy.submit("one", toy.notebook(**RIGHT))
    (path.parent / "data").write_bytes(b"0" * 1000)
    read(path)
    with pytest.raises(Unreadable, match="in its folder are more than"):
        files.refuse_links_beside(path.parent, limit=100)
    monkeypatch.setattr(files, "ENTRY_LIMIT", 1)
    with pytest.raises(Unreadable, match="more than 1 files"):
        read(path)


def test_a_file_over_the_limit_is_refused(toy):
    path = toy.submit("one", toy.notebook(**RIGHT))
    with pytest.raises(Unreadable, match="are more than 1,000"):
        plain_content(path, limit=1000)


def with_output(toy, size):
    """The right notebook with much output, as bytes."""
    marked = toy.notebook(**RIGHT)
    shown = {"output_type": "stream", "name": "stdout", "text": "MARK"}
    cell(marked, "task-double")["outputs"] = [shown]
    before, after = json.dumps(marked).encode().split(b"MARK")
    return before + b"x" * size + after


def test_a_notebook_with_100_megabytes_of_output_is_graded(toy):
    toy.submit("one", with_output(toy, 100_000_000))
    (outcome,) = grade(toy.exercise, toy.course, Options())
    assert outcome.status == "graded"
    line = scores(database(toy.course), "toy")["one"]
    assert sum(score.points for score in line.values()) == 4


def test_hostile_json_of_any_size_takes_limited_memory(toy, monkeypatch):
    limit = 600_000_000
    monkeypatch.setattr(submission, "APART", 1000)
    monkeypatch.setattr(submission, "MEMORY_LIMIT", limit)
    lists = b"[]," * 12_000_000  # each takes 64 bytes
    path = toy.submit("one", b'{"nbformat": 4, "cells": [' + lists + b"[]]}")
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    with pytest.raises(Unreadable, match="cannot be read in 600,000,000 bytes"):
        read(path)
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert max(before * 1024, limit) >= used * 1024 > 30_000_000


def test_a_reason_comes_back_from_the_process_that_reads_large_ones(toy, monkeypatch):
    monkeypatch.setattr(submission, "APART", 10)
    with pytest.raises(Unreadable, match="^it has no list of cells"):
        read(toy.submit("one", '{"nbformat": 4, "cells": 5}'))
    found = read(toy.submit("one", toy.notebook(**RIGHT)))
    monkeypatch.undo()
    path = toy.course / "submitted" / "one" / "toy" / "toy.ipynb"
    assert found == submission.parse(path.read_bytes())


def test_the_reader_of_large_ones_says_it_all_in_one_line():
    ran = subprocess.run(
        [sys.executable, "-I", "-m", "autograder.grade.submission", "1000000000"],
        input=b"[",
        capture_output=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert len(ran.stderr.splitlines()) == 1
