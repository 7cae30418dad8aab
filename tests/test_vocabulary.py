"""Characters to ids and back."""

import numpy as np
import pytest
from attnbook.data.vocabulary import SPECIALS, Vocabulary


def test_ids_are_padded_on_the_right_and_masked():
    vocab = Vocabulary(["ab", "日"])
    ids, mask = vocab.encode(["b", "日ab"])
    np.testing.assert_array_equal(ids, [[3, 0, 0], [4, 2, 3]])
    np.testing.assert_array_equal(mask, [[True, False, False], [True, True, True]])
    assert ids.dtype == np.int64
    assert mask.dtype == np.bool_


def test_decoding_undoes_encoding():
    texts = ["2024年5月3日(金)", "3 May 2024"]
    vocab = Vocabulary(texts)
    ids, _ = vocab.encode(texts)
    assert [vocab.decode(row) for row in ids] == texts


def test_two_ids_are_kept_for_padding_and_start():
    vocab = Vocabulary(["ba"])
    assert vocab.tokens == ["<pad>", "<start>", "a", "b"]
    assert len(vocab) == 4
    assert vocab.decode([1, 3, 0]) == "b"


def test_an_unknown_character_is_named_with_its_text():
    with pytest.raises(ValueError, match="'c' of 'abc'"):
        Vocabulary(["ab"]).encode(["abc"])


def test_no_texts_and_empty_texts_are_encoded_too():
    vocab = Vocabulary(["a"])
    assert vocab.encode([])[0].shape == (0, 0)
    ids, mask = vocab.encode(["", "a"])
    np.testing.assert_array_equal(ids, [[0], [2]])
    np.testing.assert_array_equal(mask, [[False], [True]])


@pytest.fixture
def words():
    texts = [["a", "cat", "sat"], ["a", "dog"], ["a", "cat"]]
    return Vocabulary(texts, SPECIALS, least=2)


def test_rare_words_become_the_unknown_one(words):
    assert words.tokens == ["<pad>", "<unk>", "<bos>", "<eos>", "a", "cat"]
    ids, mask = words.encode([["a", "dog", "sat"], ["cat"]])
    np.testing.assert_array_equal(ids, [[2, 4, 1, 1, 3], [2, 5, 3, 0, 0]])
    assert mask.sum(axis=1).tolist() == [5, 3]


def test_a_text_that_is_cut_keeps_its_marks(words):
    ids, _ = words.encode([["a", "cat", "a"], []], length=4)
    np.testing.assert_array_equal(ids, [[2, 4, 5, 3], [2, 3, 0, 0]])


def test_words_come_back_but_for_what_was_rare(words):
    ids, _ = words.encode([["a", "dog"], ["cat"]])
    assert [words.words(row) for row in ids] == [["a", "<unk>"], ["cat"]]


def test_a_text_without_marks_may_be_cut_too():
    ids, mask = Vocabulary(["abc"]).encode(["abc", "a"], length=2)
    np.testing.assert_array_equal(ids, [[2, 3], [2, 0]])
    assert mask.all(axis=1).tolist() == [True, False]
