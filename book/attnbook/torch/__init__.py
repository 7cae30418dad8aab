"""The listings in PyTorch. The same names stand in `attnbook.{numpy,torch,keras}`."""

from attnbook.torch.luong_global import AttentionalState, GlobalAttention
from attnbook.torch.luong_scores import ConcatScore, DotScore, GeneralScore
from attnbook.torch.regularization import (
    Dropout,
    EarlyStopping,
    l1_penalty,
    l2_penalty,
)
from attnbook.torch.softmax import masked_softmax

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
