"""The book on paper: one PDF an edition, and a page as Ctrl+P prints it."""

import re
import unicodedata
from io import BytesIO

import pytest
from _tools import pdf
from pypdf import PdfReader
from website import LANGUAGES, ROOT, SITE

CHAPTER = "luong_global.html"
SENTENCES = {
    "en": "Here is a small task that you can do without thinking.",
    "ja": "考えなくてもできる小さな課題から始めましょう。",
    "zh": "注意力",
}
# The class of each framework's first score, in the order of the tabs.
FRAMEWORKS = [
    ("NumPy", "class DotScore:"),
    ("PyTorch", "class DotScore(nn.Module):"),
    ("Keras (TensorFlow)", "class DotScore(keras.Layer):"),
]


def squeezed(reader) -> str:
    """Return the text without the breaks of lines, letters in their usual form."""
    text = "".join(page.extract_text() for page in reader.pages)
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


@pytest.fixture(scope="module")
def printed(browser, address):
    made = pdf.print_editions(browser, ROOT, SITE)
    return {path.stem: PdfReader(path) for path in made}


def titles(outline) -> list:
    """Return the outline as nested lists of titles."""
    return [titles(x) if isinstance(x, list) else x.title for x in outline]


@pytest.mark.parametrize("folder", LANGUAGES)
def test_the_pdf_has_a_language_tags_and_an_outline(printed, visit, folder):
    reader = printed[folder]
    root = reader.trailer["/Root"]
    assert root["/Lang"] == LANGUAGES[folder]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]["/K"]
    page = visit(f"{folder}/{CHAPTER}")
    heads = page.locator("article h1, article h2").all()
    expected = [plain(head.text_content().rstrip("#¶ \n")) for head in heads]
    found = titles(reader.outline)
    at = [plain(t) if isinstance(t, str) else t for t in found].index(expected[0])
    below = [plain(title) for title in found[at + 1] if isinstance(title, str)]
    assert below == expected[1:] and len(below) > 5
    assert len(reader.metadata.title) > 8
    assert page.title().endswith(reader.metadata.title)


@pytest.mark.parametrize("folder", LANGUAGES)
def test_the_links_of_the_pdf_lead_into_it_or_to_the_web(printed, folder):
    reader = printed[folder]
    places, inside, outside = reader.named_destinations, 0, set()
    for page in reader.pages:
        for note in page.get("/Annots", []):
            note = note.get_object()
            address = note.get("/A", {}).get("/URI")
            if address:
                outside.add(address)
            else:
                inside += 1
                assert note["/Dest"] in places
    assert inside > 50
    assert len(outside) >= 3
    assert all(address.startswith("https://") for address in outside)


@pytest.mark.parametrize("folder", LANGUAGES)
def test_the_text_of_the_pdf_can_be_found_with_all_tabs_and_folds(printed, folder):
    text = squeezed(printed[folder])
    assert plain(SENTENCES[folder]) in text
    for name, code in FRAMEWORKS:
        assert plain(code) in text and text.count(plain(name)) > 3, name
    assert "classDateReader(nn.Module)" in text  # folded on the page


def test_a_printed_page_has_all_tabs_and_folds_and_no_menus(visit):
    page = visit(f"ja/{CHAPTER}", color_scheme="dark")
    menu = plain(page.locator(".bd-sidebar-primary a").last.inner_text())
    text = squeezed(PdfReader(BytesIO(page.pdf())))
    assert plain(SENTENCES["ja"]) in text
    for _, code in FRAMEWORKS:
        assert plain(code) in text
    assert "classDateReader(nn.Module)" in text
    title = plain(page.locator("article h1").text_content().rstrip("#¶ \n"))
    assert text.startswith(title) and text.count("コードを") == 0
    time = plain(page.locator(".course-time").text_content())
    assert len(time) > 5 and time not in text
    assert len(menu) > 2 and menu not in text[-200:] + text[:200]


@pytest.mark.parametrize("folder", LANGUAGES)
def test_a_page_turns_light_for_printing_and_back(visit, folder):
    page = visit(f"{folder}/{CHAPTER}", color_scheme="dark")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for part in (".bd-sidebar-primary", ".bd-sidebar-secondary", ".bd-header-article"):
        assert page.locator(part).first.is_hidden(), part
    look = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(look) == "rgb(255, 255, 255)"
    code = page.locator("div.cell_input pre").first
    ink = code.evaluate("e => getComputedStyle(e).color")
    assert sum(map(int, re.findall(r"\d+", ink)[:3])) < 250
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert page.locator("article details[open]").count() == 0
    assert page.get_attribute("html", "data-theme") == "dark"


def test_tabs_become_names_and_their_contents_and_files_lose_their_links(tmp_path):
    (tmp_path / "en").mkdir()
    page = (
        '<html lang="en"><body><article class="bd-article"><section id="a"><h1>A</h1>'
        '<div class="sd-tab-set"><input type="radio"><label>NumPy</label>'
        '<div class="sd-tab-content">x = 1</div></div>'
        '<a href="#a">here</a><a href="b.html#c">there</a><a href="f.zip">file</a>'
        "</section></article></body></html>"
    )
    for name in ("a", "b"):
        (tmp_path / "en" / f"{name}.html").write_text(page.replace('"a"', f'"{name}"'))
    words = {"title": "T", "author": "W", "license": "L", "contents": "C"}
    text = pdf.joined(tmp_path, "en", ["a", "b"], words)
    assert '<p class="course-pdf-tab">NumPy</p><div>x = 1</div>' in text
    assert '<a href="#a--a">here</a><a href="#b--c">there</a>file' in text
    assert "input" not in text
