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
        self.readers = nn.ModuleList(readers)
        draw(self, rng)  # before there is a pooling, which draws its own
        self.pool = make_pool(settings, rng)

    def forward(
        self, xs: torch.Tensor, mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """xs (B, T, E), mask (B, T) bool -> pooled (B, 2H), weights (B, T)."""
        ahead, back = (lambda xs, read=read: read(xs)[0] for read in self.readers)
        return read_level(xs, mask, ahead, back, self.pool)


class DocumentClassifier(nn.Module):
    """HN-AVE, HN-MAX or HN-ATT, as the settings pool by mean, max or attention."""

    def __init__(self, vocab: int, settings: TextSettings, rng: np.random.Generator):
        super().__init__()
        self.embed = nn.Embedding(vocab, settings.embed)
        self.readout = nn.Linear(2 * settings.hidden, 1)
        draw(self, rng)
        widths = settings.embed, 2 * settings.hidden  # of a word, of a sentence
        self.read = HAN(*(ReviewLevel(width, settings, rng) for width in widths))
        self.dropout = Dropout(settings.drop)

    def forward(
        self, ids: torch.Tensor, mask: torch.Tensor, keep: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """ids, mask (B, N, W), keep (B, N, W, E) -> logits (B,) and both weights."""
        xs = self.dropout(self.embed(ids), keep)  # (B, N, W, E)
        documents, word_weights, weights = self.read(xs, mask)  # (B, 2H), ...
        return self.readout(documents)[:, 0], word_weights, weights


def batches_by_size(
    documents: Documents, size: int, rng: np.random.Generator
) -> Iterator[Documents]:
    """Batch documents with about as many sentences; cut off what is padding in all."""
    there = documents.mask.any(dim=2).sum(dim=1).numpy()  # (B,) sentences
    order = np.lexsort((rng.random(len(there)), there))
    cuts = np.array_split(order, -(-len(order) // size))
    for number in rng.permutation(len(cuts)):
        mask = documents.mask[cuts[number]]  # (size, N, W)
        sents = int(mask.any(dim=2).any(dim=0).nonzero().max()) + 1
        words = int(mask.any(dim=1).any(dim=0).nonzero().max()) + 1
        yield Documents(
            documents.ids[cuts[number], :sents, :words],
            mask[:, :sents, :words],
            documents.labels[cuts[number]],
        )


def fit_documents(
    model: DocumentClassifier,
    train: Documents,
    held_out: Documents,
    settings: TextSettings,
    rng: np.random.Generator,
) -> list[float]:
    """Train in place; return the share of right answers on held_out, by epoch."""
    optimizer = torch.optim.Adam(model.parameters(), settings.rate, fused=True)
    device, keep, history = model.readout.weight.device, None, []
    for _ in range(settings.epochs):
        for batch in batches_by_size(train, settings.batch, rng):
            ids, mask, labels = (part.to(device) for part in vars(batch).values())
            if settings.drop:
                shape = (*ids.flatten(0, 1).shape, settings.embed)  # (B N, W, E)
                drawn = torch.from_numpy(keep_mask(rng, shape, settings.drop))
                keep = drawn.view(*ids.shape, -1).to(device)  # (B, N, W, E)
            logits, _, _ = model(ids, mask, keep)  # (B,)
            loss = nn.functional.binary_cross_entropy_with_logits(logits, labels)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        history.append(float(read_documents(model, held_out)[0].mean()))
    return history


@torch.no_grad()
def read_documents(
    model: DocumentClassifier, documents: Documents
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which answers are right (B,), weights (B, N, W) and (B, N), 128 at a time."""
    device, found = model.readout.weight.device, []
    for ids, mask in zip(
        documents.ids.split(128), documents.mask.split(128), strict=True
    ):
        found.append(model(ids.to(device), mask.to(device)))
    logits, *weights = (torch.cat(parts).cpu() for parts in zip(*found, strict=True))
    right = (logits > 0) == (documents.labels > 0)  # (B,)
    return right.numpy(), *(each.numpy() for each in weights)
