"""The listings in PyTorch. The same names stand in `attnbook.{numpy,torch,keras}`."""

from attnbook.torch.bidirectional import bidirectional, merge, reverse_sequence
from attnbook.torch.luong_global import AttentionalState, GlobalAttention
from attnbook.torch.luong_scores import ConcatScore, DotScore, GeneralScore
from attnbook.torch.softmax import masked_softmax

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
