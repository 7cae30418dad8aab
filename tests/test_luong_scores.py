"""Dot, general, concat and location, in NumPy, PyTorch and Keras."""

import numpy as np
import pytest
from attnbook.numpy import ConcatScore, DotScore, GeneralScore, LocationScore
from frameworks import ALL, OTHERS, assert_like_numpy, assert_same, run
from gradients import assert_backward_repeats, assert_numeric_backward

H, A, L = 4, 3, 7
SCORES = {
    "dot": lambda listings, rng: listings.DotScore(),
    "general": lambda listings, rng: listings.GeneralScore(H, rng),
    "concat": lambda listings, rng: listings.ConcatScore(H, A, rng),
    "location": lambda listings, rng: listings.LocationScore(H, L, rng),
}


@pytest.fixture
def states(rng):
    return [rng.normal(size=(2, 3, H)), rng.normal(size=(2, 5, H))]  # (B, T|S, H)


def by_loops(name, params, dec_states, src_states):
    """Each score from the equation as the paper prints it, one pair at a time."""
    scores = np.zeros((2, 3, 5))
    for b, t, j in np.ndindex(scores.shape):
        s, h = dec_states[b, t], src_states[b, j]
        if name == "dot":
            scores[b, t, j] = sum(s[i] * h[i] for i in range(H))
        elif name == "general":
            scores[b, t, j] = s.dot(params["W"]).dot(h)
        elif name == "location":
            scores[b, t, j] = sum(s[i] * params["W"][i, j] for i in range(H))
        else:
            pair = np.concatenate([s, h])  # (2H,)
            scores[b, t, j] = params["v"].dot(np.tanh(params["W"].T.dot(pair)))
    return scores


def numpy_layer(name):
    import attnbook.numpy

    return SCORES[name](attnbook.numpy, np.random.default_rng(7))


def test_the_dot_score_of_small_numbers_by_hand():
    dec_states = np.array([[[1.0, 2.0]]])
    src_states = np.array([[[3.0, 0.0], [0.0, 4.0], [-1.0, 1.0]]])
    seen = DotScore().forward(dec_states, src_states)
    np.testing.assert_array_equal(seen, [[[3.0, 8.0, 1.0]]])


def test_a_general_score_reads_its_matrix_from_the_decoder_to_the_source():
    """s = (1, 0) and h = (0, 1) pick the entry in row 0, column 1, and no other."""
    score = GeneralScore(2, np.random.default_rng(0))
    score.params["W"][:] = [[1.0, 2.0], [3.0, 4.0]]
    seen = score.forward(np.array([[[1.0, 0.0]]]), np.array([[[0.0, 1.0]]]))
    np.testing.assert_array_equal(seen, [[[2.0]]])


def test_a_general_score_with_the_unit_matrix_is_the_dot_score(states):
    score = GeneralScore(H, np.random.default_rng(0))
    score.params["W"][:] = np.eye(H)
    assert_same(score.forward(*states), DotScore().forward(*states), 1e-12)


@pytest.mark.parametrize("framework", ALL)
@pytest.mark.parametrize("name", SCORES)
def test_scores_match_the_equation_pair_by_pair(name, framework, states):
    seen = run(framework, SCORES[name], states, [np.ones((2, 3, 5))]).outputs[0]
    assert_same(seen, by_loops(name, numpy_layer(name).params, *states), 1e-10)


@pytest.mark.parametrize("framework", ALL)
def test_a_location_score_of_too_long_a_source_is_lowest_beyond_its_columns(
    framework, states
):
    """Of five positions it knows three; the others must get nothing in a softmax."""

    def three(listings, rng):
        return listings.LocationScore(H, 3, rng)

    seen = run(framework, three, states, [np.zeros((2, 3, 5))]).outputs[0]
    columns = LocationScore(H, 3, np.random.default_rng(7)).params["W"]  # (H, 3)
    assert_same(seen[:, :, :3], np.einsum("bth,hj->btj", states[0], columns), 1e-10)
    assert (seen[:, :, 3:] == np.finfo(np.float64).min).all()


def test_backward_of_too_long_a_source_leaves_out_what_has_no_column(rng, states):
    layer, d_scores = LocationScore(H, 3, rng), rng.normal(size=(2, 3, 5))
    layer.forward(*states)
    d_dec_states, d_src_states = layer.backward(d_scores)
    grads = layer.grads["W"]
    layer.forward(states[0], states[1][:, :3])  # the same without the last two
    expected = layer.backward(d_scores[:, :, :3])
    assert_same(d_dec_states, expected[0], 1e-12)
    assert_same(grads, layer.grads["W"], 1e-12)
    assert d_src_states.shape == states[1].shape
    assert not d_src_states.any()


@pytest.mark.parametrize("name", SCORES)
def test_backward_matches_numeric_gradients(name, rng, states):
    d_scores = rng.normal(size=(2, 3, 5))
    assert_numeric_backward(numpy_layer(name), states, [d_scores])


@pytest.mark.parametrize("name", SCORES)
def test_backward_twice_gives_the_same_and_leaves_its_inputs_alone(name, rng, states):
    d_scores = rng.normal(size=(2, 3, 5))
    assert_backward_repeats(numpy_layer(name), states, [d_scores])


@pytest.mark.parametrize("framework, dtype, tolerance", OTHERS)
@pytest.mark.parametrize("name", SCORES)
def test_the_frameworks_agree(name, framework, dtype, tolerance, rng, states):
    d_scores = rng.normal(size=(2, 3, 5))
    assert_like_numpy(framework, SCORES[name], states, [d_scores], dtype, tolerance)


def test_parameters_are_counted_as_the_chapter_says():
    sizes = {
        name: sum(array.size for array in numpy_layer(name).params.values())
        for name in SCORES
    }
    assert sizes == {"dot": 0, "general": H * H, "concat": 2 * H * A + A} | {
        "location": H * L
    }


def test_the_same_generator_draws_the_same_weights():
    one = ConcatScore(H, A, np.random.default_rng(3)).params
    other = ConcatScore(H, A, np.random.default_rng(3)).params
    np.testing.assert_equal(one, other)
    assert np.ptp(one["W"]) > 0
