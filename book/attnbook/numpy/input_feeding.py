"""Input feeding: each step of the decoder also reads the attentional state before."""

import numpy as np

from attnbook.initial import glorot
from attnbook.numpy.lstm import lstm_cell, lstm_cell_backward
from attnbook.numpy.luong_global import AttentionalState, GlobalAttention


class FeedingCell:
    """One step: s_t = LSTM([x_t; h~_{t-1}], s_{t-1}), then attention, then h~_t.

    Args:
        attention: looks back from s_t, such as GlobalAttention(DotScore()).
        embed, hidden: E and H. W_x is (E + H, 4H), U (H, 4H), b (4H,), W_c (2H, H).
    """

    def __init__(
        self,
        attention: GlobalAttention,
        embed: int,
        hidden: int,
        rng: np.random.Generator,
    ):
        W_x = glorot(rng, embed + hidden, 4 * hidden)  # (E + H, 4H)
        U, b = glorot(rng, hidden, 4 * hidden), np.zeros(4 * hidden)  # (H, 4H), (4H,)
        self.lstm = {"W_x": W_x, "U": U, "b": b}
        self.attention, self.join = attention, AttentionalState(hidden, rng)
        self.params = self.lstm | self.join.params | attention.params
        self.grads = {name: np.zeros_like(part) for name, part in self.params.items()}

    def forward(self, x, act, h, c, src_states, src_mask):
        """x (B, E); h~, h and c (B, H) of the step before; states and mask as ever.

        Returns the new h~, h and c, each (B, H), and the weights (B, S).
        """
        joined = np.concatenate([x, act], axis=-1)  # (B, E + H)
        self.cache = joined, h, c
        h, c = lstm_cell(joined, h, c, *self.lstm.values())  # (B, H) twice
        context, weights = self.attention.forward(h[:, None], src_states, src_mask)
        act = self.join.forward(context, h[:, None])  # (B, 1, H)
        return act[:, 0], h, c, weights[:, 0]

    def backward(self, d_act, d_h, d_c):
        """Gradients by the new h~, h and c (B, H) -> d_x, d_act, d_h, d_c of the old.

        And d_src_states (B, S, H) last. The new h~ comes from attention and from h.
        """
        joined, h, c = self.cache
        W_x, U, b = self.lstm.values()
        d_context, d_known = self.join.backward(d_act[:, None])  # (B, 1, H) each
        d_query, d_src_states = self.attention.backward(d_context)
        d_h = d_h + (d_known + d_query)[:, 0]  # (B, H), three ways out of h
        d_sums, d_c = lstm_cell_backward(d_h, d_c, joined, h, c, W_x, U, b)  # (B, 4H)
        self.grads = {"W_x": joined.T @ d_sums, "U": h.T @ d_sums, "b": d_sums.sum(0)}
        self.grads |= self.join.grads | self.attention.grads
        d_x, d_act = np.split(d_sums @ W_x.T, [-len(U)], axis=-1)  # (B, E), (B, H)
        return d_x, d_act, d_sums @ U.T, d_c, d_src_states


class FeedingDecoder:
    """All steps of a FeedingCell, one after the other; the first is fed zeros."""

    def __init__(self, cell: FeedingCell):
        self.cell, self.params, self.grads = cell, cell.params, dict(cell.grads)

    def forward(self, xs, h, c, src_states, src_mask):
        """xs (B, T, E), first h and c (B, H), src_states (B, S, H), src_mask (B, S).

        Returns attentional states (B, T, H) and weights (B, T, S).
        """
        act, acts, rows, self.cache = np.zeros_like(h), [], [], []
        for x in xs.swapaxes(0, 1):  # (B, E)
            self.cache.append((x, act, h, c, src_states, src_mask))
            act, h, c, weights = self.cell.forward(*self.cache[-1])
            acts.append(act)
            rows.append(weights)
        return np.stack(acts, axis=1), np.stack(rows, axis=1)  # (B, T, H), (B, T, S)

    def backward(self, d_acts):
        """d_acts (B, T, H) -> d_xs (B, T, E), first d_h, d_c (B, H), d_src_states."""
        self.grads = {name: np.zeros_like(part) for name, part in self.params.items()}
        d_act = d_h = d_c = d_src_states = 0.0
        d_xs = []
        for t, inputs in reversed([*enumerate(self.cache)]):
            self.cell.forward(*inputs)  # its cache holds one step, so run that again
            d_new = d_acts[:, t] + d_act  # (B, H), read out here and fed onwards
            d_x, d_act, d_h, d_c, d_seen = self.cell.backward(d_new, d_h, d_c)
            d_src_states = d_src_states + d_seen  # (B, S, H)
            for name, grad in self.cell.grads.items():
                self.grads[name] += grad
            d_xs.insert(0, d_x)
        return np.stack(d_xs, axis=1), d_h, d_c, d_src_states
