"""Train a translator with early stopping, and let it translate."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from attnbook.data.real import SentencePair
from attnbook.data.translation import (
    PairBatch,
    Vocabularies,
    batches_by_length,
    tokenise,
)
from attnbook.data.vocabulary import BOS, EOS
from attnbook.numpy.beam_search import Hypothesis, beam_search
from attnbook.torch.cross_entropy import cross_entropy
from attnbook.torch.regularization import EarlyStopping
from attnbook.torch.translator import Translator


@dataclass(frozen=True)
class TranslatorSettings:
    """The model, and how it is trained."""

    embed: int = 48  # E, width of a token's vector
    hidden: int = 64  # H, width of a state
    rate: float = 0.0  # dropout's
    epochs: int = 6  # times that every pair is seen, at most
    patience: int = 2  # epochs without a new lowest held-out loss that end training
    batch: int = 32  # B, pairs in a step
    step: float = 0.01  # Adam's learning rate
    clip: float = 1.0  # longest gradient that a step may take


def batch_loss(model: Translator, batch: PairBatch) -> torch.Tensor:
    """Cross-entropy of the right tokens, each from the right ones before it."""
    device = model.W_o.device
    arrays = (batch.src_ids, batch.src_mask, batch.tgt_ids, batch.tgt_mask)
    src_ids, src_mask, ids, mask = (torch.from_numpy(a).to(device) for a in arrays)
    logits = model(src_ids, src_mask, ids[:, :-1])[0]  # (B, T, V)
    return cross_entropy(logits, ids[:, 1:], mask[:, 1:])


def train_translator(
    model: Translator,
    pairs: Sequence[SentencePair],
    held_out: Sequence[SentencePair],
    vocabs: Vocabularies,
    settings: TranslatorSettings,
    rng: np.random.Generator,
    loss_of: Callable = batch_loss,
) -> list[tuple[float, float]]:
    """Train in place; keep the parameters of the lowest held-out loss.

    Returns:
        For each epoch the mean loss on the training and on the held-out pairs.
    """
    optimizer = torch.optim.Adam(model.parameters(), settings.step, fused=True)
    stopping, history = EarlyStopping(settings.patience), []
    for _ in range(settings.epochs):
        losses = []
        for batch in batches_by_length(pairs, vocabs, settings.batch, rng):
            loss = loss_of(model.train(), batch)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), settings.clip)
            optimizer.step()
            losses.append(loss.item())
        lost = held_out_loss(model, held_out, vocabs, loss_of)
        history.append((float(np.mean(losses)), lost))
        if stopping.should_stop(history[-1][1], list(model.parameters())):
            break
    stopping.restore(list(model.parameters()))
    model.eval()
    return history


@torch.no_grad()
def held_out_loss(
    model: Translator,
    pairs: Sequence[SentencePair],
    vocabs: Vocabularies,
    loss_of: Callable = batch_loss,
) -> float:
    """Mean loss of a token, dropout off; every token counts the same."""
    model.eval()
    total = count = 0
    for batch in batches_by_length(pairs, vocabs, 128):
        tokens = int(batch.tgt_mask[:, 1:].sum())
        total += loss_of(model, batch).item() * tokens
        count += tokens
    return total / count


@torch.no_grad()
def search(
    model: Translator,
    source: str,
    vocabs: Vocabularies,
    width: int = 1,
    alpha: float = 1.0,
    longest: int = 40,
) -> list[Hypothesis]:
    """Translate one sentence by beam search; width 1 is greedy decoding."""
    ids, mask = vocabs.source.encode([tokenise(source, "en")])  # (1, S), (1, S)
    src_ids, src_mask = (torch.from_numpy(a).to(model.W_o.device) for a in (ids, mask))
    src_states, state = model.encode(src_ids, src_mask)

    def step(tokens: np.ndarray, rows: np.ndarray) -> np.ndarray:
        nonlocal state
        size, last = (len(rows), -1, -1), torch.from_numpy(tokens).to(src_ids.device)
        chosen = tuple(part[rows] for part in state)  # (K, H) each
        states, real = src_states.expand(size), src_mask.expand(size[:2])
        logits, state, _ = model.decode(last[:, None], chosen, states, real)
        return logits[:, 0].log_softmax(dim=-1).cpu().double().numpy()  # (K, V)

    marks = vocabs.target.ids[BOS], vocabs.target.ids[EOS]
    return beam_search(step, *marks, width, longest, alpha)


def translate(model, sources: Sequence[str], vocabs: Vocabularies, **options):
    """The best translation of each source as text; options go to `search`."""
    best = (search(model, source, vocabs, **options)[0] for source in sources)
    return [vocabs.target.decode(found.ids) for found in best]


@torch.no_grad()
def look(model: Translator, source: str, written: str, vocabs: Vocabularies):
    """Where the translator looks while it is shown a text: weights (T, S), float64.

    One row for each token of the text, and one for the end.
    """
    batch = vocabs.encode([SentencePair(source, written)])
    arrays = batch.src_ids, batch.src_mask, batch.tgt_ids[:, :-1]
    tensors = (torch.from_numpy(array).to(model.W_o.device) for array in arrays)
    return model(*tensors)[1][0].cpu().double().numpy()
