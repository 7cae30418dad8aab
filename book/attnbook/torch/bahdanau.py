"""Bahdanau: an additive score, a two-way encoder, and a decoder that looks first."""

import numpy as np
import torch
from torch import nn

from attnbook.initial import glorot, gru_start
from attnbook.torch.bidirectional import bidirectional
from attnbook.torch.gru import gru_cell
from attnbook.torch.parameter import parameter
from attnbook.torch.seq2seq import make_gru
from attnbook.torch.softmax import masked_softmax


class AdditiveScore(nn.Module):
    """score(s, h) = v . tanh(s W + h U), the paper's alignment model.

    W (H, A), U (K, A) and v (A,): H is the width of s, K that of h.
    """

    def __init__(
        self, hidden: int, src_dim: int, attn_dim: int, rng: np.random.Generator
    ):
        super().__init__()
        self.W = parameter(glorot(rng, hidden, attn_dim))  # (H, A)
        self.U = parameter(glorot(rng, src_dim, attn_dim))  # (K, A)
        self.v = parameter(glorot(rng, attn_dim, 1)[:, 0])  # (A,)

    def project(self, src_states: torch.Tensor) -> torch.Tensor:
        """src_states (B, S, K) -> keys (B, S, A), once for all steps."""
        return src_states @ self.U  # (B, S, A)

    def compare(self, dec_states: torch.Tensor, keys: torch.Tensor) -> torch.Tensor:
        """dec_states (B, T, H), keys (B, S, A) -> scores (B, T, S)."""
        queries = dec_states @ self.W  # (B, T, A)
        act = torch.tanh(queries[:, :, None] + keys[:, None])  # (B, T, S, A)
        return act @ self.v  # (B, T, S)

    def forward(
        self, dec_states: torch.Tensor, src_states: torch.Tensor
    ) -> torch.Tensor:
        """dec_states (B, T, H), src_states (B, S, K) -> scores (B, T, S)."""
        return self.compare(dec_states, self.project(src_states))


class Encoder(nn.Module):
    """Reads the source both ways; each position keeps both states, joined."""

    def __init__(self, vocab: int, embed: int, hidden: int, rng: np.random.Generator):
        super().__init__()
        self.ahead = make_gru(rng, embed, hidden)
        self.back = make_gru(rng, embed, hidden)
        self.embed = parameter(rng.normal(size=(vocab, embed)))  # (V, E)

    def forward(self, src_ids: torch.Tensor, src_mask: torch.Tensor) -> torch.Tensor:
        """src_ids (B, S), src_mask (B, S) bool -> src_states (B, S, 2H)."""
        return bidirectional(
            nn.functional.embedding(src_ids, self.embed),
            src_mask,
            lambda xs: self.ahead(xs)[0],
            lambda xs: self.back(xs)[0],
        )


def maxout(pairs: torch.Tensor) -> torch.Tensor:
    """(..., 2L) -> (..., L): the larger one of each two neighbours."""
    return pairs.unflatten(-1, (-1, 2)).amax(dim=-1)


class Readout(nn.Module):
    """Logits from [s; c; v]: state, context and the token before.

    Args:
        seen: width of [s; c; v].
        pieces: L, pairs of the maxout layer, whose W_r is (seen, 2L); 0 leaves it out.
    """

    def __init__(self, seen: int, vocab: int, rng: np.random.Generator, pieces: int):
        super().__init__()
        W_r = parameter(glorot(rng, seen, 2 * pieces)) if pieces else None
        self.W_r = W_r  # (seen, 2L)
        self.W_o = parameter(glorot(rng, pieces or seen, vocab))  # (L|seen, V)

    def forward(self, seen: torch.Tensor) -> torch.Tensor:
        """seen (B, T, 3H + E) -> logits (B, T, V)."""
        if self.W_r is not None:
            seen = maxout(seen @ self.W_r)  # (B, T, L)
        return seen @ self.W_o  # (B, T, V)


class Decoder(nn.Module):
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
        super().__init__()
        self.score = AdditiveScore(hidden, 2 * hidden, attn_dim, rng)
        start = gru_start(rng, embed + 2 * hidden, hidden)  # (E + 2H, 3H), ...
        self.gru = nn.ParameterList([parameter(array) for array in start])
        self.W_s = parameter(glorot(rng, hidden, hidden))  # (H, H)
        self.readout = Readout(3 * hidden + embed, vocab, rng, pieces)
        self.embed = parameter(rng.normal(size=(vocab, embed)))  # (V, E)

    def start(self, src_states: torch.Tensor) -> torch.Tensor:
        """src_states (B, S, 2H) -> s_0 (B, H), from the backward state of word 1."""
        back = src_states[:, 0, len(self.W_s) :]  # (B, H)
        return torch.tanh(back @ self.W_s)  # (B, H)

    def step(self, embedded, state, src_states, keys, src_mask):
        """embedded (B, E), old state (B, H), src_states (B, S, 2H), keys (B, S, A).

        Returns the new state (B, H), context (B, 2H) and weights (B, S).
        """
        scores = self.score.compare(state[:, None], keys)  # (B, 1, S)
        weights = masked_softmax(scores, src_mask[:, None])  # (B, 1, S)
        context = (weights @ src_states)[:, 0]  # (B, 2H)
        joined = torch.cat([embedded, context], dim=-1)  # (B, E + 2H)
        return gru_cell(joined, state, *self.gru), context, weights[:, 0]

    def forward(
        self, tokens: torch.Tensor, src_states: torch.Tensor, src_mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """tokens (B, T), what the decoder is shown; src_states (B, S, 2H).

        Returns logits (B, T, V) and weights (B, T, S).
        """
        keys, state = self.score.project(src_states), self.start(src_states)
        seen, looks = [], []
        for embedded in nn.functional.embedding(tokens, self.embed).unbind(dim=1):
            state, context, weights = self.step(
                embedded, state, src_states, keys, src_mask
            )
            seen.append(torch.cat([state, context, embedded], dim=-1))
            looks.append(weights)
        logits = self.readout(torch.stack(seen, dim=1))  # (B, T, V)
        return logits, torch.stack(looks, dim=1)  # (B, T, V), (B, T, S)
