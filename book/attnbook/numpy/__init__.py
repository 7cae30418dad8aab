"""The listings in NumPy, with every gradient by hand.

The same names stand in `attnbook.{numpy,torch,keras}`. Needed here alone are
`MaskedSoftmax`, the softmax as a layer with a backward pass, and the gradients of
penalties. A layer has `params` and `grads` (dicts with the same keys), `forward` and
`backward`.
"""

from attnbook.numpy.luong_global import AttentionalState, GlobalAttention
from attnbook.numpy.luong_scores import ConcatScore, DotScore, GeneralScore
from attnbook.numpy.regularization import (
    Dropout,
    EarlyStopping,
    l1_gradients,
    l1_penalty,
    l2_gradients,
    l2_penalty,
)
from attnbook.numpy.softmax import MaskedSoftmax, masked_softmax

__all__ = [
    "AttentionalState",
    "ConcatScore",
    "DotScore",
    "Dropout",
    "EarlyStopping",
    "GeneralScore",
    "GlobalAttention",
    "MaskedSoftmax",
    "l1_gradients",
    "l1_penalty",
    "l2_gradients",
    "l2_penalty",
    "masked_softmax",
]
