"""The memory task and its small network."""

import numpy as np
import pytest
import torch
from attnbook.recorded import load_recorded
from attnbook.torch.listener import (
    EMBED,
    FILLERS,
    HIDDEN,
    NAMES,
    Listener,
    learn,
    make_body,
    stories,
)

KINDS = ("RNN", "LSTM 0", "LSTM 1", "LSTM 3", "GRU")


def test_a_story_begins_with_a_name_and_goes_on_without_one(rng):
    ids = stories(500, 7, rng)
    assert ids.shape == (500, 8)
    assert sorted(set(ids[:, 0].tolist())) == [*range(len(NAMES))]
    rest = sorted(set(ids[:, 1:].flatten().tolist()))
    assert rest == [*range(len(NAMES), len(NAMES + FILLERS))]


@pytest.mark.parametrize("kind", KINDS)
def test_the_blocks_for_the_state_are_orthogonal(kind, rng):
    weights = make_body(kind, rng).weight_hh_l0.detach()
    for block in weights.split(HIDDEN):
        torch.testing.assert_close(block @ block.T, torch.eye(HIDDEN))


def test_the_forget_bias_goes_to_the_forget_gate_alone(rng):
    from attnbook.torch.lstm import lstm_weights

    W, _, b = lstm_weights(make_body("LSTM 3", rng))
    assert W.shape == (EMBED, 4 * HIDDEN)
    expected = np.repeat([0.0, 3.0, 0.0, 0.0], HIDDEN)
    np.testing.assert_array_equal(b, expected)


def test_training_from_the_same_seed_gives_the_same_listener():
    (one, right), (other, again) = (learn("GRU", 3, 5, steps=4) for _ in range(2))
    assert right == again
    for name, values in one.state_dict().items():
        assert torch.equal(values, other.state_dict()[name]), name


def test_a_short_story_is_learned():
    _, right = learn("LSTM 1", 2, 0, steps=80)
    assert np.mean(right[:5]) < 0.6
    assert np.mean(right[-10:]) > 0.95


def test_a_listener_has_a_logit_for_each_name(rng):
    assert Listener("RNN", rng)(stories(5, 4, rng)).shape == (5, len(NAMES))


def test_the_recorded_listening_says_where_it_comes_from_and_is_whole():
    recorded = load_recorded("listening")
    for key in ("seeds", "machine", "versions", "date", "what"):
        assert recorded[key], key
    assert recorded["right"].keys() == set(KINDS)
    for lines in recorded["right"].values():
        assert [len(line) for line in lines] == [20] * len(recorded["seeds"])
        assert all(0 <= share <= 1 for line in lines for share in line)


def test_the_recorded_listening_begins_as_listening_does_today():
    """If this fails, run tests/benchmarks/listening.py again."""
    recorded = load_recorded("listening")
    _, right = learn("LSTM 3", recorded["gap"], 0, steps=recorded["every"])
    assert abs(np.mean(right) - recorded["right"]["LSTM 3"][0][0]) < 0.1
