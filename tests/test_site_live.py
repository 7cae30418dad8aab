"""A page's cells made live, as a reader does it, on a Jupyter server nearby."""

import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from _tools import live
from website import AXE, ROOT

CHAPTER = "luong_global.html"
# An editor scrolls with its caret, which axe does not know.
OFF = '{rules: {"scrollable-region-focusable": {enabled: false}}}'
EDITORS = AXE.replace("axe.run()", f"axe.run({OFF})")
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def jupyter(address):
    with live.jupyter_server(address.rstrip("/")) as server:
        yield server


def press_run_here(page):
    page.locator(".dropdown-launch-buttons > button").click()
    page.locator(".btn-launch-live").click()


def wait_until_live(page):
    """The bar at the bottom offers to restart only when the kernel is there."""
    page.locator(".course-live-bar button").nth(1).wait_for(timeout=90_000)


def live_cell(page, text):
    return page.locator("div.cell:has(.thebe-cell)", has_text=text).first


@pytest.fixture
def requests_of(visit, jupyter):
    def open_page(path, **options):
        page = visit(path, allow=(jupyter["baseUrl"],), **options)
        page.seen = []
        page.on("request", lambda request: page.seen.append(request.url))
        return page

    return open_page


def test_a_reader_names_a_server_and_runs_a_cell_they_changed(
    requests_of, jupyter, axe
):
    page = requests_of(f"en/{CHAPTER}", viewport=DESKTOP)
    press_run_here(page)
    form = page.get_by_role("dialog", name="Run the cells of this page")
    form.get_by_label("Address of the server").fill(jupyter["baseUrl"].rstrip("/"))
    form.get_by_label("Token").fill(jupyter["token"])
    form.get_by_role("button", name="Connect").click()
    wait_until_live(page)
    cell = live_cell(page, "src_states = np.array")
    cell.locator(".CodeMirror").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("\nprint('half of the sum:', weights.sum() / 2)")
    cell.get_by_role("button", name="Run", exact=True).click()
    output = cell.locator(".course-live-output")
    output.get_by_text("half of the sum: 0.5").wait_for(timeout=30_000)
    assert cell.locator(".cell_output .output").is_hidden()  # the book's own
    page.evaluate(axe)
    assert page.evaluate(AXE) == []
    assert page.complaints == []
    page.reload()
    press_run_here(page)  # the server is remembered
    wait_until_live(page)
    assert page.complaints == []


@pytest.mark.parametrize(
    ("folder", "size", "words"),
    [
        ("ja", PHONE, ("ここまですべて実行", "実行できます")),
        ("zh", DESKTOP, ("运行到此处为止的全部单元格", "可以运行了")),
    ],
)
def test_cells_in_folds_and_tabs_run_on_the_server_of_make_live(
    requests_of, jupyter, axe, folder, size, words
):
    place = f"{folder}/{CHAPTER}#{live.introduction(jupyter)}"
    page = requests_of(place, viewport=size, color_scheme="dark")
    press_run_here(page)
    wait_until_live(page)
    run_to, ready = words
    page.locator("label.sd-tab-label", has_text="PyTorch").first.click()
    tabs = page.locator(".sd-tab-set").first
    chosen = tabs.locator("div.cell.tag_torch")
    chosen.get_by_role("button", name=run_to).click()
    page.get_by_role("status").get_by_text(ready).wait_for(timeout=60_000)
    ran = "course-live-ran"
    for name, expected in (("numpy", True), ("torch", True), ("keras", False)):
        classes = tabs.locator(f"div.cell.tag_{name}").get_attribute("class").split()
        assert (ran in classes) == expected, name
    folded = page.locator("div.cell.tag_hide-input").first
    assert folded.locator(".course-live-output :is(img, svg)").first.is_visible()
    assert folded.locator("figcaption").is_visible()
    assert folded.locator(".thebe-cell").is_hidden()
    page.evaluate(axe)
    assert page.evaluate(EDITORS) == []
    folded.locator("summary").click()
    assert folded.locator(".CodeMirror").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert page.complaints == []


def test_a_server_that_refuses_is_named_and_nothing_is_loaded(requests_of, jupyter):
    wrong = live.introduction({**jupyter, "token": "wrong"})
    page = requests_of(f"en/{CHAPTER}#{wrong}")
    press_run_here(page)
    status = page.get_by_role("status")
    status.get_by_text(f"{jupyter['baseUrl']} does not answer").wait_for(timeout=10_000)
    page.get_by_role("button", name="Other server").click()
    assert page.get_by_role("dialog").is_visible()
    assert not [url for url in page.seen if "thebe" in url]


def test_an_address_cannot_introduce_a_server_elsewhere(visit):
    other = live.introduction({"baseUrl": "https://other.example/", "token": "x"})
    page = visit(f"en/{CHAPTER}#{other}")
    assert "other.example" not in page.url
    assert page.evaluate("localStorage.getItem('course-live-server')") is None


def test_make_live_serves_the_book_and_a_server_for_its_pages_alone(address):
    """Everything that another page, or another user of the machine, might try."""
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "book" / "build.py"), "live", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        lines = [process.stdout.readline() for _ in range(2)]
        found = re.match(
            r"(http://127\.0\.0\.1:\d+)/#live=([^&]+)&token=(.+)", lines[1]
        )
        book, server, token = found.groups()
        api = f"{urllib.request.unquote(server)}api/kernelspecs"
        assert api.startswith("http://127.0.0.1:")
        assert b"html" in urllib.request.urlopen(f"{book}/index.html").read()
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(api)
        assert refused.value.code == 403
        refused.value.close()
        request = urllib.request.Request(
            api,
            headers={"Authorization": f"token {token}", "Origin": "http://a.example"},
        )
        with urllib.request.urlopen(request) as answer:
            assert answer.headers["Access-Control-Allow-Origin"] == book
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 0
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(api, timeout=5)
