"""Global and local attention on whole sentences: exact match and alignment error rate.

Takes five minutes. From the root:
python tests/benchmarks/luong_local.py > book/attnbook/recorded/luong_local.json
"""

import sys

import numpy as np
from attnbook.data.batches import group_by_length
from attnbook.data.sentences import SentenceSettings, make_sentences
from attnbook.data.vocabulary import Vocabulary
from attnbook.torch.aligner import error_rate, linked_pairs, make_aligner
from attnbook.torch.date_reader import ReaderSettings
from attnbook.torch.training import TrainSettings, train, two_at_a_time
from recording import show

SEEDS, LANGUAGES = (0, 1, 2), ("ja", "zh")
KINDS = (("global", 0), ("local-m", 4), ("local-p", 2), ("local-p", 4))  # with D
CORPUS = SentenceSettings(train=4000, held_out=500)
READER = ReaderSettings(hidden=64, attn_dim=32)
TRAINING = TrainSettings(epochs=10)


def prepare(language: str) -> tuple:
    """The held-out pairs, both vocabularies, and batches to learn from and to test."""
    sides = make_sentences(CORPUS, np.random.default_rng(0))
    pairs, held_out = (linked_pairs(side, language) for side in sides)
    src_vocab = Vocabulary(pair.source for pair in pairs)
    tgt_vocab = Vocabulary(pair.answer for pair in pairs)
    groups = group_by_length(pairs, src_vocab, tgt_vocab)
    tests = group_by_length(held_out, src_vocab, tgt_vocab)
    return held_out, src_vocab, tgt_vocab, groups, tests


def measure() -> dict:
    """Exact match after each epoch and the last error rate, by language and kind."""
    corpora = {language: prepare(language) for language in LANGUAGES}

    def one(seed: int, attention: str, reach: int, language: str) -> dict:
        held_out, src_vocab, tgt_vocab, groups, tests = corpora[language]
        rng = np.random.default_rng(seed)
        reader = make_aligner(attention, reach, src_vocab, tgt_vocab, READER, rng)
        history = train(reader, groups, tests, TRAINING, rng)
        rate = error_rate(reader, held_out, src_vocab, tgt_vocab)
        print(language, attention, reach, seed, history, rate, file=sys.stderr)
        return {"exact_match": history, "error_rate": rate}

    jobs = [
        (seed, *kind, name) for seed in SEEDS for kind in KINDS for name in LANGUAGES
    ]
    results = two_at_a_time(one, jobs)
    return {
        name: {
            f"{kind[0]} {kind[1]}" if kind[1] else kind[0]: [
                results[seed, *kind, name] for seed in SEEDS
            ]
            for kind in KINDS
        }
        for name in LANGUAGES
    }


def main() -> int:
    """Measure, and print the result with everything needed to repeat it."""
    found = {
        "what": "exact match by epoch and alignment error rate, from English",
        "measured": measure(),
        "seeds": SEEDS,
        "corpus": str(CORPUS),
        "reader": str(READER),
        "training": str(TRAINING),
    }
    return show(found, ("torch", "numpy"), ", 2 runs at a time, 1 thread each")


if __name__ == "__main__":
    sys.exit(main())
