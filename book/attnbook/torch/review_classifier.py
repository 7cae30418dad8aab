"""A small recurrent network that says whether a review is good, and its training."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from attnbook.data.documents import Document
from attnbook.data.vocabulary import Vocabulary
from attnbook.noise import keep_mask
from attnbook.torch.date_reader import draw
from attnbook.torch.regularization import (
    Dropout,
    EarlyStopping,
    l1_penalty,
    l2_penalty,
)


@dataclass(frozen=True)
class FitSettings:
    """How large the classifier is, how it is trained and what holds it back."""

    embed: int = 32  # E, width of a word's vector
    hidden: int = 32  # H, width of a state
    epochs: int = 30  # times that every review is seen, at most
    batch: int = 32  # B, reviews in a step
    rate: float = 0.01  # Adam's learning rate
    drop: float = 0.0  # dropout between embedding and RNN
    per_sequence: bool = False  # one dropout mask for a whole review
    l1: float = 0.0  # strength of the penalty on |w|
    l2: float = 0.0  # strength of the penalty on w²
    patience: int = 1_000  # epochs without a new lowest held-out loss


@dataclass(frozen=True)
class Reviews:
    """Some reviews as tensors."""

    ids: torch.Tensor  # (B, T) int64, 0 on padding
    mask: torch.Tensor  # (B, T) bool, True where a word is real
    labels: torch.Tensor  # (B,) float, 1 for good and 0 for bad


def words_of(documents: Sequence[Document]) -> list[tuple[str, ...]]:
    """The words of each review in one row, sentence after sentence."""
    return [
        tuple(word for sentence in document.sentences for word in sentence.words)
        for document in documents
    ]


def encode_reviews(documents: Sequence[Document], vocab: Vocabulary) -> Reviews:
    """Turn reviews into tensors, padded to the longest."""
    return encode_texts(words_of(documents), [each.label for each in documents], vocab)


def encode_texts(
    texts: Sequence[Sequence[str]], labels: Sequence[int], vocab: Vocabulary
) -> Reviews:
    """Turn words of texts into tensors, padded to the longest."""
    ids, mask = vocab.encode(texts)  # (B, T) both
    truth = torch.tensor(labels, dtype=torch.float32)  # (B,)
    return Reviews(torch.from_numpy(ids), torch.from_numpy(mask), truth)


class ReviewClassifier(nn.Module):
    """Embedding, dropout, RNN, and a logit from the state after the last word."""

    def __init__(self, vocab: int, settings: FitSettings, rng: np.random.Generator):
        super().__init__()
        self.embed = nn.Embedding(vocab, settings.embed)
        self.dropout = Dropout(settings.drop)
        self.rnn = nn.RNN(settings.embed, settings.hidden, batch_first=True)
        self.readout = nn.Linear(settings.hidden, 1)
        draw(self, rng)

    def forward(
        self, ids: torch.Tensor, mask: torch.Tensor, keep: torch.Tensor | None = None
    ) -> torch.Tensor:
        """ids (B, T), mask (B, T) bool, keep (B, T|1, E) bool -> logits (B,)."""
        embedded = self.dropout(self.embed(ids), keep)  # (B, T, E)
        states, _ = self.rnn(embedded)  # (B, T, H)
        last = mask.sum(dim=1) - 1  # (B,)
        state = states[torch.arange(len(ids)), last]  # (B, H)
        return self.readout(state)[:, 0]  # (B,)


def penalised_weights(model: nn.Module) -> list[torch.Tensor]:
    """All parameters that are no biases."""
    return [p for name, p in model.named_parameters() if "bias" not in name]


@torch.no_grad()
def loss_and_accuracy(model: ReviewClassifier, reviews: Reviews) -> tuple[float, float]:
    """Mean cross-entropy and share of right labels, with nothing dropped."""
    logits = model(reviews.ids, reviews.mask)  # (B,)
    loss = nn.functional.binary_cross_entropy_with_logits(logits, reviews.labels)
    right = (logits > 0) == (reviews.labels > 0)  # (B,)
    return loss.item(), right.float().mean().item()


def fit(
    model: ReviewClassifier,
    train: Reviews,
    held_out: Reviews,
    settings: FitSettings,
    rng: np.random.Generator,
) -> tuple[list[tuple[float, float]], EarlyStopping]:
    """Train in place; afterwards the model is as it was in its best epoch if stopped.

    Returns:
        Training and held-out loss after each epoch, and what early stopping noted.
    """
    optimizer = torch.optim.Adam(model.parameters(), settings.rate, fused=True)
    params, stopping = list(model.parameters()), EarlyStopping(settings.patience)
    history = []
    for _ in range(settings.epochs):
        _one_epoch(model, train, settings, optimizer, rng)
        losses = [loss_and_accuracy(model, side)[0] for side in (train, held_out)]
        history.append(tuple(losses))
        if stopping.should_stop(losses[1], params):
            stopping.restore(params)
            break
    return history, stopping


def _one_epoch(model, train, settings, optimizer, rng) -> None:
    """One step for each batch, in a random order."""
    order = torch.from_numpy(rng.permutation(len(train.ids)))
    for rows in order.split(settings.batch):
        ids, mask, keep = train.ids[rows], train.mask[rows], None
        if settings.drop:
            shape = (*ids.shape, settings.embed)
            drawn = keep_mask(rng, shape, settings.drop, settings.per_sequence)
            keep = torch.from_numpy(drawn)  # (B, T, E) or (B, 1, E)
        loss = nn.functional.binary_cross_entropy_with_logits(
            model(ids, mask, keep), train.labels[rows]
        )
        if settings.l1:
            loss = loss + l1_penalty(penalised_weights(model), settings.l1)
        if settings.l2:
            loss = loss + l2_penalty(penalised_weights(model), settings.l2)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
