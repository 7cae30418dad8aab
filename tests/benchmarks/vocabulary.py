"""Real sentences in three languages: what does a shorter vocabulary no longer know?

Wants ATTNBOOK_DATA to hold the Tatoeba sets. Takes half a minute. From the root:
python tests/benchmarks/vocabulary.py > book/attnbook/recorded/vocabulary.json
"""

import sys
from collections import Counter
from collections.abc import Sequence
from itertools import chain

import numpy as np
from attnbook.data.real import load_tatoeba
from attnbook.data.tokenisers import characters, normalise, words
from attnbook.data.vocabulary import SPECIALS, UNK, Vocabulary
from recording import show

SEEDS, TRAIN, HELD_OUT = (0, 1, 2), 20_000, 2_000
LEASTS = (1, 2, 3, 5, 10)


def sentences() -> dict[str, list[str]]:
    """All different sentences of each language, normalised and sorted."""
    japanese, chinese = load_tatoeba("ja"), load_tatoeba("zh")
    texts = {"en": [pair.en for pair in japanese]}
    texts["ja"] = [pair.other for pair in japanese]
    texts["zh"] = [pair.other for pair in chinese]
    return {key: sorted(set(map(normalise, lines))) for key, lines in texts.items()}


def measure(train: Sequence[list[str]], tests: Sequence[list[str]]) -> dict:
    """Size of the vocabulary and share of unknown tokens, for each of LEASTS."""
    vocabs = [Vocabulary(train, SPECIALS, least) for least in LEASTS]
    tokens = list(chain.from_iterable(tests))
    counts = Counter(chain.from_iterable(train))
    unknown = [sum(t not in vocab.ids for t in tokens) for vocab in vocabs]
    return {
        "tokens": [len(vocab) for vocab in vocabs],
        "unknown": [round(number / len(tokens), 6) for number in unknown],
        "once": round(sum(n == 1 for n in counts.values()) / len(counts), 6),
        "length": round(len(tokens) / len(tests), 3),
    }


def measure_all() -> dict:
    """By language and unit, one measurement for each seed."""
    found = {}
    for language, lines in sentences().items():
        cuts = {
            "words": [words(line, language) for line in lines],
            "characters": [characters(line) for line in lines],
        }
        orders = [np.random.default_rng(seed).permutation(len(lines)) for seed in SEEDS]
        found[language] = {
            unit: [
                measure(
                    [cut[i] for i in order[:TRAIN]],
                    [cut[i] for i in order[TRAIN : TRAIN + HELD_OUT]],
                )
                for order in orders
            ]
            for unit, cut in cuts.items()
        }
    return found


def main() -> int:
    """Measure, and print the result with everything needed to repeat it."""
    found = {
        "what": "vocabulary size and share of unknown tokens in held-out sentences, "
        f"by the least count that keeps a token; {UNK} stands for the others",
        "measured": measure_all(),
        "leasts": LEASTS,
        "seeds": SEEDS,
        "train": TRAIN,
        "held_out": HELD_OUT,
        "data": "Tatoeba by way of ManyThings.org, CC BY 2.0 FR",
    }
    return show(found, ("fugashi", "unidic-lite", "jieba", "numpy"))


if __name__ == "__main__":
    sys.exit(main())
