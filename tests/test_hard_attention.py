"""Drawing one position, and REINFORCE, in NumPy, PyTorch and Keras."""

from importlib import import_module
from types import SimpleNamespace

import numpy as np
import pytest
from attnbook.numpy import draw_positions, masked_softmax, reinforce_loss
from attnbook.numpy.hard_attention import reinforce_backward
from frameworks import ALL, OTHERS, assert_same, assert_same_runs, run
from gradients import numeric_gradient

MASK = np.arange(4) < np.array([[[4]], [[2]], [[0]]])  # (B, 1, S)


@pytest.fixture
def weights(rng):
    """Weights of three sentences: full, padded, and nothing but padding."""
    return masked_softmax(rng.normal(size=(3, 5, 4)), MASK)  # (B, T, S)


@pytest.fixture
def drawn(rng, weights):
    """Drawn positions (B, T), their rewards and baselines."""
    rewards, baseline = rng.normal(size=(2, 3, 5))
    return draw_positions(weights, rng), rewards, baseline


def tensor_of(framework):
    """What makes a tensor of an array in a framework."""
    if framework == "numpy":
        return np.asarray
    names = {"torch": ("torch", "tensor"), "keras": ("tensorflow", "constant")}
    module, name = names[framework]
    return getattr(import_module(module), name)


def run_loss(framework, weights, drawn, dtype="float64"):
    """The loss and its gradient by the weights."""
    chosen, rewards, baseline = drawn

    def build(listings, rng):
        if framework == "numpy":
            return SimpleNamespace(
                forward=lambda w: np.asarray(reinforce_loss(w, *drawn)),
                backward=lambda d_loss: d_loss * reinforce_backward(weights, *drawn),
                grads={},
            )
        tensor = tensor_of(framework)
        given = [tensor(chosen)]
        given += [tensor(array.astype(dtype)) for array in (rewards, baseline)]
        return lambda w: listings.reinforce_loss(w, *given)

    return run(framework, build, [weights], [np.array(1.0)], dtype)


@pytest.mark.parametrize("framework", ALL)
def test_a_position_is_drawn_as_often_as_its_weight_says(framework, rng):
    listings = import_module(f"attnbook.{framework}")
    shares = np.array([0.1, 0.0, 0.6, 0.3, 0.0])  # (S,)
    weights = tensor_of(framework)(np.tile(shares, (2, 10_000, 1)))  # (B, T, S)
    chosen = np.asarray(listings.draw_positions(weights, rng))
    assert chosen.shape == (2, 10_000)
    counts = np.bincount(chosen.ravel(), minlength=5) / chosen.size
    assert counts.shape == (5,)
    np.testing.assert_allclose(counts, shares, atol=0.015)
    assert counts[1] == counts[4] == 0


@pytest.mark.parametrize("framework", ALL)
def test_all_frameworks_draw_the_same(framework, weights):
    listings = import_module(f"attnbook.{framework}")
    seen = listings.draw_positions(
        tensor_of(framework)(weights), np.random.default_rng(3)
    )
    expected = draw_positions(weights, np.random.default_rng(3))
    np.testing.assert_array_equal(np.asarray(seen), expected)


@pytest.mark.parametrize("framework", ALL)
def test_padding_is_never_drawn(framework, rng, weights):
    listings = import_module(f"attnbook.{framework}")
    for _ in range(50):
        chosen = listings.draw_positions(tensor_of(framework)(weights), rng)
        assert (np.asarray(chosen)[1] < 2).all()


def test_the_loss_of_two_draws_by_hand():
    weights = np.array([[[0.25, 0.75], [0.5, 0.5]]])  # (1, 2, 2)
    chosen, rewards = np.array([[0, 1]]), np.array([[2.0, -1.0]])
    seen = reinforce_loss(weights, chosen, rewards, 1.0)
    expected = -((2 - 1) * np.log(0.25) + (-1 - 1) * np.log(0.5)) / 2
    np.testing.assert_allclose(seen, expected)


@pytest.mark.parametrize("framework", ALL)
def test_the_gradient_matches_numeric_ones(framework, weights, drawn):
    seen = run_loss(framework, weights, drawn)

    def loss():
        return np.asarray(reinforce_loss(weights, *drawn))

    expected = numeric_gradient(loss, weights, 1.0, step=1e-7)
    expected[2] = 0  # at 0 the empty sentence's loss has a jump, not a slope
    assert np.abs(expected).max() > 0.01
    assert_same(seen.d_inputs[0], expected, 1e-6)


@pytest.mark.parametrize("framework, dtype, tolerance", OTHERS)
def test_the_frameworks_agree(framework, dtype, tolerance, weights, drawn):
    expected = run_loss("numpy", weights, drawn)
    seen = run_loss(framework, weights, drawn, dtype)
    assert_same_runs(seen, expected, tolerance)


@pytest.mark.parametrize("baseline", [0.0, -0.7, 30.0])
def test_over_all_draws_the_push_is_the_gradient_of_the_expected_reward(baseline, rng):
    """Each position stands for one draw, counted by its chance."""
    weights = masked_softmax(rng.normal(size=(1, 1, 6)), np.full((1, 1, 6), True))
    rewards = rng.normal(size=6)  # (S,) of each position
    mean = np.zeros(6)
    for j in range(6):
        given = weights, np.array([[j]]), rewards[None, None, j], baseline
        d_weights = reinforce_backward(*given)[0, 0]  # (S,)
        a = weights[0, 0]
        mean += a[j] * a * (d_weights - d_weights @ a)  # through the softmax
    a = weights[0, 0]
    np.testing.assert_allclose(-mean, a * (rewards - a @ rewards), atol=1e-12)
