"""The generated corpus of sentences in three languages."""

import re
from collections import Counter, defaultdict

import numpy as np
import pytest
from attnbook.data.grammar.draw import Draw
from attnbook.data.grammar.kinds import KINDS
from attnbook.data.grammar.lexicon import load_lexicon
from attnbook.data.sentences import (
    LANGUAGES,
    SentenceSettings,
    crossing_share,
    make_sentences,
)

SMALL = SentenceSettings(train=600, held_out=100)
UPOS = set(
    "ADJ ADP ADV AUX CCONJ DET NOUN NUM PART PRON PROPN PUNCT SCONJ VERB".split()
)


@pytest.fixture(scope="module")
def corpus():
    return make_sentences(SentenceSettings(), np.random.default_rng(0))


@pytest.fixture(scope="module")
def train(corpus):
    assert len(corpus[0]) == SentenceSettings().train
    return corpus[0]


def test_there_are_over_two_hundred_words_a_language_and_none_is_unknown(corpus):
    train, held_out = corpus
    for language in LANGUAGES:
        known = {word for trio in train for word in getattr(trio, language).words}
        assert len(known) > 300, language
        seen = {word for trio in held_out for word in getattr(trio, language).words}
        assert len(seen) > 200
        assert seen <= known


def test_no_sentence_is_there_twice_or_on_both_sides(corpus):
    train, held_out = corpus
    keys = [(trio.ja.text, trio.zh.text) for trio in train + held_out]
    assert len(held_out) == SentenceSettings().held_out
    assert len(keys) == len(set(keys))


def test_every_kind_of_sentence_occurs_often(train):
    counts = Counter(trio.kind for trio in train)
    assert set(counts) == set(KINDS)
    assert min(counts.values()) > 250


def test_english_text_is_spaced_capitalised_and_closed(train):
    for trio in train:
        assert re.fullmatch(r"[A-Z][A-Za-z]*(,? [A-Za-z]+)*[.?]", trio.en.text)
        assert not re.search(r"\ba [aeiou]|\ban [^aeiou]", trio.en.text), trio.en.text


def test_japanese_and_chinese_text_has_no_space_and_no_latin_letter(train):
    for trio in train:
        assert re.fullmatch(r"[ぁ-んァ-ヶー一-龠々、]+。", trio.ja.text), trio.ja.text
        assert re.fullmatch(r"[一-龥，]+[。？]", trio.zh.text), trio.zh.text


def test_each_word_has_a_universal_part_of_speech(train):
    for language in LANGUAGES:
        seen = set()
        for trio in train:
            sentence = getattr(trio, language)
            assert len(sentence.tags) == len(sentence.words) == len(sentence) > 2
            seen |= set(sentence.tags)
        assert seen <= UPOS
        assert {"NOUN", "VERB", "ADJ", "ADP", "AUX", "PUNCT"} <= seen


def dictionary(language):
    """What the tables say a noun or a name may be in another language."""
    pairs = defaultdict(set)
    for noun in load_lexicon().nouns:
        for form in (noun.en, noun.plural, noun.object):
            pairs[form].add(getattr(noun, language))
    for form in list(pairs):
        pairs[form] |= {"たち", "们"}
    return pairs


@pytest.mark.parametrize("language", ["ja", "zh"])
def test_linked_nouns_are_translations_of_each_other(train, language):
    pairs, checked = dictionary(language), 0
    for trio in train:
        english, other = trio.en, getattr(trio, language)
        for i, j in trio.links("en", language):
            assert 0 <= i < len(english) and 0 <= j < len(other)
            if english.tags[i] in ("NOUN", "PROPN") and english.words[i] in pairs:
                assert other.words[j] in pairs[english.words[i]]
                checked += 1
    assert checked > 10_000


@pytest.mark.parametrize("language", ["ja", "zh"])
def test_every_word_with_a_content_is_linked(train, language):
    content = ("NOUN", "PROPN", "VERB", "ADJ", "NUM", "ADV")
    for trio in train:
        linked = {i for i, _ in trio.links("en", language)}
        for i, (word, tag) in enumerate(zip(trio.en.words, trio.en.tags, strict=True)):
            assert tag not in content or i in linked, (word, trio.en.text)


def test_words_that_one_language_alone_needs_have_no_link(train):
    for trio in train:
        linked = {j for _, j in trio.links("en", "ja")}
        for j, word in enumerate(trio.ja.words):
            phrase = word == "を" and trio.ja.words[j - 1] == "文句"  # 文句を言う
            bare = word in ("は", "を", "まし", "さん") and not phrase
            assert not (bare and j in linked), trio.ja.text
        linked = {j for _, j in trio.links("en", "zh")}
        tags = [trio.zh.tags[j] for j in range(len(trio.zh)) if j not in linked]
        assert set(tags) <= {"NOUN", "ADV", "PART", "ADP", "CCONJ", "DET", "PUNCT"}


