"""What counting can do, and what it must not be able to do."""

import numpy as np
import pytest
from attnbook.data.baselines import (
    bag_of_words_accuracy,
    count_words,
    labels_of,
    logistic_regression,
    most_opinions_accuracy,
    naive_bayes,
    tag_accuracy,
)
from attnbook.data.documents import Document, DocumentSettings, make_documents
from attnbook.data.grammar.tokens import Evidence, Sentence, token
from attnbook.data.sentences import SentenceSettings, make_sentences


def review(*lines):
    """Documents from words, the sign of the only opinion first in each line."""
    sentences = []
    for line in lines:
        sign, *words = line.split()
        tokens = tuple(token(word, "X") for word in words)
        evidence = (Evidence(int(sign), 1, (0,)),) if int(sign) else ()
        sentences.append(Sentence("en", tokens, evidence))
    return Document(tuple(sentences), "hotel")


def test_words_are_counted_over_all_sentences_and_unknown_ones_left_out():
    counts = count_words([review("1 a b a", "0 b c"), review("-1 c")], ["a", "b"])
    np.testing.assert_array_equal(counts, [[2, 2], [0, 0]])
    np.testing.assert_array_equal(labels_of([review("1 a"), review("-1 a")]), [1, 0])


def test_naive_bayes_has_the_weights_worked_out_by_hand():
    counts, labels = np.array([[2.0, 0.0], [1.0, 1.0]]), np.array([1, 0])
    weights, bias = naive_bayes(counts, labels)
    np.testing.assert_allclose(weights, np.log([(3 / 4) / (2 / 4), (1 / 4) / (2 / 4)]))
    assert bias == pytest.approx(0)


def test_logistic_regression_stands_where_its_loss_is_flat(rng):
    counts = rng.poisson(1.0, size=(60, 4)).astype(float)
    labels = (counts[:, 0] + rng.normal(size=60) > 1).astype(int)
    weights, bias = logistic_regression(counts, labels, penalty=0.5)

    def loss(values):
        scores = counts @ values[:-1] + values[-1]
        terms = np.log1p(np.exp(scores)) - labels * scores
        return terms.sum() + 0.25 * (values[:-1] ** 2).sum()

    here, step = np.append(weights, bias), 1e-5
    for row in np.eye(5):
        slope = (loss(here + step * row) - loss(here - step * row)) / (2 * step)
        assert abs(slope) < 1e-5


def test_both_classifiers_solve_a_task_that_single_words_decide():
    good, bad = review("1 fine day"), review("-1 poor day")
    for fit in (naive_bayes, logistic_regression):
        assert bag_of_words_accuracy([good, bad] * 5, [bad, good], fit) == 1


def test_the_majority_of_opinions_counts_a_tie_as_half():
    documents = [review("1 a", "-1 b"), review("1 a", "1 b", "-1 c"), review("1 a")]
    assert most_opinions_accuracy(documents) == pytest.approx((0.5 + 0 + 1) / 3)


@pytest.mark.parametrize(
    ("seed", "language"), [(0, "en"), (1, "en"), (2, "en"), (0, "ja"), (0, "zh")]
)
def test_a_bag_of_words_stays_far_below_the_rule(seed, language):
    rng = np.random.default_rng(seed)
    train, tests = make_documents(DocumentSettings(), rng, language)
    assert len(tests) == 500
    for fit in (naive_bayes, logistic_regression):
        assert 0.42 < bag_of_words_accuracy(train, tests, fit) < 0.68
    assert 0.55 < most_opinions_accuracy(tests) < 0.78
    by_rule = [document.opinions[-1][1].sign > 0 for document in tests]
    assert (np.array(by_rule) == labels_of(tests)).all()


def test_a_table_of_tags_backs_off_to_the_word():
    def tagged(text):
        pairs = (pair.split("/") for pair in text.split())
        return Sentence("en", tuple(token(*pair) for pair in pairs))

    train = [tagged("the/D light/N fell/V"), tagged("the/D light/A bag/N fell/V")]
    tests = [tagged("a/D light/A bag/N"), tagged("the/D light/N fell/V")]
    right, hard = tag_accuracy(train, tests, "word, word after")
    assert (right, hard) == (5 / 6, 1)  # "a" was never seen
    assert tag_accuracy(train, tests, "word")[1] == 0.5


def test_the_word_after_tells_more_english_tags_than_the_word_before(rng):
    settings = SentenceSettings(train=3000, held_out=1000)
    train, tests = make_sentences(settings, rng)
    train, tests = ([trio.en for trio in side] for side in (train, tests))
    hard = [
        tag_accuracy(train, tests, view)[1]
        for view in ("word", "word before, word", "word, word after")
    ]
    assert hard[0] < hard[2] - 0.03
    assert hard[1] < hard[2] - 0.01
