"""The exercise's reference against numbers worked by hand, and against the listing."""

import numpy as np
from attnbook.numpy import HAN, Level

from autograder.author.reference import expected
from autograder.check.compare import judge
from autograder.check.notebook import PUBLIC_SEED


def test_the_masks_are_those_of_the_text(solved):
    words = [[[True, True], [False, False], [True, False]]]
    np.testing.assert_array_equal(solved.word_mask_example, words)
    np.testing.assert_array_equal(solved.sent_mask_example, [[True, False, True]])


def test_the_column_is_the_one_of_the_text(solved):
    np.testing.assert_array_equal(solved.folded_example[:, 0], [1, 2, 3, 4, 5, 6])


def test_the_weights_are_those_of_the_text(solved):
    np.testing.assert_allclose(solved.weights_example, [[0.25, 0.75, 0], [0, 0, 0]])
    np.testing.assert_allclose(solved.pooled_example, [[3, 1], [0, 0]])


def test_the_example_of_attention_needs_the_tanh_the_bias_and_the_query(solved):
    def weights(W=solved.W_example, b=solved.b_example, u=solved.u_example):
        return solved.attend(solved.states_example, solved.mask_example, W, b, u)[1]

    right = weights()[0, 1]
    assert abs(weights(b=solved.b_example * 0)[0, 1] - right) > 0.1
    assert abs(weights(u=solved.u_example * 0 + 1)[0, 1] - right) > 0.01
    small = 1e-3  # of an argument that small tanh is nearly the argument itself
    straight = weights(
        small * solved.W_example, small * solved.b_example, solved.u_example / small
    )
    assert abs(straight[0, 1] - right) > 0.1


def test_the_shares_are_those_of_the_text(solved):
    np.testing.assert_allclose(solved.shares_example, [[[0.1, 0.3], [0.6, 0.0]]])


def test_the_shares_of_all_words_sum_to_1_unless_there_is_no_word(solved):
    _, word_weights, weights = solved.network(
        solved.both_example, solved.params_example
    )
    shares = solved.shares(word_weights, weights)
    np.testing.assert_allclose(shares.sum(axis=(1, 2)), [1, 0])


def test_reading_over_gaps_gives_the_states_of_rows_moved_to_the_front(solved, rng):
    mask = np.array([[True, False, True, False, True]])  # (1, T)
    xs, E, H = rng.normal(size=(1, 5, 3)), 3, 2
    ahead, back = (
        [rng.normal(size=shape) for shape in ((E, 3 * H), (H, 3 * H), (3 * H,))]
        for _ in range(2)
    )
    gaps = solved.read(xs, mask, ahead, back)  # (1, T, 2H)
    moved = solved.read(xs[:, mask[0]], mask[:, mask[0]], ahead, back)
    np.testing.assert_array_equal(gaps[:, mask[0]], moved)


def test_the_network_is_the_listing_where_gates_have_one_bias(solved, rng):
    """The listing's GRU has a second bias, which is left at 0."""
    E, H, A, ids = 3, 2, 4, np.array([[[1, 2], [0, 0], [3, 0]], [[0, 0]] * 3])
    han = HAN(Level(E, H, A, rng), Level(2 * H, H, A, rng))
    parts = {"embed": rng.normal(size=(5, E)), "out": rng.normal(size=2 * H)}
    for name, level in (("words", han.words), ("sentences", han.sentences)):
        ways = (level.gru(way) for way in ("ahead", "back"))
        reads = [(W, U, b[0]) for W, U, b in ways]
        asks = [level.params[letter] for letter in ("W", "b", "u_s")]
        parts[name] = {"read": reads, "attend": asks}
    logits, word_weights, weights = solved.network(ids, parts)
    documents, *expected = han.forward(parts["embed"][ids], ids > 0)
    np.testing.assert_allclose(logits, documents @ parts["out"], atol=1e-12)
    for one, other in zip((word_weights, weights), expected, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)
    assert logits[1] == 0


def test_each_mistake_gets_its_own_hint_on_the_cases_that_students_see(exercise):
    public = expected(exercise, "numpy", PUBLIC_SEED)
    for check, mistakes in public.mistakes.items():
        for name, answers in mistakes.items():
            verdicts = judge(answers, public.answers[check], mistakes).values()
            assert {v.mistake for v in verdicts if not v.right} == {name}, check
