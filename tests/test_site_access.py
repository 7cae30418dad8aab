"""Everyone can use the book: axe finds nothing, and no mouse is needed."""

import pytest
from website import AXE, LANGUAGES, pages

CHAPTER = "luong_global.html"
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# What is far from the screen is not laid out: walk down the page as a reader does.
WALK = """async () => {
  for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight) {
    scrollTo(0, y);
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  }
  await new Promise((done) => setTimeout(done, 500)); // the theme waits 300 ms
}"""


@pytest.mark.parametrize("folder", LANGUAGES)
def test_axe_finds_nothing_light_dark_and_on_a_phone(visit, axe, folder):
    looks = [("light", DESKTOP), ("dark", DESKTOP), ("light", PHONE), ("dark", PHONE)]
    for name in ["index.html", *pages(folder)]:
        page = visit(name, locale="fr")  # the root page does not lead away
        page.evaluate(axe)
        for scheme, screen in looks:
            page.set_viewport_size(screen)
            page.emulate_media(color_scheme=scheme)
            page.evaluate(WALK)
            assert page.evaluate(AXE) == [], (name, scheme, screen["width"])


def test_axe_would_find_a_picture_without_a_description(visit, axe):
    page = visit(f"en/{CHAPTER}")
    page.evaluate(axe)
    page.evaluate("document.querySelector('article img').removeAttribute('alt')")
    found = page.evaluate(AXE)
    assert [name.split(":")[0] for name in found] == ["image-alt"]


def test_search_results_and_open_menus_pass_axe(visit, axe):
    page = visit("zh/search.html?q=注意力机制", viewport=PHONE)
    page.wait_for_selector(".pagefind-ui__result-link", timeout=10_000)
    page.locator(".course-legend summary").click()
    page.evaluate(axe)
    assert page.evaluate(AXE) == []
    page.locator(".course-lang summary").click()
    assert page.evaluate(AXE) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_menus_of_a_page_with_code_and_the_form_of_run_here_pass_axe(
    visit, axe, screen, scheme
):
    page = visit(f"ja/{CHAPTER}", viewport=screen, color_scheme=scheme)
    page.evaluate(axe)
    page.evaluate(WALK)
    page.evaluate("scrollTo(0, 0)")
    page.locator(".dropdown-download-buttons > button").click()
    page.locator(".btn-download-notebook-torch-button").wait_for()
    assert page.evaluate(AXE) == []
    page.locator(".dropdown-launch-buttons > button").click()
    page.locator(".btn-launch-live").wait_for()
    assert page.evaluate(AXE) == []
    page.locator(".btn-launch-live").click()
    assert page.get_by_role("dialog").is_visible()
    assert page.evaluate(AXE) == []


def test_wide_code_scrolls_inside_itself_by_keyboard(visit):
    page = visit(f"en/{CHAPTER}", viewport=PHONE)
    page.evaluate(WALK)
    wide = page.locator("article pre[tabindex='0']")
    assert wide.count() > 5
    box = page.locator("article pre[tabindex='0']:visible").first
    box.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("box => box.scrollLeft > 0", arg=box.element_handle())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_language_is_changed_by_keyboard(visit, address):
    page = visit(f"en/{CHAPTER}", locale="en-GB")
    page.locator(".course-lang summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}ja/{CHAPTER}")


def test_the_framework_is_chosen_by_keyboard(visit):
    page = visit(f"en/{CHAPTER}")
    tabs = page.locator(".sd-tab-set").first.locator("input[type=radio]")
    tabs.first.focus()
    page.keyboard.press("ArrowRight")
    assert tabs.nth(1).is_checked()
    chosen = page.locator(".sd-tab-set input:checked + label")
    assert len(set(chosen.all_inner_texts())) == 1


def test_the_skip_link_comes_first_and_leads_to_the_text(visit):
    page = visit(f"ja/{CHAPTER}")
    page.keyboard.press("Tab")
    assert (
        page.evaluate("document.activeElement.getAttribute('href')") == "#main-content"
    )
