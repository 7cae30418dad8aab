"""The exercise's reference against numbers worked by hand, those of its text."""

import math

import numpy as np


def test_three_words_in_nine_frames_stand_at_the_first_middle_and_last(solved):
    seen = solved.diagonal_positions(solved.tgt_example, solved.src_example)
    np.testing.assert_allclose(seen, [[1, 5, 9], [1, 4, 4]])
    one_word = solved.diagonal_positions(
        np.array([[True, False]]), solved.src_example[:1]
    )
    np.testing.assert_allclose(one_word, [[1, 1]])


def test_the_windows_of_the_text_end_with_the_sound(solved):
    seen = solved.window_mask(solved.positions_example, solved.frames_example, 2)
    assert seen.dtype == bool
    np.testing.assert_array_equal(
        seen, [[[0, 1, 1, 1, 1, 0, 0], [0, 0, 1, 1, 1, 0, 0]]]
    )


def test_half_of_eight_and_of_four_frames_is_predicted(solved):
    seen = solved.predicted_positions(
        solved.states_example, solved.sound_example, np.ones((1, 1)), np.array([2.0])
    )
    np.testing.assert_allclose(seen, [[4], [2]])


def test_the_weights_of_the_text_leave_the_highest_score_outside(solved):
    seen = solved.local_weights(
        solved.scores_example, np.array([[2.0]]), solved.window_example, 2
    )
    edge = math.exp(-1 / 2) / 3
    np.testing.assert_allclose(seen, [[[edge, 1 / 3, edge, 0]]])


def test_the_pull_of_the_text_is_a_fifth(solved):
    seen = solved.position_gradient(
        solved.d_example, solved.weights_example, np.array([[2.0]]), 2
    )
    np.testing.assert_allclose(seen, [[0.2]])
