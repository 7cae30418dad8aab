"""The exercise's reference against numbers worked by hand, and against Keras."""

import math

import numpy as np
from frameworks import assert_same

E, H = 3, 2


def test_a_step_without_weights_gives_the_numbers_of_the_text(solved):
    h, c = solved.lstm_step(
        solved.one, 0 * solved.one, 2 * solved.one, solved.no_weights, solved.no_bias
    )
    cell = 2 / (1 + math.exp(-1))
    np.testing.assert_allclose((c, h), [[[cell]], [[math.tanh(cell) / 2]]])
    assert (round(cell, 3), round(h.item(), 3)) == (1.462, 0.449)


def test_reading_repeats_the_state_on_padding(solved):
    zero = np.zeros((1, 1))
    states, h, c = solved.read(
        lambda x, h, c: (h + x, c + x), solved.words, solved.word_mask, zero, zero
    )
    np.testing.assert_array_equal(states, [[[1.0], [3.0], [3.0]]])
    np.testing.assert_array_equal((h, c), [[[3.0]], [[3.0]]])


def test_a_step_of_the_gru_without_weights_halves_the_state(solved):
    none, flat = np.zeros((3, 1)), np.zeros(3)
    seen = solved.gru_step(
        np.ones((1, 1)), np.full((1, 1), 2.0), none, none, flat, flat
    )
    np.testing.assert_array_equal(seen, [[1.0]])


def test_converted_weights_give_the_outputs_of_keras(solved, rng):
    import keras

    x, h, c = (rng.normal(size=(4, n)).astype("float32") for n in (E, H, H))
    lstm = keras.layers.LSTMCell(H, bias_initializer="random_normal")
    theirs = np.asarray(lstm(x, [h, c])[0])
    ours = solved.lstm_step(x, h, c, *solved.lstm_from_keras(*lstm.get_weights()))
    assert_same(ours[0], theirs, 1e-5)
    gru = keras.layers.GRUCell(H, bias_initializer="random_normal")
    theirs = np.asarray(gru(x, [h])[0])
    ours = solved.gru_step(x, h, *solved.gru_from_keras(*gru.get_weights()))
    assert_same(ours, theirs, 1e-5)


def test_converted_weights_give_the_outputs_of_pytorch(solved, rng):
    import torch

    x, h, c = (rng.normal(size=(4, n)) for n in (E, H, H))
    lstm = torch.nn.LSTMCell(E, H, dtype=torch.float64)
    weights = [p.detach().numpy() for p in lstm.parameters()]
    theirs = lstm(torch.tensor(x), (torch.tensor(h), torch.tensor(c)))
    ours = solved.lstm_step(x, h, c, *solved.lstm_from_torch(*weights))
    for one, other in zip(ours, theirs, strict=True):
        assert_same(one, other.detach().numpy(), 1e-10)
    gru = torch.nn.GRUCell(E, H, dtype=torch.float64)
    weights = [p.detach().numpy() for p in gru.parameters()]
    theirs = gru(torch.tensor(x), torch.tensor(h)).detach().numpy()
    assert_same(solved.gru_step(x, h, *weights), theirs, 1e-10)


def test_counts_are_those_of_the_frameworks(solved):
    import keras
    import torch

    def in_torch(kind):
        return sum(p.numel() for p in kind(300, 128).parameters())

    assert solved.lstm_count(300, 128, 2) == in_torch(torch.nn.LSTM) == 220_160
    assert solved.gru_count(300, 128, 2) == in_torch(torch.nn.GRU) == 165_120
    model = keras.Sequential(
        [
            keras.layers.Embedding(1000, 300),
            keras.layers.LSTM(128, return_sequences=True),
            keras.layers.LSTM(128),
        ]
    )
    model.build((None, 7))
    assert model.layers[1].count_params() == solved.lstm_count(300, 128, 1) == 219_648
    assert model.count_params() == solved.model_count(1000, 300, 128)
