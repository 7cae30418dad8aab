"""Input feeding, one step and the loop, in NumPy, PyTorch and Keras."""

from importlib import import_module

import attnbook.numpy
import numpy as np
import pytest
from attnbook.numpy import AttentionalState, DotScore, GlobalAttention, LocationScore
from attnbook.numpy.input_feeding import FeedingCell, FeedingDecoder
from attnbook.numpy.lstm import lstm
from frameworks import OTHERS, assert_like_numpy, assert_same
from gradients import assert_backward_repeats, assert_numeric_backward

B, T, S, E, H = 3, 4, 5, 2, 3
SCORES = {
    "dot": lambda listings, rng: listings.DotScore(),
    "general": lambda listings, rng: listings.GeneralScore(H, rng),
}


@pytest.fixture
def inputs(rng):
    """xs, first h and c, src_states and a mask: whole, padded, nothing real."""
    shapes = (B, T, E), (B, H), (B, H), (B, S, H)
    src_mask = np.arange(S) < np.array([[S], [3], [0]])  # (B, S)
    return [*(rng.normal(size=shape) for shape in shapes), src_mask]


def decoder_with(name):
    """The loop with a score, as `frameworks.run` builds it in any framework."""

    def build(listings, rng):
        feeding = import_module(f"{listings.__name__}.input_feeding")
        attention = listings.GlobalAttention(SCORES[name](listings, rng))
        return feeding.FeedingDecoder(feeding.FeedingCell(attention, E, H, rng))

    return build


def plain(rng):
    """A decoder in NumPy with the dot score."""
    return FeedingDecoder(FeedingCell(GlobalAttention(DotScore()), E, H, rng))


@pytest.mark.parametrize("framework, dtype, tolerance", OTHERS)
@pytest.mark.parametrize("name", SCORES)
def test_the_frameworks_agree(name, framework, dtype, tolerance, rng, inputs):
    d_outputs = [rng.normal(size=(B, T, H)), None]
    seen = assert_like_numpy(
        framework, decoder_with(name), inputs, d_outputs, dtype, tolerance
    )
    assert len(seen.grads) == 4 + (name == "general")


@pytest.mark.parametrize("name", SCORES)
def test_backward_matches_numeric_gradients(name, rng, inputs):
    layer = decoder_with(name)(attnbook.numpy, rng)
    d_outputs = [rng.normal(size=(B, T, H)), None]
    assert_numeric_backward(layer, inputs, d_outputs, 1e-7)


def test_backward_twice_gives_the_same_and_leaves_its_inputs_alone(rng, inputs):
    layer, d_outputs = plain(rng), [rng.normal(size=(B, T, H)), None]
    assert_backward_repeats(layer, inputs, d_outputs)


def test_the_loop_is_its_steps_and_each_is_fed_the_attentional_state_before(
    rng, inputs
):
    layer = plain(rng)
    acts, weights = layer.forward(*inputs)
    xs, h, c, *source = inputs
    act = np.zeros((B, H))
    for t in range(T):
        act, h, c, row = layer.cell.forward(xs[:, t], act, h, c, *source)
        assert_same(act, acts[:, t], 1e-12)
        assert_same(row, weights[:, t], 1e-12)


def test_without_the_fed_rows_it_is_the_decoder_that_is_not_fed(rng, inputs):
    """W_x's lower rows meet what is fed. At 0 all steps can be computed at once."""
    layer = plain(rng)
    layer.params["W_x"][E:] = 0
    acts, weights = layer.forward(*inputs)
    xs, h, c, src_states, src_mask = inputs
    parts = layer.params["W_x"][:E], layer.params["U"], layer.params["b"]
    states, _ = lstm(xs, *parts, h, c)  # (B, T, H)
    context, expected = GlobalAttention(DotScore()).forward(
        states, src_states, src_mask
    )
    join = AttentionalState(H, rng)
    join.params["W_c"][:] = layer.params["W_c"]
    assert_same(weights, expected, 1e-12)
    assert_same(acts, join.forward(context, states), 1e-12)


def test_where_a_step_looked_reaches_the_next_step_only_if_it_is_fed(rng, inputs):
    """A source state that is changed for the first step alone moves the second."""
    layer, (xs, h, c, src_states, src_mask) = plain(rng), inputs
    changed = src_states + 1.0
    for fed in (True, False):
        layer.params["W_x"][E:] *= fed
        seen = []
        for looked_at in (src_states, changed):
            act, *state, _ = layer.cell.forward(
                xs[:, 0], np.zeros((B, H)), h, c, looked_at, src_mask
            )
            second = layer.cell.forward(xs[:, 1], act, *state, src_states, src_mask)
            seen.append(second[0][0])
        assert (seen[0] != seen[1]).any() == fed


def test_padding_has_no_weight_no_influence_and_no_gradient(rng, inputs):
    layer, d_acts = plain(rng), rng.normal(size=(B, T, H))
    acts, weights = layer.forward(*inputs)
    d_src_states = layer.backward(d_acts)[3]
    assert not weights[~np.broadcast_to(inputs[4][:, None], weights.shape)].any()
    assert not d_src_states[~inputs[4]].any()
    inputs[3][~inputs[4]] = 99.0
    assert_same(layer.forward(*inputs)[0], acts, 1e-12)


def test_a_location_score_can_be_fed_as_well(rng, inputs):
    attention = GlobalAttention(LocationScore(H, S - 1, rng))
    layer = FeedingDecoder(FeedingCell(attention, E, H, rng))
    _, weights = layer.forward(*inputs)
    assert not weights[:, :, S - 1].any()
    np.testing.assert_allclose(weights[:2].sum(axis=-1), 1.0)
