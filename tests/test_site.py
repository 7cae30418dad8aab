"""The built book in a browser, as a reader meets it, with no network but the site."""

import polib
import pytest
from bs4 import BeautifulSoup
from website import LANGUAGES, ROOT, SITE, pages

from autograder.author import translate

CHAPTER = "luong_global.html"


@pytest.mark.parametrize("folder", LANGUAGES)
def test_every_page_loads_without_the_network_and_without_complaint(visit, folder):
    visit("index.html")  # builds the site
    assert len(pages(folder)) >= 6
    for name in pages(folder):
        page = visit(name)
        page.wait_for_load_state("networkidle")
        assert page.complaints == [], name
        assert page.get_attribute("html", "lang") == LANGUAGES[folder], name


@pytest.mark.parametrize("folder", LANGUAGES)
def test_every_picture_has_a_size_and_a_description(visit, folder):
    visit("index.html")  # builds the site
    seen = 0
    for name in pages(folder):
        for picture in visit(name).locator("article img").all():
            description = picture.get_attribute("alt")
            assert len(description) > 10 and "/" not in description[:8], name
            assert int(picture.get_attribute("width")) > 50, name
            assert int(picture.get_attribute("height")) > 50, name
            seen += 1
    assert seen


@pytest.mark.parametrize("folder", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_scrolls_sideways_on_a_phone(visit, folder, scheme):
    for name in pages(folder):
        page = visit(name, viewport={"width": 390, "height": 844}, color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name


def test_the_page_follows_the_readers_wish_for_a_dark_screen(visit):
    look = "getComputedStyle(document.body).backgroundColor"
    light = visit(f"en/{CHAPTER}", color_scheme="light").evaluate(look)
    dark = visit(f"en/{CHAPTER}", color_scheme="dark").evaluate(look)
    brightness = [sum(map(int, c[4:-1].split(", "))) for c in (light, dark)]
    assert brightness[0] > 700 and brightness[1] < 120


@pytest.mark.parametrize(
    ("locale", "folder"),
    [("ja-JP", "ja"), ("zh-CN", "zh"), ("zh-TW", "zh"), ("en-GB", "en")],
)
def test_the_root_page_sends_readers_to_their_language(visit, address, locale, folder):
    page = visit("index.html", locale=locale)
    page.wait_for_url(f"{address}{folder}/index.html")


def test_the_root_page_offers_all_languages_to_others(visit):
    page = visit("index.html", locale="fr-FR")
    links = [link.get_attribute("href") for link in page.locator("main a").all()]
    assert links == [f"{folder}/index.html" for folder in LANGUAGES]


def test_the_switcher_keeps_page_and_anchor_and_is_remembered(visit, address):
    page = visit(f"en/{CHAPTER}", locale="en-GB")
    anchor = page.locator("article section section").first.get_attribute("id")
    page.goto(f"{address}en/{CHAPTER}#{anchor}")
    page.locator(".course-lang summary").click()
    page.locator(".course-lang a[data-course-lang=ja]").click()
    page.wait_for_url(f"{address}ja/{CHAPTER}#{anchor}")
    assert page.locator(f"#{anchor}").count() == 1
    page.goto(f"{address}index.html")
    page.wait_for_url(f"{address}ja/index.html")


def test_the_switcher_works_without_scripts(visit, address):
    page = visit(f"zh/{CHAPTER}", java_script_enabled=False)
    page.locator(".course-lang summary").click()
    page.locator(".course-lang a[lang=en]").click()
    assert page.url == f"{address}en/{CHAPTER}"


def test_framework_tabs_switch_together_and_are_remembered(visit, address):
    page = visit(f"en/{CHAPTER}")
    sets = page.locator(".sd-tab-set").count()
    assert sets >= 2
    page.locator("label.sd-tab-label", has_text="PyTorch").last.click()
    chosen = "input:checked + label.sd-tab-label"
    with_torch = page.locator(".sd-tab-set:has(label:text('PyTorch'))").count()
    assert page.locator(chosen, has_text="PyTorch").count() == with_torch >= 2
    page.goto(f"{address}ja/{CHAPTER}")
    page.wait_for_load_state("load")
    assert page.locator(chosen, has_text="PyTorch").count() == with_torch


@pytest.mark.parametrize(
    ("folder", "query"),
    [
        *(("ja", "注意機構"), ("ja", "加重平均"), ("zh", "注意力机制")),
        *(("zh", "加权平均"), ("en", "local attention"), ("en", "softmax")),
    ],
)
def test_search_finds_words_and_compounds_where_they_are(visit, folder, query):
    page = visit(f"{folder}/search.html?q={query}")
    page.wait_for_selector(".pagefind-ui__result-link", timeout=10_000)
    shown = page.locator(".pagefind-ui__result-link").all()
    assert all(link.get_attribute("href").startswith(f"/{folder}/") for link in shown)
    found = page.evaluate(ALL_HITS, query)
    assert all(link.startswith(f"/{folder}/") for link in found)
    having = [name for name in pages(folder) if query in words_of(name)]
    assert having
    assert {f"/{name.removesuffix('index.html')}" for name in having} <= set(found)
    assert page.complaints == []


ALL_HITS = """async (query) => {
  const pagefind = await import(new URL("../pagefind/pagefind.js", location.href));
  const hits = (await pagefind.search(query)).results;
  return Promise.all(hits.map(async (hit) => (await hit.data()).url));
}"""


def words_of(name: str) -> str:
    """Return the text of a page's article, as search indexes it."""
    page = BeautifulSoup((SITE / name).read_text("utf-8"), "html.parser")
    article = page.select_one("article.bd-article")
    return " ".join(article.get_text().split()).lower() if article else ""


def test_the_search_box_of_a_page_leads_to_results(visit, address):
    page = visit(f"en/{CHAPTER}")
    page.locator("button.search-button__button:visible").first.click()
    page.keyboard.type("softmax")
    page.keyboard.press("Enter")
    page.wait_for_selector(".pagefind-ui__result-link", timeout=10_000)
    assert page.url.startswith(f"{address}en/search.html")


@pytest.mark.parametrize("folder", LANGUAGES)
def test_the_exercise_and_the_notebook_can_be_downloaded(visit, address, folder):
    page = visit(f"{folder}/{CHAPTER}")
    links = page.locator("a.course-download").all()
    names = [link.get_attribute("href") for link in links]
    stem = CHAPTER.removesuffix(".html")
    assert names == [f"exercises/{stem}-{name}.zip" for name in ("torch", "keras")]
    for name in [*names, f"notebooks/{stem}.ipynb"]:
        answer = page.request.get(f"{address}{folder}/{name}")
        assert answer.ok and len(answer.body()) > 1000, name


def test_notebooks_are_translated_with_the_messages_that_sphinx_extracts(address):
    for path in sorted((ROOT / "book").glob("*.md")):
        template = polib.pofile(str(ROOT / "_build" / "gettext" / f"{path.stem}.pot"))
        ours = set(translate.extract(path.read_text("utf-8")))
        assert ours and ours <= {entry.msgid for entry in template}, path.name


def test_pages_can_be_read_and_searched_from_a_folder(browser, address):
    page = browser.new_page()
    page.goto(f"{SITE.as_uri()}/en/search.html?q=softmax")
    page.wait_for_selector("#search-results li a", timeout=10_000)
    page.close()
