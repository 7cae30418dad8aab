"""Show the book while it is written: build again whenever a file is saved."""

import time
from collections.abc import Callable
from pathlib import Path

LOOK_EVERY = 0.3  # seconds


def snapshot(root: Path, patterns: tuple[str, ...]) -> dict[Path, int]:
    """Return when each file that the book is made of was last changed."""
    return {
        path: path.stat().st_mtime_ns
        for pattern in patterns
        for path in root.glob(pattern)
        if path.is_file() and path.suffix != ".mo" and "__pycache__" not in path.parts
    }


def watch(
    root: Path,
    patterns: tuple[str, ...],
    build: Callable[[], object],
    rounds: int | None = None,
) -> None:
    """Call `build` after each change, and say how long it took or what was wrong.

    Args:
        root: the repository.
        patterns: what the book is made of.
        build: builds it; a RuntimeError does not end the watching.
        rounds: stop after so many builds; None means never.
    """
    known = snapshot(root, patterns)
    while rounds is None or rounds > 0:
        time.sleep(LOOK_EVERY)
        now = snapshot(root, patterns)
        if now == known:
            continue
        changed = {path for path, _ in now.items() ^ known.items()}
        names = ", ".join(sorted(path.relative_to(root).as_posix() for path in changed))
        known, start = now, time.monotonic()
        print(f"{names} changed", flush=True)
        try:
            build()
            print(f"  reload the page: {time.monotonic() - start:.1f} s", flush=True)
        except RuntimeError as error:
            print(f"  {error}", flush=True)
        rounds = None if rounds is None else rounds - 1
