"""Part III on real texts: one sub-command for each chapter.

Wants ATTNBOOK_DATA to hold the sets. Uses a GPU where there is one; without, `pooling`
takes ten minutes on two cores, `han` five. From the root:
python tests/benchmarks/documents.py pooling \
    > book/attnbook/recorded/documents_pooling.json
"""

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from attnbook.data.real import Labelled, load_mr, load_reviews
from attnbook.data.tokenisers import normalise, words
from attnbook.data.vocabulary import SPECIALS, Vocabulary
from attnbook.torch.cnn_classifier import CNNSettings, TextCNN, accuracy, fit_cnn
from attnbook.torch.document_classifier import (
    DocumentClassifier,
    encode_sentences,
    fit_documents,
    read_documents,
)
from attnbook.torch.review_classifier import Reviews, encode_texts
from attnbook.torch.text_classifier import (
    TextClassifier,
    TextSettings,
    fit_texts,
    read_texts,
)
from attnbook.torch.training import two_at_a_time
from recording import show

SEEDS, TEST, LEAST, LONGEST = (0, 1, 2), 1_000, 2, 100
SETS = {"mr": "en", "chnsenticorp-htl": "zh"}  # and their languages
POOLS = ("last", "mean", "max", "attention")
SETTINGS = TextSettings(
    embed=48, hidden=48, attn_dim=24, epochs=3, batch=64, rate=0.004, drop=0.3
)
KIM = CNNSettings(embed=64, filters=100, attn_dim=32, epochs=3)  # 100, as Kim had
READERS = {  # those of textcnn, and what each changes in KIM
    "max": {"pool": "max"},
    "mean": {"pool": "mean"},
    "k-max": {"pool": "k-max"},
    "attention": {"pool": "attention"},
    "QRNN, attention": {"pool": "attention", "qrnn": True},
}
WHOLE = {"imdb-2k": "en", "chnsenticorp-htl": "zh"}  # whole reviews, for han
SENTS, WORDS, HELD_OUT = 20, 30, 500  # at most, at most, reviews to be tested on
HAN = TextSettings(
    both_ways=True,
    embed=48,
    hidden=24,
    attn_dim=24,
    epochs=4,
    batch=32,
    rate=0.004,
    drop=0.3,
)
NAMES = {"HN-AVE": "mean", "HN-MAX": "max", "HN-ATT": "attention"}
BREAK = re.compile(r"(?:<br />)+|(?<=[.!?。…])\s*(?![.!?。…\"'])")
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def load(name: str) -> list[Labelled]:
    """A set's different texts, as many good as bad, in a fixed order."""
    texts = load_mr() if name == "mr" else load_reviews((SETS | WHOLE)[name])
    kept = sorted({(normalise(each.text), each.label) for each in texts if each.text})
    sides = [[pair for pair in kept if pair[1] == label] for label in (0, 1)]
    least = min(map(len, sides))
    rng = np.random.default_rng(0)
    chosen = [side[i] for side in sides for i in rng.permutation(len(side))[:least]]
    return [Labelled(*pair) for pair in chosen]


def split(
    cut: Sequence[list[str]], labels: Sequence[int], seed: int
) -> tuple[int, Reviews, Reviews]:
    """Size of the vocabulary, texts to learn from and TEST texts to be tested on.

    The vocabulary counts whole texts; of each, the first LONGEST tokens are read.
    """
    order = np.random.default_rng(seed).permutation(len(cut))
    train, test = order[:-TEST], order[-TEST:]
    vocab = Vocabulary((cut[i] for i in train), SPECIALS[:2], LEAST)
    sides = (
        ([cut[i][:LONGEST] for i in part], [labels[i] for i in part])
        for part in (train, test)
    )
    return len(vocab), *(encode_texts(*side, vocab) for side in sides)


def by_length(right: np.ndarray, lengths: np.ndarray) -> list[float]:
    """The share of right answers among the shortest, middle and longest texts."""
    thirds = np.array_split(np.argsort(lengths, kind="stable"), 3)
    return [round(float(right[rows].mean()), 4) for rows in thirds]


def pooling() -> dict:
    """The four ways to pool, on each set and seed."""
    found = {}
    for name, language in SETS.items():
        texts = load(name)
        cut = [words(each.text, language) for each in texts]
        parts = {s: split(cut, [each.label for each in texts], s) for s in SEEDS}

        def one(pool: str, seed: int, parts=parts) -> dict:
            vocab, train, test = parts[seed]
            settings, rng = replace(SETTINGS, pool=pool), np.random.default_rng(seed)
            model = TextClassifier(vocab, settings, rng).to(DEVICE)
            fit_texts(model, train, settings, rng)
            right, _ = read_texts(model, test)
            thirds = by_length(right, test.mask.sum(dim=1).numpy())
            return {"right": round(float(right.mean()), 4), "thirds": thirds}

        results = two_at_a_time(one, [(pool, seed) for pool in POOLS for seed in SEEDS])
        lengths = [len(text[:LONGEST]) for text in cut]
        found[name] = {
            "texts": len(texts),
            "lengths": [float(np.quantile(lengths, q)) for q in (0, 1 / 3, 2 / 3, 1)],
            "pools": {pool: [results[pool, seed] for seed in SEEDS] for pool in POOLS},
        }
    return {
        "what": "share of right answers on held-out texts, by set, pooling and seed",
        "found": found,
        "settings": str(SETTINGS),
        "longest": LONGEST,
        "data": [*SETS],
    }


