"""A translator on real sentences: English to Chinese, or with "ja" to Japanese.

Wants ATTNBOOK_DATA to hold the Tatoeba sets. Takes about ten minutes for each seed on
one core, and uses a GPU if there is one. From the root:
python tests/benchmarks/translation.py zh > book/attnbook/recorded/translation_zh.json
"""

import argparse
import sys
import time
from collections.abc import Sequence

import numpy as np
import torch
from attnbook.data.real import SentencePair, load_tatoeba
from attnbook.data.translation import (
    Vocabularies,
    clean,
    group_by_source,
    simplify,
    source_key,
    split_by_source,
)
from attnbook.torch.translator import Translator
from attnbook.torch.translator_training import (
    TranslatorSettings,
    look,
    train_translator,
    translate,
)
from attnbook.translation_scores import translation_scores
from recording import show

MOST, LEAST, HELD_OUT = 20, 2, (500, 500)  # tokens, count of a token, sources
SETTINGS = TranslatorSettings(
    embed=128, hidden=256, rate=0.3, epochs=10, patience=2, batch=64, step=0.002
)
SEARCHES = {"greedy": {}, "beam": {"width": 5}, "beam, plain": {"width": 5, "alpha": 0}}
SAMPLES, PICTURES = 10, 3


def prepare(language: str, most_pairs: int) -> tuple[list[list[SentencePair]], dict]:
    """Split the cleaned pairs (held-out, test, training), and count what was done."""
    raw = load_tatoeba(language)
    cleaned = clean(raw, language, MOST)
    dev, test, train = split_by_source(cleaned, HELD_OUT, np.random.default_rng(0))
    train = train[:most_pairs]
    seen = {pair.other for pair in train}
    counts = {
        "raw": len(raw),
        "cleaned": len(cleaned),
        "train": len(train),
        "held_out": len(dev),
        "test": len(test),
        "test_sources": len({source_key(pair) for pair in test}),
        "test_targets_seen": sum(pair.other in seen for pair in test),
    }
    if language == "zh":
        counts["simplified"] = sum(simplify(pair.other) != pair.other for pair in raw)
    return [dev, test, train], counts


def references_of(pairs: Sequence[SentencePair]) -> dict[str, list[str]]:
    """All translations that people gave, by source."""
    groups = group_by_source(pairs).values()
    return {group[0].en: [pair.other for pair in group] for group in groups}


def measure(parts: list[list[SentencePair]], language: str, seed: int) -> dict:
    """Train one translator and score it by each kind of search."""
    dev, test, train = parts
    device = "cuda" if torch.cuda.is_available() else "cpu"
    rng, vocabs = np.random.default_rng(seed), Vocabularies.of(train, language, LEAST)
    torch.manual_seed(seed)  # dropout's
    sizes = len(vocabs.source), len(vocabs.target), SETTINGS.embed, SETTINGS.hidden
    model = Translator(*sizes, rng, SETTINGS.rate).to(device)
    start = time.perf_counter()
    history = train_translator(model, train, dev, vocabs, SETTINGS, rng)
    seconds = time.perf_counter() - start
    references = references_of(test)
    found = {
        "losses": history,
        "seconds": round(seconds, 1),
        "vocabularies": sizes[:2],
        "parameters": sum(p.numel() for p in model.parameters()),
        "scores": {},
    }
    for name, options in SEARCHES.items():
        written = translate(model, list(references), vocabs, **options)
        scores = translation_scores(written, list(references.values()), language)
        lengths = [len(text) for text in written]
        found["scores"][name] = scores | {"mean_length": float(np.mean(lengths))}
        if name == "beam":
            found["samples"] = sample(references, written)
    return found | {"pictures": pictures(model, found["samples"], vocabs)}


def sample(references: dict[str, list[str]], written: Sequence[str]) -> list[dict]:
    """Evenly spread over the test set, not chosen: source, translation, reference."""
    rows = list(zip(references, written, references.values(), strict=True))
    picked = rows[:: max(len(rows) // SAMPLES, 1)][:SAMPLES]
    return [{"en": s, "written": w, "reference": r[0]} for s, w, r in picked]


def pictures(model: Translator, samples: list[dict], vocabs: Vocabularies) -> list:
    """Where it looked in the longest of the samples, rounded."""
    longest = sorted(samples, key=lambda row: -len(row["en"]))[:PICTURES]
    return [
        {
            **row,
            "weights": look(model, row["en"], row["written"], vocabs).round(3).tolist(),
        }
        for row in longest
    ]


def main() -> int:
    """Measure, and print the result with everything needed to repeat it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("language", choices=["zh", "ja"])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--pairs", type=int, default=1_000_000, help="most to train on")
    options = parser.parse_args()
    torch.set_num_threads(1)
    parts, counts = prepare(options.language, options.pairs)
    gpu = torch.cuda.is_available()
    found = {
        "what": f"a translator from English to {options.language} on Tatoeba",
        "data": "Tatoeba by way of ManyThings.org, CC BY 2.0 FR",
        "device": torch.cuda.get_device_name() if gpu else "cpu",
        "counts": counts,
        "runs": [measure(parts, options.language, seed) for seed in options.seeds],
        "seeds": options.seeds,
        "settings": str(SETTINGS),
    }
    packages = ("torch", "numpy", "sacrebleu", "opencc")
    return show(found, packages, ", 1 thread")


if __name__ == "__main__":
    sys.exit(main())
