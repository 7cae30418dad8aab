"""Says whether a text is good: embedding, LSTM, pooling, and one number from that."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from attnbook.data.documents import Document
from attnbook.noise import keep_mask
from attnbook.torch.bidirectional import bidirectional
from attnbook.torch.date_reader import draw
from attnbook.torch.pooling import AttentionPooling, pool_last, pool_max, pool_mean
from attnbook.torch.regularization import Dropout
from attnbook.torch.review_classifier import Reviews


@dataclass(frozen=True)
class TextSettings:
    """How a classifier pools, how large it is and how it is trained."""

    pool: str = "attention"  # "last", "mean", "max" or "attention"
    both_ways: bool = False  # read from the right as well
    embed: int = 32  # E, width of a word's vector
    hidden: int = 32  # H, width of a state in each direction
    attn_dim: int = 16  # A, width inside attention pooling
    epochs: int = 8  # times that every text is seen
    batch: int = 32  # B, texts in a step
    rate: float = 0.01  # Adam's learning rate
    drop: float = 0.0  # dropout on embeddings


def make_pool(settings: TextSettings, rng: np.random.Generator) -> Callable:
    """The way to pool that the settings name."""
    width = settings.hidden * (2 if settings.both_ways else 1)  # H or 2H
    plain = {"last": pool_last, "mean": pool_mean, "max": pool_max}
    if settings.pool == "attention":
        return AttentionPooling(width, settings.attn_dim, rng)
    if settings.pool not in plain:
        raise ValueError(f"pool must be attention or of {[*plain]}: {settings.pool!r}")
    return plain[settings.pool]


class TextClassifier(nn.Module):
    """Reads a text once, or once in each direction, and pools the states."""

    def __init__(self, vocab: int, settings: TextSettings, rng: np.random.Generator):
        super().__init__()
        embed, hidden, ways = settings.embed, settings.hidden, 1 + settings.both_ways
        self.embed = nn.Embedding(vocab, embed)
        readers = [nn.LSTM(embed, hidden, batch_first=True) for _ in range(ways)]
        self.readers = nn.ModuleList(readers)
        self.readout = nn.Linear(ways * hidden, 1)
        draw(self, rng)
        self.pool = make_pool(settings, rng)
        self.dropout = Dropout(settings.drop)

    def forward(
        self, ids: torch.Tensor, mask: torch.Tensor, keep: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """ids (B, T), mask (B, T) bool, keep (B, T, E) -> logits (B,), weights."""
        xs = self.dropout(self.embed(ids), keep)  # (B, T, E)
        ahead, *back = (lambda xs, read=read: read(xs)[0] for read in self.readers)
        if back:
            states = bidirectional(xs, mask, ahead, back[0])  # (B, T, 2H)
        else:
            states = ahead(xs)  # (B, T, H)
        pooled, weights = self.pool(states, mask)  # (B, H|2H), (B, T)
        return self.readout(pooled)[:, 0], weights


def batches_by_length(
    texts: Reviews, size: int, rng: np.random.Generator
) -> Iterator[Reviews]:
    """Cut texts of like length into batches, with little padding, in a random order."""
    lengths = texts.mask.sum(dim=1).numpy()  # (B,)
    order = np.lexsort((rng.random(len(lengths)), lengths))
    cuts = np.array_split(order, -(-len(order) // size))
    for number in rng.permutation(len(cuts)):
        rows, longest = cuts[number], max(int(lengths[cuts[number]].max()), 1)
        yield Reviews(
            texts.ids[rows, :longest], texts.mask[rows, :longest], texts.labels[rows]
        )


def fit_texts(
    model: TextClassifier,
    train: Reviews,
    settings: TextSettings,
    rng: np.random.Generator,
) -> None:
    """Train in place, on the device where the model is."""
    optimizer = torch.optim.Adam(model.parameters(), settings.rate, fused=True)
    device, keep = model.readout.weight.device, None
    for _ in range(settings.epochs):
        for batch in batches_by_length(train, settings.batch, rng):
            ids, mask, labels = (part.to(device) for part in vars(batch).values())
            if settings.drop:
                drawn = keep_mask(rng, (*ids.shape, settings.embed), settings.drop)
                keep = torch.from_numpy(drawn).to(device)  # (B, T, E)
            logits, _ = model(ids, mask, keep)  # (B,)
            loss = nn.functional.binary_cross_entropy_with_logits(logits, labels)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()


@torch.no_grad()
def read_texts(model: TextClassifier, texts: Reviews) -> tuple[np.ndarray, np.ndarray]:
    """Which answers are right (B,) bool, and weights (B, T), 256 texts at a time."""
    device, found = model.readout.weight.device, []
    for ids, mask in zip(texts.ids.split(256), texts.mask.split(256), strict=True):
        found.append(model(ids.to(device), mask.to(device)))
    logits, weights = (torch.cat(parts).cpu() for parts in zip(*found, strict=True))
    return ((logits > 0) == (texts.labels > 0)).numpy(), weights.numpy()


def evidence_mask(documents: Sequence[Document], longest: int) -> np.ndarray:
    """(B, longest) bool: True on the words of each review's last opinion."""
    found = np.zeros((len(documents), longest), dtype=bool)
    for row, document in enumerate(documents):
        number, evidence = document.verdict
        before = sum(len(sentence) for sentence in document.sentences[:number])
        found[row, [before + token for token in evidence.tokens]] = True
    return found
