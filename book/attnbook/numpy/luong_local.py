"""Local attention: look at a window of the source, around one position."""

import numpy as np

from attnbook.initial import glorot
from attnbook.numpy.lstm import sigmoid
from attnbook.numpy.softmax import MaskedSoftmax, masked_softmax


def monotonic_positions(tgt_len: int, src_mask: np.ndarray) -> np.ndarray:
    """local-m: p_t = t, and the last word for steps beyond it. (B, S) -> (B, T)."""
    lengths = src_mask.sum(axis=1)[:, None]  # (B, 1)
    return np.minimum(np.arange(1.0, tgt_len + 1), lengths)  # (B, T), from 1


def distances(positions: np.ndarray, src_len: int) -> np.ndarray:
    """j - p_t for all places j, counted from 1. positions (B, T) -> (B, T, S)."""
    return np.arange(1, src_len + 1) - positions[..., None]  # (B, T, S)


def window_mask(away: np.ndarray, mask: np.ndarray, reach: int) -> np.ndarray:
    """True in [p_t - D, p_t + D] and on a real word. (B, T, S), (B, 1, S) -> (B, T, S).

    Args:
        reach: D, at least 1.
    """
    if reach < 1:
        raise ValueError(f"reach must be at least 1, got {reach}")
    return (np.abs(away) <= reach) & mask  # (B, T, S)


def gaussian(away: np.ndarray, reach: int) -> np.ndarray:
    """exp(-(j - p_t)^2 / (2 sigma^2)) with sigma = D / 2; 1 at p_t itself."""
    sigma = reach / 2
    return np.exp(-(away**2) / (2 * sigma**2))  # (B, T, S)


class PredictivePosition:
    """local-p: p_t = S sigmoid(v_p . tanh(s_t W_p)). W_p is (H, A), v_p (A,)."""

    def __init__(self, hidden: int, attn_dim: int, rng: np.random.Generator):
        W_p = glorot(rng, hidden, attn_dim)  # (H, A)
        v_p = glorot(rng, attn_dim, 1)[:, 0]  # (A,)
        self.params = {"W_p": W_p, "v_p": v_p}
        self.grads = {"W_p": np.zeros_like(W_p), "v_p": np.zeros_like(v_p)}

    def forward(self, dec_states: np.ndarray, src_mask: np.ndarray) -> np.ndarray:
        """dec_states (B, T, H), src_mask (B, S) bool -> positions (B, T), in (0, S).

        S is the length of each sentence by itself, without its padding.
        """
        lengths = src_mask.sum(axis=1)[:, None]  # (B, 1)
        act = np.tanh(dec_states @ self.params["W_p"])  # (B, T, A)
        share = sigmoid(act @ self.params["v_p"])  # (B, T)
        self.cache = dec_states, lengths, act, share
        return lengths * share  # (B, T)

    def backward(self, d_positions: np.ndarray) -> np.ndarray:
        """d_positions (B, T) -> d_dec_states (B, T, H)."""
        dec_states, lengths, act, share = self.cache
        d_logit = d_positions * lengths * share * (1 - share)  # (B, T)
        d_sum = d_logit[..., None] * self.params["v_p"] * (1 - act**2)  # (B, T, A)
        self.grads["v_p"] = np.tensordot(d_logit, act, 2)  # (A,)
        self.grads["W_p"] = np.tensordot(dec_states, d_sum, ([0, 1], [0, 1]))  # (H, A)
        return d_sum @ self.params["W_p"].T  # (B, T, H)


