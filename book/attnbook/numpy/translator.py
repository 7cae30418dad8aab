"""A translator: it reads both ways, writes one token at a time, and looks back."""

import numpy as np

from attnbook.initial import glorot, lstm_start
from attnbook.numpy.bidirectional import bidirectional
from attnbook.numpy.embedding import Embedding
from attnbook.numpy.lstm import lstm
from attnbook.numpy.luong_global import AttentionalState, GlobalAttention
from attnbook.numpy.luong_scores import GeneralScore


def ends(src_states: np.ndarray, src_mask: np.ndarray) -> np.ndarray:
    """Where both readers ended: src_states (B, S, H), src_mask (B, S) -> (B, H)."""
    ahead, back = np.split(src_states, 2, axis=-1)  # (B, S, H/2) each
    rows, last = np.arange(len(ahead)), src_mask.sum(axis=1) - 1  # (B,), (B,)
    return np.concatenate([ahead[rows, last], back[:, 0]], axis=-1)  # (B, H)


class Translator:
    """A bidirectional LSTM, an LSTM that writes, and Luong's attention between them.

    Args:
        src_vocab, tgt_vocab: sizes of the two vocabularies.
        hidden: H, an even number; each reader of the source has H/2.
    """

    def __init__(
        self,
        src_vocab: int,
        tgt_vocab: int,
        embed: int,
        hidden: int,
        rng: np.random.Generator,
    ):
        self.src_embed = Embedding(src_vocab, embed, rng)
        self.tgt_embed = Embedding(tgt_vocab, embed, rng)
        self.ahead = lstm_start(rng, embed, hidden // 2)  # W, U, b
        self.back = lstm_start(rng, embed, hidden // 2)
        self.writer = lstm_start(rng, embed, hidden)
        self.attention = GlobalAttention(GeneralScore(hidden, rng))
        self.attentional = AttentionalState(hidden, rng)
        self.W_o = glorot(rng, hidden, tgt_vocab)  # (H, V)

    def encode(self, src_ids: np.ndarray, src_mask: np.ndarray):
        """src_ids (B, S), src_mask (B, S) bool -> src_states (B, S, H), (h, c).

        The writer starts from where both readers ended: h and c are (B, H).
        """
        xs = self.src_embed.forward(src_ids)  # (B, S, E)
        readers = (
            (lambda x: lstm(x, *self.ahead)[0]),
            (lambda x: lstm(x, *self.back)[0]),
        )
        src_states = bidirectional(xs, src_mask, *readers)  # (B, S, H)
        summary = ends(src_states, src_mask)  # (B, H)
        return src_states, (summary, summary)

    def decode(self, tokens, state, src_states, src_mask):
        """tokens (B, T), state (h, c) -> logits (B, T, V), state, weights (B, T, S)."""
        xs = self.tgt_embed.forward(tokens)  # (B, T, E)
        dec_states, state = lstm(xs, *self.writer, *state)  # (B, T, H)
        context, weights = self.attention.forward(dec_states, src_states, src_mask)
        act = self.attentional.forward(context, dec_states)  # (B, T, H)
        return act @ self.W_o, state, weights

    def forward(self, src_ids, src_mask, tokens):
        """tokens (B, T), what the writer is shown -> logits (B, T, V), weights."""
        src_states, state = self.encode(src_ids, src_mask)
        logits, _, weights = self.decode(tokens, state, src_states, src_mask)
        return logits, weights
