"""The listings in Keras. The same names stand in `attnbook.{numpy,torch,keras}`."""

from attnbook.keras.luong_global import AttentionalState, GlobalAttention
from attnbook.keras.luong_scores import ConcatScore, DotScore, GeneralScore
from attnbook.keras.regularization import (
    Dropout,
    EarlyStopping,
    l1_penalty,
    l2_penalty,
)
from attnbook.keras.softmax import masked_softmax

__all__ = [
    "AttentionalState",
    "ConcatScore",
    "DotScore",
    "Dropout",
    "EarlyStopping",
    "GeneralScore",
    "GlobalAttention",
    "l1_penalty",
    "l2_penalty",
    "masked_softmax",
]
