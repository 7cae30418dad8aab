"""Where the built book is, as the tests and the measurements use it."""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
CHROMIUM = shutil.which("chromium")
LANGUAGES = {"en": "en", "ja": "ja", "zh": "zh-CN"}  # folder: html lang
OFFLINE = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
]
# What axe complains about, once its script (the fixture axe) is in the page.
AXE = """async () => (await axe.run()).violations.map(
  (found) => found.id + ": " + found.nodes.map((node) => node.target).join(" | "))"""


def pages(folder: str) -> list[str]:
    """Return the addresses of a language's pages."""
    found = sorted((SITE / folder).glob("*.html"))
    return [path.relative_to(SITE).as_posix() for path in found]
