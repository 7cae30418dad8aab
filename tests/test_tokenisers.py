"""Raw text to tokens, in three languages."""

import numpy as np
import pytest
from attnbook.data.sentences import SentenceSettings, make_sentences
from attnbook.data.tokenisers import characters, normalise, words


def test_what_means_the_same_is_written_the_same():
    assert normalise("Ｔｏｍ　ｂｏｕｇｈｔ  3 ｶﾒﾗ") == "tom bought 3 カメラ"
    assert normalise(" A\tB\n") == "a b"
    assert normalise(normalise("Ａ１ﾊﾟ")) == normalise("Ａ１ﾊﾟ") == "a1パ"


def test_english_is_cut_at_spaces_and_signs():
    cut = ["tom", "didn't", "read", "it", ",", "i", "think", "."]
    assert words("tom didn't read it, i think.", "en") == cut


def test_japanese_and_chinese_are_cut_by_dictionaries():
    assert words("本を読みました。", "ja") == ["本", "を", "読み", "まし", "た", "。"]
    assert words("我在图书馆看书。", "zh") == ["我", "在", "图书馆", "看书", "。"]


@pytest.mark.parametrize("language", ["en", "ja", "zh"])
def test_words_lose_no_character_but_spaces(language):
    trios, _ = make_sentences(SentenceSettings(50, 0), np.random.default_rng(0))
    for trio in trios:
        text = getattr(trio, language).text
        assert "".join(words(text, language)) == text.replace(" ", "")
        assert words("", language) == []


def test_each_character_is_a_token():
    assert characters("a 猫") == ["a", " ", "猫"]


def test_another_language_is_refused():
    with pytest.raises(ValueError, match="'fr'"):
        words("un livre", "fr")
