"""The model that reads dates, and its training."""

import numpy as np
import pytest
import torch
from attnbook.data.batches import encode_pairs, group_by_length
from attnbook.data.dates import DateSettings, make_dates
from attnbook.data.vocabulary import Vocabulary
from attnbook.torch.date_reader import DateReader, FeedingReader, ReaderSettings
from attnbook.torch.training import (
    TrainSettings,
    exact_match,
    tensors,
    train,
    two_at_a_time,
)

SCORES = ("none", "dot", "general", "concat", "location", "feeding")
TINY = dict(embed=4, hidden=8, attn_dim=3)


@pytest.fixture(scope="module")
def corpus():
    pairs, held_out = make_dates(
        DateSettings(train=1200, held_out=100), np.random.default_rng(0)
    )
    src_vocab = Vocabulary(pair.source for pair in pairs + held_out)
    return pairs, held_out, src_vocab, Vocabulary(pair.answer for pair in pairs)


def reader(corpus, score, seed=0, **sizes):
    kind = FeedingReader if score == "feeding" else DateReader
    settings = ReaderSettings(
        score="general" if kind is FeedingReader else score, **sizes
    )
    rng = np.random.default_rng(seed)
    return kind(len(corpus[2]), len(corpus[3]), settings, rng)


@pytest.mark.parametrize("score", SCORES)
def test_logits_and_weights_have_their_shapes(score, corpus):
    batch = encode_pairs(corpus[0][:7], corpus[2], corpus[3])
    logits, weights = reader(corpus, score, **TINY)(*tensors(batch))
    assert logits.shape == (7, 10, len(corpus[3]))
    assert weights.shape == (7, 10, batch.src_ids.shape[1])
    total = 0.0 if score == "none" else 1.0
    torch.testing.assert_close(weights.sum(dim=-1), torch.full((7, 10), total))


@pytest.mark.parametrize("score", SCORES)
def test_padding_changes_no_answer(score, corpus):
    """A pair alone, unpadded, gets what it gets in a padded batch."""
    pairs = sorted(corpus[0][:9], key=lambda pair: len(pair.source))
    assert len(pairs[0].source) < len(pairs[-1].source)
    model = reader(corpus, score, **TINY)
    together, _ = model(*tensors(encode_pairs(pairs, corpus[2], corpus[3])))
    alone, _ = model(*tensors(encode_pairs(pairs[:1], corpus[2], corpus[3])))
    torch.testing.assert_close(together[:1], alone)


@pytest.mark.parametrize("score", SCORES)
def test_a_step_does_not_see_the_character_it_must_choose(score, corpus):
    src_ids, src_mask, tgt_ids = tensors(
        encode_pairs(corpus[0][:3], corpus[2], corpus[3])
    )
    model = reader(corpus, score, **TINY)
    first, _ = model(src_ids, src_mask, tgt_ids)
    changed = tgt_ids.clone()
    changed[:, 6] = 2 + (changed[:, 6] - 1) % 8
    second, _ = model(src_ids, src_mask, changed)
    torch.testing.assert_close(second[:, :7], first[:, :7])
    assert (second[:, 7] != first[:, 7]).any()


def test_exact_match_is_what_a_loop_that_reads_its_own_choices_finds(corpus):
    pairs, held_out, src_vocab, tgt_vocab = corpus
    model = reader(corpus, "dot")
    groups = group_by_length(pairs, src_vocab, tgt_vocab)
    train(
        model,
        groups,
        groups[:1],
        TrainSettings(epochs=3, batch=32),
        np.random.default_rng(0),
    )
    right = 0
    for pair in held_out:
        src_ids, src_mask, tgt_ids = tensors(encode_pairs([pair], src_vocab, tgt_vocab))
        answer = torch.ones_like(tgt_ids)  # (1, T), what stands here is not looked at
        for step in range(10):
            with torch.no_grad():
                logits, _ = model(src_ids, src_mask, answer)
            answer[0, step] = logits[0, step].argmax()
        right += tgt_vocab.decode(answer[0]) == pair.answer
    assert 0 < right < len(held_out)
    groups = group_by_length(held_out, src_vocab, tgt_vocab)
    assert exact_match(model, groups) == right / len(held_out)


def test_training_from_the_same_seed_gives_the_same_reader(corpus):
    groups = group_by_length(corpus[0][:200], corpus[2], corpus[3])
    states = []
    for _ in range(2):
        model = reader(corpus, "general", **TINY)
        history = train(
            model, groups, groups[:2], TrainSettings(epochs=2), np.random.default_rng(1)
        )
        assert len(history) == 2
        states.append(model.state_dict())
    for name, values in states[0].items():
        assert torch.equal(values, states[1][name]), name


def test_first_values_come_from_the_generator_alone(corpus):
    one, other = (reader(corpus, "concat", seed, **TINY) for seed in (0, 1))
    torch.manual_seed(99)
    again = reader(corpus, "concat", 0, **TINY)
    assert torch.equal(one.decoder.weight_hh_l0, again.decoder.weight_hh_l0)
    assert not torch.equal(one.decoder.weight_hh_l0, other.decoder.weight_hh_l0)


def test_an_unknown_score_is_refused(corpus):
    with pytest.raises(ValueError, match="score must be one of"):
        reader(corpus, "cosine", **TINY)


def test_an_exact_match_of_nothing_is_refused(corpus):
    with pytest.raises(ValueError, match="no pairs"):
        exact_match(reader(corpus, "dot", **TINY), [])


def test_two_at_a_time_returns_each_result_by_its_job():
    results = two_at_a_time(lambda text, number: text * number, [("a", 2), ("b", 3)])
    assert results == {("a", 2): "aa", ("b", 3): "bbb"}


def test_two_at_a_time_does_not_swallow_an_error():
    with pytest.raises(ZeroDivisionError):
        two_at_a_time(lambda number: 1 / number, [(1,), (0,)])
