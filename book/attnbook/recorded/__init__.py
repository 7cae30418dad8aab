"""Results of experiments that take too long for a page.

A script in tests/benchmarks/ writes each file, with seed, data, machine and date in it.
"""

import json
from importlib import resources


def load_recorded(name: str) -> dict:
    """Read a recorded result, such as "dates"."""
    return json.loads(resources.files(__name__).joinpath(f"{name}.json").read_text())
