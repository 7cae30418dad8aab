"""The listings in PyTorch. The same names stand in `attnbook.{numpy,torch,keras}`."""

from attnbook.torch.bidirectional import bidirectional, merge, reverse_sequence
from attnbook.torch.clipping import clip_by_global_norm
from attnbook.torch.cross_entropy import cross_entropy
from attnbook.torch.embedding import Embedding
from attnbook.torch.input_feeding import FeedingCell, FeedingDecoder
from attnbook.torch.luong_global import AttentionalState, GlobalAttention
from attnbook.torch.luong_scores import (
    ConcatScore,
    DotScore,
    GeneralScore,
    LocationScore,
)
from attnbook.torch.padding import masked_mean, pad_ids, padding_mask
from attnbook.torch.pooling import AttentionPooling, pool_last, pool_max, pool_mean
from attnbook.torch.qrnn import QRNN
from attnbook.torch.regularization import (
    Dropout,
    EarlyStopping,
    l1_penalty,
    l2_penalty,
)
from attnbook.torch.skip_gram import SkipGram
from attnbook.torch.softmax import masked_softmax
from attnbook.torch.text_cnn import Convolution, KMaxPooling, window_mask

__all__ = [
    "AttentionPooling",
    "AttentionalState",
    "ConcatScore",
    "Convolution",
    "DotScore",
    "Dropout",
    "EarlyStopping",
    "Embedding",
    "FeedingCell",
    "FeedingDecoder",
    "GeneralScore",
    "GlobalAttention",
    "LocationScore",
    "KMaxPooling",
    "QRNN",
    "SkipGram",
    "bidirectional",
    "clip_by_global_norm",
    "cross_entropy",
    "l1_penalty",
    "l2_penalty",
    "masked_mean",
    "masked_softmax",
    "merge",
    "pad_ids",
    "padding_mask",
    "pool_last",
    "pool_max",
    "pool_mean",
    "reverse_sequence",
    "window_mask",
]
