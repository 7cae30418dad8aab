"""The classifier that pools the states of an LSTM, and its training."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from attnbook.data.documents import DocumentSettings, make_documents
from attnbook.torch.review_classifier import words_of
from attnbook.torch.text_classifier import (
    TextClassifier,
    TextSettings,
    batches_by_length,
    evidence_mask,
    fit_texts,
    read_texts,
)
from reviews import draw_reviews

TINY = TextSettings(embed=4, hidden=5, attn_dim=3, epochs=2, batch=8)
POOLS = ("last", "mean", "max", "attention")


@pytest.fixture(scope="module")
def corpus():
    return draw_reviews(others=(0, 2))


@pytest.mark.parametrize("both_ways", [False, True])
@pytest.mark.parametrize("pool", POOLS)
def test_padding_changes_no_logit(corpus, pool, both_ways):
    settings = replace(TINY, pool=pool, both_ways=both_ways)
    model = TextClassifier(corpus[0], settings, np.random.default_rng(0))
    texts = corpus[1]
    row = int(texts.mask.sum(dim=1).argmin())
    length = int(texts.mask[row].sum())
    assert length < texts.ids.shape[1]
    alone = slice(row, row + 1), slice(length)
    logits, weights = model(texts.ids, texts.mask)
    one, few = model(texts.ids[alone], texts.mask[alone])
    torch.testing.assert_close(logits[row : row + 1], one)
    torch.testing.assert_close(weights[alone], few)


def test_batches_hold_every_text_once_and_little_padding(corpus):
    texts = corpus[1]
    batches = list(batches_by_length(texts, 8, np.random.default_rng(0)))
    assert sorted(len(batch.ids) for batch in batches) == [8] * 5
    seen = sorted(tuple(row[row > 0].tolist()) for b in batches for row in b.ids)
    assert seen == sorted(tuple(row[row > 0].tolist()) for row in texts.ids)
    assert sum(b.ids.numel() for b in batches) < texts.ids.numel() * 0.9
    for batch in batches:
        assert batch.mask.any(dim=0).all()


def test_the_same_seed_gives_the_same_training(corpus):
    found = []
    for _ in range(2):
        rng = np.random.default_rng(3)
        settings = replace(TINY, drop=0.2)
        model = TextClassifier(corpus[0], settings, rng)
        fit_texts(model, corpus[1], settings, rng)
        found.append(read_texts(model, corpus[2]))
    np.testing.assert_array_equal(found[0][1], found[1][1])
    right, weights = found[0]
    assert right.shape == (20,) and weights.shape == corpus[2].mask.shape
    np.testing.assert_allclose(weights.sum(axis=1), 1, rtol=1e-5)


def test_an_unknown_way_to_pool_is_refused():
    with pytest.raises(ValueError, match="pool must be"):
        TextClassifier(9, replace(TINY, pool="first"), np.random.default_rng(0))


def test_the_evidence_is_the_words_of_the_last_opinion():
    settings = DocumentSettings(40, 1, opinions=(2, 3), others=(1, 3))
    documents, _ = make_documents(settings, np.random.default_rng(0))
    words = words_of(documents)
    mask = evidence_mask(documents, max(map(len, words)))
    for document, row, real in zip(documents, words, mask, strict=True):
        number, evidence = document.verdict
        sentence = document.sentences[number].words
        expected = [sentence[token] for token in sorted(evidence.tokens)]
        assert [row[place] for place in np.flatnonzero(real)] == expected
