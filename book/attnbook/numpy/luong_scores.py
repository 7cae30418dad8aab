"""Luong's scores: how well a decoder state fits each source state, or position."""

import numpy as np

from attnbook.initial import glorot


class DotScore:
    """score(s, h) = s . h, the paper's "dot"."""

    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, dec_states: np.ndarray, src_states: np.ndarray) -> np.ndarray:
        """dec_states (B, T, H), src_states (B, S, H) -> scores (B, T, S)."""
        self.cache = dec_states, src_states
        return dec_states @ src_states.transpose(0, 2, 1)  # (B, T, S)

    def backward(self, d_scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """d_scores (B, T, S) -> d_dec_states (B, T, H), d_src_states (B, S, H)."""
        dec_states, src_states = self.cache
        d_dec_states = d_scores @ src_states  # (B, T, H)
        d_src_states = d_scores.transpose(0, 2, 1) @ dec_states  # (B, S, H)
        return d_dec_states, d_src_states


class GeneralScore:
    """score(s, h) = s W h, the paper's "general". W is (H, H)."""

    def __init__(self, hidden: int, rng: np.random.Generator):
        self.params = {"W": glorot(rng, hidden, hidden)}  # (H, H)
        self.grads = {"W": np.zeros((hidden, hidden))}  # (H, H)

    def forward(self, dec_states: np.ndarray, src_states: np.ndarray) -> np.ndarray:
        """dec_states (B, T, H), src_states (B, S, H) -> scores (B, T, S)."""
        proj = dec_states @ self.params["W"]  # (B, T, H)
        self.cache = dec_states, src_states, proj
        return proj @ src_states.transpose(0, 2, 1)  # (B, T, S)

    def backward(self, d_scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """d_scores (B, T, S) -> d_dec_states (B, T, H), d_src_states (B, S, H)."""
        dec_states, src_states, proj = self.cache
        d_proj = d_scores @ src_states  # (B, T, H)
        d_src_states = d_scores.transpose(0, 2, 1) @ proj  # (B, S, H)
        self.grads["W"] = np.tensordot(dec_states, d_proj, ([0, 1], [0, 1]))  # (H, H)
        return d_proj @ self.params["W"].T, d_src_states


class ConcatScore:
    """score(s, h) = v . tanh([s; h] W), the paper's "concat". W (2H, A), v (A,).

    [s; h] W is s times the upper half of W plus h times the lower half. So each state
    is multiplied once, not once for every pair, and (B, T, S, 2H) is never built.
    """

    def __init__(self, hidden: int, attn_dim: int, rng: np.random.Generator):
        W = glorot(rng, 2 * hidden, attn_dim)  # (2H, A)
        v = glorot(rng, attn_dim, 1)[:, 0]  # (A,)
        self.params = {"W": W, "v": v}
        self.grads = {"W": np.zeros_like(W), "v": np.zeros_like(v)}

    def forward(self, dec_states: np.ndarray, src_states: np.ndarray) -> np.ndarray:
        """dec_states (B, T, H), src_states (B, S, H) -> scores (B, T, S)."""
        upper, lower = np.split(self.params["W"], 2)  # (H, A) each
        dec_part = (dec_states @ upper)[:, :, None]  # (B, T, 1, A)
        src_part = (src_states @ lower)[:, None]  # (B, 1, S, A)
        act = np.tanh(dec_part + src_part)  # (B, T, S, A)
        self.cache = dec_states, src_states, act
        return act @ self.params["v"]  # (B, T, S)

    def backward(self, d_scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """d_scores (B, T, S) -> d_dec_states (B, T, H), d_src_states (B, S, H)."""
        dec_states, src_states, act = self.cache
        upper, lower = np.split(self.params["W"], 2)  # (H, A) each
        d_sum = d_scores[..., None] * self.params["v"] * (1 - act**2)  # (B, T, S, A)
        d_dec_part, d_src_part = d_sum.sum(axis=2), d_sum.sum(axis=1)  # (B, T|S, A)
        d_upper = np.tensordot(dec_states, d_dec_part, ([0, 1], [0, 1]))  # (H, A)
        d_lower = np.tensordot(src_states, d_src_part, ([0, 1], [0, 1]))  # (H, A)
        self.grads["W"] = np.concatenate([d_upper, d_lower])  # (2H, A)
        self.grads["v"] = np.tensordot(d_scores, act, 3)  # (A,)
        return d_dec_part @ upper.T, d_src_part @ lower.T


class LocationScore:
    """score(s, j) = entry j of s W, the paper's "location". W (H, L), L positions.

    Only s is looked at; of the source, only how long it is. Short sources use the first
    S columns of W. Positions after the L-th get the lowest number there is, and with
    it the weight 0.
    """

    def __init__(self, hidden: int, longest: int, rng: np.random.Generator):
        self.params = {"W": glorot(rng, hidden, longest)}  # (H, L)
        self.grads = {"W": np.zeros((hidden, longest))}  # (H, L)

    def forward(self, dec_states: np.ndarray, src_states: np.ndarray) -> np.ndarray:
        """dec_states (B, T, H), src_states (B, S, H) -> scores (B, T, S)."""
        self.cache = dec_states, src_states
        W = self.params["W"][:, : src_states.shape[1]]  # (H, min(S, L))
        beyond = src_states.shape[1] - W.shape[1]
        lowest = np.finfo(dec_states.dtype).min
        places = [(0, 0), (0, 0), (0, beyond)]
        return np.pad(dec_states @ W, places, constant_values=lowest)  # (B, T, S)

    def backward(self, d_scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """d_scores (B, T, S) -> d_dec_states (B, T, H), d_src_states (B, S, H), 0."""
        dec_states, src_states = self.cache
        W = self.params["W"][:, : src_states.shape[1]]  # (H, min(S, L))
        d_used = d_scores[:, :, : W.shape[1]]  # (B, T, min(S, L))
        d_W = np.tensordot(dec_states, d_used, ([0, 1], [0, 1]))  # (H, min(S, L))
        self.grads["W"] = np.zeros_like(self.params["W"])  # (H, L)
        self.grads["W"][:, : W.shape[1]] = d_W
        return d_used @ W.T, np.zeros_like(src_states)
