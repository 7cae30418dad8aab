"""A small translator with global or local attention, and the links in its weights."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from attnbook.alignment import alignment_error_rate, links_of
from attnbook.data.batches import encode_pairs
from attnbook.data.sentences import Trio
from attnbook.data.vocabulary import EOS, Vocabulary
from attnbook.torch.date_reader import DateReader, ReaderSettings
from attnbook.torch.luong_local import LocalAttention, PredictivePosition
from attnbook.torch.training import tensors

ATTENTIONS = ("global", "local-m", "local-p")


@dataclass(frozen=True)
class LinkedPair:
    """A sentence, its translation, and the links between their words."""

    source: tuple[str, ...]  # English words
    answer: tuple[str, ...]  # words of the other language, with <eos> behind the last
    links: frozenset[tuple[int, int]]  # (source position, answer position), from 0


def linked_pairs(trios: Sequence[Trio], language: str) -> list[LinkedPair]:
    """English sentences with their translations into "ja" or "zh"."""
    return [
        LinkedPair(
            trio.en.words,
            (*getattr(trio, language).words, EOS),
            trio.links("en", language),
        )
        for trio in trios
    ]


def make_aligner(
    attention: str,
    reach: int,
    src_vocab: Vocabulary,
    tgt_vocab: Vocabulary,
    settings: ReaderSettings,
    rng: np.random.Generator,
) -> DateReader:
    """The reader of dates, for words. Its score is general, its attention as named."""
    if attention not in ATTENTIONS:
        raise ValueError(f"attention must be one of {ATTENTIONS}, got {attention!r}")
    reader = DateReader(len(src_vocab), len(tgt_vocab), settings, rng)
    if attention != "global":
        predict = None
        if attention == "local-p":
            predict = PredictivePosition(settings.hidden, settings.attn_dim, rng)
        reader.attention = LocalAttention(reader.attention.score, reach, predict)
    return reader


@torch.no_grad()
def weights_of(
    reader: DateReader,
    pairs: Sequence[LinkedPair],
    src_vocab: Vocabulary,
    tgt_vocab: Vocabulary,
) -> list[np.ndarray]:
    """The (T, S) weights of each pair while the reader is shown the right answer.

    Padding and the row that writes <eos> are cut off.
    """
    _, weights = reader(*tensors(encode_pairs(pairs, src_vocab, tgt_vocab)))
    sizes = [(len(pair.answer) - 1, len(pair.source)) for pair in pairs]
    return [w[:t, :s].numpy() for w, (t, s) in zip(weights, sizes, strict=True)]


def error_rate(
    reader: DateReader,
    pairs: Sequence[LinkedPair],
    src_vocab: Vocabulary,
    tgt_vocab: Vocabulary,
) -> float:
    """Alignment error rate of the links that the weights give on the pairs."""
    weights = weights_of(reader, pairs, src_vocab, tgt_vocab)
    found = [links_of(each) for each in weights]
    return alignment_error_rate(found, [pair.links for pair in pairs])
