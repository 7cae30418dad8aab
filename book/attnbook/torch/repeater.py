"""Train a model to repeat random symbols, and test it at each length alone."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from attnbook.data.symbols import BOS, EOS, SymbolBatch, draw_symbols, repeat_rows
from attnbook.numpy.bidirectional import reverse_sequence
from attnbook.torch.cross_entropy import cross_entropy
from attnbook.torch.seq2seq import Seq2Seq, greedy, shift_right


@dataclass(frozen=True)
class RepeatSettings:
    """The task, the model, and how it is trained."""

    backwards: bool = False  # the encoder reads the last symbol first
    peeky: bool = False  # each step of the decoder sees the summary
    longest: int = 8  # most symbols in a row
    symbols: int = 10  # how many different symbols there are
    embed: int = 16  # E, width of a symbol's vector
    hidden: int = 32  # H, width of a state, and of the summary
    steps: int = 240  # batches to learn from, each drawn anew
    batch: int = 128  # B, rows in a batch
    rate: float = 0.02  # Adam's largest learning rate; it rises first, then falls
    clip: float = 1.0  # longest gradient that a step may take


def tensors(rows: SymbolBatch, backwards: bool = False) -> list[torch.Tensor]:
    """Rows as PyTorch tensors, in their order; the source turned around if asked."""
    src_ids, *others = vars(rows).values()
    if backwards:
        lengths = rows.src_mask.sum(axis=1)  # (B,)
        src_ids = reverse_sequence(src_ids[..., None], lengths)[..., 0]  # (B, S)
    return [torch.from_numpy(array) for array in (src_ids, *others)]


def train_repeater(
    settings: RepeatSettings,
    seed: int,
    shown: Callable = shift_right,
    loss_of: Callable = cross_entropy,
    build: Callable | None = None,
) -> tuple[nn.Module, list[float]]:
    """A trained model, and its loss at each step, with teacher forcing.

    Args:
        shown: makes what the decoder is shown from tgt_ids (B, T) and the start's id.
        loss_of: makes the loss from logits (B, T, V), tgt_ids and tgt_mask (B, T).
        build: makes another model from the vocabulary's size and a generator.
    """
    rng, size = np.random.default_rng(seed), (settings.batch, settings.longest)
    vocab = EOS + 1 + settings.symbols
    if build is None:
        model = Seq2Seq(vocab, settings.embed, settings.hidden, rng, settings.peeky)
    else:
        model = build(vocab, rng)
    batches = (
        tensors(draw_symbols(rng, *size, settings.symbols), settings.backwards)
        for _ in range(settings.steps)
    )
    return model, teach(model, batches, settings, BOS, shown, loss_of)


def teach(
    model: nn.Module,
    batches: Iterable[Sequence[torch.Tensor]],
    settings: RepeatSettings,
    bos: int,
    shown: Callable = shift_right,
    loss_of: Callable = cross_entropy,
) -> list[float]:
    """Train the model in place on settings.steps batches; return the loss of each.

    Args:
        batches: each src_ids (B, S), src_mask, tgt_ids (B, T) and tgt_mask.
        settings: steps, rate and clip are used.
    """
    optimizer = torch.optim.Adam(model.parameters(), settings.rate, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, settings.rate, total_steps=settings.steps
    )
    losses = []
    for src_ids, src_mask, tgt_ids, tgt_mask in batches:
        logits = model(src_ids, src_mask, shown(tgt_ids, bos))  # (B, T, V)
        loss = loss_of(logits, tgt_ids, tgt_mask)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), settings.clip)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    return losses


def match_by_length(
    model: nn.Module,
    settings: RepeatSettings,
    rows: int = 1000,
    write: Callable = greedy,
) -> list[float]:
    """Exact match of greedy decoding, `write`, on new rows of 1, 2, ... symbols."""
    rng = np.random.default_rng(10_000)  # no seed of a training run
    shares = []
    for length in range(1, settings.longest + 1):
        ids = rng.integers(EOS + 1, EOS + 1 + settings.symbols, (rows, length))
        tests = repeat_rows(ids, np.full(rows, length))
        src_ids, src_mask, tgt_ids, _ = tensors(tests, settings.backwards)
        chosen = write(model, src_ids, src_mask, BOS, EOS, length + 1)  # (B, T)
        shares.append((chosen == tgt_ids).all(dim=1).float().mean().item())
    return shares
