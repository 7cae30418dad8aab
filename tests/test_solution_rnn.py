"""The reference of the exercise `rnn` against the numbers of its text."""

import math

import numpy as np
import pytest
from gradients import numeric_gradient


def logistic(z):
    return 1 / (1 + np.exp(-z))


def test_one_step_gives_the_numbers_of_the_text(solved):
    one, zero = np.ones((1, 1)), np.zeros(1)
    state = solved.next_state(2 * one, 0.5 * one, one, -2 * one, zero)
    assert state.item() == pytest.approx(1 / (1 + math.exp(-1)))
    assert state.item() == pytest.approx(0.731, abs=5e-4)
    assert solved.output(0.5 * one, 2 * one, zero - 1).item() == pytest.approx(0.5)


def test_the_layer_keeps_the_state_on_padding(solved):
    one, zero = np.ones((1, 1)), np.zeros(1)
    xs = np.zeros((3, 2, 1))
    seen = solved.elman_layer(xs, [2, 1, 0], one, one, zero, True)
    second = 1 / (1 + math.exp(-0.5))
    assert second == pytest.approx(0.622, abs=5e-4)
    np.testing.assert_allclose(seen[..., 0], [[0.5, second], [0.5, 0.5], [0, 0]])
    last = solved.elman_layer(xs, [2, 1, 0], one, one, zero, False)
    np.testing.assert_array_equal(last, seen[:, -1])


def test_the_way_back_gives_the_numbers_of_the_text(solved):
    whole = solved.parameter_gradients(*solved.given, 2)
    cut = solved.parameter_gradients(*solved.given, 1)
    assert [grad.item() for grad in whole] == pytest.approx([1.5, 0.5, 1.5])
    assert [grad.item() for grad in cut] == pytest.approx([1, 0.5, 1])


@pytest.mark.parametrize("depth", [1, 3, 5, 9])
def test_the_way_back_matches_numeric_gradients(solved, rng, depth):
    """Cut after some steps, the states before the cut count as given."""
    xs, d_last = rng.normal(size=(2, 5, 3)), rng.normal(size=(2, 4))
    W, U, b = rng.normal(size=(3, 4)), rng.normal(size=(4, 4)), rng.normal(size=4)

    def states_from(start, h):
        states = []
        for t in range(start, 5):
            h = logistic(xs[:, t] @ W + h @ U + b)
            states.append(h)
        return np.stack(states, axis=1)

    states = states_from(0, np.zeros((2, 4)))
    first = max(5 - depth, 0)
    h0 = states[:, first - 1] if first else np.zeros((2, 4))
    seen = solved.parameter_gradients(d_last, xs, states, W, U, b, depth)
    for param, grad in zip((W, U, b), seen, strict=True):
        right = numeric_gradient(lambda: states_from(first, h0)[:, -1], param, d_last)
        assert grad.shape == right.shape
        np.testing.assert_allclose(grad, right, atol=1e-8)


def test_radius_and_jacobian_are_those_of_the_text(solved):
    assert solved.spectral_radius(solved.U_example) == pytest.approx(2)
    jacobian = solved.step_jacobian(np.array([[0.5, 0.2]]), solved.U_example)
    np.testing.assert_allclose(jacobian, [[[0, 0.25], [-0.64, 0]]])


def test_the_jacobian_is_how_a_state_depends_on_the_one_before(solved, rng):
    U, h = rng.normal(size=(3, 3)), rng.normal(size=(1, 3))
    jacobian = solved.step_jacobian(logistic(h @ U), U)[0]
    for number in range(3):
        d_next = np.eye(3)[number]
        right = numeric_gradient(lambda: logistic(h @ U), h, d_next)
        np.testing.assert_allclose(d_next @ jacobian, right[0], atol=1e-8)


def test_clipping_gives_the_numbers_of_the_text(solved):
    given = solved.params_example, solved.grads_example, 0.5
    long = solved.joined(solved.clipped_step(*given, 1.0))
    short = solved.joined(solved.clipped_step(*given, 10.0))
    np.testing.assert_allclose(long, [0.7, 1, -0.4])
    np.testing.assert_allclose(short, [-0.5, 1, -2])
