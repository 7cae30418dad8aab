"""The machinery of the book: listings, catalogues, lint, notebooks, archives."""

import re
import zipfile
from pathlib import Path

import listings
import nbformat
import polib
import pydata_sphinx_theme
import pytest
from _tools import archives, catalogues, notebooks
from _tools import translation_lint as lint
from picture_size import picture_size

ROOT = Path(__file__).resolve().parents[1]

LISTING = '''"""A module."""

import numpy as np
from math import (
    pi,
)

SIZE: int = 3


@np.vectorize
def twice(x):
    return 2 * x


class Cell:
    pass
'''


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "numpy").mkdir()
    (tmp_path / "numpy" / "toy.py").write_text(LISTING)
    return tmp_path


def cell(marker: str) -> str:
    return (
        f"# Page\n\n```{{code-cell}} ipython3\n:tags: [numpy]\n{marker}\n1 + 1\n```\n"
    )


def test_a_listing_line_becomes_the_whole_file(folder):
    page, used = listings.expand(cell("# listing: numpy/toy.py"), folder)
    assert page == cell(LISTING.strip("\n"))
    assert used == {folder / "numpy" / "toy.py"}


def test_a_listing_can_be_some_objects_in_the_order_of_the_page(folder):
    page, _ = listings.expand(cell("# listing: numpy/toy.py#Cell,twice,SIZE"), folder)
    expected = (
        "class Cell:\n    pass\n\n\n"
        "@np.vectorize\ndef twice(x):\n    return 2 * x\n\n\nSIZE: int = 3"
    )
    assert page == cell(expected)


def test_a_listing_can_be_the_imports(folder):
    page, _ = listings.expand(cell("# listing: numpy/toy.py#imports"), folder)
    assert page == cell("import numpy as np\nfrom math import (\n    pi,\n)")


@pytest.mark.parametrize("marker", ["numpy/no.py", "numpy/toy.py#nothing"])
def test_a_listing_that_is_not_there_names_its_line(folder, marker):
    with pytest.raises(ValueError, match="^5: listing numpy/"):
        listings.expand(cell(f"# listing: {marker}"), folder)


def test_a_listing_line_outside_a_code_cell_is_text(folder):
    page = "```python\n# listing: numpy/toy.py\n```\n\n# listing: numpy/toy.py\n"
    assert listings.expand(page, folder) == (page, set())


@pytest.mark.parametrize(
    ("english", "other", "problem"),
    [
        ("Two words.", "8. 二つのことば", "ignored, since it reads as ordered_list"),
        ("Two words.", "# 二つ", "ignored, since it reads as heading_open"),
        ("See {eq}`eq-a`.", "式を見る。", "role lost {eq} eq-a"),
        ("See {eq}`eq-a`.", "{eq}`eq-b`を見る。", "added {eq} eq-b"),
        ("The {term}`weights <weight>`.", "{term}`重み`。", "role lost {term} weight"),
        ("See [that](a.md).", "[それ](b.md)を見る。", "link lost a.md; added b.md"),
        ("A sum $a+b$.", "和 $a + c$。", "formula lost a+b"),
        ("Call `dot`.", "`Dot`を呼ぶ。", "code lost dot; added Dot"),
        ("It takes 12 steps.", "十二歩かかる。", "number lost 12"),
        ("It is **all**.", "それは**「すべて」**のことだ。", "literal asterisks"),
    ],
)
def test_a_translation_that_loses_something_is_named(english, other, problem):
    assert problem in "; ".join(lint.markdown_problems(english, other))


@pytest.mark.parametrize(
    ("english", "other"),
    [
        ("It is **all**, in 2 steps.", "それは「**すべて**」で、2歩です。"),
        ("The {term}`weight` of $h$.", "$h$の{term}`重み <weight>`。"),
        ("Of 1,000 [words](a.md) `x`.", "`x`の[ことば](a.md)1000個。"),
    ],
)
def test_a_good_translation_passes(english, other):
    assert list(lint.markdown_problems(english, other)) == []


def test_missing_empty_and_fuzzy_entries_are_problems():
    entry = polib.POEntry(msgid="One", msgstr="一", flags=["fuzzy"])
    assert "not in the catalogue" in lint.entry_problems("One", None)[0]
    assert lint.entry_problems("One", polib.POEntry(msgid="One")) == ["not translated"]
    assert lint.entry_problems("One", entry) == ["fuzzy: the English has changed"]


