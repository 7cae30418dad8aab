"""The listings in NumPy, with every gradient by hand.

The same names stand in `attnbook.{numpy,torch,keras}`; only `MaskedSoftmax`, the
softmax as a layer with a backward pass, is needed here alone. A layer has `params` and
`grads` (dicts with the same keys), `forward` and `backward`.
"""

from attnbook.numpy.embedding import Embedding
from attnbook.numpy.luong_global import AttentionalState, GlobalAttention
from attnbook.numpy.luong_scores import ConcatScore, DotScore, GeneralScore
from attnbook.numpy.skip_gram import SkipGram
from attnbook.numpy.softmax import MaskedSoftmax, masked_softmax

__all__ = [
    "AttentionalState",
    "ConcatScore",
    "DotScore",
    "Embedding",
    "GeneralScore",
    "GlobalAttention",
    "MaskedSoftmax",
    "SkipGram",
    "masked_softmax",
]
