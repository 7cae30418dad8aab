"""How much fits into one vector? Longer rows, longer training, four widths.

Takes five minutes. From the root:
python tests/benchmarks/seq2seq.py > book/attnbook/recorded/seq2seq.json
"""

import sys
from dataclasses import replace

from attnbook.torch.repeater import RepeatSettings, match_by_length, train_repeater
from attnbook.torch.training import two_at_a_time
from recording import show

SEEDS, WIDTHS = (0, 1, 2), (16, 32, 64, 128)
SETTINGS = RepeatSettings(backwards=True, longest=16, steps=1500, rate=0.01)


def measure() -> dict:
    """Exact match at each length, by width and seed."""

    def one(width: int, seed: int) -> list[float]:
        settings = replace(SETTINGS, hidden=width)
        model, _ = train_repeater(settings, seed)
        return match_by_length(model, settings)

    jobs = [(width, seed) for width in WIDTHS for seed in SEEDS]
    results = two_at_a_time(one, jobs)
    return {str(width): [results[width, seed] for seed in SEEDS] for width in WIDTHS}


def main() -> int:
    """Measure, and print the result with everything needed to repeat it."""
    found = {
        "what": "exact match of greedy decoding on rows of 1, 2, ... symbols, by H",
        "exact_match": measure(),
        "seeds": SEEDS,
        "settings": str(SETTINGS),
    }
    return show(found, ("torch", "numpy"), ", 2 runs at a time, 1 thread each")


if __name__ == "__main__":
    sys.exit(main())
