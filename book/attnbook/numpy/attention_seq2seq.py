"""Sequence to sequence with every gradient by hand: plain, peeky, with attention."""

from dataclasses import dataclass

import numpy as np

from attnbook.numpy.attention import Attention
from attnbook.numpy.embedding import Embedding
from attnbook.numpy.fast_lstm import LSTM, beginnings

KINDS = ("plain", "peeky", "attention")


@dataclass(frozen=True)
class Sizes:
    """How large a model is."""

    vocab: int  # V, characters of source and target together
    embed: int = 16  # E, width of a character's vector
    hidden: int = 256  # H, width of a state


class Readout:
    """logits = x W + b, one for each token. W (N, V), b (V,)."""

    def __init__(self, width: int, vocab: int, rng: np.random.Generator):
        W = rng.normal(size=(width, vocab)) / np.sqrt(width)  # (N, V)
        self.params = {"W": W, "b": np.zeros(vocab)}
        self.grads = {name: np.zeros_like(p) for name, p in self.params.items()}

    def forward(self, xs: np.ndarray) -> np.ndarray:
        """xs (B, T, N) -> logits (B, T, V)."""
        self.xs = xs
        return xs @ self.params["W"] + self.params["b"]

    def backward(self, d_logits: np.ndarray) -> np.ndarray:
        """d_logits (B, T, V) -> d_xs (B, T, N)."""
        self.grads["W"] = np.tensordot(self.xs, d_logits, ([0, 1], [0, 1]))  # (N, V)
        self.grads["b"] = d_logits.sum(axis=(0, 1))  # (V,)
        return d_logits @ self.params["W"].T


class Encoder:
    """Reads the source with an LSTM and keeps all its states."""

    def __init__(self, sizes: Sizes, rng: np.random.Generator):
        self.embed = Embedding(sizes.vocab, sizes.embed, rng)
        self.lstm = LSTM(sizes.embed, sizes.hidden, rng)
        self.layers = [self.embed, self.lstm]

    def forward(self, src_ids: np.ndarray) -> np.ndarray:
        """src_ids (B, S) -> states (B, S, H). Sorted rows take less time."""
        vectors = self.embed.forward(src_ids)  # (B, S, E)
        return self.lstm.forward(vectors, starts=beginnings(src_ids))[0]

    def backward(self, d_states: np.ndarray) -> None:
        """d_states (B, S, H) -> grads of the layers."""
        d_vectors, _ = self.lstm.backward(d_states)  # (B, S, E)
        self.embed.backward(d_vectors)


