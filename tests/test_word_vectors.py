"""From sentences to word vectors: pairs, counts and training."""

import math

import numpy as np
import pytest
from attnbook.data.windows import neighbours, read_text, thin_out
from attnbook.numpy import SkipGram
from attnbook.numpy.word_counts import neighbour_counts, ppmi, tf_idf
from attnbook.numpy.word_vectors import SkipGramSettings, cosines, train_skip_gram
from attnbook.recorded import load_recorded

SENTENCES = [("a", "b", "a"), ("b", "c", "rare"), (), ("a", "c")]


@pytest.fixture
def text():
    return read_text(SENTENCES, 2)


def test_words_are_numbered_by_the_alphabet_and_rare_ones_left_out(text):
    assert text.words == ("a", "b", "c")
    np.testing.assert_array_equal(text.counts, [3, 2, 2])
    np.testing.assert_array_equal(text.ids, [0, 1, 0, 1, 2, 0, 2])
    np.testing.assert_array_equal(text.sentence, [0, 0, 0, 1, 1, 3, 3])


def test_a_text_without_words_is_empty():
    empty = read_text([()], 1)
    assert (empty.words, len(empty.ids), len(empty.counts)) == ((), 0, 0)


@pytest.mark.parametrize("window", [1, 2, 9])
def test_neighbours_are_those_of_two_loops(text, window):
    expected = [
        (text.ids[i], text.ids[j])
        for i, j in np.ndindex(len(text.ids), len(text.ids))
        if i != j and abs(i - j) <= window and text.sentence[i] == text.sentence[j]
    ]
    seen = neighbours(text.ids, text.sentence, window)
    assert sorted(map(tuple, seen)) == sorted(expected)


def test_frequent_words_are_thinned_out_and_rare_ones_kept(rng):
    text = read_text([("the",) * 90 + ("cat",) * 10] * 100, 1)
    kept = thin_out(text, 0.1, rng)
    the, cat = (kept[text.ids == text.words.index(w)].mean() for w in ("the", "cat"))
    assert cat == 1
    assert the == pytest.approx(math.sqrt(0.1 / 0.9), abs=0.02)


def test_tf_idf_of_small_sentences_by_hand(text):
    """Word a stands in 2 of 4 sentences, twice in the first; c in 2, once each."""
    seen = tf_idf(text, np.array([2, 0]))
    ln2 = math.log(2)
    np.testing.assert_allclose(seen, [[0, ln2, 0, ln2], [2 * ln2, 0, 0, ln2]])


def test_a_word_that_stands_in_each_sentence_has_no_tf_idf():
    text = read_text([("the", "cat"), ("the", "dog")], 1)
    assert (tf_idf(text, np.array([text.words.index("the")])) == 0).all()


def test_counts_of_neighbours_are_the_same_both_ways(text):
    counts = neighbour_counts(text, 1)
    np.testing.assert_array_equal(counts, [[0, 2, 1], [2, 0, 1], [1, 1, 0]])


def test_ppmi_is_the_logarithm_above_chance_and_zero_below():
    seen = ppmi(np.array([[0.0, 3.0], [3.0, 2.0]]))
    often = math.log(3 / (3 * 5 / 8))  # by chance they would meet 15/8 times
    np.testing.assert_allclose(seen, [[0, often], [often, 0]])


def test_ppmi_of_words_that_meet_nobody_is_zero_without_a_warning():
    assert (ppmi(np.array([[0.0, 0.0], [0.0, 4.0]])) == 0).all()


def test_cosines_know_directions_and_not_lengths():
    seen = cosines(np.array([[2.0, 0.0], [0.0, 5.0], [-1.0, 0.0], [0.0, 0.0]]))
    expected = [[1, 0, -1, 0], [0, 1, 0, 0], [-1, 0, 1, 0], [0, 0, 0, 0]]
    np.testing.assert_allclose(seen, expected, atol=1e-12)


def test_words_with_the_same_neighbours_get_vectors_of_one_direction():
    """Cat and dog never meet; both stand beside purr and bark words of their own."""
    rng = np.random.default_rng(1)
    kinds = {"pet": ("cat", "dog", "eats", "runs"), "car": ("bus", "van", "rolls")}
    sentences = []
    for _ in range(400):
        words = kinds["pet" if rng.random() < 0.5 else "car"]
        verbs = words[2:]
        sentences.append((words[rng.integers(2)], verbs[rng.integers(len(verbs))]))
    text = read_text(sentences, 1)
    settings = SkipGramSettings(window=1, share=1.0, epochs=10, batch=16)
    model = SkipGram(len(text.words), 4, rng)
    losses = train_skip_gram(model, text, settings, rng)
    assert losses[-1] < losses[0]
    alike = cosines(model.params["W"])
    cat, dog, bus = (text.words.index(word) for word in ("cat", "dog", "bus"))
    assert alike[cat, dog] > 0.9 > 0.5 > alike[cat, bus]


def test_the_same_generator_trains_the_same_vectors(text):
    models = []
    for _ in range(2):
        rng = np.random.default_rng(3)
        models.append(SkipGram(len(text.words), 4, rng))
        train_skip_gram(models[-1], text, SkipGramSettings(share=1.0), rng)
    np.testing.assert_array_equal(models[0].params["W"], models[1].params["W"])


def test_a_text_in_which_no_word_has_a_neighbour_is_refused(rng):
    text = read_text([("a",), ("b",)], 1)
    with pytest.raises(ValueError, match="no neighbours"):
        train_skip_gram(SkipGram(2, 4, rng), text, SkipGramSettings(), rng)


def test_the_recorded_agreement_says_what_it_was_measured_on():
    """If this fails, run tests/benchmarks/word_vectors.py again."""
    recorded = load_recorded("embeddings")
    for key in ("seeds", "machine", "versions", "date", "what", "sets"):
        assert recorded[key], key
    settings = SkipGramSettings(window=5, share=1e-4, epochs=5)
    assert (recorded["settings"], recorded["embed"]) == (str(settings), 50)
    for measured in recorded["languages"].values():
        assert 50 < measured["pairs"] < measured["all_pairs"]
        kinds = measured["agreement"]
        assert kinds.keys() == {"TF-IDF", "counts", "PPMI", "skip-gram"}
        assert len(kinds["skip-gram"]) == len(recorded["seeds"])
        assert all(-1 <= value <= 1 for line in kinds.values() for value in line)
