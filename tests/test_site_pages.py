"""The parts that make pages: the path, the facts, the state, one style sheet."""

import json
from types import SimpleNamespace

import chapter_path
import course_i18n
import page_facts
import page_weight
import polib
import pytest
import shape_legend
import theme_repairs
import translation_state
from _tools import link_picture, preview
from docutils import nodes
from PIL import Image
from website import ROOT


def plan() -> list:
    return [("I", [("a", "A"), ("b", "B")]), ("II", [("c", "C")])]


def test_a_chapter_that_the_plan_lacks_stands_after_the_one_before_it():
    parts = chapter_path.with_new(plan(), {"b": "Bee", "x": "New", "c": "Sea"})
    assert parts == [
        ("I", [("a", "A"), ("b", "B"), ("x", "New")]),
        ("II", [("c", "C")]),
    ]


def test_a_new_first_chapter_stands_first():
    parts = chapter_path.with_new(plan(), {"x": "New", "c": "Sea"})
    assert parts[0] == ("I", [("x", "New"), ("a", "A"), ("b", "B")])


def test_a_plan_in_another_order_than_the_book_is_noticed():
    assert chapter_path.out_of_order(plan(), {"a": "A", "c": "C"}) == []
    assert chapter_path.out_of_order(plan(), {"c": "C", "a": "A"}) == ["a", "c"]


def test_a_chapter_under_another_caption_than_its_parts_name_is_noticed():
    titles = {name: title for title, part in plan() for name, _ in part}
    assert chapter_path.misplaced(plan(), titles) == []
    assert chapter_path.misplaced(plan(), {}) == []  # all are planned
    assert chapter_path.misplaced(plan(), titles | {"c": "Elsewhere"}) == ["c"]


def test_every_planned_chapter_has_a_drawing():
    text = (ROOT / "book" / "index.md").read_text("utf-8")
    names = [line.split("`")[1] for line in text.split("\n") if line.startswith("- `")]
    assert len(names) >= 17
    assert set(names) <= set(chapter_path.GLYPHS)


def test_reading_takes_a_minute_for_each_pace_of_words_or_characters():
    assert page_facts.minutes("one two " * 300, 200) == 3
    assert page_facts.minutes("注意機構" * 200, 400) == 2
    assert page_facts.minutes("注意 of NumPy " * 100, 100) == 4  # 2 characters, 2 words
    assert page_facts.minutes("", 200) == 1


def test_code_formulas_and_pictures_are_not_counted_as_text():
    page = nodes.document(None, None)
    page += nodes.paragraph("", "Read this.")
    page += nodes.literal_block("", "x = 1")
    page += nodes.math_block("", "a + b")
    assert page_facts.prose(page) == "Read this."


@pytest.mark.parametrize(
    ("text", "length", "short"),
    [
        ("Short.", 20, "Short."),
        ("One sentence. And another one.", 20, "One sentence."),
        ("A sentence of many words without an end", 22, "A sentence of many…"),
        ("一つの文です。次の文はとても長いものです。", 12, "一つの文です。"),
    ],
)
def test_a_description_ends_where_a_sentence_or_a_word_does(text, length, short):
    assert page_facts.shortened(text, length) == short
    assert len(short) <= length


def test_the_state_of_a_translation_counts_what_is_missing_or_stale(tmp_path):
    path = tmp_path / "a.po"
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="One", msgstr="一"))
    catalogue.append(polib.POEntry(msgid="Two", msgstr="二", flags=["fuzzy"]))
    catalogue.append(polib.POEntry(msgid="Three", msgstr=""))
    catalogue.save(str(path))
    share = translation_state.share
    assert share(["One"], path) == "100 %"
    assert share(["One", "Two", "Three", "Four"], path) == "25 % (−3)"
    assert share(["One"], tmp_path / "no.po") == "0 % (−1)"


