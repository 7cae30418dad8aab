"""The exercise's reference against numbers worked by hand, those of its text."""

import math

import numpy as np

from autograder.author.reference import run


def test_the_rows_of_the_text_are_looked_up(solved):
    ids, table = np.array([[2, 1, 0]]), solved.table_example
    seen = solved.look_up(ids, table)
    np.testing.assert_array_equal(seen, [[[4, 3], [3, 4], [1, 0]]])
    np.testing.assert_array_equal(solved.one_hot(ids, 3)[0, 0], [0, 0, 1])
    padded = solved.look_up_padded(ids, table)
    np.testing.assert_array_equal(padded, [[[4, 3], [3, 4], [0, 0]]])


def test_the_gradients_of_the_text_add_up(solved):
    ids, d_vectors = solved.ids_twice, solved.d_example
    seen = solved.table_gradient(ids, d_vectors, 3)
    np.testing.assert_array_equal(seen, [[0, 0], [0, 2], [2, 1]])
    padded = solved.padded_gradient(ids - 1, d_vectors, 3)
    np.testing.assert_array_equal(padded, [[0, 0], [2, 1], [0, 0]])


def test_the_counts_are_those_of_the_text(solved):
    assert solved.table_count(2, 3, 10, 4) == 40
    assert solved.vector_count(2, 3, 10, 4) == 24
    assert solved.one_hot_count(2, 3, 10, 4) == 60


def test_the_cosine_of_the_text_and_its_nearest_word(solved):
    seen = solved.cosines(solved.table_example)
    np.testing.assert_allclose(seen[1:, 1:], [[1, 0.96], [0.96, 1]])
    np.testing.assert_array_equal(solved.nearest(solved.table_example, 2, 2), [1, 0])


def test_the_mean_of_the_text_leaves_padding_out(solved):
    mean = solved.mean_row(solved.ids_example, solved.table_example)
    np.testing.assert_array_equal(mean, [[3.5, 3.5]])


def test_the_loss_of_two_drawn_words_by_hand(solved):
    """Scores log 3 for the word and 0 for both drawn ones: log 4/3 + 2 log 2."""
    C = np.array([[0.0], [math.log(3)]])
    seen = solved.cbow_loss(np.ones((1, 1)), np.array([1]), np.array([[0, 0]]), C)
    np.testing.assert_allclose(seen, [math.log(4 / 3) + 2 * math.log(2)])


def test_the_lookup_runs_at_the_size_of_the_chapter(exercise):
    for case in run(exercise, "numpy", 1)["lookup"]:
        assert case["vectors"].shape == (32, 20, 100)
        padded = (case["padded"] == 0).all(axis=-1)
        assert padded.any() and not padded.all()


def test_the_gradient_of_each_case_has_rows_that_are_looked_up_twice(exercise):
    for case in run(exercise, "numpy", 1)["backward"]:
        assert (case["gradient"] == 0).all(axis=-1).any()
        assert (case["gradient"] != case["padded"]).any()
