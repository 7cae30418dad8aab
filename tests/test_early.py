"""Which warm processes are started for a class before it is looked at closely."""

import json
import os

import pytest

from autograder.grade.sandbox import early, pool
from autograder.grade.sandbox.warm import MODULES


@pytest.fixture
def prepared(monkeypatch):
    """The kinds of warm processes that would be started, by their last module."""
    kinds = []
    monkeypatch.setattr(early.POOL, "prepare", lambda order: kinds.append(order))
    monkeypatch.setattr(early.bubblewrap, "missing", list)
    return kinds


def submit(course, student, framework, padding=0):
    path = course / "submitted" / student / "toy" / "toy.ipynb"
    path.parent.mkdir(parents=True)
    notebook = {
        "cells": [{"cell_type": "markdown", "source": "x" * padding}],
        "metadata": {"attnbook": {"framework": framework, "language": "ja"}},
    }
    path.write_text(json.dumps(notebook))
    return path


def started(kinds):
    return sorted(kind.modules[-1] for kind in kinds)


def test_each_framework_gets_its_share_of_the_workers(tmp_path, prepared):
    for number in range(3):
        submit(tmp_path, f"keras_{number}", "keras", padding=10_000)
    submit(tmp_path, "torch", "torch")
    early.start(tmp_path, "toy", [], 4, False)
    assert started(prepared) == ["keras", "keras", "keras", "torch"]
    assert all(kind.modules in MODULES.values() for kind in prepared)


def test_a_graded_class_starts_nothing_unless_it_is_forced(tmp_path, prepared):
    submit(tmp_path, "ann", "torch")
    (tmp_path / "autograded" / "ann" / "toy").mkdir(parents=True)
    early.start(tmp_path, "toy", [], 1, False)
    assert started(prepared) == []
    early.start(tmp_path, "toy", [], 1, True)
    assert started(prepared) == ["torch"]


def test_only_those_who_are_graded_are_looked_at(tmp_path, prepared):
    submit(tmp_path, "ann", "torch")
    submit(tmp_path, "bob", "keras")
    early.start(tmp_path, "toy", ["bob"], 1, False)
    assert started(prepared) == ["keras"]


def test_what_is_no_notebook_counts_as_one_without_a_framework(tmp_path, prepared):
    submit(tmp_path, "ann", "fortran")
    submit(tmp_path, "bob", "torch").write_bytes(b"\xff\x00")
    path = submit(tmp_path, "eve", "torch")
    path.unlink()
    os.mkfifo(path)  # to open it would wait for ever
    early.start(tmp_path, "toy", [], 1, False)
    assert started(prepared) == ["matplotlib.pyplot"]


class FakeWarm:
    reusable = True

    def __init__(self, order):
        self.order = order

    def close(self):
        self.closed = True


@pytest.fixture
def warms(monkeypatch):
    monkeypatch.setattr(pool, "Warm", FakeWarm)
    monkeypatch.setattr(pool, "require", lambda: None)
    return pool.Pool()


ORDER = pool.Order(modules=MODULES["torch"])


def test_a_prepared_process_is_taken_before_another_is_started(warms):
    warms.prepare(ORDER)
    (prepared,) = [warm for _, warm in warms._free]
    warm, _ = warms.take(ORDER)
    assert warm is prepared
    warms.give(warm)
    assert warms.take(ORDER)[0] is warm


def test_waiting_for_a_process_ends_when_it_has_cost_one(warms, monkeypatch):
    monkeypatch.setattr(pool, "WORTH", 0.05)
    first, _ = warms.take(ORDER)
    second, _ = warms.take(ORDER)  # nobody gives the first one back
    assert second is not first


def test_who_waits_gets_the_process_that_is_given_back(warms, monkeypatch):
    monkeypatch.setattr(pool, "WORTH", 60.0)
    first, _ = warms.take(ORDER)
    warms._changed.wait = lambda seconds: warms.give(first)  # somebody gives it back
    assert warms.take(ORDER)[0] is first


def test_a_process_for_one_kernel_only_is_not_waited_for(warms, monkeypatch):
    monkeypatch.setattr(FakeWarm, "reusable", False)
    monkeypatch.setattr(pool, "WORTH", 60.0)
    assert warms.take(ORDER)[0] is not warms.take(ORDER)[0]