def test_the_legend_is_the_first_table_and_needs_one():
    def row(*cells):
        return nodes.row("", *(nodes.entry("", nodes.paragraph("", c)) for c in cells))

    body = nodes.tbody("", row("B", "batch", "sentences"))
    group = nodes.tgroup("", nodes.thead("", row("letter", "name", "meaning")), body)
    page = nodes.document(None, None)
    with pytest.raises(LookupError, match="no table"):
        shape_legend.rows(page)
    page += nodes.table("", group)
    assert shape_legend.rows(page) == [["B", "batch", "sentences"]]


def test_a_style_sheet_keeps_its_imports_and_its_pictures(tmp_path):
    static = tmp_path / "_static"
    (static / "styles").mkdir(parents=True)
    (static / "base.css").write_text("a{color:red}")
    (static / "styles" / "one.css").write_text(
        '@import "../base.css";\nb{background:url("../x.svg")}c{src:url(data:x)}'
    )
    assert page_weight.sheet(tmp_path, "_static/styles/one.css") == (
        "a{color:red}\nb{background:url(styles/../x.svg)}c{src:url(data:x)}"
    )


def test_the_theme_is_mended_where_axe_finds_fault():
    page = (
        '<div id="pst-primary-sidebar" class="b"></div>'
        '<button class="btn search-button-field x" title="S" aria-label="S" data-x="1">'
        '<div role="list" class="citation-list">'
        '<div class="citation" id="id2" role="doc-biblioentry">'
    )
    assert theme_repairs.repaired(page, "The book") == (
        '<div id="pst-primary-sidebar" role="navigation" aria-label="The book" '
        'class="b"></div>'
        '<button class="btn search-button-field x" title="S" data-x="1">'
        '<div class="citation-list">'
        '<div class="citation" id="id2">'
    )


def config(base: str) -> SimpleNamespace:
    languages = [
        {"language": "en", "folder": "en"},
        {"language": "zh_CN", "folder": "zh"},
    ]
    return SimpleNamespace(
        html_baseurl=base, language="zh_CN", course_languages=languages
    )


def test_links_to_other_languages_are_absolute_or_absent():
    assert course_i18n.alternates(config(""), "a.html") == ""
    made = course_i18n.alternates(config("https://b.example/course/zh/"), "a.html")
    assert made.count("<link") == 3
    for tag, folder in (("en", "en"), ("zh-CN", "zh"), ("x-default", "en")):
        href = f"https://b.example/course/{folder}/a.html"
        assert f'hreflang="{tag}" href="{href}"' in made


def test_the_picture_of_links_has_the_size_that_previews_expect(tmp_path):
    link_picture.draw(tmp_path / "p.png")
    with Image.open(tmp_path / "p.png") as picture:
        assert picture.size == (1200, 630)
        assert len(picture.getcolors(100_000)) > 20


def test_preview_builds_after_a_change_and_survives_a_failed_build(
    tmp_path, capsys, monkeypatch
):
    page = tmp_path / "page.md"
    page.write_text("one")
    seen = []

    def build():
        seen.append(page.read_text())
        page.write_text("two!")  # as a writer would, who mends the mistake
        if len(seen) == 1:
            raise RuntimeError("page.md:1: no such role")

    states = iter([{}, {page: 1}, {page: 2}, {page: 2}])
    monkeypatch.setattr(preview, "snapshot", lambda *_: next(states))
    preview.watch(tmp_path, ("*.md",), build, rounds=2)
    assert seen == ["one", "two!"]
    said = capsys.readouterr().out
    assert "page.md changed" in said and "no such role" in said and "reload" in said


def test_what_the_preview_watches_is_what_the_book_is_made_of(tmp_path):
    (tmp_path / "a.md").write_text("x")
    (tmp_path / "a.mo").write_text("x")
    assert list(preview.snapshot(tmp_path, ("*",))) == [tmp_path / "a.md"]


def test_packages_of_the_book_and_of_its_tests_are_kept_apart():
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    assert set(package["dependencies"]) >= {"katex", "pagefind", "purgecss"}
    assert {"axe-core", "lighthouse"} <= set(package["devDependencies"])