def textcnn() -> dict:
    """The text CNN with each pooling and a QRNN, on sentences of film reviews."""
    texts = load("mr")
    cut, labels = [words(each.text, "en") for each in texts], [t.label for t in texts]
    parts = {seed: split(cut, labels, seed) for seed in SEEDS}

    def one(name: str, seed: int) -> float:
        vocab, train, test = parts[seed]
        settings, rng = replace(KIM, **READERS[name]), np.random.default_rng(seed)
        model = TextCNN(vocab, settings, rng).to(DEVICE)
        fit_cnn(model, train, settings, rng)
        return round(accuracy(model, test), 4)

    results = two_at_a_time(one, [(name, seed) for name in READERS for seed in SEEDS])
    return {
        "what": "share of right answers on held-out sentences, by reader and seed",
        "right": {name: [results[name, seed] for seed in SEEDS] for name in READERS},
        "texts": len(texts),
        "test": TEST,
        "settings": str(KIM),
        "data": ["mr"],
    }


def sentences(text: str, language: str) -> list[list[str]]:
    """Cut a review into sentences, at most SENTS, with the first WORDS of each."""
    parts = [words(part, language) for part in BREAK.split(text)]
    return [part[:WORDS] for part in parts if part][:SENTS]


def one_han(
    cut: Sequence[list[list[str]]], labels: Sequence[int], kind: str, seed: int
) -> dict:
    """Right answers by epoch, and the weight of first and last sentence."""
    order = np.random.default_rng(seed).permutation(len(cut))
    train, test = order[:-HELD_OUT], order[-HELD_OUT:]
    known = (sentence for i in train for sentence in cut[i])
    vocab = Vocabulary(known, SPECIALS[:2], LEAST)
    to_learn, to_test = (
        encode_sentences([cut[i] for i in part], [labels[i] for i in part], vocab)
        for part in (train, test)
    )
    settings, rng = replace(HAN, pool=NAMES[kind]), np.random.default_rng(seed)
    model = DocumentClassifier(len(vocab), settings, rng).to(DEVICE)
    history = fit_documents(model, to_learn, to_test, settings, rng)
    _, _, weights = read_documents(model, to_test)  # (B, N)
    counts = to_test.mask.any(dim=2).sum(dim=1).numpy()  # (B,) sentences
    shares = {
        "first": weights[:, 0],
        "last": weights[np.arange(len(counts)), counts - 1],
        "fair": 1 / counts,
    }
    means = {name: round(float(each.mean()), 4) for name, each in shares.items()}
    return {"right": [round(share, 4) for share in history], **means}


def han() -> dict:
    """HN-AVE, HN-MAX and HN-ATT on whole reviews in two languages."""
    found = {}
    for name, language in WHOLE.items():
        texts = load(name)
        cut = [sentences(each.text, language) for each in texts]
        labels = [each.label for each in texts]

        def one(kind: str, seed: int, cut=cut, labels=labels) -> dict:
            return one_han(cut, labels, kind, seed)

        results = two_at_a_time(one, [(kind, s) for kind in NAMES for s in SEEDS])
        found[name] = {
            "texts": len(texts),
            "sentences": float(np.mean([len(text) for text in cut])),
            "words": float(np.mean([len(part) for text in cut for part in text])),
            "kinds": {kind: [results[kind, s] for s in SEEDS] for kind in NAMES},
        }
    return {
        "what": "share of right answers by epoch, and mean weight of first and last"
        " sentence, on held-out reviews, by set, network and seed",
        "found": found,
        "test": HELD_OUT,
        "settings": str(HAN),
        "longest": [SENTS, WORDS],
        "data": [*WHOLE],
    }


CHAPTERS = {"pooling": pooling, "textcnn": textcnn, "han": han}


def main() -> int:
    """Measure a chapter's part, and print it with everything needed to repeat it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("chapter", choices=CHAPTERS)
    chapter = parser.parse_args().chapter
    found = CHAPTERS[chapter]() | {"seeds": SEEDS, "device": DEVICE}
    return show(found, ("torch", "numpy", "jieba"), ", 2 runs at a time, 1 thread each")


if __name__ == "__main__":
    sys.exit(main())