def test_a_bad_translation_is_named_with_its_file_and_line(tmp_path):
    english = "It is **all** of $a+b$, in 12 steps: {eq}`eq-a`, [here](a.md)."
    template = polib.POFile()
    template.append(polib.POEntry(msgid=english))
    template.save(str(tmp_path / "page.pot"))
    path = catalogues.path_of(tmp_path, "ja", "page")
    path.parent.mkdir(parents=True)
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.append(polib.POEntry(msgid=english, msgstr="**「すべて」**です。"))
    catalogue.save(str(path))
    line = path.read_text("utf-8").split("\n").index(f'msgid "{english}"') + 1
    place = f"book/locale/ja/LC_MESSAGES/page.po:{line}: "
    found = lint.catalogue_problems(tmp_path, tmp_path)
    mine = [problem.removeprefix(place) for problem in found if place in problem]
    for kind in ("role lost", "link lost", "formula lost", "number lost", "literal"):
        assert any(problem.startswith(kind) for problem in mine), kind


def test_a_template_must_keep_its_slots():
    entry = polib.POEntry(msgid="Off by {far} at {at}.", msgstr="{far} ずれています。")
    assert lint.entry_problems(entry.msgid, entry, plain=True) == ["slots differ"]


def test_markup_and_dead_links_on_a_page_are_found(tmp_path):
    (tmp_path / "en").mkdir()
    page = (
        '<article><p>a **b** <code>x**2</code></p><a href="no.html#x">c</a></article>'
    )
    (tmp_path / "en" / "index.html").write_text(page)
    assert lint.page_problems(tmp_path, "en") == [
        "en/index.html: href leads nowhere: no.html",
        "en/index.html: literal markup: a **b**",
    ]


def test_a_changed_message_keeps_its_translation_as_fuzzy():
    old = [
        polib.POEntry(msgid="The weights sum to one.", msgstr="重みの和は一です。"),
        polib.POEntry(msgid="Same.", msgstr="同じ。"),
    ]
    new = catalogues.merged(["Same.", "The weights sum to 1.", "New."], old, "ja")
    assert [(e.msgid, e.msgstr, e.fuzzy) for e in new] == [
        ("Same.", "同じ。", False),
        ("The weights sum to 1.", "重みの和は一です。", True),
        ("New.", "", False),
    ]


def test_a_catalogue_does_not_change_when_the_text_does_not():
    once = catalogues.merged(["One", "Two"], [], "ja")
    again = catalogues.merged(["One", "Two"], list(once), "ja")
    assert str(once) == str(again)
    assert "POT-Creation-Date" not in str(once)


def test_a_downloaded_notebook_speaks_plain_markdown_in_its_language():
    text = (
        "(sec-a)=\n## Scores\n\nIt is {value}`acc:.1%`, see {ref}`sec-a` and"
        " [notation](notation.md) {cite:p}`luong2015`.\n"
    )
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)])
    values = {"acc": {"data": {"text/plain": "0.5"}}}
    notebooks.finish(book, {"Scores": "スコア"}, values)
    assert book.cells[0].source == (
        "## スコア\n\nIt is 50.0%, see スコア and notation [luong2015].\n"
    )
    assert book.cells[0].id == "cell-0"


def test_an_archive_holds_the_exercise_and_the_check_and_is_repeatable(tmp_path):
    exercise = tmp_path / "exercises" / "ja" / "torch" / "toy"
    check = tmp_path / "autograder" / "check"
    for place in (exercise, check):
        place.mkdir(parents=True)
    (exercise / "toy.ipynb").write_text("{}")
    (tmp_path / "autograder" / "__init__.py").touch()
    (check / "cases.py").write_text("x = 1\n")
    assert archives.write_all(tmp_path, tmp_path / "site", "ja") == 1
    made = tmp_path / "site" / "ja" / "exercises" / "toy-torch.zip"
    first = made.read_bytes()
    archives.write_all(tmp_path, tmp_path / "site", "ja")
    assert made.read_bytes() == first
    with zipfile.ZipFile(made) as archive:
        names = archive.namelist()
    assert names == ["autograder/__init__.py", "autograder/check/cases.py", "toy.ipynb"]


def test_a_picture_made_of_points_is_measured_in_css_pixels(tmp_path):
    path = tmp_path / "a.svg"
    path.write_text(
        '<svg xmlns="x" width="72pt" height="36pt" viewBox="0 0 1 1"></svg>'
    )
    assert picture_size(path) == (96.0, 48.0)
    path.write_text('<svg viewBox="0 0 30 20"></svg>')
    assert picture_size(path) == (30.0, 20.0)


def test_our_copy_of_the_theme_macros_fits_the_installed_theme():
    theme = Path(pydata_sphinx_theme.__file__).parent / "theme"
    name = "static/webpack-macros.html"
    theirs = (theme / "pydata_sphinx_theme" / name).read_text("utf-8")
    ours = (ROOT / "book" / "_templates" / name).read_text("utf-8")
    digests = [set(re.findall(r"digest=(\w+)", text)) for text in (theirs, ours)]
    assert digests[0] == digests[1] and len(digests[0]) == 1
