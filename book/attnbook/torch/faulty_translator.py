"""A translator with one fault at a time, each copied from real notebooks."""

from collections.abc import Sequence

import numpy as np
import torch

from attnbook.data.real import SentencePair
from attnbook.data.translation import PairBatch, Vocabularies
from attnbook.torch.cross_entropy import cross_entropy
from attnbook.torch.translator import Translator, ends

FAULTS = (
    "none",
    "axis of length one",
    "state plus cell",
    "fed the answer",
    "softmax twice",
    "no mask",
    "frozen query",
)


class FaultyTranslator(Translator):
    """A Translator with one of FAULTS."""

    def __init__(self, fault: str, *sizes: int, rng: np.random.Generator):
        super().__init__(*sizes, rng)
        if fault not in FAULTS:
            raise ValueError(f"fault must be one of {FAULTS}, got {fault!r}")
        self.fault = fault

    def decode(self, tokens, state, src_states, src_mask):
        """As in Translator, but for the fault."""
        xs, states, cells = self.tgt_embed(tokens), [], []  # (B, T, E)
        carry = tuple(part[None] for part in state)  # (1, B, H) each
        for t in range(xs.shape[1]):  # step by step, to see the memory cells
            carry = self.writer(xs[:, t : t + 1], carry)[1]
            states.append(carry[0][0])
            cells.append(carry[1][0])
        dec_states, memory = torch.stack(states, 1), torch.stack(cells, 1)  # (B, T, H)
        query = dec_states
        if self.fault == "state plus cell":
            query = dec_states + memory
        if self.fault == "frozen query":
            query = ends(src_states, src_mask)[:, None].expand_as(dec_states)
        if self.fault == "no mask":
            src_mask = torch.ones_like(src_mask)
        context, weights = self.attention(query, src_states, src_mask)
        if self.fault == "axis of length one":  # (B, T, S, 1), softmax over the last
            scores = self.attention.score(query, src_states)[..., None]
            weights = scores.softmax(dim=-1)[..., 0] * src_mask[:, None]  # (B, T, S)
            context = weights @ src_states  # (B, T, H)
        act = self.attentional(context, dec_states)  # (B, T, H)
        return act @ self.W_o, (carry[0][0], carry[1][0]), weights


def faulty_loss(model: FaultyTranslator, batch: PairBatch) -> torch.Tensor:
    """The loss that the faulty program reports."""
    arrays = (batch.src_ids, batch.src_mask, batch.tgt_ids, batch.tgt_mask)
    src_ids, src_mask, ids, mask = map(torch.from_numpy, arrays)
    shown = ids[:, 1:] if model.fault == "fed the answer" else ids[:, :-1]  # (B, T)
    logits = model(src_ids, src_mask, shown)[0]  # (B, T, V)
    if model.fault == "softmax twice":
        logits = logits.softmax(dim=-1)
    counts = mask[:, 1:] | (model.fault == "no mask")  # (B, T)
    return cross_entropy(logits, ids[:, 1:], counts)


@torch.no_grad()
def symptoms(
    model: FaultyTranslator, pairs: Sequence[SentencePair], vocabs: Vocabularies
) -> dict[str, float]:
    """Look at the weights of one batch of pairs of different lengths.

    Returns:
        "row sum", "change" from a step to the next, summed over the source, and the
        "share" of the weight that lies on padding; each a mean over real steps.
    """
    batch = vocabs.encode(pairs)
    arrays = (batch.src_ids, batch.src_mask, batch.tgt_ids[:, :-1])
    weights = model(*map(torch.from_numpy, arrays))[1].double().numpy()  # (B, T, S)
    real = batch.tgt_mask[:, 1:]  # (B, T)
    sums = weights.sum(axis=-1)  # (B, T)
    moved = np.abs(np.diff(weights, axis=1)).sum(axis=-1)  # (B, T - 1)
    padded = (weights * ~batch.src_mask[:, None]).sum(axis=-1) / sums  # (B, T)
    found = {"row sum": sums[real], "change": moved[real[:, 1:]], "share": padded[real]}
    return {name: float(values.mean()) for name, values in found.items()}
