"""The book is light: what a page loads, and what Lighthouse says of it."""

import re
import sys

import pytest
from website import LANGUAGES, ROOT, pages

sys.path.insert(0, str(ROOT / "tests" / "benchmarks"))

import lighthouse  # noqa: E402

LIMIT = 500_000  # bytes, compressed, without pictures


def weigh(page, address: str) -> dict[str, int]:
    """Return the compressed size of each file but pictures that an address loads."""
    loaded = []
    page.on("requestfinished", lambda request: loaded.append(request))
    page.goto(address, wait_until="networkidle")
    return {
        request.url: request.sizes()["responseBodySize"]
        for request in loaded
        if request.resource_type != "image"
    }


@pytest.mark.parametrize("folder", LANGUAGES)
def test_no_page_loads_more_than_500_kilobytes(visit, address, folder):
    for name in pages(folder):
        sizes = weigh(visit("index.html", locale="fr"), address + name)
        assert any(".css" in url for url in sizes), sizes
        assert not any("thebe" in url for url in sizes), sizes  # until "run here"
        assert sum(sizes.values()) <= LIMIT, (name, sizes)


def test_a_page_has_one_style_sheet_and_no_script_that_blocks_it(visit):
    page = visit("en/luong_global.html")
    assert page.locator("link[rel=stylesheet]").count() == 1
    blocking = page.locator("head script[src]:not([defer]):not([type=module])")
    assert blocking.count() == 0


def test_the_style_sheet_keeps_what_run_here_shows_later(visit):
    page = visit("en/luong_global.html")
    css = page.request.get(page.locator("link[rel=stylesheet]").evaluate("a => a.href"))
    script = (ROOT / "book" / "_static" / "live.js").read_text("utf-8")
    names = set(re.findall(r"course-live-(?:form|bar|buttons|output|ran)", script))
    assert len(names) == 5
    assert all(f".{name}" in css.text() for name in names), names


@pytest.mark.parametrize("name", ["en/luong_global", "ja/index", "zh/search"])
def test_lighthouse_has_no_complaint(address, name):
    lighthouse.javascript.install(ROOT, tests=True)
    report = lighthouse.measure(f"{address}{name}.html", lighthouse.EXACT)
    assert lighthouse.losses(report) == []
    assert lighthouse.scores(report) == dict.fromkeys(lighthouse.EXACT, 100)