class Decoder:
    """Writes the target with an LSTM that starts from the encoder's last state.

    Args:
        kind: what it sees beside each state: "plain" nothing, "attention" the step's
            context, "peeky" the encoder's last state, which it sees beside each
            token's vector, too.
    """

    def __init__(self, kind: str, sizes: Sizes, rng: np.random.Generator):
        if kind not in KINDS:
            raise ValueError(f"kind must be one of {KINDS}, got {kind!r}")
        self.kind, hidden = kind, sizes.hidden
        self.embed = Embedding(sizes.vocab, sizes.embed, rng)
        self.lstm = LSTM(sizes.embed + hidden * (kind == "peeky"), hidden, rng)
        self.readout = Readout(hidden + hidden * (kind != "plain"), sizes.vocab, rng)
        self.attention = Attention()
        self.layers = [self.embed, self.lstm, self.readout]

    def forward(self, tokens: np.ndarray, src_states: np.ndarray, last=None):
        """tokens (B, T), src_states (B, S, H); last: the pair (h, c) to go on from.

        Returns logits (B, T, V), weights (B, T, S) or None, and the new last pair.
        """
        h, c = (src_states[:, -1], None) if last is None else last
        xs, weights = self.embed.forward(tokens), None  # (B, T, E)
        summary = np.repeat(src_states[:, -1:], tokens.shape[1], axis=1)  # (B, T, H)
        if self.kind == "peeky":
            xs = np.concatenate([summary, xs], axis=-1)  # (B, T, H + E)
        states, last = self.lstm.forward(xs, h, c)  # (B, T, H)
        seen = states
        if self.kind == "attention":
            real = np.ones(src_states.shape[:2], dtype=bool)  # (B, S), blanks, too
            context, weights = self.attention.forward(states, src_states, real)
            seen = np.concatenate([context, states], axis=-1)  # (B, T, 2H)
        if self.kind == "peeky":
            seen = np.concatenate([summary, states], axis=-1)  # (B, T, 2H)
        self.src_shape = src_states.shape
        return self.readout.forward(seen), weights, last

    def backward(self, d_logits: np.ndarray) -> np.ndarray:
        """d_logits (B, T, V) -> d_src_states (B, S, H)."""
        d_seen = self.readout.backward(d_logits)  # (B, T, H) or (B, T, 2H)
        hidden = self.src_shape[-1]
        d_beside, d_states = d_seen[..., :-hidden], d_seen[..., -hidden:]
        d_src_states = np.zeros(self.src_shape, d_logits.dtype)  # (B, S, H)
        if self.kind == "attention":
            d_more, d_src_states = self.attention.backward(d_beside)
            d_states = d_states + d_more  # (B, T, H)
        d_xs, d_summary = self.lstm.backward(d_states)  # (B, T, E or H + E), (B, H)
        if self.kind == "peeky":
            d_summary = d_summary + (d_beside + d_xs[..., :hidden]).sum(axis=1)
            d_xs = d_xs[..., hidden:]  # (B, T, E)
        self.embed.backward(d_xs)
        d_src_states[:, -1] += d_summary
        return d_src_states


class Seq2Seq:
    """Encoder and decoder. All parameters lie in one vector, `params`, of P numbers."""

    def __init__(
        self, kind: str, sizes: Sizes, rng: np.random.Generator, dtype=np.float32
    ):
        self.encoder, self.decoder = Encoder(sizes, rng), Decoder(kind, sizes, rng)
        self.layers = self.encoder.layers + self.decoder.layers
        parts = [(layer, name) for layer in self.layers for name in layer.params]
        self.params = np.concatenate([layer.params[n].ravel() for layer, n in parts])
        self.params, start = self.params.astype(dtype), 0  # (P,)
        for layer, name in parts:
            shape, size = layer.params[name].shape, layer.params[name].size
            layer.params[name] = self.params[start : start + size].reshape(shape)
            start += size  # each layer looks at its piece of the one vector

    def forward(self, src_ids: np.ndarray, tokens: np.ndarray) -> np.ndarray:
        """src_ids (B, S), tokens (B, T) -> logits (B, T, V)."""
        return self.decoder.forward(tokens, self.encoder.forward(src_ids))[0]

    def backward(self, d_logits: np.ndarray) -> np.ndarray:
        """d_logits (B, T, V) -> the gradient by `params`, (P,)."""
        self.encoder.backward(self.decoder.backward(d_logits))
        grads = [grad.ravel() for layer in self.layers for grad in layer.grads.values()]
        return np.concatenate(grads)

    def generate(self, src_ids: np.ndarray, bos: np.ndarray, length: int):
        """Write the likeliest token at each step and read it in the next.

        src_ids (B, S), bos (B,) -> tokens (B, length), weights (B, length, S) or None.
        """
        src_states, last = self.encoder.forward(src_ids), None  # (B, S, H)
        token, written = bos[:, None], []  # (B, 1)
        for _ in range(length):
            logits, weights, last = self.decoder.forward(token, src_states, last)
            token = logits.argmax(axis=-1)  # (B, 1)
            written.append((token, weights))
        tokens, weights = zip(*written, strict=True)
        tokens = np.concatenate(tokens, axis=1)  # (B, length)
        return tokens, None if weights[0] is None else np.concatenate(weights, axis=1)