def test_the_links_of_the_other_two_languages_are_there_too(train):
    for trio in train[:500]:
        links = trio.links("ja", "zh")
        words = {(trio.ja.words[i], trio.zh.words[j]) for i, j in links}
        assert any(one == "。" for one, _ in words)
        assert {(j, i) for i, j in links} == trio.links("zh", "ja")


def test_some_words_are_linked_to_several_and_some_to_none(train):
    several = none = 0
    for trio in train:
        counts = Counter(i for i, _ in trio.links("en", "ja"))
        several += max(counts.values()) > 1
        none += len(counts) < len(trio.en)
    assert several > 1000
    assert none > 1000


def test_crossing_share_counts_pairs_of_links():
    assert crossing_share({(0, 0), (1, 1), (2, 2)}) == 0
    assert crossing_share({(0, 2), (1, 1), (2, 0)}) == 1
    assert crossing_share({(0, 1), (1, 0), (2, 2)}) == pytest.approx(1 / 3)
    assert crossing_share({(0, 0), (0, 1)}) == crossing_share(set()) == 0


def test_japanese_turns_more_round_than_chinese(train):
    shares = {
        language: np.mean([crossing_share(t.links("en", language)) for t in train])
        for language in ("ja", "zh")
    }
    assert shares["ja"] > 0.2
    assert shares["zh"] > 0.05
    assert shares["ja"] > shares["zh"]


def test_evidence_points_at_the_words_of_the_opinion(train):
    adjectives = {a.en: a.sign for a in load_lexicon().adjectives if a.sign}
    seen = Counter()
    for trio in train:
        for evidence in trio.en.evidence:
            words = [trio.en.words[i] for i in evidence.tokens]
            plain = [word for word in words if word in adjectives]
            if not plain:
                continue  # a verb such as "liked"
            turn = -1 if "not" in words else 1
            assert evidence.sign == turn * adjectives[plain[0]], trio.en.text
            strong = bool({"very", "really", "quite"} & set(words))
            assert evidence.strength == 1 + strong, trio.en.text
            seen[evidence.sign, turn, evidence.strength] += 1
    assert len(seen) == 7  # of the eight, only "not very bad" is never said
    assert min(seen.values()) > 20


def test_evidence_is_the_same_in_all_languages_and_never_empty(train):
    negations = {"en": {"not"}, "ja": {"ん", "なかっ", "ない"}, "zh": {"不", "没有"}}
    for trio in train:
        sides = trio.en.evidence, trio.ja.evidence, trio.zh.evidence
        for trios in zip(*sides, strict=True):
            assert len({(each.sign, each.strength) for each in trios}) == 1
            found = set()
            for language, evidence in zip(LANGUAGES, trios, strict=True):
                sentence = getattr(trio, language)
                words = {sentence.words[i] for i in evidence.tokens}
                assert words
                found.add(bool(words & negations[language]))
            assert len(found) == 1, trio


def test_the_later_opinion_is_left_in_a_contrast_and_a_question_has_none(train):
    seen = Counter()
    for trio in train:
        signs = [evidence.sign for evidence in trio.en.evidence]
        if trio.kind == "although" or trio.kind == "but" and signs:
            assert signs[0] == -signs[1] == -trio.en.sign
            seen[trio.kind] += 1
        if trio.kind == "question":
            assert signs == [] and trio.en.sign == 0
            seen[trio.kind] += 1
    assert min(seen[kind] for kind in ("but", "although", "question")) > 100


def test_some_words_have_a_part_of_speech_that_the_next_word_decides(train):
    tags = defaultdict(Counter)
    for trio in train:
        for word, tag in zip(trio.en.words, trio.en.tags, strict=True):
            tags[word][tag] += 1
    assert set(tags["light"]) == set(tags["orange"]) == {"ADJ", "NOUN"}
    assert set(tags["that"]) == {"DET", "PRON"}
    assert set(tags["before"]) == set(tags["after"]) == {"ADP", "SCONJ"}


def test_the_same_seed_gives_the_same_sentences_and_another_seed_others():
    one, again, other = (
        make_sentences(SMALL, np.random.default_rng(seed)) for seed in (5, 5, 6)
    )
    assert one == again
    assert one != other


def test_kinds_can_be_chosen_and_must_be_known_and_enough(rng, monkeypatch):
    settings = SentenceSettings(train=50, held_out=5, kinds=("passive",))
    train, _ = make_sentences(settings, rng)
    assert {trio.kind for trio in train} == {"passive"}
    with pytest.raises(ValueError, match="kinds must be among"):
        make_sentences(SentenceSettings(kinds=("poem",)), rng)
    always = KINDS["passive"](Draw(load_lexicon(), rng))
    monkeypatch.setitem(KINDS, "passive", lambda draw: always)
    with pytest.raises(ValueError, match="were not found"):
        make_sentences(settings, rng)
