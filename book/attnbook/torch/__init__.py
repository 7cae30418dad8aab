"""The listings in PyTorch. The same names stand in `attnbook.{numpy,torch,keras}`."""

from attnbook.torch.attention_scores import CosineScore, ScaledDotScore
from attnbook.torch.bidirectional import bidirectional, merge, reverse_sequence
from attnbook.torch.clipping import clip_by_global_norm
from attnbook.torch.cross_entropy import cross_entropy
from attnbook.torch.embedding import Embedding
from attnbook.torch.han import HAN, Level, close_gaps
from attnbook.torch.hard_attention import draw_positions, reinforce_loss
from attnbook.torch.input_feeding import FeedingCell, FeedingDecoder
from attnbook.torch.luong_global import AttentionalState, GlobalAttention
from attnbook.torch.luong_local import (
    LocalAttention,
    PredictivePosition,
    attend_gathered,
    distances,
    gather_windows,
    gaussian,
    monotonic_positions,
    window_mask,
)
from attnbook.torch.luong_scores import (
    ConcatScore,
    DotScore,
    GeneralScore,
    LocationScore,
)
from attnbook.torch.multi_head import MultiHeadAttention
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
from attnbook.torch.text_cnn import Convolution, KMaxPooling, filter_mask

__all__ = [
    "HAN",
    "QRNN",
    "AttentionPooling",
    "AttentionalState",
    "ConcatScore",
    "Convolution",
    "CosineScore",
    "DotScore",
    "Dropout",
    "EarlyStopping",
    "Embedding",
    "FeedingCell",
    "FeedingDecoder",
    "GeneralScore",
    "GlobalAttention",
    "KMaxPooling",
    "Level",
    "LocalAttention",
    "LocationScore",
    "MultiHeadAttention",
    "PredictivePosition",
    "ScaledDotScore",
    "SkipGram",
    "attend_gathered",
    "bidirectional",
    "clip_by_global_norm",
    "close_gaps",
    "cross_entropy",
    "distances",
    "draw_positions",
    "filter_mask",
    "gather_windows",
    "gaussian",
    "l1_penalty",
    "l2_penalty",
    "masked_mean",
    "masked_softmax",
    "merge",
    "monotonic_positions",
    "pad_ids",
    "padding_mask",
    "pool_last",
    "pool_max",
    "pool_mean",
    "reinforce_loss",
    "reverse_sequence",
    "window_mask",
]
