"""Bahdanau: an additive score, a two-way encoder, and a decoder that looks first."""

import keras
import numpy as np
from keras import ops

from attnbook.initial import glorot, gru_start
from attnbook.keras.bidirectional import bidirectional
from attnbook.keras.gru import gru_cell
from attnbook.keras.parameter import parameter
from attnbook.keras.seq2seq import make_gru
from attnbook.keras.softmax import masked_softmax


class AdditiveScore(keras.Layer):
    """score(s, h) = v . tanh(s W + h U), the paper's alignment model.

    W (H, A), U (K, A) and v (A,): H is the width of s, K that of h.
    """

    def __init__(
        self,
        hidden: int,
        src_dim: int,
        attn_dim: int,
        rng: np.random.Generator,
        **options,
    ):
        super().__init__(**options)
        self.W = parameter(self, "W", glorot(rng, hidden, attn_dim))  # (H, A)
        self.U = parameter(self, "U", glorot(rng, src_dim, attn_dim))  # (K, A)
        self.v = parameter(self, "v", glorot(rng, attn_dim, 1)[:, 0])  # (A,)
        self.built = True  # a decoder never calls it as a whole

    def project(self, src_states):
        """src_states (B, S, K) -> keys (B, S, A), once for all steps."""
        return src_states @ self.U  # (B, S, A)

    def compare(self, dec_states, keys):
        """dec_states (B, T, H), keys (B, S, A) -> scores (B, T, S)."""
        queries = dec_states @ self.W  # (B, T, A)
        act = ops.tanh(queries[:, :, None] + keys[:, None])  # (B, T, S, A)
        return ops.matmul(act, self.v)  # (B, T, S)

    def call(self, dec_states, src_states):
        """dec_states (B, T, H), src_states (B, S, K) -> scores (B, T, S)."""
        return self.compare(dec_states, self.project(src_states))


class Encoder(keras.Layer):
    """Reads the source both ways; each position keeps both states, joined."""

    def __init__(
        self, vocab: int, embed: int, hidden: int, rng: np.random.Generator, **options
    ):
        super().__init__(**options)
        self.ahead = make_gru(rng, embed, hidden)
        self.back = make_gru(rng, embed, hidden)
        self.embed = parameter(self, "embed", rng.normal(size=(vocab, embed)))  # (V, E)

    def call(self, src_ids, src_mask):
        """src_ids (B, S), src_mask (B, S) bool -> src_states (B, S, 2H)."""
        return bidirectional(
            ops.take(self.embed, src_ids, axis=0),
            src_mask,
            lambda xs: self.ahead(xs)[0],
            lambda xs: self.back(xs)[0],
        )


def maxout(pairs):
    """(..., 2L) -> (..., L): the larger one of each two neighbours."""
    return ops.max(ops.reshape(pairs, (*pairs.shape[:-1], -1, 2)), axis=-1)


class Readout(keras.Layer):
    """Logits from [s; c; v]: state, context and the token before.

    Args:
        seen: width of [s; c; v].
        pieces: L, pairs of the maxout layer, whose W_r is (seen, 2L); 0 leaves it out.
    """

    def __init__(
        self, seen: int, vocab: int, rng: np.random.Generator, pieces: int, **options
    ):
        super().__init__(**options)
        W_r = glorot(rng, seen, 2 * pieces) if pieces else None
        self.W_r = parameter(self, "W_r", W_r) if pieces else None  # (seen, 2L)
        W_o = glorot(rng, pieces or seen, vocab)  # (L|seen, V)
        self.W_o = parameter(self, "W_o", W_o)

    def call(self, seen):
        """seen (B, T, 3H + E) -> logits (B, T, V)."""
        if self.W_r is not None:
            seen = maxout(seen @ self.W_r)  # (B, T, L)
        return seen @ self.W_o  # (B, T, V)


class Decoder(keras.Layer):
    """At each step looks at the source with its old state, then takes a new one."""

    def __init__(
        self,
        vocab: int,
        embed: int,
        hidden: int,
        attn_dim: int,
        rng: np.random.Generator,
        pieces: int = 0,
        **options,
    ):
        super().__init__(**options)
        self.score = AdditiveScore(hidden, 2 * hidden, attn_dim, rng)
        start = gru_start(rng, embed + 2 * hidden, hidden)  # (E + 2H, 3H), ...
        names = zip(("gru_W", "gru_U", "gru_b"), start, strict=True)
        self.gru = [parameter(self, name, array) for name, array in names]
        self.W_s = parameter(self, "W_s", glorot(rng, hidden, hidden))  # (H, H)
        self.readout = Readout(3 * hidden + embed, vocab, rng, pieces)
        self.embed = parameter(self, "embed", rng.normal(size=(vocab, embed)))  # (V, E)

    def start(self, src_states):
        """src_states (B, S, 2H) -> s_0 (B, H), from the backward state of word 1."""
        back = src_states[:, 0, self.W_s.shape[0] :]  # (B, H)
        return ops.tanh(back @ self.W_s)  # (B, H)

    def step(self, embedded, state, src_states, keys, src_mask):
        """embedded (B, E), old state (B, H), src_states (B, S, 2H), keys (B, S, A).

        Returns the new state (B, H), context (B, 2H) and weights (B, S).
        """
        scores = self.score.compare(state[:, None], keys)  # (B, 1, S)
        weights = masked_softmax(scores, src_mask[:, None])  # (B, 1, S)
        context = (weights @ src_states)[:, 0]  # (B, 2H)
        joined = ops.concatenate([embedded, context], axis=-1)  # (B, E + 2H)
        return gru_cell(joined, state, *self.gru), context, weights[:, 0]

    def call(self, tokens, src_states, src_mask):
        """tokens (B, T), what the decoder is shown; src_states (B, S, 2H).

        Returns logits (B, T, V) and weights (B, T, S).
        """
        keys, state = self.score.project(src_states), self.start(src_states)
        seen, looks = [], []
        for embedded in ops.unstack(ops.take(self.embed, tokens, axis=0), axis=1):
            state, context, weights = self.step(
                embedded, state, src_states, keys, src_mask
            )
            seen.append(ops.concatenate([state, context, embedded], axis=-1))
            looks.append(weights)
        logits = self.readout(ops.stack(seen, axis=1))  # (B, T, V)
        return logits, ops.stack(looks, axis=1)  # (B, T, V), (B, T, S)
