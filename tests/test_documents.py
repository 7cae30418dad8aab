"""The generated corpus of reviews."""

import numpy as np
import pytest
from attnbook.data.documents import DocumentSettings, make_documents
from attnbook.data.sentences import LANGUAGES

SMALL = DocumentSettings(train=300, held_out=60)


@pytest.fixture(scope="module", params=LANGUAGES)
def corpus(request):
    return make_documents(SMALL, np.random.default_rng(0), request.param)


def test_there_are_as_many_reviews_as_asked_for_and_no_two_are_the_same(corpus):
    texts = [document.text for side in corpus for document in side]
    assert list(map(len, corpus)) == [300, 60]
    assert len(set(texts)) == len(texts)


def test_a_review_has_several_sentences_and_often_an_empty_one(corpus):
    train, _ = corpus
    lengths = [len(document.sentences) for document in train]
    assert min(lengths) >= 4 and max(lengths) <= 10
    empty = [sum(not len(s) for s in document.sentences) for document in train]
    assert set(empty) == {0, 1, 2}
    assert all(len(document.sentences[0]) for document in train)


def test_labels_are_balanced_and_follow_the_last_opinion(corpus):
    train, _ = corpus
    for document in train:
        signs = [s for sentence in document.sentences for s in sentence.evidence]
        assert document.label == (signs[-1].sign > 0)
        number, evidence = document.verdict
        assert evidence in document.sentences[number].evidence
        assert not any(s.evidence for s in document.sentences[number + 1 :])
    assert 0.4 < np.mean([document.label for document in train]) < 0.6


def test_the_verdict_is_not_always_in_the_last_sentence(corpus):
    behind = [
        len(document.sentences) - 1 - document.verdict[0] for document in corpus[0]
    ]
    assert min(behind) == 0
    assert np.mean(np.array(behind) > 0) > 0.4


def test_most_reviews_say_the_opposite_of_their_verdict_somewhere(corpus):
    mixed = [
        len({evidence.sign for _, evidence in document.opinions}) == 2
        for document in corpus[0]
    ]
    assert np.mean(mixed) > 0.6


def test_no_word_of_the_tests_is_unknown(corpus):
    known, seen = (
        {word for document in side for s in document.sentences for word in s.words}
        for side in corpus
    )
    assert len(seen) > 150
    assert seen <= known


def test_the_same_seed_gives_the_same_reviews_in_each_language():
    sides = [
        make_documents(SMALL, np.random.default_rng(3), language)[0]
        for language in LANGUAGES
    ]
    for trio in zip(*sides, strict=True):
        assert len({document.label for document in trio}) == 1
        shapes = {tuple(bool(len(s)) for s in document.sentences) for document in trio}
        assert len(shapes) == 1
    again, _ = make_documents(SMALL, np.random.default_rng(3))
    other, _ = make_documents(SMALL, np.random.default_rng(4))
    assert again == sides[0] != other


def test_an_unknown_language_is_refused(rng):
    with pytest.raises(ValueError, match="language must be one of"):
        make_documents(SMALL, rng, "fr")


def test_tests_that_would_need_unknown_words_are_refused(rng):
    with pytest.raises(ValueError, match="too few words in training"):
        make_documents(DocumentSettings(train=2, held_out=50), rng)
