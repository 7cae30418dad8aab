"""Batches of sources that share one length, so that training pads nothing."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from attnbook.data.dates import DatePair
from attnbook.data.vocabulary import Vocabulary


@dataclass(frozen=True)
class Batch:
    """Some pairs as ids."""

    src_ids: np.ndarray  # (B, S) int64, 0 on padding
    src_mask: np.ndarray  # (B, S) bool, True where a character is real
    tgt_ids: np.ndarray  # (B, T) int64

    def __len__(self) -> int:
        return len(self.src_ids)


def encode_pairs(
    pairs: Sequence[DatePair], src_vocab: Vocabulary, tgt_vocab: Vocabulary
) -> Batch:
    """Turn pairs into one batch, padded to the longest source."""
    src_ids, src_mask = src_vocab.encode([pair.source for pair in pairs])  # (B, S) both
    tgt_ids, _ = tgt_vocab.encode([pair.answer for pair in pairs])  # (B, T)
    return Batch(src_ids, src_mask, tgt_ids)


def group_by_length(
    pairs: Sequence[DatePair], src_vocab: Vocabulary, tgt_vocab: Vocabulary
) -> list[Batch]:
    """One batch for each source length, shortest first."""
    groups = defaultdict(list)
    for pair in pairs:
        groups[len(pair.source)].append(pair)
    return [encode_pairs(groups[key], src_vocab, tgt_vocab) for key in sorted(groups)]


def shuffled(
    groups: Sequence[Batch], size: int, rng: np.random.Generator
) -> Iterator[Batch]:
    """Cut groups into batches of at most `size` pairs, all in a random order."""
    cuts = []
    for group in groups:
        order = rng.permutation(len(group))
        for rows in np.array_split(order, -(-len(group) // size)):
            cuts.append((group, rows))
    for number in rng.permutation(len(cuts)):
        group, rows = cuts[number]
        yield Batch(group.src_ids[rows], group.src_mask[rows], group.tgt_ids[rows])
