"""The book's pictures."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest
from attnbook import plots

SPACE = "{http://www.w3.org/2000/svg}"


def texts(picture):
    """All text in an SVG, as the browser will draw it."""
    root = ET.fromstring(picture.data)
    return ["".join(node.itertext()) for node in root.iter(f"{SPACE}text")]


def test_chinese_and_japanese_characters_stay_text():
    figure, (axes,) = plots.subplots(1, 3, 2)
    plots.heat_map(axes, np.full((2, 4), 0.25), "05", "5月3日")
    seen = texts(plots.svg(figure))
    assert [char for char in seen if char in "月日"] == ["月", "日"]


def test_each_label_of_a_heat_map_is_drawn_and_weights_map_from_zero_to_one():
    figure, (axes,) = plots.subplots(1, 3, 2)
    plots.heat_map(axes, np.array([[0.5, 0.5], [0.2, 0.8]]), "ab", "cd")
    assert texts(plots.svg(figure)) == ["c", "d", "a", "b"]
    assert axes.images[0].get_clim() == (0, 1)


def test_curves_draw_a_line_for_each_seed_and_name_each_kind_once():
    figure, (axes,) = plots.subplots(1, 4, 3)
    plots.curves(axes, {"none": [[0.1, 0.2], [0.1, 0.3]], "dot": [[0.9, 1.0]]})
    assert [len(line.get_xdata()) for line in axes.lines] == [2, 2, 2]
    assert list(axes.lines[0].get_xdata()) == [1, 2]
    seen = texts(plots.svg(figure))
    assert seen.count("none") == seen.count("dot") == 1


def test_curves_of_an_unknown_kind_are_refused():
    _, (axes,) = plots.subplots(1, 4, 3)
    with pytest.raises(KeyError, match="cosine"):
        plots.curves(axes, {"cosine": [[0.1]]})


def test_two_ways_shows_source_and_answer_twice():
    picture = plots.two_ways("5月", "05", {0: (0,), 1: (0, 1)})
    assert sorted(texts(picture)) == sorted("5月055月05")


def test_the_same_picture_is_the_same_bytes():
    one, other = (plots.two_ways("ab", "c", {0: (1,)}).data for _ in range(2))
    assert one == other
    assert "<dc:date>" not in one


def test_aligned_rows_write_every_word_and_draw_every_link():
    rows = [["本", "を"], ["the", "book"], ["书"]]
    picture = plots.aligned_rows(rows, [{(0, 1)}, {(1, 0)}])
    assert sorted(texts(picture)) == sorted(["本", "を", "the", "book", "书"])
    lines = [line for line in picture.data.splitlines() if plots.BLUE.lower() in line]
    assert len(lines) == 2


def test_a_word_without_a_link_is_grey():
    picture = plots.aligned_rows([["は", "本"], ["book"]], [{(1, 0)}])
    root = ET.fromstring(picture.data)
    grey = [
        "".join(node.itertext())
        for node in root.iter(f"{SPACE}text")
        if plots.GREY in node.get("style", "")
    ]
    assert grey == ["は"]


def test_bars_stand_from_top_to_bottom_with_their_names():
    figure, (axes,) = plots.subplots(1, 4, 2)
    plots.bars(axes, {"one": 3, "two": 5})
    assert [patch.get_width() for patch in axes.patches] == [3, 5]
    assert axes.yaxis_inverted()
    assert [text for text in texts(plots.svg(figure)) if text in ("one", "two")] == [
        *("one", "two")
    ]


def test_windows_are_marked_at_their_columns_and_do_not_widen_the_map():
    figure, (axes,) = plots.subplots(1, 3, 2)
    plots.heat_map(axes, np.full((2, 4), 0.25), "ab", "cdef")
    before = axes.get_xlim()
    plots.mark_windows(axes, np.array([1.0, 2.5]), 2)
    assert axes.get_xlim() == before
    dots = axes.lines[0]
    np.testing.assert_array_equal(dots.get_xdata(), [0, 1.5])  # columns count from 0
    np.testing.assert_array_equal(dots.get_ydata(), [0, 1])
