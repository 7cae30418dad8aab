"""What every test may ask for."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest
from filelock import FileLock
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from toy import Toy
from website import CHROMIUM, OFFLINE, ROOT, SITE

from autograder.author.source import Exercise, read
from solutions import solve

sys.path[:0] = [str(ROOT / "book"), str(ROOT / "book" / "_ext")]

from _tools import javascript, live  # noqa: E402

LEFT = "net::ERR_ABORTED"  # the page was left before the answer came


@pytest.fixture
def rng():
    """A fresh generator with the same seed in each test."""
    return np.random.default_rng(0)


@pytest.fixture(scope="module")
def exercise(request) -> Exercise:
    """In test_solution_<id>.py: the exercise of that id."""
    return read(request.module.__name__.removeprefix("test_solution_"))


@pytest.fixture(scope="module")
def solved(exercise) -> SimpleNamespace:
    """What that exercise's solved NumPy notebook defines."""
    return solve(exercise)


@pytest.fixture(scope="module")
def ready(tmp_path_factory) -> Iterator[Toy]:
    """The toy's course; some modules fill it with a class, once for all tests."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield Toy(tmp_path_factory.mktemp("toy"), monkeypatch)


@pytest.fixture
def toy(ready, tmp_path) -> Toy:
    """A copy of that course, for one test."""
    return ready.fresh(tmp_path)


@pytest.fixture
def run_loop() -> Iterator[Callable]:
    """Run a coroutine in a thread: a browser may keep this one's event loop busy."""
    with ThreadPoolExecutor(1) as pool:
        yield lambda job: pool.submit(asyncio.run, job).result()


@pytest.fixture(scope="session")
def alone(tmp_path_factory) -> FileLock:
    """Held by one of the processes that test at a time."""
    return FileLock(tmp_path_factory.getbasetemp().parent / "attnbook.lock")


@pytest.fixture(scope="session")
def address(alone) -> Iterator[str]:
    """Build the book unless it is up to date, and serve it."""
    build = [sys.executable, str(ROOT / "book" / "build.py")]
    with alone:
        done = subprocess.run(build, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    with live.book_server(SITE) as served:
        yield f"{served}/"


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OFFLINE)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def axe(alone) -> str:
    with alone:
        javascript.install(ROOT, tests=True)
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


@pytest.fixture
def visit(browser, address):
    """Open a page: visit("ja/index.html", **context); `page.complaints` collects.

    All addresses are blocked but the site's, and the ones in `allow`.
    """
    contexts = []

    def open_page(path: str, allow: tuple[str, ...] = (), **options: object) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: note(page, message.type, message.text))
        page.on("pageerror", lambda error: note(page, "error", str(error)))
        page.on("requestfailed", lambda request: failed(page, request))
        page.on("response", lambda answer: refused(page, answer))
        known = (address, *allow)
        context.route(lambda url: not url.startswith(known), lambda r: r.abort())
        page.goto(address + path, wait_until="load")
        return page

    yield open_page
    for context in contexts:
        context.close()


def note(page: Page, kind: str, text: str) -> None:
    if kind in ("error", "warning"):
        page.complaints.append(text)


def failed(page: Page, request) -> None:
    if request.failure != LEFT:
        page.complaints.append(f"{request.failure} {request.url}")


def refused(page: Page, answer) -> None:
    if answer.status >= 400:
        page.complaints.append(f"{answer.status} {answer.url}")
