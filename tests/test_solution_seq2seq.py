"""The exercise's reference against numbers worked by hand, those of its text."""

import math

import numpy as np

from autograder.author.reference import run


def test_the_shift_gives_the_rows_of_the_text(solved):
    tgt_ids = np.array([[7, 4, 0], [0, 0, 0]])
    shown, written = solved.decoder_inputs(tgt_ids), solved.decoder_targets(tgt_ids)
    np.testing.assert_array_equal(shown, [[1, 7, 4, 0], [1, 0, 0, 0]])
    np.testing.assert_array_equal(written, [[7, 4, 2, 0], [2, 0, 0, 0]])
    np.testing.assert_array_equal(solved.target_mask(written)[0], [1, 1, 1, 0])


def test_the_loss_of_two_equal_logits_is_log_2(solved):
    losses = solved.token_losses(solved.logits_example, solved.ids_example)
    second = math.log(1 + math.exp(2))
    np.testing.assert_allclose(losses[0, :2], [math.log(2), second])
    mean = solved.masked_loss(
        solved.logits_example, solved.ids_example, solved.mask_example
    )
    np.testing.assert_allclose(mean, (math.log(2) + second) / 2)


def test_the_padding_stays_at_the_end_and_the_last_state_is_the_words_own(solved):
    turned = solved.reverse_source(np.array([[7, 4, 9, 0]]))
    np.testing.assert_array_equal(turned, [[9, 4, 7, 0]])
    last = solved.last_states(solved.states_example, solved.src_example > 0)
    np.testing.assert_array_equal(last, [[3.0], [4.0]])


def test_the_summary_stands_behind_the_embedding(solved):
    seen = solved.peeky_inputs(np.array([[[1.0], [2.0]]]), np.array([[8.0, 9.0]]))
    np.testing.assert_array_equal(seen, [[[1, 8, 9], [2, 8, 9]]])


def test_greedy_decoding_writes_the_row_of_the_text(solved):
    seen = solved.greedy_decode(solved.step_example, np.zeros((1, 1)), 5)
    np.testing.assert_array_equal(seen, [[3, 4, 5, 2, 0]])


def test_some_rows_of_the_check_end_early_and_some_never(exercise):
    cases = [case for seed in (1, 2) for case in run(exercise, "numpy", seed)["greedy"]]
    for case in cases:
        assert (case["going"] > 2).all()
        assert (case["ending"] == 2).any()
    assert any((case["ending"][:, -1] == 0).any() for case in cases)
    assert any((case["ending"][:, -1] > 2).any() for case in cases)
