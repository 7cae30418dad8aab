"""Local attention, in NumPy, PyTorch and Keras."""

import attnbook.numpy
import numpy as np
import pytest
from attnbook.numpy import (
    DotScore,
    GlobalAttention,
    LocalAttention,
    PredictivePosition,
    distances,
    gaussian,
    monotonic_positions,
    window_mask,
)
from frameworks import ALL, OTHERS, assert_like_numpy, assert_same, run
from gradients import assert_backward_repeats, assert_numeric_backward

H, A, D = 4, 3, 2
ATTENTION = {
    "local-m": lambda listings, rng: listings.LocalAttention(
        listings.GeneralScore(H, rng), D
    ),
    "local-p": lambda listings, rng: listings.LocalAttention(
        listings.GeneralScore(H, rng), D, listings.PredictivePosition(H, A, rng)
    ),
    "concat": lambda listings, rng: listings.LocalAttention(
        listings.ConcatScore(H, A, rng), 1, listings.PredictivePosition(H, A, rng)
    ),
}


def sentences(rng):
    """Four sentences: whole, padded, shorter than a window, and nothing real."""
    src_mask = np.arange(9) < np.array([[9], [6], [2], [0]])  # (B, S)
    return [rng.normal(size=(4, 7, H)), rng.normal(size=(4, 9, H)), src_mask]


@pytest.fixture
def inputs(rng):
    return sentences(rng)


@pytest.fixture
def d_outputs(rng):
    return [rng.normal(size=(4, 7, H)), rng.normal(size=(4, 7, 9))]


def in_numpy(name):
    return ATTENTION[name](attnbook.numpy, np.random.default_rng(7))


def test_monotonic_positions_count_from_one_and_stop_at_the_last_word():
    src_mask = np.array([[True] * 4, [True, True, False, False]])
    seen = monotonic_positions(6, src_mask)
    np.testing.assert_array_equal(seen, [[1, 2, 3, 4, 4, 4], [1, 2, 2, 2, 2, 2]])


def test_a_window_around_a_whole_number_has_two_reaches_and_one_place():
    away = distances(np.array([[4.0]]), 7)
    np.testing.assert_array_equal(away, [[[-3, -2, -1, 0, 1, 2, 3]]])
    window = window_mask(away, np.ones((1, 1, 7), dtype=bool), 2)
    np.testing.assert_array_equal(window[0, 0], [0, 1, 1, 1, 1, 1, 0])


def test_a_window_between_two_words_has_one_place_less():
    away = distances(np.array([[4.3]]), 7)
    window = window_mask(away, np.ones((1, 1, 7), dtype=bool), 2)
    np.testing.assert_array_equal(window[0, 0], [0, 0, 1, 1, 1, 1, 0])


def test_a_window_is_cut_at_both_ends_of_the_sentence():
    positions = np.array([[1.0, 5.0]])
    src_mask = np.array([[True] * 5 + [False] * 2])
    window = window_mask(distances(positions, 7), src_mask[:, None], 2)
    np.testing.assert_array_equal(window[0, 0], [1, 1, 1, 0, 0, 0, 0])
    np.testing.assert_array_equal(window[0, 1], [0, 0, 1, 1, 1, 0, 0])


def test_the_gaussian_is_one_in_the_middle_and_falls_to_exp_minus_two_at_the_edge():
    np.testing.assert_allclose(
        gaussian(np.array([0.0, 1, -1, 2, -2, 4]), 2),
        np.exp([0, -0.5, -0.5, -2, -2, -8]),
    )
    np.testing.assert_allclose(gaussian(np.array([-10.0, 10.0]), 10), np.exp([-2, -2]))


@pytest.mark.parametrize("framework", ALL)
def test_a_reach_below_one_is_refused(framework, inputs, d_outputs):
    def build(listings, rng):
        return listings.LocalAttention(listings.DotScore(), 0)

    with pytest.raises(ValueError, match="reach must be at least 1, got 0"):
        run(framework, build, inputs, d_outputs)


def test_a_predicted_position_is_a_share_of_each_sentence_s_own_length():
    layer = PredictivePosition(1, 1, np.random.default_rng(0))
    layer.params["W_p"][:], layer.params["v_p"][:] = 1.0, np.log(3) / np.tanh(1)
    src_mask = np.array([[True] * 4, [True, True, False, False]])
    states = np.array([[[1.0], [-1.0], [0.0]], [[1.0], [-1.0], [0.0]]])
    seen = layer.forward(states, src_mask)  # sigmoid(log 3) is 3 / 4
    np.testing.assert_allclose(seen, [[3, 1, 2], [1.5, 0.5, 1]])


def test_local_p_by_hand():
    """Equal scores, a window of three, p_t = 2: weights 1/3 times 1 and exp(-2)."""
    predict = PredictivePosition(1, 1, np.random.default_rng(0))
    predict.params["v_p"][:] = 0  # the sigmoid is one half, so p_t is the middle
    attention = LocalAttention(DotScore(), 1, predict)
    src_states = np.arange(1.0, 5)[None, :, None]
    context, weights = attention.forward(
        np.zeros((1, 1, 1)), src_states, np.ones((1, 4), dtype=bool)
    )
    edge = np.exp(-2) / 3
    np.testing.assert_allclose(weights, [[[edge, 1 / 3, edge, 0]]])
    np.testing.assert_allclose(context, [[[edge + 2 / 3 + 3 * edge]]])


