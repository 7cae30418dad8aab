"""Word alignments: links read from attention weights, and how far they are off.

A link is a pair (source position, target position), both counted from 0.
"""

from collections.abc import Collection, Sequence

import numpy as np


def links_of(weights: np.ndarray) -> set[tuple[int, int]]:
    """Link each target word to the source word with the largest weight.

    Args:
        weights: (T, S), the rows and columns of real words only. A row without any
            weight gets no link.
    """
    looks = np.flatnonzero(weights.max(axis=1) > 0)  # rows
    return {(int(weights[t].argmax()), int(t)) for t in looks}


def alignment_error_rate(
    found: Sequence[Collection[tuple]],
    sure: Sequence[Collection[tuple]],
    possible: Sequence[Collection[tuple]] | None = None,
) -> float:
    """1 - (|A and S| + |A and P|) / (|A| + |S|), counted over all sentences.

    A is what was found, S the sure links, P the possible ones, the sure among them. A
    wrong link costs, a sure one that is missing costs, and a possible one is free.

    Args:
        found, sure, possible: the links of each sentence; without `possible`, the sure
            links are all that there are.

    Raises:
        ValueError: nothing was found and nothing is sure.
    """
    right = total = 0
    for a, s, p in zip(found, sure, possible or sure, strict=True):
        a, s = set(a), set(s)
        right += len(a & s) + len(a & (s | set(p)))
        total += len(a) + len(s)
    if total == 0:
        raise ValueError("there are no links to compare")
    return 1 - right / total
