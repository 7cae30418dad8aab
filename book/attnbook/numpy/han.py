"""A hierarchical attention network: words make sentences, sentences make a document.

Both levels are the same layer, with weights of its own: a GRU in each direction, and
attention pooling. All sentences of a batch go through the lower one at once.
"""

import numpy as np

from attnbook.initial import gru_start
from attnbook.numpy.bidirectional import bidirectional, merge_backward, reverse_sequence
from attnbook.numpy.gru import gru, gru_backward
from attnbook.numpy.pooling import AttentionPooling


def close_gaps(xs, mask):
    """Bring what is real to the front of each row, in its order.

    An empty sentence between two others would be a step for the reader.

    Args:
        xs: (B, T, E).
        mask: (B, T) bool, True where there is something.

    Returns:
        xs (B, T, E) and mask (B, T) in the new order, and places (B, T): where each
        now stands. Gathering along places brings the old order back.
    """
    order = np.argsort(~mask, axis=1, kind="stable")  # (B, T)
    places = np.argsort(order, axis=1)  # (B, T)
    closed = np.take_along_axis(xs, order[..., None], axis=1)  # (B, T, E)
    return closed, np.take_along_axis(mask, order, axis=1), places


def open_gaps(closed, places):
    """The way back: (B, T, ...) in the new order -> (B, T, ...) in the old one."""
    shape = (*places.shape, *[1] * (closed.ndim - 2))  # (B, T, 1, ...)
    return np.take_along_axis(closed, places.reshape(shape), axis=1)


class Level:
    """One level of a HAN: read in both directions, then pool by attention.

    The GRUs have W (E, 3H), U (H, 3H) and b (2, 3H), ahead and back; the pooling has W
    (2H, A), b (A,) and u_s (A,).
    """

    def __init__(
        self, embed: int, hidden: int, attn_dim: int, rng: np.random.Generator
    ):
        starts = {way: gru_start(rng, embed, hidden) for way in ("ahead", "back")}
        named = {
            f"{letter}_{way}": array
            for way, arrays in starts.items()
            for letter, array in zip("WUb", arrays, strict=True)
        }
        self.pool = AttentionPooling(2 * hidden, attn_dim, rng)
        self.params = named | self.pool.params
        self.grads = {name: np.zeros_like(p) for name, p in self.params.items()}

    def gru(self, way: str) -> list[np.ndarray]:
        """W, U and b of the direction "ahead" or "back"."""
        return [self.params[f"{letter}_{way}"] for letter in "WUb"]

    def forward(
        self, xs: np.ndarray, mask: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """xs (B, T, E), mask (B, T) bool -> pooled (B, 2H), weights (B, T)."""
        xs, mask, self.places = close_gaps(xs, mask)
        self.cache = xs, reverse_sequence(xs, mask.sum(axis=1)), mask
        states = bidirectional(
            xs,
            mask,
            lambda xs: gru(xs, *self.gru("ahead"))[0],
            lambda xs: gru(xs, *self.gru("back"))[0],
        )  # (B, T, 2H), 0 where nothing is real
        pooled, weights = self.pool.forward(states, mask)  # (B, 2H), (B, T)
        return pooled, open_gaps(weights, self.places)

    def backward(
        self, d_pooled: np.ndarray, d_weights: np.ndarray | float = 0.0
    ) -> np.ndarray:
        """d_pooled (B, 2H), d_weights (B, T) -> d_xs (B, T, E)."""
        xs, turned, mask = self.cache
        if np.ndim(d_weights):
            d_weights = np.take_along_axis(d_weights, np.argsort(self.places), axis=1)
        d_states = self.pool.backward(d_pooled, d_weights)  # (B, T, 2H)
        d_states = np.where(mask[..., None], d_states, 0.0)  # (B, T, 2H)
        d_ahead, d_back = merge_backward(d_states, xs, turned)  # (B, T, H) each
        lengths = mask.sum(axis=1)  # (B,)
        d_back = reverse_sequence(d_back, lengths)  # (B, T, H), last word first
        d_ahead, *d_gru_ahead, _ = gru_backward(d_ahead, xs, *self.gru("ahead"))
        d_back, *d_gru_back, _ = gru_backward(d_back, turned, *self.gru("back"))
        grads = (*d_gru_ahead, *d_gru_back, *self.pool.grads.values())
        self.grads = dict(zip(self.params, grads, strict=True))
        d_xs = d_ahead + reverse_sequence(d_back, lengths)  # (B, T, E)
        return open_gaps(d_xs, self.places)


class HAN:
    """Words to sentences, sentences to a document: two levels, one on the other."""

    def __init__(self, words: Level, sentences: Level):
        self.words, self.sentences = words, sentences

    def of_both(self, what: str) -> dict[str, np.ndarray]:
        """The "params" or the "grads" of both levels, as words.W_ahead and so on."""
        return {
            f"{name}.{letter}": array
            for name in ("words", "sentences")
            for letter, array in getattr(getattr(self, name), what).items()
        }

    @property
    def params(self) -> dict[str, np.ndarray]:
        return self.of_both("params")

    @property
    def grads(self) -> dict[str, np.ndarray]:
        return self.of_both("grads")

    def forward(
        self, xs: np.ndarray, mask: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Read documents of N sentences with W words each.

        Args:
            xs: (B, N, W, E), the words' vectors.
            mask: (B, N, W) bool, True where a word is real.

        Returns:
            documents (B, 2H), weights of words (B, N, W) and of sentences (B, N). What
            is empty has the weight 0, and an empty document is a row of zeros.
        """
        batch, sents, words, embed = self.shape = xs.shape
        every = xs.reshape(-1, words, embed), mask.reshape(-1, words)  # (B N, W, E)
        vectors, word_weights = self.words.forward(*every)  # (B N, 2H), (B N, W)
        vectors = vectors.reshape(batch, sents, -1)  # (B, N, 2H)
        real = mask.any(axis=-1)  # (B, N), a sentence with a word in it
        documents, weights = self.sentences.forward(vectors, real)
        return documents, word_weights.reshape(batch, sents, words), weights

    def backward(self, d_documents, d_word_weights=0.0, d_weights=0.0) -> np.ndarray:
        """d_documents (B, 2H), and by the weights if need be -> d_xs (B, N, W, E)."""
        batch, sents, words, _ = self.shape
        d_vectors = self.sentences.backward(d_documents, d_weights)  # (B, N, 2H)
        if np.ndim(d_word_weights):
            d_word_weights = d_word_weights.reshape(batch * sents, words)  # (B N, W)
        d_vectors = d_vectors.reshape(batch * sents, -1)  # (B N, 2H)
        return self.words.backward(d_vectors, d_word_weights).reshape(self.shape)
