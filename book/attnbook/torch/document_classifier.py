"""Says whether a document is good: embedding, a HAN, and one number from that."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from attnbook.data.documents import Document
from attnbook.data.vocabulary import Vocabulary
from attnbook.noise import keep_mask
from attnbook.torch.date_reader import draw
from attnbook.torch.han import HAN, read_level
from attnbook.torch.regularization import Dropout
from attnbook.torch.text_classifier import TextSettings, make_pool


@dataclass(frozen=True)
class Documents:
    """Some documents as tensors."""

    ids: torch.Tensor  # (B, N, W) int64, 0 on padding
    mask: torch.Tensor  # (B, N, W) bool, True where a word is real
    labels: torch.Tensor  # (B,) float, 1 for good and 0 for bad


def encode_sentences(
    texts: Sequence[Sequence[Sequence[str]]], labels: Sequence[int], vocab: Vocabulary
) -> Documents:
    """Sentences of words as tensors, as many and as long as the most and longest."""
    sents = max(map(len, texts))
    rows = [[*text, *[()] * (sents - len(text))] for text in texts]  # B of N sentences
    ids, mask = vocab.encode([sentence for row in rows for sentence in row])
    shape = (len(rows), sents, -1)
    return Documents(
        torch.from_numpy(ids.reshape(shape)),  # (B, N, W)
        torch.from_numpy(mask.reshape(shape)),  # (B, N, W)
        torch.tensor(labels, dtype=torch.float32),  # (B,)
    )


def sentences_of(documents: Sequence[Document]) -> list[list[tuple[str, ...]]]:
    """The words of each sentence of each review; empty sentences stay."""
    return [[each.words for each in document.sentences] for document in documents]


class ReviewLevel(nn.Module):
    """A level of the HAN with PyTorch's own GRU and any of the ways to pool."""

    def __init__(self, embed: int, settings: TextSettings, rng: np.random.Generator):
        super().__init__()
        readers = [nn.GRU(embed, settings.hidden, batch_first=True) for _ in range(2)]
        self.readers = draw(nn.ModuleList(readers), rng)
        self.pool = make_pool(settings, rng)

    def forward(
        self, xs: torch.Tensor, mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """xs (B, T, E), mask (B, T) bool -> pooled (B, 2H), weights (B, T)."""
        ahead, back = (lambda xs, read=read: read(xs)[0] for read in self.readers)
        return read_level(xs, mask, ahead, back, self.pool)
