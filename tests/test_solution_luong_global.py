"""The exercise's reference against numbers worked by hand, those of its text."""

import math

import numpy as np

from autograder.author.reference import run


def test_the_scores_of_the_text_are_those_of_the_solution(solved):
    query, keys = solved.dec_example, solved.src_example
    dot = solved.dot_score(query, keys[:, :, :2])
    general = solved.general_score(query, keys, solved.W_general)
    concat = solved.concat_score(query, keys, solved.W_concat, np.array([2.0]))
    np.testing.assert_allclose(dot, [[[5, 2]]])
    np.testing.assert_allclose(general, [[[7, 2]]])
    np.testing.assert_allclose(concat, [[[2 * math.tanh(3), 2 * math.tanh(1)]]])


def test_the_solution_leaves_padding_out_and_an_empty_sentence_without_weight(solved):
    weights = solved.masked_weights(solved.scores_example, solved.mask_example)
    assert weights.shape == (3, 1, 3)
    e, e5 = math.e, math.e**5
    full = np.array([e, e, e5]) / (2 * e + e5)
    np.testing.assert_allclose(weights[:, 0], [full, [0.5, 0.5, 0], [0, 0, 0]])
    assert (weights[~solved.mask_example[:, None]] == 0).all()


def test_the_counts_are_those_of_the_matrices_of_the_text(solved):
    assert solved.W_general.size == solved.general_count(2, 3, 1) == 6
    assert solved.W_concat.size + 1 == solved.concat_count(2, 3, 1) == 6
    assert solved.dot_count(2, 2, 1) == 0


def test_attention_between_two_sequences_gives_the_numbers_of_the_text(solved):
    np.testing.assert_allclose(solved.a_example[0, 0], [1 / 4, 3 / 4], rtol=1e-6)
    context = solved.context_vectors(np.array([[[1 / 4, 3 / 4]]]), solved.first_example)
    np.testing.assert_allclose(context, [[[1, 3]]])
    np.testing.assert_allclose(solved.joined_example, [[[1, 3, 2, 0]]])
    state = solved.attentional_state(
        solved.joined_example, solved.W_example, np.array([0.3])
    )
    np.testing.assert_allclose(state, [[[math.tanh(1)]]])


def test_the_heart_of_the_exercise_runs_at_full_size(exercise):
    cases = run(exercise, "numpy", 1)["h"]
    for case in cases:
        full = case["full"]
        assert full.shape == (2, 30, 200)
        assert 0.2 < np.abs(full).mean() < 0.8  # neither dead nor saturated
