"""What counting can do: the bars that a model has to clear on the generated corpora."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

import numpy as np

from attnbook.data.documents import Document
from attnbook.data.grammar.tokens import Sentence

# What a tagger by counting may see: the word with its neighbours, if any.
VIEWS: dict[str, Callable[[Sequence[str], int], tuple[str, ...]]] = {
    "word": lambda words, i: (words[i],),
    "word before, word": lambda words, i: (words[i - 1] if i else "", words[i]),
    "word, word after": lambda words, i: (words[i], "".join(words[i + 1 : i + 2])),
}


def count_words(documents: Sequence[Document], words: Sequence[str]) -> np.ndarray:
    """Count each of the words in each document: (D, V) float64, order forgotten."""
    column = {word: number for number, word in enumerate(words)}
    counts = np.zeros((len(documents), len(words)))  # (D, V)
    for row, document in zip(counts, documents, strict=True):
        for sentence in document.sentences:
            for word in sentence.words:
                if word in column:
                    row[column[word]] += 1
    return counts


def labels_of(documents: Sequence[Document]) -> np.ndarray:
    """(D,) int64, 1 for good and 0 for bad."""
    return np.array([document.label for document in documents], dtype=np.int64)


def vocabulary_of(documents: Sequence[Document]) -> list[str]:
    """All words of the documents, sorted."""
    sentences = (each for document in documents for each in document.sentences)
    return sorted({word for sentence in sentences for word in sentence.words})


def naive_bayes(counts: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights (V,) and bias of multinomial naive Bayes, with one added to each count.

    A document is called good if counts @ weights + bias is above 0.
    """
    good = counts[labels == 1].sum(axis=0) + 1  # (V,)
    bad = counts[labels == 0].sum(axis=0) + 1  # (V,)
    weights = np.log(good / good.sum()) - np.log(bad / bad.sum())  # (V,)
    return weights, float(np.log(labels.mean() / (1 - labels.mean())))


def logistic_regression(
    counts: np.ndarray, labels: np.ndarray, penalty: float = 1.0, steps: int = 30
) -> tuple[np.ndarray, float]:
    """Weights (V,) and bias of a logistic regression, by Newton's method.

    Args:
        penalty: half of it times the squared weights is added to the summed loss.
    """
    inputs = np.hstack([counts, np.ones((len(counts), 1))])  # (D, V + 1)
    ridge = penalty * np.eye(inputs.shape[1])  # (V + 1, V + 1)
    ridge[-1, -1] = 1e-9  # the bias is free
    weights = np.zeros(inputs.shape[1])  # (V + 1,)
    for _ in range(steps):
        good = 1 / (1 + np.exp(-inputs @ weights))  # (D,)
        grad = inputs.T @ (good - labels) + ridge @ weights  # (V + 1,)
        curve = (inputs * (good * (1 - good))[:, None]).T @ inputs + ridge
        step = np.linalg.solve(curve, grad)  # (V + 1,)
        weights -= step
        if np.abs(step).max() < 1e-8:
            break
    return weights[:-1], float(weights[-1])


def bag_of_words_accuracy(
    train: Sequence[Document], tests: Sequence[Document], fit: Callable = naive_bayes
) -> float:
    """Share of the tests that a classifier on counts gets right."""
    words = vocabulary_of(train)
    weights, bias = fit(count_words(train, words), labels_of(train))
    called = count_words(tests, words) @ weights + bias > 0  # (D,)
    return float((called == labels_of(tests)).mean())


def most_opinions_accuracy(tests: Sequence[Document]) -> float:
    """Share that the majority of opinions gets right, negations read; ties count half.

    It reads every clause rightly and forgets only the order.
    """
    sums = np.array([sum(o.sign for _, o in each.opinions) for each in tests])  # (D,)
    right = np.sign(sums) == 2 * labels_of(tests) - 1  # (D,)
    return float(np.where(sums == 0, 0.5, right).mean())


def tag_accuracy(
    train: Sequence[Sentence], tests: Sequence[Sentence], view: str
) -> tuple[float, float]:
    """Tag each word as it mostly was, seen in a view; back off to the word alone.

    Returns:
        The share of right tags, over all words and over words with several tags.
    """
    tables = {name: _tag_table(train, look) for name, look in VIEWS.items()}
    several = {key for key, tags in tables["word"].items() if len(tags) > 1}
    right, hard = [], []
    for sentence in tests:
        for i, tag in enumerate(sentence.tags):
            word = VIEWS["word"](sentence.words, i)
            key = VIEWS[view](sentence.words, i)
            tags = tables[view].get(key) or tables["word"].get(word) or Counter()
            right.append(bool(tags) and tags.most_common(1)[0][0] == tag)
            hard += right[-1:] if word in several else []
    return float(np.mean(right)), float(np.mean(hard))


def _tag_table(
    sentences: Sequence[Sentence], look: Callable
) -> dict[tuple[str, ...], Counter]:
    table = defaultdict(Counter)
    for sentence in sentences:
        for i, tag in enumerate(sentence.tags):
            table[look(sentence.words, i)][tag] += 1
    return table
