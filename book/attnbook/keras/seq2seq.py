"""Sequence to sequence through one vector: encoder, decoder, greedy decoding."""

import keras
import numpy as np
from keras import ops

from attnbook.initial import glorot, gru_start
from attnbook.keras.gru import set_gru_weights
from attnbook.keras.parameter import parameter


def shift_right(tgt_ids, bos: int):
    """What the decoder is shown: tgt_ids (B, T) -> (B, T), bos first, the last gone."""
    start = ops.full_like(tgt_ids[:, :1], bos)  # (B, 1)
    return ops.concatenate([start, tgt_ids[:, :-1]], axis=1)  # (B, T)


def make_gru(rng: np.random.Generator, embed: int, hidden: int) -> keras.layers.GRU:
    """A GRU that starts from the same numbers as in the other frameworks."""
    layer = keras.layers.GRU(hidden, return_sequences=True, return_state=True)
    layer.build((None, None, embed))
    set_gru_weights(layer, *gru_start(rng, embed, hidden))
    return layer


class Encoder(keras.Layer):
    """Reads the source with a GRU and keeps one vector: the state at its end."""

    def __init__(
        self, vocab: int, embed: int, hidden: int, rng: np.random.Generator, **options
    ):
        super().__init__(**options)
        self.gru = make_gru(rng, embed, hidden)
        self.embed = parameter(self, "embed", rng.normal(size=(vocab, embed)))  # (V, E)

    def call(self, src_ids, src_mask):
        """src_ids (B, S), src_mask (B, S) bool -> summary (B, H), 0 if all is padding.

        On padding the state stays as it is: Keras's GRU sees to that, given the mask.
        """
        embedded = ops.take(self.embed, src_ids, axis=0)  # (B, S, E)
        return self.gru(embedded, mask=src_mask)[1]  # (B, H)


class Decoder(keras.Layer):
    """Writes the target with a GRU that starts from a state and reads target tokens.

    Args:
        peeky: show the summary to each step, beside the token's vector, and to the
            readout, beside the state. So W is (E + H, 3H) and W_o (2H, V).
    """

    def __init__(
        self,
        vocab: int,
        embed: int,
        hidden: int,
        rng: np.random.Generator,
        peeky: bool = False,
        **options,
    ):
        super().__init__(**options)
        self.peeky, extra = peeky, hidden if peeky else 0
        self.gru = make_gru(rng, embed + extra, hidden)
        self.embed = parameter(self, "embed", rng.normal(size=(vocab, embed)))  # (V, E)
        self.W_o = parameter(self, "W_o", glorot(rng, hidden + extra, vocab))  # (H, V)

    def call(self, tokens, state, summary):
        """tokens (B, T), state (B, H), summary (B, H) -> logits (B, T, V), state."""
        embedded = ops.take(self.embed, tokens, axis=0)  # (B, T, E)
        states, last = self.gru(self.beside(embedded, summary), initial_state=state)
        return self.beside(states, summary) @ self.W_o, last  # (B, T, V), (B, H)

    def beside(self, steps, summary):
        """steps (B, T, N) -> (B, T, N), or (B, T, N + H) with the summary if peeky."""
        if not self.peeky:
            return steps
        every = ops.repeat(summary[:, None], steps.shape[1], axis=1)  # (B, T, H)
        return ops.concatenate([steps, every], axis=-1)  # (B, T, N + H)


class Seq2Seq(keras.Model):
    """Encoder and decoder; all that passes from one to the other is one vector."""

    def __init__(
        self,
        vocab: int,
        embed: int,
        hidden: int,
        rng: np.random.Generator,
        peeky: bool = False,
        **options,
    ):
        super().__init__(**options)
        self.encoder = Encoder(vocab, embed, hidden, rng)
        self.decoder = Decoder(vocab, embed, hidden, rng, peeky)

    def call(self, src_ids, src_mask, tokens):
        """src_ids (B, S), src_mask (B, S) bool, tokens (B, T) -> logits (B, T, V)."""
        summary = self.encoder(src_ids, src_mask)  # (B, H)
        return self.decoder(tokens, summary, summary)[0]  # (B, T, V)


def greedy(model: Seq2Seq, src_ids, src_mask, bos: int, eos: int, longest: int):
    """Write the likeliest token at each step and read it in the next.

    Returns:
        (B, longest) ids. After the first eos of a row all ids are 0.
    """
    summary = model.encoder(src_ids, src_mask)  # (B, H)
    state, token = summary, ops.full((src_ids.shape[0],), bos, dtype="int64")  # (B,)
    going, chosen = token >= 0, []  # (B,) all True
    for _ in range(longest):
        logits, state = model.decoder(token[:, None], state, summary)
        token = ops.cast(ops.argmax(logits[:, 0], axis=-1), "int64")  # (B,)
        chosen.append(ops.where(going, token, 0))  # (B,)
        going = going & (token != eos)  # (B,)
    return ops.stack(chosen, axis=1)  # (B, longest)
