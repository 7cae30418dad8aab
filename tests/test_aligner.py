"""The small translator with global or local attention, and its links."""

import numpy as np
import pytest
import torch
from attnbook.alignment import links_of
from attnbook.data.batches import encode_pairs, group_by_length
from attnbook.data.sentences import SentenceSettings, make_sentences
from attnbook.data.vocabulary import EOS, Vocabulary
from attnbook.torch.aligner import (
    ATTENTIONS,
    error_rate,
    linked_pairs,
    make_aligner,
    weights_of,
)
from attnbook.torch.date_reader import ReaderSettings
from attnbook.torch.training import TrainSettings, exact_match, tensors, train

TINY = ReaderSettings(embed=4, hidden=8, attn_dim=3)


@pytest.fixture(scope="module")
def pairs():
    trios, _ = make_sentences(SentenceSettings(250, 0), np.random.default_rng(0))
    return linked_pairs(trios, "ja")


@pytest.fixture(scope="module")
def vocabs(pairs):
    return Vocabulary(p.source for p in pairs), Vocabulary(p.answer for p in pairs)


def aligner(attention, vocabs):
    return make_aligner(attention, 2, *vocabs, TINY, np.random.default_rng(0))


def test_a_pair_ends_its_answer_and_links_words_that_are_there(pairs):
    for pair in pairs:
        assert pair.answer[-1] == EOS
        assert EOS not in pair.answer[:-1]
        assert pair.links
        for i, j in pair.links:
            assert 0 <= i < len(pair.source)
            assert 0 <= j < len(pair.answer) - 1


@pytest.mark.parametrize("attention", ATTENTIONS)
def test_weights_are_cut_to_the_real_words_of_each_pair(attention, pairs, vocabs):
    seen = weights_of(aligner(attention, vocabs), pairs[:9], *vocabs)
    assert len({each.shape for each in seen}) > 1
    for weights, pair in zip(seen, pairs[:9], strict=True):
        assert weights.shape == (len(pair.answer) - 1, len(pair.source))
        assert (weights.sum(axis=1) > 0).all()
        if attention != "local-p":
            np.testing.assert_allclose(weights.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("attention", ATTENTIONS)
def test_padding_changes_no_weight(attention, pairs, vocabs):
    reader = aligner(attention, vocabs)
    chosen = sorted(pairs[:9], key=lambda pair: len(pair.source))
    together = weights_of(reader, chosen, *vocabs)[0]
    alone = weights_of(reader, chosen[:1], *vocabs)[0]
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_an_unknown_attention_is_refused(vocabs):
    with pytest.raises(ValueError, match="attention must be one of"):
        aligner("hard", vocabs)


@pytest.mark.parametrize("attention", ATTENTIONS)
def test_a_step_of_training_moves_every_parameter(attention, pairs, vocabs):
    reader = aligner(attention, vocabs)
    before = {name: p.detach().clone() for name, p in reader.named_parameters()}
    groups = group_by_length(pairs, *vocabs)
    train(reader, groups, groups[:1], TrainSettings(epochs=1), np.random.default_rng(0))
    for name, parameter in reader.named_parameters():
        assert not torch.equal(parameter, before[name]), name


def test_padding_of_a_translation_counts_neither_for_nor_against_it(pairs, vocabs):
    """A reader that writes what is right, and anything where the answer has ended."""
    batch = encode_pairs(pairs[:9], *vocabs)
    tgt_ids = torch.from_numpy(batch.tgt_ids)
    assert (tgt_ids == 0).any()
    answers = torch.where(tgt_ids == 0, 5, tgt_ids)  # 5 is wrong there, and harmless

    def reader(src_ids, src_mask, tgt_ids):
        return torch.nn.functional.one_hot(answers, len(vocabs[1])).float(), None

    assert exact_match(reader, [batch]) == 1
    assert len(tensors(batch)) == 3


def test_the_error_rate_is_that_of_the_largest_weights(pairs, vocabs):
    reader = aligner("global", vocabs)
    right = found = sure = 0
    for weights, pair in zip(
        weights_of(reader, pairs[:50], *vocabs), pairs[:50], strict=True
    ):
        links = links_of(weights)
        right += len(links & pair.links)
        found, sure = found + len(links), sure + len(pair.links)
    expected = 1 - 2 * right / (found + sure)
    assert error_rate(reader, pairs[:50], *vocabs) == pytest.approx(expected)
