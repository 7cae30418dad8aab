"""The exercise's reference against numbers worked by hand, those of its text."""

import math

import numpy as np
import pytest

from autograder.author.reference import run


def test_the_weights_are_those_of_the_text(solved):
    mask = np.array([[True, True, False]])
    seen = solved.attention_weights(solved.scores_example, mask)
    first = math.exp(2) / (math.exp(2) + 1)
    np.testing.assert_allclose(seen[0, :, 0], [first, 1 - first, 0])
    assert not solved.attention_weights(solved.scores_example, mask & False).any()


def test_the_query_is_the_state_after_the_step(solved):
    step, src = solved.step_example, solved.src_example
    xs, zeros = solved.xs_example, np.zeros((1, 2))
    h, c = step(xs[:, 0], zeros, zeros)
    h, _ = step(xs[:, 1], h, c)
    exps = np.exp(src[0] @ h[0])
    expected = (exps / exps.sum()) @ src[0]
    seen = solved.all_contexts(xs, src, zeros, zeros, step)
    np.testing.assert_allclose(seen[0, 1], expected)


def test_the_rows_are_those_of_the_text(solved):
    ids = np.array([[1, 7, 4, 2, 0]])
    np.testing.assert_array_equal(solved.shown(ids), [[1, 7, 4, 2]])
    np.testing.assert_array_equal(solved.to_write(ids), [[7, 4, 2, 0]])
    np.testing.assert_array_equal(solved.counted(ids), [[True, True, True, False]])


def test_a_certain_and_right_writer_has_no_loss(solved):
    seen = solved.translation_loss(
        solved.act_example, solved.W_example, np.array([[2, 0]])
    )
    assert seen == pytest.approx(0, abs=1e-12)
    with_faults = solved.suspect_loss(
        solved.act_example, solved.W_example, np.array([[2, 0]])
    )
    assert with_faults > 0.5


def test_the_ends_are_those_of_the_text(solved):
    inputs = solved.chosen_example, solved.going_example
    np.testing.assert_array_equal(solved.written(*inputs), [7, 2, 0])
    np.testing.assert_array_equal(solved.still_going(*inputs), [True, False, False])


def test_the_attention_is_called_once_and_by_the_suspect_64_times(solved):
    states = [solved.zeros] * 64
    count = solved.count_calls
    assert count(solved.contexts_at_once, states, solved.src_example) == 1
    assert count(solved.suspect_copies, states, solved.src_example) == 64


def test_the_check_of_stop_has_ended_and_going_sentences(exercise):
    for case in run(exercise, "numpy", 1)["stop"]:
        written = np.asarray(case["written"])
        assert (written == 0).any() and (written == 2).any()
