"""The listings in Keras. The same names stand in `attnbook.{numpy,torch,keras}`."""

from attnbook.keras.embedding import Embedding
from attnbook.keras.luong_global import AttentionalState, GlobalAttention
from attnbook.keras.luong_scores import ConcatScore, DotScore, GeneralScore
from attnbook.keras.skip_gram import SkipGram
from attnbook.keras.softmax import masked_softmax

__all__ = [
    "AttentionalState",
    "ConcatScore",
    "DotScore",
    "Embedding",
    "GeneralScore",
    "GlobalAttention",
    "SkipGram",
    "masked_softmax",
]
