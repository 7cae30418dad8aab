"""Links from weights, and the alignment error rate."""

import numpy as np
import pytest
from attnbook.alignment import alignment_error_rate, links_of
from attnbook.data.real import load_alignments
from test_real import needs_sets, shared  # noqa: F401  (a fixture)


def test_each_target_word_is_linked_to_its_largest_weight():
    weights = np.array([[0.2, 0.7, 0.1], [0.5, 0.3, 0.2], [0.0, 0.1, 0.9]])
    assert links_of(weights) == {(1, 0), (0, 1), (2, 2)}


def test_a_row_without_weight_gets_no_link():
    assert links_of(np.array([[0.0, 0.0], [0.0, 1.0]])) == {(1, 1)}


def test_the_error_rate_of_three_links_worked_by_hand():
    """Found 3, sure 2, possible 3: one is sure, one only possible, one wrong.

    |A and S| = 1, |A and P| = 2, |A| + |S| = 5, so the rate is 1 - 3 / 5.
    """
    found, sure = {(0, 0), (1, 1), (2, 0)}, {(0, 0), (2, 2)}
    seen = alignment_error_rate([found], [sure], [sure | {(1, 1)}])
    assert seen == pytest.approx(2 / 5)


def test_links_are_counted_over_all_sentences_and_not_averaged_by_sentence():
    """1 of 1 and 1 of 3 found links are sure: 1 - 2 * 2 / (4 + 4), not the mean."""
    found = [{(0, 0)}, {(0, 0), (1, 1), (2, 2)}]
    sure = [{(0, 0)}, {(0, 0), (1, 2), (2, 1)}]
    assert alignment_error_rate(found, sure) == pytest.approx(1 - 4 / 8)


def test_the_sure_links_count_as_possible_even_if_they_are_not_listed_there():
    assert alignment_error_rate([{(0, 0)}], [{(0, 0)}], [set()]) == 0


def test_an_error_rate_of_nothing_is_refused():
    with pytest.raises(ValueError, match="no links"):
        alignment_error_rate([set()], [set()])


@needs_sets
def test_hand_made_alignments_have_no_error_and_the_diagonal_has_much(shared):  # noqa: F811
    for pair, low in (("enfr", 0.3), ("zhen", 0.6), ("jaen", 0.8)):
        pairs = load_alignments(pair)
        sure = [each.sure for each in pairs]
        possible = [each.possible for each in pairs]
        assert alignment_error_rate(sure, sure, possible) == 0
        # Finding a possible link for each sure one, and nothing else, is no error yet.
        assert alignment_error_rate(possible, sure, possible) == pytest.approx(
            0, abs=1e-12
        )
        diagonal = [
            {(j * len(each.source) // len(each.target), j) for j in range(n)}
            for each in pairs
            if (n := len(each.target))
        ]
        assert low < alignment_error_rate(diagonal, sure, possible) < 1
