"""A translator: it reads both ways, writes one token at a time, and looks back."""

import keras
import numpy as np
from keras import ops

from attnbook.initial import glorot, lstm_start
from attnbook.keras.bidirectional import bidirectional
from attnbook.keras.embedding import Embedding
from attnbook.keras.lstm import set_lstm_weights
from attnbook.keras.luong_global import AttentionalState, GlobalAttention
from attnbook.keras.luong_scores import GeneralScore
from attnbook.keras.parameter import parameter


def make_lstm(rng: np.random.Generator, embed: int, hidden: int) -> keras.layers.LSTM:
    """An LSTM that starts from the same numbers as in the other frameworks."""
    layer = keras.layers.LSTM(hidden, return_sequences=True, return_state=True)
    layer.build((None, None, embed))
    set_lstm_weights(layer, *lstm_start(rng, embed, hidden))
    return layer


def ends(src_states, src_mask):
    """Where both readers ended: src_states (B, S, H), src_mask (B, S) -> (B, H)."""
    ahead, back = ops.split(src_states, 2, axis=-1)  # (B, S, H/2) each
    lengths = ops.sum(ops.cast(src_mask, "int32"), axis=1)  # (B,)
    last = ops.maximum(lengths - 1, 0)[:, None, None]  # (B, 1, 1)
    ended = ops.take_along_axis(ahead, last, axis=1)[:, 0]  # (B, H/2)
    return ops.concatenate([ended, back[:, 0]], axis=-1)  # (B, H)


class Translator(keras.Model):
    """A bidirectional LSTM, an LSTM that writes, and Luong's attention between them.

    Args:
        src_vocab, tgt_vocab: sizes of the two vocabularies.
        hidden: H, an even number; each reader of the source has H/2.
        rate: the chance that dropout drops a number in training.
    """

    def __init__(
        self,
        src_vocab: int,
        tgt_vocab: int,
        embed: int,
        hidden: int,
        rng: np.random.Generator,
        rate: float = 0.0,
        **options,
    ):
        super().__init__(**options)
        self.src_embed = Embedding(src_vocab, embed, rng)
        self.tgt_embed = Embedding(tgt_vocab, embed, rng)
        self.ahead = make_lstm(rng, embed, hidden // 2)
        self.back = make_lstm(rng, embed, hidden // 2)
        self.writer = make_lstm(rng, embed, hidden)
        self.attention = GlobalAttention(GeneralScore(hidden, rng))
        self.attentional = AttentionalState(hidden, rng)
        self.W_o = parameter(self, "W_o", glorot(rng, hidden, tgt_vocab))  # (H, V)
        self.dropout = keras.layers.Dropout(rate)

    def encode(self, src_ids, src_mask, training=False):
        """src_ids (B, S), src_mask (B, S) bool -> src_states (B, S, H), (h, c).

        The writer starts from where both readers ended: h and c are (B, H).
        """
        xs = self.dropout(self.src_embed(src_ids), training=training)  # (B, S, E)
        readers = (lambda x: self.ahead(x)[0]), (lambda x: self.back(x)[0])
        src_states = bidirectional(xs, src_mask, *readers)  # (B, S, H)
        summary = ends(src_states, src_mask)  # (B, H)
        return src_states, (summary, summary)

    def decode(self, tokens, state, src_states, src_mask, training=False):
        """tokens (B, T), state (h, c) -> logits (B, T, V), state, weights (B, T, S)."""
        xs = self.dropout(self.tgt_embed(tokens), training=training)  # (B, T, E)
        dec_states, *state = self.writer(xs, initial_state=list(state))  # (B, T, H)
        context, weights = self.attention(dec_states, src_states, src_mask)
        act = self.attentional(context, dec_states)  # (B, T, H)
        return self.dropout(act, training=training) @ self.W_o, tuple(state), weights

    def call(self, src_ids, src_mask, tokens, training=False):
        """tokens (B, T), what the writer is shown -> logits (B, T, V), weights."""
        src_states, state = self.encode(src_ids, src_mask, training)
        logits, _, weights = self.decode(tokens, state, src_states, src_mask, training)
        return logits, weights
