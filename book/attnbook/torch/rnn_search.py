"""A writer that searches the source at each step: RNNsearch, as its paper calls it."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from attnbook.torch.bahdanau import Decoder, Encoder


@dataclass(frozen=True)
class SearchSizes:
    """How large the model is."""

    embed: int = 16  # E, width of a token's vector
    hidden: int = 20  # H, width of a state; the encoder has two of them
    attn_dim: int = 16  # A, width inside the score
    pieces: int = 0  # L, pairs of the maxout layer; 0 for a plain readout


class RNNSearch(nn.Module):
    """Encoder and decoder; the decoder looks at all states of the encoder."""

    def __init__(
        self,
        src_vocab: int,
        tgt_vocab: int,
        sizes: SearchSizes,
        rng: np.random.Generator,
    ):
        super().__init__()
        embed, hidden = sizes.embed, sizes.hidden
        self.encoder = Encoder(src_vocab, embed, hidden, rng)
        self.decoder = Decoder(
            tgt_vocab, embed, hidden, sizes.attn_dim, rng, sizes.pieces
        )

    def forward(
        self, src_ids: torch.Tensor, src_mask: torch.Tensor, tokens: torch.Tensor
    ) -> torch.Tensor:
        """src_ids (B, S), src_mask (B, S) bool, tokens (B, T) -> logits (B, T, V)."""
        return self.look(src_ids, src_mask, tokens)[0]

    def look(self, src_ids, src_mask, tokens) -> tuple[torch.Tensor, torch.Tensor]:
        """The same, with the weights: logits (B, T, V), weights (B, T, S)."""
        src_states = self.encoder(src_ids, src_mask)  # (B, S, 2H)
        return self.decoder(tokens, src_states, src_mask)


@torch.no_grad()
def search_greedy(
    model: RNNSearch,
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
    decoder, src_states = model.decoder, model.encoder(src_ids, src_mask)
    keys, state = decoder.score.project(src_states), decoder.start(src_states)
    token = torch.full_like(src_mask.sum(dim=1), bos)  # (B,)
    going, chosen = token >= 0, []  # (B,) all True
    for _ in range(longest):
        embedded = nn.functional.embedding(token, decoder.embed)  # (B, E)
        state, context, _ = decoder.step(embedded, state, src_states, keys, src_mask)
        seen = torch.cat([state, context, embedded], dim=-1)  # (B, 3H + E)
        token = decoder.readout(seen).argmax(dim=-1)  # (B,)
        chosen.append(token * going)  # (B,)
        going = going & (token != eos)  # (B,)
    return torch.stack(chosen, dim=1)  # (B, longest)
