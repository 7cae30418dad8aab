"""The exercise's reference against numbers worked by hand, those of its text."""

import math

import numpy as np
import pytest

from autograder.author.reference import run


def test_ids_are_turned_as_in_the_text_and_vectors_whole(solved):
    turned = solved.turn(solved.ids_example, solved.lengths_example)
    np.testing.assert_array_equal(turned, [[7, 6, 5, 0], [9, 8, 0, 0]])
    vectors = np.arange(6).reshape(1, 3, 2)
    seen = solved.turn(vectors, np.array([2]))
    np.testing.assert_array_equal(seen, [[[2, 3], [0, 1], [4, 5]]])
    np.testing.assert_array_equal(solved.turn(vectors, np.array([0])), vectors)


def test_the_merge_modes_give_the_table_of_the_text(solved):
    pair = solved.ahead_example, solved.back_example
    table = {"sum": [4, 7], "mul": [3, 10], "ave": [2, 3.5], "concat": [1, 2, 3, 5]}
    for merge_mode, expected in table.items():
        np.testing.assert_array_equal(solved.merge(*pair, merge_mode), [[expected]])
    for one, other in zip(solved.merge(*pair, None), pair, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_wrapper_reads_two_real_words_from_both_sides(solved):
    layer = solved.layer_example
    arguments = solved.xs_example, solved.length_example, layer, layer
    seen = solved.bidirectional(*arguments, "concat")
    left, right = math.tanh(0.5), math.tanh(1.0)
    expected = [[left, math.tanh(0.5 + right)], [math.tanh(1.0 + left), right], [0, 0]]
    assert seen.shape == (1, 3, 2)
    np.testing.assert_allclose(seen[0], expected)


def test_the_sentence_vector_is_that_of_the_text_and_zero_for_an_empty_one(solved):
    states = solved.left_example, solved.right_example
    np.testing.assert_array_equal(
        solved.sentence_vector(*states, np.array([3])), [[3, 4]]
    )
    np.testing.assert_array_equal(
        solved.sentence_vector(*states, np.array([2])), [[2, 4]]
    )
    np.testing.assert_array_equal(
        solved.sentence_vector(*states, np.array([0])), [[0, 0]]
    )


def test_the_count_is_that_of_pytorchs_matrices_and_one_bias_a_gate(solved):
    torch = pytest.importorskip("torch")
    assert solved.stacked_count(1, 1, "sum") == 48
    for merge_mode, width in (("concat", 10), ("sum", 5), ("mul", 5), ("ave", 5)):
        readers = [
            torch.nn.LSTM(size, 5, bidirectional=True, bias=False)
            for size in (7, width)
        ]
        matrices = sum(p.numel() for each in readers for p in each.parameters())
        assert solved.stacked_count(7, 5, merge_mode) == matrices + 4 * 4 * 5


def test_the_graded_cases_of_the_wrapper_have_padding_and_an_empty_sentence(exercise):
    cases = run(exercise, "numpy", 1)["wrapper"]
    assert len(cases) >= 2
    for case in cases:
        joined = case["concat"]
        assert joined.shape == (4, 6, 4)
        assert (joined[3] == 0).all()
        assert (joined[0] != 0).all()
        assert (joined[2, -1] == 0).all()
