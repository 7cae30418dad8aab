"""The listings in NumPy, with every gradient by hand.

The same names stand in `attnbook.{numpy,torch,keras}`. Needed here alone are
`MaskedSoftmax`, `MaskedMean` and `CrossEntropy`, functions as layers with a backward
pass, and the gradients of penalties. A layer has `params` and `grads` (dicts with the
same keys), `forward` and `backward`.
"""

from attnbook.numpy.attention_scores import CosineScore, ScaledDotScore
from attnbook.numpy.bidirectional import (
    bidirectional,
    merge,
    merge_backward,
    reverse_sequence,
)
from attnbook.numpy.clipping import clip_by_global_norm
from attnbook.numpy.cross_entropy import CrossEntropy, cross_entropy
from attnbook.numpy.embedding import Embedding
from attnbook.numpy.han import HAN, Level, close_gaps
from attnbook.numpy.hard_attention import draw_positions, reinforce_loss
from attnbook.numpy.input_feeding import FeedingCell, FeedingDecoder
from attnbook.numpy.luong_global import AttentionalState, GlobalAttention
from attnbook.numpy.luong_local import (
    LocalAttention,
    PredictivePosition,
    attend_gathered,
    distances,
    gather_windows,
    gaussian,
    monotonic_positions,
    window_mask,
)
from attnbook.numpy.luong_scores import (
    ConcatScore,
    DotScore,
    GeneralScore,
    LocationScore,
)
from attnbook.numpy.multi_head import MultiHeadAttention
from attnbook.numpy.padding import MaskedMean, masked_mean, pad_ids, padding_mask
from attnbook.numpy.pooling import AttentionPooling, pool_last, pool_max, pool_mean
from attnbook.numpy.qrnn import QRNN
from attnbook.numpy.regularization import (
    Dropout,
    EarlyStopping,
    l1_gradients,
    l1_penalty,
    l2_gradients,
    l2_penalty,
)
from attnbook.numpy.skip_gram import SkipGram
from attnbook.numpy.softmax import MaskedSoftmax, masked_softmax
from attnbook.numpy.text_cnn import Convolution, KMaxPooling, filter_mask

__all__ = [
    "HAN",
    "QRNN",
    "AttentionPooling",
    "AttentionalState",
    "ConcatScore",
    "Convolution",
    "CosineScore",
    "CrossEntropy",
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
    "MaskedMean",
    "MaskedSoftmax",
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
    "l1_gradients",
    "l1_penalty",
    "l2_gradients",
    "l2_penalty",
    "masked_mean",
    "masked_softmax",
    "merge",
    "merge_backward",
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
