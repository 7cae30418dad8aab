"""Weights drawn on the text itself."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest
from attnbook.weighted_text import weighted_text

SENTENCES = [("soup", "good"), (), ("<b>",)]
WORD_WEIGHTS = np.array([[0.25, 0.75, 0.0], [0.0, 0.0, 0.0], [1.0, 0.0, 0.0]])
WEIGHTS = np.array([0.904, 0.0, 0.096])


class Reader(HTMLParser):
    """What stands in a page: tags, attributes and text."""

    def __init__(self):
        super().__init__()
        self.tags, self.open, self.text = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open and data.strip():
            self.text.append(data.strip())


@pytest.fixture
def page():
    reader = Reader()
    reader.feed(weighted_text(SENTENCES, WORD_WEIGHTS, WEIGHTS, {(0, 1)}).data)
    reader.close()
    assert not reader.open
    return reader


def test_every_weight_stands_beside_its_word_as_text(page):
    assert page.text == "Σ 90 soup 25 good 75 ∅ 0 Σ 10 <b> 100".split()


def test_the_colour_is_as_strong_as_the_weight(page):
    strengths = [
        (tag, float(attrs["style"].removeprefix("--w: ")))
        for tag, attrs in page.tags
        if "style" in attrs
    ]
    words = [weight for tag, weight in strengths if tag == "span"]
    assert words == [0.25, 0.75, 1.0]
    assert [weight for tag, weight in strengths if tag == "b"] == [0.904, 0.0, 0.096]


def test_the_tab_key_reaches_each_sentence(page):
    rows = [attrs for tag, attrs in page.tags if tag == "li"]
    assert rows == [{"tabindex": "0"}] * 3


def test_only_marked_words_are_underlined(page):
    assert [tag for tag, _ in page.tags].count("u") == 1
    html = weighted_text(SENTENCES, WORD_WEIGHTS, WEIGHTS).data
    assert "<u>" not in html


def test_a_drawing_asks_for_nothing_and_runs_nothing():
    html = weighted_text(SENTENCES, WORD_WEIGHTS, WEIGHTS).data
    assert not re.search(r"script|href|src|url\(|@import|on\w+=", html)
