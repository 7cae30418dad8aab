"""The classifier that reads sentences first and then the document."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from attnbook.data.documents import DocumentSettings, make_documents
from attnbook.data.vocabulary import Vocabulary
from attnbook.torch.document_classifier import (
    DocumentClassifier,
    batches_by_size,
    encode_sentences,
    fit_documents,
    read_documents,
    sentences_of,
)
from attnbook.torch.review_classifier import words_of
from attnbook.torch.text_classifier import TextSettings

TINY = TextSettings(both_ways=True, embed=4, hidden=5, attn_dim=3, epochs=1, batch=8)
POOLS = ("mean", "max", "attention")


@pytest.fixture(scope="module")
def corpus():
    settings = DocumentSettings(40, 20, opinions=(1, 1), others=(0, 2), empty=(1, 2))
    sides = make_documents(settings, np.random.default_rng(0))
    vocab = Vocabulary(words_of(sides[0]))
    parts = [
        encode_sentences(sentences_of(side), [each.label for each in side], vocab)
        for side in sides
    ]
    return len(vocab), *parts, sides[0]


def test_ids_stand_where_their_sentence_stands(corpus):
    _, train, _, documents = corpus
    for document, mask in zip(documents, train.mask, strict=True):
        lengths = [len(sentence.words) for sentence in document.sentences]
        assert mask.sum(dim=1).tolist()[: len(lengths)] == lengths
        assert not mask[len(lengths) :].any()
    assert (train.ids > 0).equal(train.mask)
    assert train.labels.tolist() == [each.label for each in documents]


@pytest.mark.parametrize("pool", POOLS)
def test_empty_sentences_change_no_logit(corpus, pool):
    settings, train = replace(TINY, pool=pool), corpus[1]
    model = DocumentClassifier(corpus[0], settings, np.random.default_rng(0))
    logits, _, weights = model(train.ids, train.mask)
    real = train.mask.any(dim=2)  # (B, N)
    assert (weights[~real] == 0).all()
    inside = 0
    for row in range(10):
        kept = real[row]
        inside += bool((~kept[: kept.nonzero().max()]).any())
        one, _, few = model(train.ids[row, kept][None], train.mask[row, kept][None])
        torch.testing.assert_close(one[0], logits[row])
        torch.testing.assert_close(few[0], weights[row, kept])
    assert inside > 2  # some of them stood between others


def test_a_document_without_a_word_gets_the_bias_alone(corpus):
    model = DocumentClassifier(corpus[0], TINY, np.random.default_rng(0))
    with torch.no_grad():
        model.readout.bias[:] = 0.25
    nothing = torch.zeros(1, 3, 4, dtype=torch.int64)
    logits, word_weights, weights = model(nothing, nothing > 0)
    assert logits.tolist() == [0.25]
    assert not word_weights.any() and not weights.any()


def test_batches_hold_every_document_once_and_no_column_of_padding(corpus):
    train = corpus[1]
    batches = list(batches_by_size(train, 8, np.random.default_rng(0)))
    assert [len(batch.ids) for batch in batches] == [8] * 5
    seen = sorted(tuple(ids[ids > 0].tolist()) for b in batches for ids in b.ids)
    assert seen == sorted(tuple(ids[ids > 0].tolist()) for ids in train.ids)
    for batch in batches:
        assert batch.mask[:, -1].any() and batch.mask[:, :, -1].any()


def test_the_same_seed_gives_the_same_training(corpus):
    found = []
    for _ in range(2):
        rng, settings = np.random.default_rng(3), replace(TINY, drop=0.2)
        model = DocumentClassifier(corpus[0], settings, rng)
        history = fit_documents(model, *corpus[1:3], settings, rng)
        found.append(read_documents(model, corpus[2]))
        assert history == [found[-1][0].mean()]
    for one, other in zip(*found, strict=True):
        np.testing.assert_array_equal(one, other)
    right, word_weights, weights = found[0]
    assert right.shape == (20,) and word_weights.shape == corpus[2].mask.shape
    np.testing.assert_allclose(weights.sum(axis=1), 1, rtol=1e-5)


def test_training_with_enough_epochs_learns_the_documents(corpus):
    rng, settings = np.random.default_rng(0), replace(TINY, epochs=15, rate=0.02)
    model = DocumentClassifier(corpus[0], settings, rng)
    before = read_documents(model, corpus[1])[0].mean()
    history = fit_documents(model, corpus[1], corpus[1], settings, rng)
    assert len(history) == 15
    assert before < 0.8 < history[-1]
