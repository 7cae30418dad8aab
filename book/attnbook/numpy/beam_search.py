"""Beam search: keep several beginnings of the answer, not only the likeliest."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Hypothesis:
    """An answer, or the beginning of one."""

    ids: tuple[int, ...]  # what was written, <eos> too if it came to that
    log_prob: float  # sum of the logarithms of its tokens' probabilities

    def score(self, alpha: float) -> float:
        """log_prob / length ** alpha: 0 favours short answers, 1 is a token's mean."""
        return self.log_prob / len(self.ids) ** alpha


def beam_search(
    step: Callable[[np.ndarray, np.ndarray], np.ndarray],
    bos: int,
    eos: int,
    width: int,
    longest: int,
    alpha: float = 1.0,
) -> list[Hypothesis]:
    """Search for the best answers to one source.

    Args:
        step: gets the last token (K,) of K beginnings and, for each, which of those of
            the last call it goes on from, (K,); returns log-probabilities (K, V).
        width: how many beginnings are kept. 1 is greedy decoding.
        longest: tokens after which a beginning counts as it is.
        alpha: length normalisation, see `Hypothesis.score`.

    Returns:
        Up to `width` hypotheses, the best first.
    """
    live, done = [Hypothesis((), 0.0)], []
    tokens, rows = np.array([bos]), np.array([0])  # (K,), (K,)
    while live and len(live[0].ids) < longest:
        logs = step(tokens, rows)  # (K, V)
        totals = logs + np.array([[each.log_prob] for each in live])  # (K, V)
        room = width - len(done)  # an answer that has ended keeps its place
        best = np.argsort(-totals, axis=None, kind="stable")[:room]
        grown = []
        for row, token in zip(*np.unravel_index(best, totals.shape), strict=True):
            ids = (*live[row].ids, int(token))
            found = Hypothesis(ids, float(totals[row, token]))
            done.append(found) if token == eos else grown.append((found, row))
        live = [found for found, _ in grown]
        tokens = np.array([found.ids[-1] for found in live], dtype=np.int64)  # (K,)
        rows = np.array([row for _, row in grown], dtype=np.int64)  # (K,)
    return sorted(done + live, key=lambda each: -each.score(alpha))
