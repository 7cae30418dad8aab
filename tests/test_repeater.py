"""Training on rows of symbols, and the recorded runs with wider states."""

from dataclasses import replace

import numpy as np
import torch
from attnbook.data.symbols import BOS, EOS, SymbolBatch, draw_symbols
from attnbook.recorded import load_recorded
from attnbook.torch.repeater import (
    RepeatSettings,
    match_by_length,
    tensors,
    train_repeater,
)

# As in tests/benchmarks/seq2seq.py.
RECORDED = RepeatSettings(backwards=True, longest=16, steps=1500, rate=0.01)
TINY = RepeatSettings(longest=2, symbols=3, embed=8, hidden=16, steps=150, batch=32)


def test_only_the_source_is_turned_around(rng):
    rows = draw_symbols(rng, 8, 5)
    ahead, back = tensors(rows), tensors(rows, backwards=True)
    for one, other in zip(ahead[1:], back[1:], strict=True):
        assert torch.equal(one, other)
    for one, other, real in zip(ahead[0], back[0], ahead[1], strict=True):
        assert one[real].flip(0).tolist() == other[real].tolist()
        assert not other[~real].any()


def test_a_tiny_task_is_learned_and_the_seed_decides_all():
    model, losses = train_repeater(TINY, seed=0)
    shares = match_by_length(model, TINY, rows=50)
    assert shares == [1.0, 1.0]
    assert losses[-1] < 0.1 < losses[0]
    assert (
        train_repeater(replace(TINY, steps=10), 3)[1]
        == (train_repeater(replace(TINY, steps=10), 3)[1])
    )


def test_an_untrained_model_does_not_match():
    model, _ = train_repeater(replace(TINY, steps=4), seed=0)
    assert max(match_by_length(model, TINY, rows=50)) < 0.9


def test_a_batch_is_in_the_order_that_tensors_hands_on():
    assert [*SymbolBatch.__dataclass_fields__] == [
        "src_ids",
        "src_mask",
        "tgt_ids",
        "tgt_mask",
    ]
    assert (BOS, EOS) == (1, 2)


def test_the_recorded_rows_were_made_with_the_settings_of_today():
    """If this fails, run tests/benchmarks/seq2seq.py again."""
    recorded = load_recorded("seq2seq")
    assert recorded["settings"] == str(RECORDED)
    assert recorded["seeds"] == [0, 1, 2]
    assert [*recorded["exact_match"]] == ["16", "32", "64", "128"]
    for lines in recorded["exact_match"].values():
        assert np.shape(lines) == (3, RECORDED.longest)
