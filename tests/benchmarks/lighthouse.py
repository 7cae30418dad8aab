"""Measure the built book with Lighthouse, as on a slow phone; print the scores.

    python tests/benchmarks/lighthouse.py [PAGE ...]     such as en/index.html

Exits with 1 if accessibility, best practices or SEO is below 100. Performance depends
on the machine, so it is measured and printed only; the goal is 90.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "book"), str(ROOT / "tests")]

from _tools import javascript, live  # noqa: E402
from website import CHROMIUM, LANGUAGES, OFFLINE, SITE  # noqa: E402

CLI = ROOT / "node_modules" / "lighthouse" / "cli" / "index.js"
EXACT = ("accessibility", "best-practices", "seo")  # these must be 100
PAGES = [
    f"{folder}/{name}.html"
    for folder in LANGUAGES
    for name in ("index", "luong_global")
]


def measure(url: str, categories: Sequence[str]) -> dict:
    """Return Lighthouse's report on a page, with its standard settings for phones.

    Raises:
        RuntimeError: Lighthouse failed; the message is its last words.
    """
    flags = " ".join(["--headless=new", *OFFLINE])
    command = [javascript.node(), str(CLI), url, "--output=json", "--quiet"]
    command += [f"--chrome-flags={flags}", f"--only-categories={','.join(categories)}"]
    env = {**os.environ, "CHROME_PATH": CHROMIUM or "chromium"}
    done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=180)
    if done.returncode:
        raise RuntimeError(f"{url}: Lighthouse failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)


def scores(report: dict) -> dict[str, int]:
    """Return {category: 0 to 100} of a report."""
    return {
        name: round(100 * category["score"])
        for name, category in report["categories"].items()
    }


def losses(report: dict) -> list[str]:
    """Name what costs points in the categories that must be perfect."""
    found = []
    for name in EXACT:
        for ref in report["categories"][name]["auditRefs"]:
            audit = report["audits"][ref["id"]]
            if ref["weight"] and audit["score"] not in (None, 1):
                found.append(f"{name}: {audit['id']}: {audit['title']}")
    return found


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pages", nargs="*", default=PAGES, metavar="PAGE")
    args = parser.parse_args(argv)
    javascript.install(ROOT, tests=True)
    failed = False
    with live.book_server(SITE) as where:
        for page in args.pages:
            report = measure(f"{where}/{page}", ("performance", *EXACT))
            paint = report["audits"]["largest-contentful-paint"]["displayValue"]
            marks = ", ".join(f"{k} {v}" for k, v in scores(report).items())
            print(f"{page}: {marks}; largest paint after {paint}", flush=True)
            for loss in losses(report):
                failed = True
                print(f"  {loss}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
