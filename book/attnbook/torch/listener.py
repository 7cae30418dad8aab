"""A memory task: who was named first? And a small network that listens."""

import numpy as np
import torch
from torch import nn

from attnbook.initial import glorot

NAMES = "Mia Ken Lin Tom".split()
FILLERS = "then it rained and the wind blew on while we slept all".split()
EMBED, HIDDEN = 16, 32  # E, H
BATCH, RATE, CLIP = 64, 0.01, 1.0  # stories in a step, Adam's rate, longest gradient


def make_body(kind: str, rng: np.random.Generator) -> nn.Module:
    """Make an "RNN", a "GRU" or an LSTM; "LSTM 3" has the forget bias 3, others are 0.

    Matrices for the words are glorot, blocks of the matrix for the state orthogonal.
    """
    name, _, forget_bias = kind.partition(" ")
    body = getattr(nn, name)(EMBED, HIDDEN, batch_first=True)
    with torch.no_grad():
        for part, values in body.named_parameters():
            if part.startswith("weight_ih"):
                values.copy_(torch.from_numpy(glorot(rng, *values.shape)))
            elif part.startswith("weight_hh"):
                blocks = rng.normal(size=(len(values) // HIDDEN, HIDDEN, HIDDEN))
                values.copy_(torch.from_numpy(np.linalg.qr(blocks)[0]).flatten(0, 1))
            else:
                values.zero_()
        if forget_bias:
            body.bias_ih_l0[HIDDEN : 2 * HIDDEN] = float(forget_bias)
    return body


def stories(count: int, gap: int, rng: np.random.Generator) -> torch.Tensor:
    """Word ids (B, gap + 1): a name, id 0 to 3, then fillers, which say nothing."""
    ids = rng.integers(len(NAMES), len(NAMES + FILLERS), size=(count, gap + 1))
    ids[:, 0] = rng.integers(len(NAMES), size=count)
    return torch.from_numpy(ids)


class Listener(nn.Module):
    """An embedding, a body of some kind, and a matrix on top of its last state."""

    def __init__(self, kind: str, rng: np.random.Generator):
        super().__init__()
        vectors = rng.normal(size=(len(NAMES + FILLERS), EMBED))
        vectors = torch.from_numpy(vectors).float()
        self.embed = nn.Embedding.from_pretrained(vectors, freeze=False)
        self.body = make_body(kind, rng)
        readout = torch.from_numpy(glorot(rng, HIDDEN, len(NAMES))).float()
        self.W = nn.Parameter(readout)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """ids (B, T) -> logits (B, 4), one for each name."""
        return self.body(self.embed(ids))[0][:, -1] @ self.W


def learn(
    kind: str, gap: int, seed: int, steps: int = 200
) -> tuple[Listener, list[float]]:
    """Train a listener; return it, and the share of right answers before each step.

    Each step draws new stories, so these shares are a test on what was not seen.
    """
    rng = np.random.default_rng(seed)
    listener, right = Listener(kind, rng), []
    optimizer = torch.optim.Adam(listener.parameters(), RATE, fused=True)
    for _ in range(steps):
        ids = stories(BATCH, gap, rng)  # (B, T)
        logits = listener(ids)  # (B, 4)
        right.append((logits.argmax(dim=-1) == ids[:, 0]).float().mean().item())
        optimizer.zero_grad()
        nn.functional.cross_entropy(logits, ids[:, 0]).backward()
        nn.utils.clip_grad_norm_(listener.parameters(), CLIP)
        optimizer.step()
    return listener, right
