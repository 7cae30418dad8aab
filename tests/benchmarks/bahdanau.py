"""From English to Japanese, through one vector and with attention, by length.

Takes ten minutes. From the root:
python tests/benchmarks/bahdanau.py > book/attnbook/recorded/bahdanau.json
"""

import sys
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from attnbook.data.sentences import SentenceSettings, Trio, make_sentences
from attnbook.data.vocabulary import PAD, UNK, Vocabulary
from attnbook.data.vocabulary import SPECIALS as MARKS
from attnbook.numpy.bidirectional import reverse_sequence
from attnbook.torch.repeater import RepeatSettings, teach
from attnbook.torch.rnn_search import RNNSearch, SearchSizes, search_greedy
from attnbook.torch.seq2seq import Seq2Seq, greedy, shift_right
from attnbook.torch.training import two_at_a_time
from recording import show

SEEDS, KINDS = (0, 1, 2), ("search", "fixed")
CORPUS = SentenceSettings(train=8000, held_out=3000)
LONGEST = 12  # most English words in a sentence to learn from
GROUPS = ((3, 6), (7, 8), (9, 10), (11, 12), (13, 13), (14, 20))  # English words
SEARCH = SearchSizes(embed=32, hidden=64, attn_dim=32)
FIXED = {"embed": 32, "hidden": 128, "peeky": True}
TRAINING = RepeatSettings(steps=1000, batch=64, rate=0.006)
BOS, EOS, WRITTEN = MARKS.index("<bos>"), MARKS.index("<eos>"), 28


class Pairs:
    """English and Japanese sentences as ids, in two vocabularies."""

    def __init__(self, train: Sequence[Trio]):
        self.source = Vocabulary([trio.en.words for trio in train], (PAD, UNK))
        self.target = Vocabulary([trio.ja.words for trio in train], MARKS)
        self.size = max(len(self.source), len(self.target))

    def encode(self, trios: Sequence[Trio], backwards: bool) -> list[torch.Tensor]:
        """src_ids (B, S), src_mask, tgt_ids (B, T) and tgt_mask; no bos in them."""
        src_ids, src_mask = self.source.encode([trio.en.words for trio in trios])
        tgt_ids, tgt_mask = self.target.encode([trio.ja.words for trio in trios])
        if backwards:
            lengths = src_mask.sum(axis=1)  # (B,)
            src_ids = reverse_sequence(src_ids[..., None], lengths)[..., 0]  # (B, S)
        arrays = src_ids, src_mask, tgt_ids[:, 1:], tgt_mask[:, 1:]
        return [torch.from_numpy(array) for array in arrays]

    def batches(
        self, trios: Sequence[Trio], rng: np.random.Generator, backwards: bool
    ) -> Iterator[list[torch.Tensor]]:
        """Batches of about one length, in a random order, all of them again and again.

        There are TRAINING.steps of them.
        """
        ordered = sorted(trios, key=lambda trio: (len(trio.ja), len(trio.en)))
        cuts = range(0, len(ordered), TRAINING.batch)
        ready = [self.encode(ordered[i : i + TRAINING.batch], backwards) for i in cuts]
        order: list[int] = []
        for _ in range(TRAINING.steps):
            order = order or [*rng.permutation(len(ready))]
            yield ready[order.pop()]


def build(kind: str, size: int, rng: np.random.Generator) -> torch.nn.Module:
    """The model through one vector, or the one with attention."""
    if kind == "fixed":
        return Seq2Seq(size, FIXED["embed"], FIXED["hidden"], rng, FIXED["peeky"])
    return RNNSearch(size, size, SEARCH, rng)


def matches(kind: str, model: torch.nn.Module, tensors: list) -> np.ndarray:
    """(B,) bool: is the whole sentence right, written without help?"""
    src_ids, src_mask, tgt_ids, _ = tensors
    write = greedy if kind == "fixed" else search_greedy
    chosen = write(model, src_ids, src_mask, BOS, EOS, WRITTEN)  # (B, WRITTEN)
    tgt_ids = torch.nn.functional.pad(tgt_ids, (0, WRITTEN - tgt_ids.shape[1]))
    return (chosen == tgt_ids).all(dim=1).numpy()


