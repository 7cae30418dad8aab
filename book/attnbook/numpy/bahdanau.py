"""Bahdanau: an additive score, a two-way encoder, and a decoder that looks first.

By hand goes back the score, and with `GlobalAttention` around it the whole attention.
Encoder and decoder are forward only; in training, PyTorch and Keras find the gradients.
"""

import numpy as np

from attnbook.initial import glorot, gru_start
from attnbook.numpy.bidirectional import bidirectional
from attnbook.numpy.gru import gru, gru_cell
from attnbook.numpy.softmax import masked_softmax


class AdditiveScore:
    """score(s, h) = v . tanh(s W + h U), the paper's alignment model.

    W (H, A), U (K, A) and v (A,): H is the width of s, K that of h.
    """

    def __init__(
        self, hidden: int, src_dim: int, attn_dim: int, rng: np.random.Generator
    ):
        W, U = glorot(rng, hidden, attn_dim), glorot(rng, src_dim, attn_dim)
        v = glorot(rng, attn_dim, 1)[:, 0]  # (A,)
        self.params = {"W": W, "U": U, "v": v}
        self.grads = {name: np.zeros_like(array) for name, array in self.params.items()}

    def project(self, src_states: np.ndarray) -> np.ndarray:
        """src_states (B, S, K) -> keys (B, S, A), once for all steps."""
        return src_states @ self.params["U"]  # (B, S, A)

    def compare(self, dec_states: np.ndarray, keys: np.ndarray) -> np.ndarray:
        """dec_states (B, T, H), keys (B, S, A) -> scores (B, T, S)."""
        queries = dec_states @ self.params["W"]  # (B, T, A)
        self.act = np.tanh(queries[:, :, None] + keys[:, None])  # (B, T, S, A)
        return self.act @ self.params["v"]  # (B, T, S)

    def forward(self, dec_states: np.ndarray, src_states: np.ndarray) -> np.ndarray:
        """dec_states (B, T, H), src_states (B, S, K) -> scores (B, T, S)."""
        self.cache = dec_states, src_states
        return self.compare(dec_states, self.project(src_states))

    def backward(self, d_scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """d_scores (B, T, S) -> d_dec_states (B, T, H), d_src_states (B, S, K)."""
        (dec_states, src_states), (W, U, v) = self.cache, self.params.values()
        d_sum = d_scores[..., None] * v * (1 - self.act**2)  # (B, T, S, A)
        d_queries, d_keys = d_sum.sum(axis=2), d_sum.sum(axis=1)  # (B, T|S, A)
        self.grads["W"] = np.tensordot(dec_states, d_queries, ([0, 1], [0, 1]))
        self.grads["U"] = np.tensordot(src_states, d_keys, ([0, 1], [0, 1]))
        self.grads["v"] = np.tensordot(d_scores, self.act, 3)  # (A,)
        return d_queries @ W.T, d_keys @ U.T


class Encoder:
    """Reads the source both ways; each position keeps both states, joined."""

    def __init__(self, vocab: int, embed: int, hidden: int, rng: np.random.Generator):
        self.ahead = gru_start(rng, embed, hidden)  # (E, 3H), (H, 3H), (2, 3H)
        self.back = gru_start(rng, embed, hidden)
        self.embed = rng.normal(size=(vocab, embed))  # (V, E)

    def forward(self, src_ids: np.ndarray, src_mask: np.ndarray) -> np.ndarray:
        """src_ids (B, S), src_mask (B, S) bool -> src_states (B, S, 2H)."""
        return bidirectional(
            self.embed[src_ids],
            src_mask,
            lambda xs: gru(xs, *self.ahead)[0],
            lambda xs: gru(xs, *self.back)[0],
        )


def maxout(pairs: np.ndarray) -> np.ndarray:
    """(..., 2L) -> (..., L): the larger one of each two neighbours."""
    return pairs.reshape(*pairs.shape[:-1], -1, 2).max(axis=-1)


class Readout:
    """Logits from [s; c; v]: state, context and the token before.

    Args:
        seen: width of [s; c; v].
        pieces: L, pairs of the maxout layer, whose W_r is (seen, 2L); 0 leaves it out.
    """

    def __init__(self, seen: int, vocab: int, rng: np.random.Generator, pieces: int):
        self.W_r = glorot(rng, seen, 2 * pieces) if pieces else None  # (seen, 2L)
        self.W_o = glorot(rng, pieces or seen, vocab)  # (L, V) or (seen, V)

    def forward(self, seen: np.ndarray) -> np.ndarray:
        """seen (B, T, 3H + E) -> logits (B, T, V)."""
        if self.W_r is not None:
            seen = maxout(seen @ self.W_r)  # (B, T, L)
        return seen @ self.W_o  # (B, T, V)


class Decoder:
    """At each step looks at the source with its old state, then takes a new one."""

    def __init__(
        self,
        vocab: int,
        embed: int,
        hidden: int,
        attn_dim: int,
        rng: np.random.Generator,
        pieces: int = 0,
    ):
        self.score = AdditiveScore(hidden, 2 * hidden, attn_dim, rng)
        self.gru = gru_start(rng, embed + 2 * hidden, hidden)  # (E + 2H, 3H), ...
        self.W_s = glorot(rng, hidden, hidden)  # (H, H)
        self.readout = Readout(3 * hidden + embed, vocab, rng, pieces)
        self.embed = rng.normal(size=(vocab, embed))  # (V, E)

    def start(self, src_states: np.ndarray) -> np.ndarray:
        """src_states (B, S, 2H) -> s_0 (B, H), from the backward state of word 1."""
        back = src_states[:, 0, len(self.W_s) :]  # (B, H)
        return np.tanh(back @ self.W_s)  # (B, H)

    def step(self, embedded, state, src_states, keys, src_mask):
        """embedded (B, E), old state (B, H), src_states (B, S, 2H), keys (B, S, A).

        Returns the new state (B, H), context (B, 2H) and weights (B, S).
        """
        scores = self.score.compare(state[:, None], keys)  # (B, 1, S)
        weights = masked_softmax(scores, src_mask[:, None])  # (B, 1, S)
        context = (weights @ src_states)[:, 0]  # (B, 2H)
        joined = np.concatenate([embedded, context], axis=-1)  # (B, E + 2H)
        return gru_cell(joined, state, *self.gru), context, weights[:, 0]

    def forward(self, tokens, src_states, src_mask) -> tuple[np.ndarray, np.ndarray]:
        """tokens (B, T), what the decoder is shown; src_states (B, S, 2H).

        Returns logits (B, T, V) and weights (B, T, S).
        """
        keys, state = self.score.project(src_states), self.start(src_states)
        seen, looks = [], []
        for embedded in self.embed[tokens].swapaxes(0, 1):  # (B, E)
            state, context, weights = self.step(
                embedded, state, src_states, keys, src_mask
            )
            seen.append(np.concatenate([state, context, embedded], axis=-1))
            looks.append(weights)
        logits = self.readout.forward(np.stack(seen, axis=1))  # (B, T, V)
        return logits, np.stack(looks, axis=1)  # (B, T, V), (B, T, S)
