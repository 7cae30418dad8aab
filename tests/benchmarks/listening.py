"""Two thousand steps of the memory task: do the other networks learn it later?

Takes two minutes. From the root:
python tests/benchmarks/listening.py > book/attnbook/recorded/listening.json
"""

import sys

import numpy as np
from attnbook.torch.listener import learn
from attnbook.torch.training import two_at_a_time
from recording import show

KINDS = ("RNN", "LSTM 0", "LSTM 1", "LSTM 3", "GRU")
GAP, SEEDS, STEPS, EVERY = 30, (0, 1, 2), 2000, 100


def measure() -> dict:
    """The share of right answers in each hundred steps, by kind and seed."""
    jobs = [(kind, GAP, seed, STEPS) for kind in KINDS for seed in SEEDS]
    results = two_at_a_time(learn, jobs)
    shares = {kind: [] for kind in KINDS}
    for (kind, *_), (_, right) in results.items():
        means = np.mean(np.reshape(right, (-1, EVERY)), axis=1)  # (STEPS / EVERY,)
        shares[kind].append([round(float(mean), 4) for mean in means])
    return shares


def main() -> int:
    """Measure, and print the result with everything needed to repeat it."""
    found = {
        "what": "right answers in each hundred steps, by kind of network and seed",
        "right": measure(),
        "gap": GAP,
        "seeds": SEEDS,
        "steps": STEPS,
        "every": EVERY,
    }
    return show(found, ("torch", "numpy"), ", 2 runs at a time, 1 thread each")


if __name__ == "__main__":
    sys.exit(main())
