"""Input feeding: each step of the decoder also reads the attentional state before."""

import keras
import numpy as np
from keras import ops

from attnbook.initial import glorot
from attnbook.keras.lstm import lstm_cell
from attnbook.keras.luong_global import AttentionalState
from attnbook.keras.parameter import parameter


class FeedingCell(keras.Layer):
    """One step: s_t = LSTM([x_t; h~_{t-1}], s_{t-1}), then attention, then h~_t.

    Args:
        attention: looks back from s_t, such as GlobalAttention(DotScore()).
        embed, hidden: E and H. W_x is (E + H, 4H), U (H, 4H), b (4H,), W_c (2H, H).
    """

    def __init__(
        self,
        attention: keras.Layer,
        embed: int,
        hidden: int,
        rng: np.random.Generator,
        **options,
    ):
        super().__init__(**options)
        W_x = glorot(rng, embed + hidden, 4 * hidden)  # (E + H, 4H)
        self.W_x = parameter(self, "W_x", W_x)  # (E + H, 4H)
        self.U = parameter(self, "U", glorot(rng, hidden, 4 * hidden))  # (H, 4H)
        self.b = parameter(self, "b", np.zeros(4 * hidden))  # (4H,)
        self.attention, self.join = attention, AttentionalState(hidden, rng)

    def call(self, x, act, h, c, src_states, src_mask):
        """x (B, E); h~, h and c (B, H) of the step before; states and mask as ever.

        Returns the new h~, h and c, each (B, H), and the weights (B, S).
        """
        joined = ops.concatenate([x, act], axis=-1)  # (B, E + H)
        h, c = lstm_cell(joined, h, c, self.W_x, self.U, self.b)  # (B, H) twice
        context, weights = self.attention(h[:, None], src_states, src_mask)
        act = self.join(context, h[:, None])  # (B, 1, H)
        return act[:, 0], h, c, weights[:, 0]


class FeedingDecoder(keras.Layer):
    """All steps of a FeedingCell, one after the other; the first is fed zeros."""

    def __init__(self, cell: FeedingCell, **options):
        super().__init__(**options)
        self.cell = cell

    def call(self, xs, h, c, src_states, src_mask):
        """xs (B, T, E), first h and c (B, H), src_states (B, S, H), src_mask (B, S).

        Returns attentional states (B, T, H) and weights (B, T, S).
        """
        act, acts, rows = ops.zeros_like(h), [], []
        for x in ops.unstack(xs, axis=1):  # (B, E)
            act, h, c, weights = self.cell(x, act, h, c, src_states, src_mask)
            acts.append(act)
            rows.append(weights)
        return ops.stack(acts, axis=1), ops.stack(rows, axis=1)  # (B, T, H), (B, T, S)
