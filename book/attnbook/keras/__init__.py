"""The listings in Keras. The same names stand in `attnbook.{numpy,torch,keras}`."""

from attnbook.keras.bidirectional import bidirectional, merge, reverse_sequence
from attnbook.keras.luong_global import AttentionalState, GlobalAttention
from attnbook.keras.luong_scores import ConcatScore, DotScore, GeneralScore
from attnbook.keras.softmax import masked_softmax

__all__ = [
    "AttentionalState",
    "ConcatScore",
    "DotScore",
    "GeneralScore",
    "GlobalAttention",
    "bidirectional",
    "masked_softmax",
    "merge",
    "reverse_sequence",
]
