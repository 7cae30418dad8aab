"""Twelve epochs of reading dates: does a reader without attention catch up?

And how does one fare whose softmax runs over an axis of length one? Takes five minutes.
From the root: python tests/benchmarks/dates.py > book/attnbook/recorded/dates.json
"""

import sys

import numpy as np
import torch
from attnbook.data.batches import group_by_length
from attnbook.data.dates import DateSettings, make_dates
from attnbook.data.vocabulary import Vocabulary
from attnbook.torch.date_reader import DateReader, ReaderSettings
from attnbook.torch.training import TrainSettings, train, two_at_a_time
from recording import show
from torch import nn

CORPUS_SEED, SEEDS, EPOCHS = 0, (0, 1, 2), 12
SCORES = ("none", "dot", "general", "concat")
FAULT = "length one"


class LengthOneAttention(nn.Module):
    """The seed mistake: each weight is a softmax over one number, so it is 1."""

    def __init__(self, score: nn.Module):
        super().__init__()
        self.score = score

    def forward(self, dec_states, src_states, src_mask):
        scores = self.score(dec_states, src_states)[..., None]  # (B, T, S, 1)
        weights = torch.softmax(scores, dim=-1)[..., 0]  # (B, T, S), all 1
        weights = weights * src_mask[:, None]  # (B, T, S)
        return weights @ src_states, weights  # (B, T, H), (B, T, S)


def measure() -> dict:
    """Exact match after each epoch, by score and seed."""
    pairs, held_out = make_dates(DateSettings(), np.random.default_rng(CORPUS_SEED))
    src_vocab = Vocabulary(pair.source for pair in pairs + held_out)
    tgt_vocab = Vocabulary(pair.answer for pair in pairs)
    groups = group_by_length(pairs, src_vocab, tgt_vocab)
    tests = group_by_length(held_out, src_vocab, tgt_vocab)

    def one(score: str, seed: int) -> list[float]:
        rng = np.random.default_rng(seed)
        settings = ReaderSettings(score="general" if score == FAULT else score)
        reader = DateReader(len(src_vocab), len(tgt_vocab), settings, rng)
        if score == FAULT:
            reader.attention = LengthOneAttention(reader.attention.score)
        return train(reader, groups, tests, TrainSettings(epochs=EPOCHS), rng)

    names = (*SCORES, FAULT)
    results = two_at_a_time(one, [(name, seed) for name in names for seed in SEEDS])
    return {name: [results[name, seed] for seed in SEEDS] for name in names}


def main() -> int:
    """Measure, and print the result with everything needed to repeat it."""
    found = {
        "what": "exact match on held-out dates after each epoch, by score and seed",
        "exact_match": measure(),
        "seeds": SEEDS,
        "corpus": {"settings": str(DateSettings()), "seed": CORPUS_SEED},
        "reader": str(ReaderSettings()),
        "training": str(TrainSettings(epochs=EPOCHS)),
    }
    return show(found, ("torch", "numpy"), ", 2 runs at a time, 1 thread each")


if __name__ == "__main__":
    sys.exit(main())
