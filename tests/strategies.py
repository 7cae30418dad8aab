"""Strategies for what may come from a student: notebooks, messages, answers."""

from hypothesis import strategies as st

from autograder.grade.execute import ENDED, Event

CHECKS = ["check-double", "check-name"]
IDS = ["task-double", *CHECKS, "task-name", "question-why"]
# All letters, lone surrogates and control characters among them.
TEXT = st.text(st.characters(exclude_categories=()), max_size=20) | st.sampled_from(
    ["\ud800", "a\udfff", "\x00", "\x1b[0m", "\r\n", "</script>", "%%bash", "{x}"]
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**200, 10**201)
    | st.floats()
    | TEXT
    | st.sampled_from(IDS),
    lambda part: st.lists(part, max_size=4) | st.dictionaries(TEXT, part, max_size=4),
    max_leaves=10,
)
GAMES = st.fixed_dictionaries(
    {},
    optional={
        "grade_id": st.sampled_from(IDS) | JSON,
        "points": JSON,
        "grade": JSON,
        "solution": JSON,
        "locked": JSON,
        "schema_version": JSON,
        "cell_type": JSON,
        "checksum": JSON,
        "task": JSON,
    },
)
METADATA = st.fixed_dictionaries({"nbgrader": GAMES | JSON}) | JSON
KINDS = st.sampled_from(["code", "markdown", "raw", "heading"]) | JSON
SOURCES = TEXT | st.lists(TEXT | JSON, max_size=3) | JSON
CELL = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": KINDS,
        "source": SOURCES,
        "metadata": METADATA,
        "outputs": JSON,
        "id": JSON,
        "execution_count": JSON,
        "attachments": JSON,
    },
)
PLACE = st.integers(0, 30)
CHANGES = st.lists(
    st.tuples(st.just("delete"), PLACE, st.none())
    | st.tuples(st.just("copy"), PLACE, PLACE)
    | st.tuples(st.just("move"), PLACE, PLACE)
    | st.tuples(st.just("insert"), PLACE, CELL | JSON)
    | st.tuples(st.just("cell_type"), PLACE, KINDS)
    | st.tuples(st.just("source"), PLACE, SOURCES)
    | st.tuples(st.just("metadata"), PLACE, METADATA)
    | st.tuples(st.just("outputs"), PLACE, JSON),
    max_size=8,
)
TOP = st.fixed_dictionaries(
    {},
    optional={
        "metadata": st.fixed_dictionaries({"attnbook": JSON}) | JSON,
        "nbformat": st.sampled_from([2, 3, 4, 5]) | JSON,
        "nbformat_minor": JSON,
        "worksheets": st.lists(st.fixed_dictionaries({"cells": st.lists(CELL)})) | JSON,
        "cells": st.lists(CELL | JSON, max_size=5) | JSON,
    },
)
MESSAGES = st.lists(
    st.fixed_dictionaries(
        {"content": JSON | st.fixed_dictionaries({"data": JSON, "text": JSON})},
        optional={
            "msg_type": st.sampled_from(
                ["stream", "error", "status", "display_data", "execute_result"]
            )
            | JSON
        },
    ),
    max_size=3,
)
PACKED = st.fixed_dictionaries(
    {},
    optional={
        "dtype": st.sampled_from(["<f8", "<f4", "|b1", "|O", "<U9", "<M8"]) | JSON,
        "shape": st.lists(st.integers(-(2**70), 2**70), max_size=9) | JSON,
        "data": st.sampled_from(["", "AAAA", "AAAAAAAA", "A", "é"]) | JSON,
    },
)
CASE = st.fixed_dictionaries(
    {},
    optional={
        "answers": st.dictionaries(TEXT | st.just("array"), PACKED | JSON) | JSON,
        "errors": st.dictionaries(TEXT | st.just(""), JSON) | JSON,
    },
)
BUNDLE = st.fixed_dictionaries(
    {},
    optional={
        "check": st.sampled_from(["double", "name"]) | JSON,
        "cases": st.lists(CASE | JSON, min_size=3, max_size=3) | JSON,
    },
)
EVENTS = st.lists(
    st.builds(
        Event,
        st.sampled_from(["interrupted", *ENDED]),
        st.just(0),
        st.floats(0, 60),
    ),
    max_size=1,
).map(tuple)
