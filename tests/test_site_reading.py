"""What the book offers beyond its text: cover, legend, ways on, facts, languages."""

import re

import pytest
from bs4 import BeautifulSoup
from website import LANGUAGES, SITE, pages

CHAPTER = "luong_global.html"
SCREENS = {
    "desktop": {"width": 1280, "height": 900},
    "phone": {"width": 390, "height": 844},
}


def soup(name: str) -> BeautifulSoup:
    return BeautifulSoup((SITE / name).read_text("utf-8"), "html.parser")


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("folder", LANGUAGES)
def test_the_cover_leads_to_each_chapter_there_is(visit, address, folder, screen):
    page = visit(f"{folder}/index.html", viewport=SCREENS[screen])
    assert page.locator(".course-path li").count() >= 17
    stations = page.locator(".course-path li a")
    links = [link.get_attribute("href") for link in stations.all()]
    numbered = page.locator(".bd-sidebar-primary .toctree-l1 a").all()
    listed = [link.get_attribute("href") for link in numbered]
    assert links and set(links) <= set(listed)
    stations.first.click()
    page.wait_for_url(f"{address}{folder}/{links[0]}")
    assert page.locator("article h1").count() == 1


@pytest.mark.parametrize("folder", LANGUAGES)
def test_no_chapter_of_the_path_is_still_to_be_written(visit, folder):
    page = visit(f"{folder}/index.html")
    assert page.locator(".course-path li").count() == 17
    assert page.locator(".course-path li a").count() == 17
    assert page.locator(".course-planned").count() == 0


def test_the_stations_can_be_reached_by_keyboard(visit, address):
    page = visit("ja/index.html")
    first = page.locator(".course-path li a").first
    for _ in range(60):
        page.keyboard.press("Tab")
        if first.evaluate("link => link === document.activeElement"):
            break
    assert first.evaluate("link => link.matches(':focus-visible')")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("index.html"))
    assert page.url.startswith(f"{address}ja/")


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("folder", LANGUAGES)
def test_the_legend_of_shapes_is_one_click_away(visit, folder, screen):
    for name in pages(folder):
        page = visit(name, viewport=SCREENS[screen], java_script_enabled=False)
        page.locator(".course-legend summary").click()
        letters = page.locator(".course-legend th").all_inner_texts()
        assert letters == list("BSTEHAVFPNWK"), name
        box = page.locator(".course-legend table").bounding_box()
        width = SCREENS[screen]["width"]
        assert box["x"] >= 0 and box["x"] + box["width"] <= width, name


def test_the_legend_speaks_the_readers_language(visit):
    said = {}
    for folder in LANGUAGES:
        page = visit(f"{folder}/{CHAPTER}")
        page.locator(".course-legend summary").focus()
        page.keyboard.press("Enter")
        said[folder] = page.locator(".course-legend td").all_inner_texts()
        page.keyboard.press("Escape")
        assert not page.locator(".course-legend table").is_visible()
    assert "positions in the source" in said["en"]
    assert "入力系列の位置の数" in said["ja"]
    assert "源序列的位置数" in said["zh"]


def test_every_page_says_what_comes_next_and_how_long_it_takes(address):
    for folder in LANGUAGES:
        for name in pages(folder):
            page = soup(name)
            after = page.select_one("link[rel=next]")
            if after is None:
                continue
            link = page.select_one("a.course-turn-next")
            assert link["href"] == after["href"]
            title = link.select_one(".course-turn-title").get_text()
            assert title == after["title"]
            assert re.search(r"\d", link.select_one(".course-turn-time").get_text())


def test_a_chapter_takes_about_as_long_in_each_language(address):
    times = {}
    for folder in LANGUAGES:
        line = soup(f"{folder}/{CHAPTER}").select_one(".course-time").get_text()
        times[folder] = int(re.search(r"\d+", line)[0])
    assert 10 <= min(times.values()) <= max(times.values()) <= 1.4 * min(times.values())


@pytest.mark.parametrize("folder", LANGUAGES)
def test_every_page_has_its_own_title_and_description_in_its_language(address, folder):
    titles, descriptions = set(), set()
    for name in pages(folder):
        page = soup(name)
        assert page.html["lang"] == LANGUAGES[folder]
        assert len(page.select("title")) == len(page.select("meta[name=viewport]")) == 1
        said = page.select_one("meta[name=description]")["content"]
        assert 20 <= len(said) <= 170, name
        if folder != "en":
            assert re.search(r"[\u3040-\u9fff]", said), name
        titles.add(page.title.get_text())
        descriptions.add(said)
    assert len(titles) == len(descriptions) == len(pages(folder))


@pytest.mark.parametrize("folder", LANGUAGES)
def test_the_state_of_every_text_is_shown_and_complete(visit, folder):
    page = visit(f"{folder}/contributing.html")
    table = page.locator("article table")
    rows = table.locator("tbody tr")
    assert rows.count() >= len(pages(folder)) - 1  # all but the search page
    for number in range(rows.count()):
        cells = rows.nth(number).locator("td").all_inner_texts()
        assert int(cells[1]) > 0 and cells[2:] == ["100 %", "100 %"], cells


@pytest.mark.parametrize("folder", LANGUAGES)
def test_pictures_follow_the_dark_screen(visit, folder):
    look = "picture => getComputedStyle(picture).filter"
    filters = [
        visit(f"{folder}/{CHAPTER}", color_scheme=scheme)
        .locator("article img")
        .first.evaluate(look)
        for scheme in ("light", "dark")
    ]
    assert filters[0] == "none" and "invert" in filters[1]


@pytest.mark.parametrize(
    ("folder", "family"),
    [("ja", "Noto Sans CJK JP"), ("zh", "Noto Sans CJK SC")],
)
def test_characters_are_drawn_as_the_language_writes_them(visit, folder, family):
    page = visit(f"{folder}/{CHAPTER}")
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    query = {"nodeId": root, "selector": "article section section p"}
    node = session.send("DOM.querySelector", query)["nodeId"]
    used = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    assert max(used, key=lambda font: font["glyphCount"])["familyName"] == family


@pytest.mark.parametrize("folder", LANGUAGES)
def test_a_line_of_text_is_neither_too_long_nor_cut(visit, folder):
    page = visit(f"{folder}/{CHAPTER}", viewport={"width": 1600, "height": 900})
    text = page.locator("article section section > p").first
    size = float(text.evaluate("p => getComputedStyle(p).fontSize").removesuffix("px"))
    width = text.bounding_box()["width"] / size
    assert (
        width <= 41 if folder != "en" else width * 2.2 <= 85
    )  # ems; 2.2 letters an em
