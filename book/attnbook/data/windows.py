"""Words and their neighbours: what a model that learns word vectors reads."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Text:
    """Sentences as one long row of ids, without the rare words."""

    words: tuple[str, ...]  # id to word, the V words in order of the alphabet
    counts: np.ndarray  # (V,) how often each occurs
    ids: np.ndarray  # (N,) the words of all sentences
    sentence: np.ndarray  # (N,) the number of the sentence that each stands in


def read_text(sentences: Sequence[Sequence[str]], least: int) -> Text:
    """Number the words that occur at least so often; leave out the others."""
    seen = Counter(word for sentence in sentences for word in sentence)
    words = tuple(sorted(word for word, count in seen.items() if count >= least))
    number = {word: i for i, word in enumerate(words)}
    rows = [(number[w], i) for i, s in enumerate(sentences) for w in s if w in number]
    ids, sentence = np.array(rows, dtype=np.int64).reshape(-1, 2).T  # (N,) each
    return Text(words, np.bincount(ids, minlength=len(words)), ids, sentence)


def thin_out(text: Text, share: float, rng: np.random.Generator) -> np.ndarray:
    """(N,) bool: which words to keep if frequent ones are dropped at random.

    A word whose share f of the text is above `share` is kept with the probability
    sqrt(share / f), as Mikolov et al. (2013) do.
    """
    often = text.counts / text.counts.sum()  # (V,)
    keep = np.sqrt(share / often)  # (V,), above 1 for rare words
    return rng.random(len(text.ids)) < keep[text.ids]  # (N,)


def neighbours(ids: np.ndarray, sentence: np.ndarray, window: int) -> np.ndarray:
    """(P, 2) ids: each word with each word at most `window` places away.

    Args:
        ids, sentence: (N,) words, and the sentences that they stand in; words of two
            sentences are no neighbours.
    """
    pairs = [np.empty((0, 2), dtype=np.int64)]
    for away in range(1, window + 1):
        same = sentence[away:] == sentence[:-away]  # (N - away,)
        both = np.stack([ids[:-away], ids[away:]], axis=1)[same]
        pairs += [both, both[:, ::-1]]
    return np.concatenate(pairs)  # (P, 2)
