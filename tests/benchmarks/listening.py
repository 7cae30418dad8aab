"""Two thousand steps of the memory task: do the other networks learn it later?

Takes two minutes. From the root:
python tests/benchmarks/listening.py > book/attnbook/recorded/listening.json
"""

import json
import platform
import sys
from datetime import UTC, datetime

import numpy as np
import torch
from attnbook.torch.listener import learn
from attnbook.torch.training import two_at_a_time

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
    result = {
        "what": "right answers in each hundred steps, by kind of network and seed",
        "right": measure(),
        "gap": GAP,
        "seeds": SEEDS,
        "steps": STEPS,
        "every": EVERY,
        "machine": f"{platform.machine()} CPU, 2 runs at a time, 1 thread each",
        "versions": {"torch": torch.__version__, "numpy": np.__version__},
        "date": datetime.now(UTC).date().isoformat(),
    }
    json.dump(result, sys.stdout, indent=1)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
