"""Sequence to sequence through one vector: encoder, decoder, greedy decoding.

Forward only. In training, PyTorch and Keras find the gradients.
"""

import numpy as np

from attnbook.initial import glorot, gru_start
from attnbook.numpy.gru import gru, gru_cell


def shift_right(tgt_ids: np.ndarray, bos: int) -> np.ndarray:
    """What the decoder is shown: tgt_ids (B, T) -> (B, T), bos first, the last gone."""
    start = np.full_like(tgt_ids[:, :1], bos)  # (B, 1)
    return np.concatenate([start, tgt_ids[:, :-1]], axis=1)  # (B, T)


class Encoder:
    """Reads the source with a GRU and keeps one vector: the state at its end."""

    def __init__(self, vocab: int, embed: int, hidden: int, rng: np.random.Generator):
        W, U, b = gru_start(rng, embed, hidden)  # (E, 3H), (H, 3H), (2, 3H)
        self.params = {"embed": rng.normal(size=(vocab, embed)), "W": W, "U": U, "b": b}

    def forward(self, src_ids: np.ndarray, src_mask: np.ndarray) -> np.ndarray:
        """src_ids (B, S), src_mask (B, S) bool -> summary (B, H), 0 if all is padding.

        On padding the state stays as it is.
        """
        embed, *weights = self.params.values()
        summary = np.zeros((len(src_ids), len(weights[1])))  # (B, H)
        for ids, real in zip(src_ids.T, src_mask.T, strict=True):  # (B,) each
            new = gru_cell(embed[ids], summary, *weights)  # (B, H)
            summary = np.where(real[:, None], new, summary)  # (B, H)
        return summary


class Decoder:
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
        self.peeky, extra = peeky, hidden if peeky else 0
        W, U, b = gru_start(rng, embed + extra, hidden)  # (E, 3H), (H, 3H), (2, 3H)
        self.params = {"embed": rng.normal(size=(vocab, embed)), "W": W, "U": U, "b": b}
        self.params["W_o"] = glorot(rng, hidden + extra, vocab)  # (H, V)

    def forward(
        self, tokens: np.ndarray, state: np.ndarray, summary: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """tokens (B, T), state (B, H), summary (B, H) -> logits (B, T, V), state."""
        embed, W, U, b, W_o = self.params.values()
        states, last = gru(self.beside(embed[tokens], summary), W, U, b, state)
        return self.beside(states, summary) @ W_o, last  # (B, T, V), (B, H)

    def beside(self, steps: np.ndarray, summary: np.ndarray) -> np.ndarray:
        """steps (B, T, N) -> (B, T, N), or (B, T, N + H) with the summary if peeky."""
        if not self.peeky:
            return steps
        shape = (*steps.shape[:2], summary.shape[1])  # B, T, H
        every = np.broadcast_to(summary[:, None], shape)  # (B, T, H)
        return np.concatenate([steps, every], axis=-1)  # (B, T, N + H)


class Seq2Seq:
    """Encoder and decoder; all that passes from one to the other is one vector."""

    def __init__(
        self,
        vocab: int,
        embed: int,
        hidden: int,
        rng: np.random.Generator,
        peeky: bool = False,
    ):
        self.encoder = Encoder(vocab, embed, hidden, rng)
        self.decoder = Decoder(vocab, embed, hidden, rng, peeky)

    def forward(
        self, src_ids: np.ndarray, src_mask: np.ndarray, tokens: np.ndarray
    ) -> np.ndarray:
        """src_ids (B, S), src_mask (B, S) bool, tokens (B, T) -> logits (B, T, V)."""
        summary = self.encoder.forward(src_ids, src_mask)  # (B, H)
        return self.decoder.forward(tokens, summary, summary)[0]  # (B, T, V)


def greedy(
    model: Seq2Seq,
    src_ids: np.ndarray,
    src_mask: np.ndarray,
    bos: int,
    eos: int,
    longest: int,
) -> np.ndarray:
    """Write the likeliest token at each step and read it in the next.

    Returns:
        (B, longest) ids. After the first eos of a row all ids are 0.
    """
    summary = model.encoder.forward(src_ids, src_mask)  # (B, H)
    state, token = summary, np.full(len(src_ids), bos)  # (B, H), (B,)
    going, chosen = token >= 0, []  # (B,) all True
    for _ in range(longest):
        logits, state = model.decoder.forward(token[:, None], state, summary)
        token = logits[:, 0].argmax(axis=-1)  # (B,)
        chosen.append(np.where(going, token, 0))  # (B,)
        going = going & (token != eos)  # (B,)
    return np.stack(chosen, axis=1)  # (B, longest)
