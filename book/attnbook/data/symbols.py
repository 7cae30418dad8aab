"""Rows of random symbols of random lengths: what a listener has to repeat."""

from dataclasses import dataclass

import numpy as np

PAD, BOS, EOS = 0, 1, 2  # ids of padding, of the start and of the end; symbols follow


@dataclass(frozen=True)
class SymbolBatch:
    """Some rows to repeat, as ids."""

    src_ids: np.ndarray  # (B, S) int64, 0 on padding
    src_mask: np.ndarray  # (B, S) bool, True where a symbol is real
    tgt_ids: np.ndarray  # (B, S + 1) int64, the same symbols, then EOS
    tgt_mask: np.ndarray  # (B, S + 1) bool, True where a symbol or EOS is real


def draw_symbols(
    rng: np.random.Generator, batch: int, longest: int, symbols: int = 10
) -> SymbolBatch:
    """Draw rows of 1 to `longest` symbols, every length and symbol as likely."""
    lengths = rng.integers(1, longest + 1, batch)  # (B,)
    return repeat_rows(
        rng.integers(EOS + 1, EOS + 1 + symbols, (batch, longest)), lengths
    )


def repeat_rows(ids: np.ndarray, lengths: np.ndarray) -> SymbolBatch:
    """Cut rows (B, S) of ids to their lengths (B,) and ask for each once more."""
    src_mask = np.arange(ids.shape[1]) < lengths[:, None]  # (B, S)
    src_ids = np.where(src_mask, ids, PAD)  # (B, S)
    tgt_ids = np.pad(src_ids, ((0, 0), (0, 1)))  # (B, S + 1)
    tgt_ids[np.arange(len(ids)), lengths] = EOS
    return SymbolBatch(src_ids, src_mask, tgt_ids, tgt_ids != PAD)
