"""Train word vectors, and see which are alike."""

from dataclasses import dataclass

import numpy as np

from attnbook.data.windows import Text, neighbours, thin_out
from attnbook.numpy.skip_gram import SkipGram


@dataclass(frozen=True)
class SkipGramSettings:
    """What is taken for a neighbour, and how long and fast to train."""

    window: int = 2  # a neighbour is at most so many words away
    drawn: int = 5  # K, words drawn for each neighbour
    share: float = 1e-3  # words with more of the text are thinned out
    epochs: int = 4
    batch: int = 256  # B, pairs in a step
    rate: float = 0.05  # length of a step


def train_skip_gram(
    model: SkipGram, text: Text, settings: SkipGramSettings, rng: np.random.Generator
) -> list[float]:
    """Train on all neighbours in the text; return each epoch's mean loss."""
    losses = []
    noise = np.cumsum(text.counts**0.75)  # (V,), what is drawn: rare words more often
    for _ in range(settings.epochs):
        kept = thin_out(text, settings.share, rng)  # (N,)
        pairs = neighbours(text.ids[kept], text.sentence[kept], settings.window)
        if len(pairs) == 0:
            raise ValueError("no neighbours: the text is short, or thinned out too far")
        rng.shuffle(pairs)  # (P, 2)
        spots = rng.uniform(0, noise[-1], size=(len(pairs), settings.drawn))  # (P, K)
        others = np.hstack([pairs[:, 1:], np.searchsorted(noise, spots)])  # (P, 1+K)
        total = 0.0
        for start in range(0, len(pairs), settings.batch):
            step = slice(start, start + settings.batch)
            total += descend(model, pairs[step, 0], others[step], settings.rate)
        losses.append(total / len(pairs))
    return losses


def descend(
    model: SkipGram, words: np.ndarray, others: np.ndarray, rate: float
) -> float:
    """Go one step downhill and return the sum of the losses, words (B,)."""
    losses = model.forward(words, others)  # (B,)
    model.backward(np.ones_like(losses))
    for letter, grad in model.grads.items():
        model.params[letter] -= rate * grad  # (V, E)
    return float(losses.sum())


def cosines(vectors: np.ndarray) -> np.ndarray:
    """The cosine of the angle of any two rows, (V, E) -> (V, V); 0 for a zero row."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)  # (V, 1)
    unit = vectors / np.where(lengths > 0, lengths, 1)  # (V, E)
    return unit @ unit.T  # (V, V)
