"""Train a reader and ask how often its whole answer is right."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from attnbook.data.batches import Batch, shuffled


@dataclass(frozen=True)
class TrainSettings:
    """How to train."""

    epochs: int = 3  # times that every pair is seen
    batch: int = 128  # B, pairs in a step
    rate: float = 0.01  # Adam's learning rate
    clip: float = 1.0  # longest gradient that a step may take


def tensors(batch: Batch) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """A batch as PyTorch tensors: src_ids (B, S), src_mask (B, S), tgt_ids (B, T)."""
    arrays = batch.src_ids, batch.src_mask, batch.tgt_ids
    return tuple(torch.from_numpy(array) for array in arrays)


def train(
    reader: nn.Module,
    groups: Sequence[Batch],
    held_out: Sequence[Batch],
    settings: TrainSettings,
    rng: np.random.Generator,
) -> list[float]:
    """Train the reader in place; return exact match on `held_out` after each epoch."""
    optimizer = torch.optim.Adam(reader.parameters(), settings.rate, fused=True)
    history = []
    for _ in range(settings.epochs):
        for batch in shuffled(groups, settings.batch, rng):
            src_ids, src_mask, tgt_ids = tensors(batch)
            logits, _ = reader(src_ids, src_mask, tgt_ids)  # (B, T, V)
            loss = nn.functional.cross_entropy(
                logits.flatten(0, 1), tgt_ids.flatten(), ignore_index=0
            )
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(reader.parameters(), settings.clip)
            optimizer.step()
        history.append(exact_match(reader, held_out))
    return history


@torch.no_grad()
def exact_match(reader: nn.Module, batches: Iterable[Batch]) -> float:
    """The share of answers in which every character is right.

    No decoding loop is needed. Each step is shown the right characters before it. If
    all steps choose rightly, a reader that is shown its own choices sees the same.
    """
    right = total = 0
    for batch in batches:
        src_ids, src_mask, tgt_ids = tensors(batch)
        chosen = reader(src_ids, src_mask, tgt_ids)[0].argmax(dim=-1)  # (B, T)
        fits = (chosen == tgt_ids) | (tgt_ids == 0)  # (B, T), 0 is padding
        right += int(fits.all(dim=1).sum())
        total += len(batch)
    if total == 0:
        raise ValueError("there are no pairs to match")
    return right / total


def two_at_a_time(work: Callable, jobs: Sequence[tuple]) -> dict:
    """Call work(*job) for each job on two cores; return the results by job.

    Each runs in one thread, so the results are the same on any number of cores.
    """
    with ThreadPoolExecutor(2, initializer=torch.set_num_threads, initargs=(1,)) as two:
        results = two.map(lambda job: work(*job), jobs)
        return dict(zip(jobs, results, strict=True))
