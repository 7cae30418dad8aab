"""Kim's text CNN with any pooling, or a QRNN in place of its filters, and training."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from attnbook.initial import glorot
from attnbook.noise import keep_mask
from attnbook.torch.embedding import Embedding
from attnbook.torch.parameter import parameter
from attnbook.torch.pooling import AttentionPooling, pool_last, pool_max, pool_mean
from attnbook.torch.qrnn import QRNN
from attnbook.torch.regularization import Dropout
from attnbook.torch.review_classifier import Reviews
from attnbook.torch.text_classifier import batches_by_length
from attnbook.torch.text_cnn import Convolution, KMaxPooling, filter_mask


@dataclass(frozen=True)
class CNNSettings:
    """How the classifier reads and pools, how large it is and how it is trained."""

    pool: str = "max"  # "max", "mean", "last", "k-max" or "attention"
    qrnn: bool = False  # read with a QRNN, not with convolutions
    embed: int = 256  # E, width of a word's vector
    widths: tuple[int, ...] = (3, 4, 5)  # words in a filter
    filters: int = 512  # F, filters of each width; the QRNN has F states a width
    attn_dim: int = 64  # A, width inside attention pooling
    k: int = 3  # numbers that k-max keeps of each filter
    drop: float = 0.5  # dropout on what is pooled
    epochs: int = 5  # times that every text is seen
    batch: int = 50  # B, texts in a step
    rate: float = 0.001  # Adam's learning rate


class TextCNN(nn.Module):
    """Embedding, a reader for each width, pooling for each, dropout, two logits."""

    def __init__(self, vocab: int, settings: CNNSettings, rng: np.random.Generator):
        super().__init__()
        embed, size = settings.embed, settings.filters
        self.embed, self.widths = Embedding(vocab, embed, rng), settings.widths
        readers = [Convolution(width, embed, size, rng) for width in self.widths]
        if settings.qrnn:  # one state for each word, so its windows are the words
            size *= len(self.widths)
            readers, self.widths = [QRNN(3, embed, size, rng)], (1,)
        self.readers = nn.ModuleList(readers)
        pools = {
            "max": lambda: pool_max,
            "mean": lambda: pool_mean,
            "last": lambda: pool_last,
            "k-max": lambda: KMaxPooling(settings.k),
            "attention": lambda: AttentionPooling(size, settings.attn_dim, rng),
        }
        self.pools = [pools[settings.pool]() for _ in self.widths]
        self.learned = nn.ModuleList(p for p in self.pools if isinstance(p, nn.Module))
        kept = size * len(self.widths) * (settings.k if settings.pool == "k-max" else 1)
        self.W, self.b = parameter(glorot(rng, kept, 2)), parameter(np.zeros(2))
        self.dropout = Dropout(settings.drop)

    def forward(
        self, ids: torch.Tensor, mask: torch.Tensor, keep: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """ids (B, T), mask (B, T) bool, keep (B, 3F) bool -> logits (B, 2), weights.

        There are weights (B, P) for each width. Rows shorter than a filter are padded.
        """
        missing = max(max(self.widths) - ids.shape[1], 0)
        ids, mask = (nn.functional.pad(part, (0, missing)) for part in (ids, mask))
        vectors, parts, weights = self.embed(ids), [], []  # (B, T, E)
        for width, read, pool in zip(
            self.widths, self.readers, self.pools, strict=True
        ):
            part, shares = pool(read(vectors), filter_mask(mask, width))
            parts.append(part)  # (B, F)
            weights.append(shares)  # (B, P)
        joined = self.dropout(torch.cat(parts, dim=-1), keep)  # (B, 3F)
        return joined @ self.W + self.b, weights


def fit_cnn(
    model: TextCNN, train: Reviews, settings: CNNSettings, rng: np.random.Generator
) -> None:
    """Train in place, on the device where the model is."""
    device = model.W.device
    optimizer = torch.optim.Adam(model.parameters(), settings.rate, fused=True)
    for _ in range(settings.epochs):
        for batch in batches_by_length(train, settings.batch, rng):
            ids, mask, labels = (part.to(device) for part in vars(batch).values())
            keep = None
            if settings.drop:
                drawn = keep_mask(rng, (len(ids), 1, len(model.W)), settings.drop)
                keep = torch.from_numpy(drawn[:, 0]).to(device)  # (B, 3F)
            logits, _ = model(ids, mask, keep)  # (B, 2)
            loss = nn.functional.cross_entropy(logits, labels.long())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


@torch.no_grad()
def accuracy(model: TextCNN, texts: Reviews) -> float:
    """The share of texts whose label is right, 256 texts at a time."""
    device, right = model.W.device, []
    for ids, mask in zip(texts.ids.split(256), texts.mask.split(256), strict=True):
        logits, _ = model(ids.to(device), mask.to(device))  # (256, 2)
        right.append(logits.argmax(dim=-1).cpu())
    return (torch.cat(right) == texts.labels).float().mean().item()
