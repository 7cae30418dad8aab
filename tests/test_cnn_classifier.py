"""Kim's text CNN with its poolings, and its training."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from attnbook.recorded import load_recorded
from attnbook.torch.cnn_classifier import CNNSettings, TextCNN, accuracy, fit_cnn
from attnbook.torch.review_classifier import Reviews

SMALL = CNNSettings(embed=6, filters=4, attn_dim=3, drop=0.0)
POOLS = ("max", "mean", "k-max", "attention")


def texts():
    """Three sentences, the last shorter than every filter; then the same, padded."""
    ids = torch.tensor([[1, 2, 3, 4, 5, 6], [7, 8, 9, 1, 0, 0], [3, 2, 0, 0, 0, 0]])
    return ids, ids > 0


def test_the_parameters_are_those_of_the_summary():
    model = TextCNN(18_765, CNNSettings(), np.random.default_rng(0))
    count = {name: p.numel() for name, p in model.named_parameters()}
    assert count["embed.W"] == 4_803_840
    convs = [count[f"readers.{i}.W"] + count[f"readers.{i}.b"] for i in range(3)]
    assert convs == [393_728, 524_800, 655_872]
    assert count["W"] + count["b"] == 3_074
    assert sum(count.values()) == 6_381_314


@pytest.mark.parametrize("pool", (*POOLS, "last"))
@pytest.mark.parametrize("qrnn", [False, True])
def test_what_a_sentence_gets_does_not_depend_on_padding(pool, qrnn):
    settings = replace(SMALL, pool=pool, qrnn=qrnn)
    model = TextCNN(10, settings, np.random.default_rng(0))
    ids, mask = texts()
    together, weights = model(ids, mask)
    for row in range(3):
        alone, _ = model(ids[[row]][:, mask[row]], mask[[row]][:, mask[row]])
        torch.testing.assert_close(together[[row]], alone)
    assert [w.shape[1] for w in weights] == ([6] if qrnn else [4, 3, 2])
    if not qrnn:  # nothing to look at, so the bias alone answers
        torch.testing.assert_close(together[2], model.b)
        assert all((w[2] == 0).all() for w in weights)


@pytest.mark.parametrize("pool", POOLS)
def test_training_learns_which_words_stand_together(pool, rng):
    """Good is 1 right before 2; in a bad text the same words stand apart."""
    good, bad = [3, 1, 2, 4, 3], [1, 3, 4, 2, 3]
    ids = torch.tensor([good, bad] * 20)
    labels = torch.tensor([1.0, 0.0] * 20)
    train = Reviews(ids, ids > 0, labels)
    settings = replace(SMALL, pool=pool, epochs=10, batch=8, rate=0.02, drop=0.2)
    model = TextCNN(5, settings, rng)
    fit_cnn(model, train, settings, rng)
    assert accuracy(model, train) == 1.0


def test_the_recorded_sentences_were_read_with_the_settings_of_today():
    """If this fails, run tests/benchmarks/documents.py textcnn again."""
    recorded = load_recorded("documents_textcnn")
    kim = CNNSettings(embed=64, filters=100, attn_dim=32, epochs=3)
    assert recorded["settings"] == str(kim)
    assert {*POOLS, "QRNN, attention"} == recorded["right"].keys()
    assert all(
        len(line) == len(recorded["seeds"]) for line in recorded["right"].values()
    )
