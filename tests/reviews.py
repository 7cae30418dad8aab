"""A small corpus of reviews for the tests of classifiers."""

import numpy as np
from attnbook.data.documents import DocumentSettings, make_documents
from attnbook.data.vocabulary import Vocabulary
from attnbook.torch.review_classifier import Reviews, encode_reviews, words_of


def draw_reviews(others: tuple[int, int]) -> tuple[int, Reviews, Reviews]:
    """Return the size of the vocabulary, 40 reviews to train on, and 20 held out.

    Args:
        others: the least and the most sentences without an opinion in a review.
    """
    settings = DocumentSettings(40, 20, opinions=(1, 1), others=others)
    train, held_out = make_documents(settings, np.random.default_rng(0))
    vocab = Vocabulary(words_of(train))
    return len(vocab), encode_reviews(train, vocab), encode_reviews(held_out, vocab)
