"""Sequence to sequence through one vector: encoder, decoder, greedy decoding."""

import numpy as np
import torch
from torch import nn

from attnbook.initial import glorot, gru_start
from attnbook.torch.gru import set_gru_weights
from attnbook.torch.parameter import parameter


def shift_right(tgt_ids: torch.Tensor, bos: int) -> torch.Tensor:
    """What the decoder is shown: tgt_ids (B, T) -> (B, T), bos first, the last gone."""
    start = torch.full_like(tgt_ids[:, :1], bos)  # (B, 1)
    return torch.cat([start, tgt_ids[:, :-1]], dim=1)  # (B, T)


def make_gru(rng: np.random.Generator, embed: int, hidden: int) -> nn.GRU:
    """A GRU that starts from the same numbers as in the other frameworks."""
    module = nn.GRU(embed, hidden, batch_first=True)
    set_gru_weights(module, *gru_start(rng, embed, hidden))
    return module


class Encoder(nn.Module):
    """Reads the source with a GRU and keeps one vector: the state at its end."""

    def __init__(self, vocab: int, embed: int, hidden: int, rng: np.random.Generator):
        super().__init__()
        self.gru = make_gru(rng, embed, hidden)
        self.embed = parameter(rng.normal(size=(vocab, embed)))  # (V, E)

    def forward(self, src_ids: torch.Tensor, src_mask: torch.Tensor) -> torch.Tensor:
        """src_ids (B, S), src_mask (B, S) bool -> summary (B, H), 0 if all is padding.

        The GRU runs on into the padding; the state before it is the one that counts.
        """
        states, _ = self.gru(nn.functional.embedding(src_ids, self.embed))  # (B, S, H)
        lengths = src_mask.sum(dim=1)  # (B,)
        rows = torch.arange(len(lengths), device=lengths.device)  # (B,)
        last = states[rows, lengths - 1]  # (B, H)
        return last * (lengths > 0)[:, None]  # (B, H)


class Decoder(nn.Module):
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
    ):
        super().__init__()
        self.peeky, extra = peeky, hidden if peeky else 0
        self.gru = make_gru(rng, embed + extra, hidden)
        self.embed = parameter(rng.normal(size=(vocab, embed)))  # (V, E)
        self.W_o = parameter(glorot(rng, hidden + extra, vocab))  # (H, V)

    def forward(
        self, tokens: torch.Tensor, state: torch.Tensor, summary: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """tokens (B, T), state (B, H), summary (B, H) -> logits (B, T, V), state."""
        embedded = nn.functional.embedding(tokens, self.embed)  # (B, T, E)
        states, last = self.gru(self.beside(embedded, summary), state[None])
        return self.beside(states, summary) @ self.W_o, last[0]  # (B, T, V), (B, H)

    def beside(self, steps: torch.Tensor, summary: torch.Tensor) -> torch.Tensor:
        """steps (B, T, N) -> (B, T, N), or (B, T, N + H) with the summary if peeky."""
        if not self.peeky:
            return steps
        every = summary[:, None].expand(-1, steps.shape[1], -1)  # (B, T, H)
        return torch.cat([steps, every], dim=-1)  # (B, T, N + H)


class Seq2Seq(nn.Module):
    """Encoder and decoder; all that passes from one to the other is one vector."""

    def __init__(
        self,
        vocab: int,
        embed: int,
        hidden: int,
        rng: np.random.Generator,
        peeky: bool = False,
    ):
        super().__init__()
        self.encoder = Encoder(vocab, embed, hidden, rng)
        self.decoder = Decoder(vocab, embed, hidden, rng, peeky)

    def forward(
        self, src_ids: torch.Tensor, src_mask: torch.Tensor, tokens: torch.Tensor
    ) -> torch.Tensor:
        """src_ids (B, S), src_mask (B, S) bool, tokens (B, T) -> logits (B, T, V)."""
        summary = self.encoder(src_ids, src_mask)  # (B, H)
        return self.decoder(tokens, summary, summary)[0]  # (B, T, V)


@torch.no_grad()
def greedy(
    model: Seq2Seq,
    src_ids: torch.Tensor,
    src_mask: torch.Tensor,
    bos: int,
    eos: int,
    longest: int,
) -> torch.Tensor:
    """Write the likeliest token at each step and read it in the next.

    Returns:
        (B, longest) ids. After the first eos of a row all ids are 0.
    """
    summary = model.encoder(src_ids, src_mask)  # (B, H)
    state, token = summary, torch.full_like(src_mask.sum(dim=1), bos)  # (B, H), (B,)
    going, chosen = token >= 0, []  # (B,) all True
    for _ in range(longest):
        logits, state = model.decoder(token[:, None], state, summary)
        token = logits[:, 0].argmax(dim=-1)  # (B,)
        chosen.append(token * going)  # (B,)
        going = going & (token != eos)  # (B,)
    return torch.stack(chosen, dim=1)  # (B, longest)