class LocalAttention:
    """Global attention inside a window, times a Gaussian if the place is predicted.

    Args:
        score: the layer that scores, such as GeneralScore(). Its params are ours too.
        reach: D; a window has 2D + 1 places at most.
        predict: a PredictivePosition for local-p, or None for local-m.
    """

    def __init__(self, score, reach: int, predict: PredictivePosition | None = None):
        self.score, self.reach, self.predict = score, reach, predict
        self.softmax, self.params, self.grads = MaskedSoftmax(), {}, {}
        for part in (score, predict) if predict else (score,):
            self.params |= part.params
            self.grads |= part.grads

    def positions(self, dec_states: np.ndarray, src_mask: np.ndarray) -> np.ndarray:
        """Where to look: dec_states (B, T, H), src_mask (B, S) -> p_t (B, T)."""
        if self.predict:
            return self.predict.forward(dec_states, src_mask)  # (B, T)
        return monotonic_positions(dec_states.shape[1], src_mask)  # (B, T)

    def forward(
        self, dec_states: np.ndarray, src_states: np.ndarray, src_mask: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """dec_states (B, T, H), src_states (B, S, H), src_mask (B, S) bool.

        Returns context (B, T, H) and weights (B, T, S).
        """
        positions = self.positions(dec_states, src_mask)  # (B, T)
        away = distances(positions, src_mask.shape[1])  # (B, T, S)
        window = window_mask(away, src_mask[:, None], self.reach)  # (B, T, S)
        scores = self.score.forward(dec_states, src_states)  # (B, T, S)
        shares = self.softmax.forward(scores, window)  # (B, T, S)
        factors = gaussian(away, self.reach) if self.predict else 1.0
        weights = shares * factors  # (B, T, S)
        self.cache = src_states, away, factors, weights
        return weights @ src_states, weights  # (B, T, H), (B, T, S)

    def backward(
        self, d_context: np.ndarray, d_weights: np.ndarray | float = 0.0
    ) -> tuple[np.ndarray, np.ndarray]:
        """d_context (B, T, H) -> d_dec_states (B, T, H), d_src_states (B, S, H).

        A word that enters or leaves a window is a jump, which has no gradient.
        """
        src_states, away, factors, weights = self.cache
        d_weights = d_weights + d_context @ src_states.transpose(0, 2, 1)  # (B, T, S)
        d_scores = self.softmax.backward(d_weights * factors)  # (B, T, S)
        d_dec_states, d_keys = self.score.backward(d_scores)
        d_values = weights.transpose(0, 2, 1) @ d_context  # (B, S, H)
        self.grads |= self.score.grads
        if self.predict:
            pull = d_weights * weights * away  # (B, T, S)
            d_positions = pull.sum(axis=-1) / (self.reach / 2) ** 2  # (B, T)
            d_dec_states = d_dec_states + self.predict.backward(d_positions)
            self.grads |= self.predict.grads
        return d_dec_states, d_keys + d_values  # (B, T, H), (B, S, H)


def gather_windows(
    src_states: np.ndarray, src_mask: np.ndarray, positions: np.ndarray, reach: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Copy out the 2D + 1 source states from the first place of each window on.

    Returns:
        near (B, T, 2D+1, H), places (B, T, 2D+1) counted from 1, which may lie outside
        the sentence, and real (B, T, 2D+1) bool, False there.
    """
    first = np.ceil(positions - reach)[..., None]  # (B, T, 1)
    places = first + np.arange(2 * reach + 1)  # (B, T, 2D+1)
    index = np.clip(places, 1, src_mask.shape[1]).astype(int) - 1  # (B, T, 2D+1)
    rows = np.arange(len(index))[:, None, None]  # (B, 1, 1)
    real = src_mask[rows, index] & (places == index + 1)  # (B, T, 2D+1)
    return src_states[rows, index], places, real


def attend_gathered(
    attention: LocalAttention,
    dec_states: np.ndarray,
    src_states: np.ndarray,
    src_mask: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same context from 2D + 1 scores a step, however long the source is.

    Returns context (B, T, H), weights (B, T, 2D+1) and their places (B, T, 2D+1).
    """
    positions = attention.positions(dec_states, src_mask)  # (B, T)
    near, places, real = gather_windows(
        src_states, src_mask, positions, attention.reach
    )
    batch, tgt_len, width, hidden = near.shape
    queries = dec_states.reshape(batch * tgt_len, 1, hidden)  # (B*T, 1, H)
    keys = near.reshape(batch * tgt_len, width, hidden)  # (B*T, 2D+1, H)
    scores = attention.score.forward(queries, keys)  # (B*T, 1, 2D+1)
    away = places - positions[..., None]  # (B, T, 2D+1)
    window = window_mask(away, real, attention.reach)  # (B, T, 2D+1)
    weights = masked_softmax(scores.reshape(away.shape), window)  # (B, T, 2D+1)
    if attention.predict:
        weights = weights * gaussian(away, attention.reach)  # (B, T, 2D+1)
    return np.einsum("btk,btkh->bth", weights, near), weights, places
