"""Train a NumPy model on pairs of ids, and ask how often its whole answer is right."""

from dataclasses import dataclass

import numpy as np

from attnbook.numpy.adam import Adam
from attnbook.numpy.attention_seq2seq import Seq2Seq
from attnbook.numpy.clipping import clip_by_global_norm
from attnbook.numpy.cross_entropy import CrossEntropy


@dataclass(frozen=True)
class TrainSettings:
    """How to train."""

    batch: int = 128  # B, pairs in a step; the last ones of an epoch are left out
    clip: float = 5.0  # longest gradient that a step may take


def train_epoch(
    model: Seq2Seq,
    optimizer: Adam,
    src_ids: np.ndarray,
    tgt_ids: np.ndarray,
    settings: TrainSettings,
    rng: np.random.Generator,
) -> float:
    """See each pair once. src_ids (N, S), tgt_ids (N, 1 + T), whose first is <bos>.

    Returns the mean loss.
    """
    loss, order, losses = CrossEntropy(), rng.permutation(len(src_ids)), []
    for batch in range(len(order) // settings.batch):
        rows = order[batch * settings.batch :][: settings.batch]  # (B,)
        rows = rows[sort_rows(src_ids[rows])]  # what begins alike side by side
        shown, wanted = tgt_ids[rows, :-1], tgt_ids[rows, 1:]  # (B, T) each
        logits = model.forward(src_ids[rows], shown)  # (B, T, V)
        losses.append(loss.forward(logits, wanted, np.ones(wanted.shape, dtype=bool)))
        grads = model.backward(loss.backward())  # (P,)
        (grads,), _ = clip_by_global_norm([grads], settings.clip)
        optimizer.update(model.params, grads)
    return float(np.mean(losses))


def sort_rows(ids: np.ndarray) -> np.ndarray:
    """The order, (N,), in which the rows of ids (N, S) stand as in a dictionary."""
    return np.lexsort(ids.T[::-1])


def exact_match(
    model: Seq2Seq, src_ids: np.ndarray, tgt_ids: np.ndarray, at_a_time: int = 250
) -> float:
    """The share of sources (N, S) whose target (N, 1 + T) is written without help."""
    right, order = 0, sort_rows(src_ids)
    for start in range(0, len(order), at_a_time):
        rows = order[start : start + at_a_time]
        wanted = tgt_ids[rows, 1:]  # (n, T)
        tokens, _ = model.generate(src_ids[rows], tgt_ids[rows, 0], wanted.shape[1])
        right += int((tokens == wanted).all(axis=1).sum())
    return right / len(order)
