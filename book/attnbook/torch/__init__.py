"""The listings in PyTorch. The same names stand in `attnbook.{numpy,torch,keras}`."""

from attnbook.torch.embedding import Embedding
from attnbook.torch.luong_global import AttentionalState, GlobalAttention
from attnbook.torch.luong_scores import ConcatScore, DotScore, GeneralScore
from attnbook.torch.skip_gram import SkipGram
from attnbook.torch.softmax import masked_softmax

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
