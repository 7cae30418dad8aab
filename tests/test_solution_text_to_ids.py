"""The exercise's reference against the numbers of its text, worked by hand."""

import numpy as np


def test_the_vocabulary_of_the_text_has_no_room_for_saw(solved):
    tokens = solved.make_vocabulary(solved.example, least=2, size=7)
    assert tokens == ["<pad>", "<unk>", "<bos>", "<eos>", "the", "cat", "dog"]
    assert tokens == solved.small
    assert solved.make_vocabulary(solved.example, 1, 100)[-2:] == ["saw", "a"]


def test_the_sentence_of_the_text_becomes_its_ids(solved):
    ids = solved.to_ids(["the", "cat", "ran"], solved.small)
    np.testing.assert_array_equal(ids, [2, 4, 5, 1, 3])
    np.testing.assert_array_equal(solved.to_ids([], solved.small), [2, 3])


def test_reading_stops_at_the_first_end_and_keeps_unknown_words(solved):
    assert solved.to_words([2, 4, 1, 3, 0], solved.small) == ["the", "<unk>"]
    assert solved.to_words([2, 5, 3, 4, 4, 0], solved.small) == ["cat"]


def test_a_trip_there_and_back_gives_the_sentence_again(solved):
    sentence = "the dog the cat".split()
    ids = solved.pad_batch([[*map(int, solved.to_ids(sentence, solved.small))]], 9)
    assert solved.to_words(ids[0], solved.small) == sentence


def test_the_batch_of_the_text_is_padded_and_cut(solved):
    np.testing.assert_array_equal(solved.ids_example, [[2, 7, 3, 0], [2, 7, 8, 3]])
    mask = solved.batch_mask(solved.ids_example)
    assert mask.tolist() == [[True, True, True, False], [True] * 4]


def test_the_mean_of_the_text_leaves_padding_out(solved):
    ids = np.array([[1, 2, 0], [0, 0, 0]])
    means = solved.sentence_vectors(solved.table_example, ids, solved.mask_example)
    np.testing.assert_array_equal(means, [[2, 4], [0, 0]])
