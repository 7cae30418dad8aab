"""A translator: it reads both ways, writes one token at a time, and looks back."""

import numpy as np
import torch
from torch import nn

from attnbook.initial import glorot, lstm_start
from attnbook.torch.bidirectional import bidirectional
from attnbook.torch.embedding import Embedding
from attnbook.torch.lstm import set_lstm_weights
from attnbook.torch.luong_global import AttentionalState, GlobalAttention
from attnbook.torch.luong_scores import GeneralScore
from attnbook.torch.parameter import parameter


def make_lstm(rng: np.random.Generator, embed: int, hidden: int) -> nn.LSTM:
    """An LSTM that starts from the same numbers as in the other frameworks."""
    module = nn.LSTM(embed, hidden, batch_first=True)
    set_lstm_weights(module, *lstm_start(rng, embed, hidden))
    return module


def ends(src_states: torch.Tensor, src_mask: torch.Tensor) -> torch.Tensor:
    """Where both readers ended: src_states (B, S, H), src_mask (B, S) -> (B, H)."""
    ahead, back = src_states.chunk(2, dim=-1)  # (B, S, H/2) each
    last = src_mask.sum(dim=1) - 1  # (B,)
    rows = torch.arange(len(last), device=last.device)  # (B,)
    return torch.cat([ahead[rows, last], back[:, 0]], dim=-1)  # (B, H)


class Translator(nn.Module):
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
    ):
        super().__init__()
        self.src_embed = Embedding(src_vocab, embed, rng)
        self.tgt_embed = Embedding(tgt_vocab, embed, rng)
        self.ahead = make_lstm(rng, embed, hidden // 2)
        self.back = make_lstm(rng, embed, hidden // 2)
        self.writer = make_lstm(rng, embed, hidden)
        self.attention = GlobalAttention(GeneralScore(hidden, rng))
        self.attentional = AttentionalState(hidden, rng)
        self.W_o = parameter(glorot(rng, hidden, tgt_vocab))  # (H, V)
        self.dropout = nn.Dropout(rate)

    def encode(self, src_ids: torch.Tensor, src_mask: torch.Tensor):
        """src_ids (B, S), src_mask (B, S) bool -> src_states (B, S, H), (h, c).

        The writer starts from where both readers ended: h and c are (B, H).
        """
        xs = self.dropout(self.src_embed(src_ids))  # (B, S, E)
        readers = (lambda x: self.ahead(x)[0]), (lambda x: self.back(x)[0])
        src_states = bidirectional(xs, src_mask, *readers)  # (B, S, H)
        summary = ends(src_states, src_mask)  # (B, H)
        return src_states, (summary, summary)

    def decode(self, tokens, state, src_states, src_mask):
        """tokens (B, T), state (h, c) -> logits (B, T, V), state, weights (B, T, S)."""
        xs = self.dropout(self.tgt_embed(tokens))  # (B, T, E)
        dec_states, (h, c) = self.writer(xs, tuple(part[None] for part in state))
        context, weights = self.attention(dec_states, src_states, src_mask)
        act = self.attentional(context, dec_states)  # (B, T, H)
        return self.dropout(act) @ self.W_o, (h[0], c[0]), weights

    def forward(self, src_ids, src_mask, tokens):
        """tokens (B, T), what the writer is shown -> logits (B, T, V), weights."""
        src_states, state = self.encode(src_ids, src_mask)
        logits, _, weights = self.decode(tokens, state, src_states, src_mask)
        return logits, weights