def looked_right(model: RNNSearch, pairs: Pairs, trios: Sequence[Trio]) -> list[float]:
    """Share of linked Japanese words that look most at a word they are linked to.

    Beside it what a guess among all words has, and one along the diagonal.
    """
    src_ids, src_mask, tgt_ids, _ = pairs.encode(trios, False)
    with torch.no_grad():
        weights = model.look(src_ids, src_mask, shift_right(tgt_ids, BOS))[1]
    most = weights.argmax(dim=-1).numpy()  # (B, T)
    right = []
    for trio, looks in zip(trios, most, strict=True):
        links, size = trio.links("ja", "en"), len(trio.en)
        for t in {t for t, _ in links}:
            linked = {j for other, j in links if other == t}
            straight = round(t * (size - 1) / max(len(trio.ja) - 1, 1))
            right.append([looks[t] in linked, len(linked) / size, straight in linked])
    return [float(share) for share in np.mean(right, axis=0)]


def pictures(model: RNNSearch, pairs: Pairs, trios: Sequence[Trio]) -> list[dict]:
    """The weights of the first two sentences with a clause before the main one."""
    found = []
    for kind in ("before", "relative"):
        fits = (t for t in trios if t.kind == kind and 8 <= len(t.en) <= 11)
        trio = next(
            t for t in fits if matches("search", model, pairs.encode([t], False))[0]
        )
        src_ids, src_mask, tgt_ids, _ = pairs.encode([trio], False)
        with torch.no_grad():
            weights = model.look(src_ids, src_mask, shift_right(tgt_ids, BOS))[1]
        rounded = [[round(w, 3) for w in row] for row in weights[0].tolist()]
        words = [*trio.ja.words, "<eos>"]
        found.append({"source": trio.en.words, "target": words, "weights": rounded})
    return found


def main() -> int:
    """Measure, and print the result with everything needed to repeat it."""
    train, held_out = make_sentences(CORPUS, np.random.default_rng(0))
    pairs = Pairs(train)
    short = [trio for trio in train if len(trio.en) <= LONGEST]
    lengths = np.array([len(trio.en) for trio in held_out])

    def one(kind: str, seed: int) -> tuple:
        rng, backwards = np.random.default_rng(seed), kind == "fixed"
        model = build(kind, pairs.size, rng)
        teach(model, pairs.batches(short, rng, backwards), TRAINING, BOS)
        right = matches(kind, model, pairs.encode(held_out, backwards))
        shares = [
            float(right[(lengths >= a) & (lengths <= b)].mean()) for a, b in GROUPS
        ]
        print(kind, seed, shares, file=sys.stderr)
        return model, shares

    results = two_at_a_time(one, [(kind, seed) for kind in KINDS for seed in SEEDS])
    models = {kind: results[kind, 0][0] for kind in KINDS}
    counts = {k: sum(p.numel() for p in m.parameters()) for k, m in models.items()}
    looks = [looked_right(results["search", s][0], pairs, held_out) for s in SEEDS]
    found = {
        "what": "exact match from English to Japanese by the number of English words",
        "exact_match": {k: [results[k, s][1] for s in SEEDS] for k in KINDS},
        "groups": GROUPS,
        "counts": [int(((lengths >= a) & (lengths <= b)).sum()) for a, b in GROUPS],
        "learned_from": len(short),
        "longest": LONGEST,
        "parameters": counts,
        "looked_right": looks,
        "alignments": pictures(models["search"], pairs, held_out),
        "seeds": SEEDS,
        "settings": f"{CORPUS} {SEARCH} {FIXED} {TRAINING}",
    }
    return show(found, ("torch", "numpy"), ", 2 runs at a time, 1 thread each")


if __name__ == "__main__":
    sys.exit(main())
