"""Word vectors from real sentences: do people find the same words alike?

Takes three minutes and needs the sets tanaka-enja, tatoeba-jpn, tatoeba-cmn-hans and
wordsim, in the folder that ATTNBOOK_DATA names or from the net. From the root:
python tests/benchmarks/word_vectors.py > book/attnbook/recorded/embeddings.json
"""

import re
import sys

import numpy as np
from attnbook.data import real
from attnbook.data.windows import Text, read_text
from attnbook.numpy import SkipGram
from attnbook.numpy.word_counts import neighbour_counts, ppmi, tf_idf
from attnbook.numpy.word_vectors import SkipGramSettings, cosines, train_skip_gram
from recording import show

SEEDS, LEAST, EMBED = (0, 1, 2), 5, 50
SETTINGS = SkipGramSettings(window=5, share=1e-4, epochs=5)


def english() -> list[tuple[str, ...]]:
    """All different English sentences of three sets, in small letters."""
    pairs = [pair for part in real.PARTS for pair in real.load_tanaka(part)]
    pairs += [pair for other in ("ja", "zh") for pair in real.load_tatoeba(other)]
    texts = (pair.en.lower() for pair in pairs)
    return sorted({tuple(re.findall(r"[a-z]+(?:'[a-z]+)?", text)) for text in texts})


def japanese() -> list[tuple[str, ...]]:
    """All different Japanese sentences of the one set that is cut into words."""
    pairs = [pair for part in real.PARTS for pair in real.load_tanaka(part)]
    return sorted({tuple(pair.other.split()) for pair in pairs})


def known_pairs(text: Text, language: str) -> tuple[np.ndarray, np.ndarray]:
    """(R, 2) ids of the word pairs that the text has, and people's scores (R,)."""
    number = {word: i for i, word in enumerate(text.words)}
    found = [
        (number[pair.one.lower()], number[pair.other.lower()], pair.score)
        for pair in real.load_word_pairs(language)
        if pair.one.lower() in number and pair.other.lower() in number
    ]
    ids = np.array([row[:2] for row in found])  # (R, 2)
    return ids, np.array([row[2] for row in found])


def ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1; equal values share the mean of their ranks."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2)[place]


def agreement(vectors: np.ndarray, pairs: np.ndarray, scores: np.ndarray) -> float:
    """Spearman's rank correlation of cosines and people's scores.

    Args:
        vectors: (V, E).
        pairs: (R, 2) rows of vectors.
        scores: (R,).
    """
    alike = cosines(vectors)[pairs[:, 0], pairs[:, 1]]  # (R,)
    return float(np.corrcoef(ranks(alike), ranks(scores))[0, 1])


def measure(language: str) -> dict:
    """The agreement of each kind of vector, and what it was measured on."""
    sentences = {"en": english, "ja": japanese}[language]()
    text = read_text(sentences, LEAST)
    pairs, scores = known_pairs(text, language)
    words, rows = np.unique(pairs, return_inverse=True)
    rows = rows.reshape(-1, 2)  # (R, 2), rows among the words of the pairs
    counts = neighbour_counts(text, SETTINGS.window)[words]  # (R, V)
    weighted = ppmi(neighbour_counts(text, SETTINGS.window))[words]  # (R, V)
    trained = []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        model = SkipGram(len(text.words), EMBED, rng)
        train_skip_gram(model, text, SETTINGS, rng)
        trained.append(agreement(model.params["W"][words], rows, scores))
    return {
        "sentences": len(sentences),
        "tokens": len(text.ids),
        "words": len(text.words),
        "pairs": len(pairs),
        "all_pairs": len(real.load_word_pairs(language)),
        "agreement": {
            "TF-IDF": [agreement(tf_idf(text, words), rows, scores)],
            "counts": [agreement(counts, rows, scores)],
            "PPMI": [agreement(weighted, rows, scores)],
            "skip-gram": trained,
        },
    }


def main() -> int:
    """Measure, and print the result with everything needed to repeat it."""
    found = {
        "what": "rank correlation of cosines with people's scores of word pairs",
        "languages": {language: measure(language) for language in ("en", "ja")},
        "seeds": SEEDS,
        "least": LEAST,
        "embed": EMBED,
        "settings": str(SETTINGS),
        "sets": ["tanaka-enja", "tatoeba-jpn", "tatoeba-cmn-hans", "wordsim"],
    }
    return show(found, ("numpy",))


if __name__ == "__main__":
    sys.exit(main())
