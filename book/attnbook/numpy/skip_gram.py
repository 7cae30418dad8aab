"""Skip-gram with negative sampling: tell a word's real neighbours from drawn ones."""

import numpy as np

from attnbook.numpy.embedding import add_rows


class SkipGram:
    """loss = -log s(x . y) of the neighbour, plus -log s(-x . y) of each drawn word.

    x is a row of W, y a row of C, both (V, E), and s the logistic function.
    """

    def __init__(self, vocab: int, embed: int, rng: np.random.Generator):
        W, C = rng.normal(scale=0.1, size=(2, vocab, embed))  # (V, E) each
        self.params = {"W": W, "C": C}
        self.grads = {"W": np.zeros_like(W), "C": np.zeros_like(C)}

    def forward(self, words: np.ndarray, others: np.ndarray) -> np.ndarray:
        """words (B,), others (B, 1+K), the neighbour and K drawn ids -> losses (B,)."""
        x, y = self.params["W"][words], self.params["C"][others]  # (B, E), (B, 1+K, E)
        signs = np.where(np.arange(others.shape[1]) == 0, 1, -1)  # (1+K,)
        fits = signs * np.einsum("be,bke->bk", x, y)  # (B, 1+K), high is good
        self.cache = words, others, x, y, signs, fits
        return np.logaddexp(0, -fits).sum(axis=1)  # (B,), -log s(f) is log(1 + e^-f)

    def backward(self, d_losses: np.ndarray) -> None:
        """d_losses (B,) -> grads. A fit f has the gradient -s(-f)."""
        words, others, x, y, signs, fits = self.cache
        misfits = (1 - np.tanh(fits / 2)) / 2  # (B, 1+K), s(-f) without overflow
        d_scores = -d_losses[:, None] * signs * misfits  # (B, 1+K)
        d_x = np.einsum("bk,bke->be", d_scores, y)  # (B, E)
        d_y = d_scores[..., None] * x[:, None]  # (B, 1+K, E)
        self.grads["W"] = add_rows(self.params["W"], words, d_x)  # (V, E)
        self.grads["C"] = add_rows(self.params["C"], others, d_y)  # (V, E)