@pytest.mark.parametrize("framework", ALL)
@pytest.mark.parametrize("name", ATTENTION)
def test_weights_match_the_definition_pair_by_pair(name, framework, inputs, d_outputs):
    """A softmax over the window in loops, each share times its Gaussian."""
    layer = in_numpy(name)
    scores = layer.score.forward(*inputs[:2])
    positions = layer.positions(inputs[0], inputs[2])
    expected = np.zeros((4, 7, 9))
    for b, t in np.ndindex(4, 7):
        p, reach = positions[b, t], layer.reach
        inside = [
            j for j in range(1, inputs[2][b].sum() + 1) if p - reach <= j <= p + reach
        ]
        exps = [np.exp(scores[b, t, j - 1]) for j in inside]
        for j, each in zip(inside, exps, strict=True):
            factor = np.exp(-2 * (j - p) ** 2 / reach**2) if layer.predict else 1
            expected[b, t, j - 1] = each / sum(exps) * factor
    context, weights = run(framework, ATTENTION[name], inputs, d_outputs).outputs
    assert_same(weights, expected, 1e-10)
    assert_same(context, expected @ inputs[1], 1e-10)
    assert weights[:2].any(axis=-1).all()  # no real sentence has an empty window


@pytest.mark.parametrize("framework", ALL)
@pytest.mark.parametrize("name", ATTENTION)
def test_padding_and_empty_sentences_get_nothing_and_no_gradient(
    name, framework, inputs, d_outputs
):
    first = run(framework, ATTENTION[name], inputs, d_outputs)
    inputs[1][~inputs[2]] = 99.0  # what stands in the padding must not matter
    second = run(framework, ATTENTION[name], inputs, d_outputs)
    weights = first.outputs[1]
    assert (weights.transpose(0, 2, 1)[~inputs[2]] == 0).all()
    assert (first.d_inputs[1][~inputs[2]] == 0).all()
    np.testing.assert_allclose(second.outputs[0], first.outputs[0], rtol=1e-12)
    for array in (*first.outputs, *first.d_inputs):
        assert np.isfinite(array).all()
        assert (array[3] == 0).all()
        assert (array[0] != 0).any()


def test_rows_sum_to_one_in_local_m_and_to_less_in_local_p(inputs):
    monotonic, predicted = in_numpy("local-m"), in_numpy("local-p")
    sums = monotonic.forward(*inputs)[1].sum(axis=-1)
    np.testing.assert_allclose(sums[:3], 1)
    sums = predicted.forward(*inputs)[1].sum(axis=-1)
    assert ((sums[:3] > 0) & (sums[:3] < 1)).all()


def test_a_window_over_the_whole_sentence_is_global_attention(inputs):
    wide = LocalAttention(DotScore(), 20).forward(*inputs)
    everywhere = GlobalAttention(DotScore()).forward(*inputs)
    for one, other in zip(wide, everywhere, strict=True):
        assert_same(one, other, 1e-12)


@pytest.mark.parametrize("name", ATTENTION)
def test_backward_matches_numeric_gradients(name, inputs, d_outputs):
    layer = in_numpy(name)
    away = np.abs(distances(layer.positions(inputs[0], inputs[2]), 9))
    if layer.predict:  # no window's edge lies so near a word that a step crosses it
        assert np.abs(away - layer.reach)[:3].min() > 1e-4
    assert_numeric_backward(layer, inputs, d_outputs)
    for grad in layer.grads.values():
        assert (grad != 0).any()


@pytest.mark.parametrize("name", ATTENTION)
def test_backward_twice_gives_the_same_and_leaves_its_inputs_alone(
    name, inputs, d_outputs
):
    assert_backward_repeats(in_numpy(name), inputs, d_outputs)


@pytest.mark.parametrize("framework, dtype, tolerance", OTHERS)
@pytest.mark.parametrize("name", ATTENTION)
def test_the_frameworks_agree(name, framework, dtype, tolerance, inputs, d_outputs):
    assert_like_numpy(framework, ATTENTION[name], inputs, d_outputs, dtype, tolerance)


@pytest.mark.gpu
@pytest.mark.parametrize("name", ATTENTION)
def test_pytorch_agrees_on_a_gpu(name, inputs, d_outputs):
    torch = pytest.importorskip("torch")
    if not torch.cuda.is_available():
        pytest.skip("no NVIDIA GPU here")
    expected = run("numpy", ATTENTION[name], inputs, d_outputs)
    seen = run("torch", ATTENTION[name], inputs, d_outputs, "float64", "cuda")
    for one, other in zip(seen.outputs, expected.outputs, strict=True):
        assert_same(one, other, 1e-10)
