"""Global attention and the attentional state, in NumPy, PyTorch and Keras."""

import attnbook.numpy
import numpy as np
import pytest
from attnbook.numpy import AttentionalState, DotScore, GlobalAttention
from frameworks import ALL, OTHERS, assert_like_numpy, assert_same, run
from gradients import assert_numeric_backward

H, A = 4, 3
ATTENTION = {
    "dot": lambda listings, rng: listings.GlobalAttention(listings.DotScore()),
    "general": lambda listings, rng: listings.GlobalAttention(
        listings.GeneralScore(H, rng)
    ),
    "concat": lambda listings, rng: listings.GlobalAttention(
        listings.ConcatScore(H, A, rng)
    ),
    "location": lambda listings, rng: listings.GlobalAttention(
        listings.LocationScore(H, 4, rng)  # of the five positions of `inputs`
    ),
}


@pytest.fixture
def inputs(rng):
    """Three sentences: whole, padded, and one with nothing real."""
    src_mask = np.array([[True] * 5, [True] * 3 + [False] * 2, [False] * 5])  # (B, S)
    return [rng.normal(size=(3, 2, H)), rng.normal(size=(3, 5, H)), src_mask]


@pytest.fixture
def d_outputs(rng):
    return [rng.normal(size=(3, 2, H)), rng.normal(size=(3, 2, 5))]


def attentional_state(listings, rng):
    return listings.AttentionalState(H, rng)


def test_three_words_in_two_dimensions_by_hand():
    """Scores log 1, log 2 and log 5 give weights 1/8, 2/8 and 5/8."""
    dec_states = np.array([[[1.0, 0.0]]])
    src_states = np.array([[[0.0, 8.0], [np.log(2), 4.0], [np.log(5), 0.0]]])
    context, weights = GlobalAttention(DotScore()).forward(
        dec_states, src_states, np.ones((1, 3), dtype=bool)
    )
    np.testing.assert_allclose(weights, [[[1 / 8, 2 / 8, 5 / 8]]])
    first = (2 * np.log(2) + 5 * np.log(5)) / 8
    np.testing.assert_allclose(context, [[[first, 2.0]]])


def test_the_attentional_state_puts_the_context_first():
    layer = AttentionalState(1, np.random.default_rng(0))
    layer.params["W_c"][:] = [[2.0], [-1.0]]
    seen = layer.forward(np.array([[[0.5]]]), np.array([[[0.25]]]))
    np.testing.assert_allclose(seen, np.tanh([[[2 * 0.5 - 0.25]]]))


@pytest.mark.parametrize("framework", ALL)
@pytest.mark.parametrize("name", ATTENTION)
def test_the_context_is_the_weighted_sum_of_source_states(
    name, framework, inputs, d_outputs
):
    context, weights = run(framework, ATTENTION[name], inputs, d_outputs).outputs
    expected = np.zeros((3, 2, H))
    for b, t, s in np.ndindex(weights.shape):
        expected[b, t] += weights[b, t, s] * inputs[1][b, s]
    assert_same(context, expected, 1e-12)


@pytest.mark.parametrize("framework", ALL)
@pytest.mark.parametrize("name", ATTENTION)
def test_padding_has_no_weight_no_influence_and_no_gradient(
    name, framework, inputs, d_outputs
):
    first = run(framework, ATTENTION[name], inputs, d_outputs)
    inputs[1][1, 3:] = 99.0  # what stands in the padding must not matter
    second = run(framework, ATTENTION[name], inputs, d_outputs)
    assert first.outputs[1].shape == (3, 2, 5)
    assert (first.outputs[1][1, :, 3:] == 0).all()
    assert (first.d_inputs[1][1, 3:] == 0).all()
    assert np.ptp(first.outputs[0][1]) > 0
    np.testing.assert_allclose(second.outputs[0], first.outputs[0], rtol=1e-12)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("framework", ALL)
@pytest.mark.parametrize("name", ATTENTION)
def test_a_sentence_with_nothing_real_gives_zeros_and_finite_gradients(
    name, framework, dtype, inputs, d_outputs
):
    seen = run(framework, ATTENTION[name], inputs, d_outputs, dtype)
    for output in seen.outputs:
        assert (output[2] == 0).all()
    for grad in (*seen.d_inputs, *seen.grads.values()):
        assert np.isfinite(grad).all()
    assert (seen.d_inputs[0][2] == 0).all()
    assert (seen.d_inputs[1][2] == 0).all()


@pytest.mark.parametrize("framework", ALL)
def test_a_mask_that_is_not_bool_is_refused(framework, inputs, d_outputs):
    inputs[2] = inputs[2].astype(float)
    with pytest.raises(TypeError, match="mask must be bool"):
        run(framework, ATTENTION["dot"], inputs, d_outputs)


@pytest.mark.parametrize("name", ATTENTION)
def test_attention_backward_matches_numeric_gradients(name, inputs, d_outputs):
    layer = ATTENTION[name](attnbook.numpy, np.random.default_rng(7))
    assert_numeric_backward(layer, inputs, d_outputs)


def test_attentional_state_backward_matches_numeric_gradients(rng):
    layer = AttentionalState(H, rng)
    pair = [rng.normal(size=(3, 2, H)), rng.normal(size=(3, 2, H))]
    assert_numeric_backward(layer, pair, [rng.normal(size=(3, 2, H))])


@pytest.mark.parametrize("framework, dtype, tolerance", OTHERS)
@pytest.mark.parametrize("name", ATTENTION)
def test_the_frameworks_agree_on_attention(
    name, framework, dtype, tolerance, inputs, d_outputs
):
    assert_like_numpy(framework, ATTENTION[name], inputs, d_outputs, dtype, tolerance)


@pytest.mark.parametrize("framework, dtype, tolerance", OTHERS)
def test_the_frameworks_agree_on_the_attentional_state(
    framework, dtype, tolerance, rng
):
    pair = [rng.normal(size=(3, 2, H)), rng.normal(size=(3, 2, H))]
    d_act = rng.normal(size=(3, 2, H))
    assert_like_numpy(framework, attentional_state, pair, [d_act], dtype, tolerance)


@pytest.mark.gpu
@pytest.mark.parametrize("name", ATTENTION)
def test_pytorch_agrees_on_a_gpu(name, inputs, d_outputs):
    torch = pytest.importorskip("torch")
    if not torch.cuda.is_available():
        pytest.skip("no NVIDIA GPU here")
    for dtype, tolerance in (("float64", 1e-10), ("float32", 1e-5)):
        assert_like_numpy(
            "torch", ATTENTION[name], inputs, d_outputs, dtype, tolerance, "cuda"
        )
