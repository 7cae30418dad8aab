"""Pairs to batches."""

from collections import Counter

import numpy as np
import pytest
from attnbook.data.batches import encode_pairs, group_by_length, shuffled
from attnbook.data.dates import DateSettings, make_dates
from attnbook.data.vocabulary import Vocabulary


@pytest.fixture
def corpus(rng):
    pairs, _ = make_dates(DateSettings(train=400, held_out=100), rng)
    src_vocab = Vocabulary(pair.source for pair in pairs)
    return pairs, src_vocab, Vocabulary(pair.answer for pair in pairs)


def test_one_batch_of_all_pairs_is_padded_and_masked(corpus):
    pairs, src_vocab, tgt_vocab = corpus
    batch = encode_pairs(pairs, src_vocab, tgt_vocab)
    assert batch.src_ids.shape == (400, max(len(pair.source) for pair in pairs))
    assert batch.tgt_ids.shape == (400, 10)
    lengths = [len(pair.source) for pair in pairs]
    np.testing.assert_array_equal(batch.src_mask.sum(axis=1), lengths)


def test_groups_hold_every_pair_once_and_nothing_is_padded(corpus):
    pairs, src_vocab, tgt_vocab = corpus
    groups = group_by_length(pairs, src_vocab, tgt_vocab)
    assert sum(map(len, groups)) == 400
    assert all(group.src_mask.all() for group in groups)
    widths = [group.src_ids.shape[1] for group in groups]
    assert widths == sorted({len(pair.source) for pair in pairs})


def test_shuffled_batches_keep_size_and_hold_every_pair_once(corpus, rng):
    pairs, src_vocab, tgt_vocab = corpus
    groups = group_by_length(pairs, src_vocab, tgt_vocab)
    batches = list(shuffled(groups, 32, rng))
    assert max(map(len, batches)) <= 32
    seen = Counter(
        (src_vocab.decode(source), tgt_vocab.decode(answer))
        for batch in batches
        for source, answer in zip(batch.src_ids, batch.tgt_ids, strict=True)
    )
    assert seen == Counter((pair.source, pair.answer) for pair in pairs)


def test_batches_come_in_another_order_each_time_and_the_same_for_a_seed(corpus):
    groups = group_by_length(*corpus)
    orders = [
        [batch.src_ids.tolist() for batch in shuffled(groups, 32, generator)]
        for generator in map(np.random.default_rng, (1, 1, 2))
    ]
    assert orders[0] == orders[1] != orders[2]
