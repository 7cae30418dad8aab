"""A small model that reads a date, character by character, and writes its ISO form."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from attnbook.initial import glorot
from attnbook.torch.input_feeding import FeedingCell, FeedingDecoder
from attnbook.torch.luong_global import AttentionalState, GlobalAttention
from attnbook.torch.luong_scores import (
    ConcatScore,
    DotScore,
    GeneralScore,
    LocationScore,
)


@dataclass(frozen=True)
class ReaderSettings:
    """How large the reader is, and how it looks back."""

    score: str = "general"  # "none", "dot", "general", "concat" or "location"
    embed: int = 32  # E, width of a character's vector
    hidden: int = 48  # H, width of a state; each direction of the encoder has half
    attn_dim: int = 24  # A, width inside the concat score
    longest: int = 32  # L, positions that the location score knows


class NoAttention(nn.Module):
    """Looks at nothing: context and weights are zero, the decoder state is all."""

    def forward(
        self, dec_states: torch.Tensor, src_states: torch.Tensor, src_mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The arguments and results of GlobalAttention."""
        batch, tgt_len, _ = dec_states.shape
        weights = dec_states.new_zeros(batch, tgt_len, src_mask.shape[1])  # (B, T, S)
        return torch.zeros_like(dec_states), weights  # (B, T, H), (B, T, S)


def make_attention(settings: ReaderSettings, rng: np.random.Generator) -> nn.Module:
    """The attention that the settings name."""
    makers = {
        "none": NoAttention,
        "dot": lambda: GlobalAttention(DotScore()),
        "general": lambda: GlobalAttention(GeneralScore(settings.hidden, rng)),
        "concat": lambda: GlobalAttention(
            ConcatScore(settings.hidden, settings.attn_dim, rng)
        ),
        "location": lambda: GlobalAttention(
            LocationScore(settings.hidden, settings.longest, rng)
        ),
    }
    if settings.score not in makers:
        raise ValueError(f"score must be one of {[*makers]}, got {settings.score!r}")
    return makers[settings.score]()


class DateReader(nn.Module):
    """Encoder, decoder and attention. The decoder is given the right answer so far.

    Args:
        src_vocab, tgt_vocab: how many source and answer characters there are.
        settings: sizes and score.
        rng: where all first values come from.
    """

    def __init__(
        self,
        src_vocab: int,
        tgt_vocab: int,
        settings: ReaderSettings,
        rng: np.random.Generator,
    ):
        super().__init__()
        embed, hidden = settings.embed, settings.hidden
        self.src_embed = nn.Embedding(src_vocab, embed)
        self.tgt_embed = nn.Embedding(tgt_vocab, embed)
        self.encoder = nn.LSTM(embed, hidden // 2, batch_first=True, bidirectional=True)
        self.decoder = nn.LSTM(embed, hidden, batch_first=True)
        self.readout = nn.Linear(hidden, tgt_vocab)
        draw(self, rng)
        self.attention = make_attention(settings, rng)
        self.join = AttentionalState(hidden, rng)

    def forward(
        self, src_ids: torch.Tensor, src_mask: torch.Tensor, tgt_ids: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """src_ids (B, S), src_mask (B, S) bool, tgt_ids (B, T).

        Returns logits (B, T, V) and weights (B, T, S). Step t sees tgt_ids before t.
        """
        src_states, last = self.encode(src_ids, src_mask)  # (B, S, H)
        start = torch.ones_like(tgt_ids[:, :1])  # (B, 1), id 1 opens an answer
        before = torch.cat([start, tgt_ids[:, :-1]], dim=1)  # (B, T)
        embedded = self.tgt_embed(before)  # (B, T, E)
        acts, weights = self.decode(embedded, last, src_states, src_mask)
        return self.readout(acts), weights  # (B, T, V), (B, T, S)

    def encode(self, src_ids: torch.Tensor, src_mask: torch.Tensor):
        """src_ids (B, S), src_mask (B, S) -> states (B, S, H), last (1, B, H) twice."""
        embedded = self.src_embed(src_ids)  # (B, S, E)
        if src_mask.all():  # nothing to skip, and packing takes twice the time
            states, last = self.encoder(embedded)  # (B, S, H)
        else:
            lengths = src_mask.sum(dim=1).cpu()  # (B,)
            packed = pack_padded_sequence(embedded, lengths, True, enforce_sorted=False)
            states, last = self.encoder(packed)
            states, _ = pad_packed_sequence(states, True, 0.0, src_ids.shape[1])
        joined = tuple(torch.cat([*ends], dim=-1)[None] for ends in last)  # (1, B, H)
        return states, joined

    def decode(self, embedded, last, src_states, src_mask):
        """embedded (B, T, E), last of `encode` -> what is read out (B, T, H), weights.

        All steps are computed at once: the decoder does not wait for attention.
        """
        dec_states, _ = self.decoder(embedded, last)  # (B, T, H)
        context, weights = self.attention(dec_states, src_states, src_mask)
        return self.join(context, dec_states), weights  # (B, T, H), (B, T, S)


class FeedingReader(DateReader):
    """The same with input feeding, so its decoder goes step by step."""

    def __init__(
        self,
        src_vocab: int,
        tgt_vocab: int,
        settings: ReaderSettings,
        rng: np.random.Generator,
    ):
        super().__init__(src_vocab, tgt_vocab, settings, rng)
        cell = FeedingCell(self.attention, settings.embed, settings.hidden, rng)
        self.decoder, self.join = FeedingDecoder(cell), cell.join

    def decode(self, embedded, last, src_states, src_mask):
        """The arguments and results of DateReader.decode."""
        h, c = (ends[0] for ends in last)  # (B, H) each
        return self.decoder(embedded, h, c, src_states, src_mask)


@torch.no_grad()
def draw(module: nn.Module, rng: np.random.Generator) -> None:
    """Fill a module with first values: embeddings normal, matrices glorot, biases 0."""
    for name, parameter in module.named_parameters():
        if "embed" in name:
            parameter.copy_(torch.from_numpy(rng.normal(size=parameter.shape)))
        elif parameter.ndim == 2:
            parameter.copy_(torch.from_numpy(glorot(rng, *parameter.shape)))
        else:
            parameter.zero_()
