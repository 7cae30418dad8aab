"""The small classifier that the chapter on overfitting trains."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from attnbook.torch.review_classifier import (
    FitSettings,
    ReviewClassifier,
    fit,
    loss_and_accuracy,
    penalised_weights,
)
from reviews import draw_reviews

TINY = FitSettings(embed=4, hidden=5, epochs=3, batch=8)


@pytest.fixture(scope="module")
def corpus():
    return draw_reviews(others=(0, 0))


def fitted(corpus, settings):
    rng = np.random.default_rng(1)
    model = ReviewClassifier(corpus[0], settings, rng)
    return model, *fit(model, *corpus[1:], settings, rng)


def test_padding_changes_no_logit(corpus):
    train = corpus[1]
    model = ReviewClassifier(corpus[0], TINY, np.random.default_rng(0))
    row = int(train.mask.sum(dim=1).argmin())
    length = int(train.mask[row].sum())
    assert length < train.ids.shape[1]
    alone = model(train.ids[row : row + 1, :length], train.mask[row : row + 1, :length])
    torch.testing.assert_close(model(train.ids, train.mask)[row : row + 1], alone)


def test_weights_are_all_parameters_but_the_biases(corpus):
    model = ReviewClassifier(corpus[0], TINY, np.random.default_rng(0))
    sizes = sorted(w.numel() for w in penalised_weights(model))
    assert sizes == sorted([4 * corpus[0], 4 * 5, 5 * 5, 5])


def test_the_same_seed_gives_the_same_training(corpus):
    _, one, _ = fitted(corpus, replace(TINY, drop=0.3))
    _, other, _ = fitted(corpus, replace(TINY, drop=0.3))
    assert one == other and len(one) == 3
    _, sequence, _ = fitted(corpus, replace(TINY, drop=0.3, per_sequence=True))
    assert sequence != one


def test_training_lowers_the_loss_and_a_penalty_keeps_weights_small(corpus):
    longer = replace(TINY, epochs=20)
    free, history, _ = fitted(corpus, longer)
    assert history[-1][0] < history[0][0]
    for held in (replace(longer, l1=0.01), replace(longer, l2=0.1)):
        model, _, _ = fitted(corpus, held)
        sums = [sum(w.abs().sum() for w in penalised_weights(m)) for m in (model, free)]
        assert sums[0] < sums[1]


def test_a_stopped_model_is_that_of_its_best_epoch(corpus):
    model, history, stopping = fitted(corpus, replace(TINY, epochs=60, patience=2))
    losses = [held_out for _, held_out in history]
    assert len(history) == stopping.best_epoch + 2 < 60
    assert min(losses) == losses[stopping.best_epoch - 1] == stopping.best_loss
    assert loss_and_accuracy(model, corpus[2])[0] == pytest.approx(min(losses))
