"""How an experiment is recorded: what came out, and what it takes to repeat it."""

import json
import platform
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version


def show(found: Mapping, packages: Iterable[str], how: str = "") -> int:
    """Print a result as JSON, with machine, versions and date; return 0.

    Args:
        found: what was measured and with what, by name.
        packages: whose versions matter.
        how: the machine was used, such as ", 1 thread".
    """
    result = {
        **found,
        "machine": f"{platform.machine()} CPU{how}",
        "versions": {name: version(name) for name in packages},
        "date": datetime.now(UTC).date().isoformat(),
    }
    json.dump(result, sys.stdout, indent=1)
    print()
    return 0
