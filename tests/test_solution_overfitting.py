"""The exercise's reference against numbers worked by hand, those of its text."""

import numpy as np
import pytest


def test_dropout_gives_the_numbers_of_the_text(solved):
    numbers = np.array([[[2.0, -1.0, 0.0, 4.0]]])
    keep = np.array([[[True, False, True, True]]])
    dropped = solved.dropout(numbers, keep, 0.5, True)
    np.testing.assert_array_equal(dropped, [[[4.0, 0.0, 0.0, 8.0]]])
    np.testing.assert_array_equal(solved.dropout(numbers, keep, 0.5, False), numbers)


def test_a_dropped_word_changes_a_logit_in_training_only(solved, rng):
    shapes = {"embedding": (9, 3), "U": (3, 3), "W": (3, 3), "b": 3, "v": 3}
    params = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    ids, keep = np.array([[4, 7]]), np.ones((1, 2, 3), dtype=bool)
    keep[0, 0] = False
    states = np.tanh(params["b"])  # the first word is all zero
    embedded = params["embedding"][7] / 0.7
    states = np.tanh(embedded @ params["U"] + states @ params["W"] + params["b"])
    logits = solved.classify(params, ids, keep, True)
    np.testing.assert_allclose(logits, [states @ params["v"]])
    whole = solved.classify(params, ids, np.ones_like(keep), False)
    np.testing.assert_array_equal(solved.classify(params, ids, keep, False), whole)


def test_the_penalties_give_the_numbers_of_the_text(solved):
    params = {"W": np.array([[3.0, -1.0]]), "v": np.array([2.0]), "b": np.array([5.0])}
    assert solved.l1_penalty(params, 0.1) == pytest.approx(0.6)
    assert solved.l2_penalty(params, 0.1) == pytest.approx(0.7)
    assert solved.l2_step(3.0, 1.0, 0.1, 0.5) == pytest.approx(2.35)


def test_the_curves_give_the_numbers_of_the_text(solved):
    held_out = [0.69, 0.60, 0.52, 0.55, 0.53, 0.58, 0.50]
    train = [0.68, 0.55, 0.40, 0.30, 0.22, 0.17, 0.12]
    assert solved.stop_epoch(held_out, 3) == 6
    assert solved.best_epoch(held_out, 3) == 3
    assert solved.gap(train, held_out, 3) == pytest.approx(0.12)
    assert solved.best_epoch(held_out, 4) == 7  # a patience of 4 lives to see it
    assert solved.stop_epoch([0.5, 0.5, 0.5], 2) == 3
