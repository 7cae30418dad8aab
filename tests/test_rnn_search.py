"""Writing with attention, and the recorded runs from English to Japanese."""

import sys
from pathlib import Path

import numpy as np
import torch
from attnbook.data.symbols import BOS, EOS
from attnbook.recorded import load_recorded
from attnbook.torch.repeater import RepeatSettings, match_by_length, train_repeater
from attnbook.torch.rnn_search import RNNSearch, SearchSizes, search_greedy
from attnbook.torch.seq2seq import shift_right

SIZES = SearchSizes(embed=8, hidden=12, attn_dim=6, pieces=4)
TINY = RepeatSettings(longest=2, symbols=3, steps=150, batch=32)


def build(vocab, rng):
    return RNNSearch(vocab, vocab, SIZES, rng)


def test_a_tiny_task_is_learned_with_attention():
    model, losses = train_repeater(TINY, seed=0, build=build)
    assert match_by_length(model, TINY, 50, search_greedy) == [1.0, 1.0]
    assert losses[-1] < 0.1 < losses[0]


def test_greedy_writing_chooses_what_teacher_forcing_would():
    """Shown its own choices, the model chooses them again, up to the end mark."""
    model, ids = (
        build(9, np.random.default_rng(3)),
        torch.tensor([[3, 4, 5], [6, 7, 0]]),
    )
    chosen = search_greedy(model, ids, ids > 0, BOS, EOS, 6)
    with torch.no_grad():
        again = model(ids, ids > 0, shift_right(chosen, BOS)).argmax(dim=-1)
    ended = (chosen == EOS).int().cumsum(dim=1) - (chosen == EOS).int() > 0
    assert chosen.shape == (2, 6)
    assert not chosen[ended].any()
    assert torch.equal(chosen[~ended], again[~ended])


def test_the_recorded_translations_were_made_with_the_settings_of_today():
    """If this fails, run tests/benchmarks/bahdanau.py again."""
    sys.path.insert(0, str(Path(__file__).parent / "benchmarks"))
    import bahdanau

    sys.path.pop(0)
    recorded, settings = load_recorded("bahdanau"), bahdanau
    parts = settings.CORPUS, settings.SEARCH, settings.FIXED, settings.TRAINING
    assert recorded["settings"] == " ".join(map(str, parts))
    assert recorded["longest"] == settings.LONGEST
    assert recorded["parameters"]["search"] < recorded["parameters"]["fixed"]
    for lines in recorded["exact_match"].values():
        assert np.shape(lines) == (len(recorded["seeds"]), len(recorded["groups"]))


def test_the_recorded_weights_are_weights():
    for shown in load_recorded("bahdanau")["alignments"]:
        weights = np.array(shown["weights"])
        assert weights.shape == (len(shown["target"]), len(shown["source"]))
        np.testing.assert_allclose(weights.sum(axis=1), 1, atol=0.01)
