"""What the pictures of the report show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.report.charts import BINS, histogram, place, step, ticks

TOTALS = st.lists(st.integers(0, 64).map(lambda n: n / 4), max_size=40)


@given(TOTALS, st.sampled_from([1, 3, 16, 16.5, 40, 250]))
def test_every_total_is_in_one_bar_between_its_ends(totals, maximum):
    totals = [min(total, maximum) for total in totals]
    bars = histogram(totals, maximum)
    assert sum(bar.count for bar in bars) == len(totals)
    assert 1 <= len(bars) <= BINS
    assert (bars[0].low, bars[-1].high) == (0, maximum)
    for bar in bars:
        inside = [t for t in totals if bar.low <= t < bar.high]
        inside += [t for t in totals if t == maximum and bar is bars[-1]]
        assert bar.count == len(inside)


def test_bars_fill_the_width_and_the_highest_fills_the_height():
    bars = histogram([0, 0, 1, 3], 4)
    assert [bar.count for bar in bars] == [2, 1, 0, 1]
    assert [bar.x for bar in bars] == [0, 25, 50, 75]
    assert {bar.width for bar in bars} == {25}
    assert [bar.height for bar in bars] == [100, 50, 0, 50]


@pytest.mark.parametrize(
    "length, width", [(0.5, 1), (16, 1), (20, 1), (21, 2), (100, 5), (250, 20)]
)
def test_a_bar_is_as_wide_as_a_round_number(length, width):
    assert step(length, 20) == width


@pytest.mark.parametrize("maximum", [1, 6, 16, 17, 100])
def test_an_axis_is_numbered_from_0_to_its_end_without_crowding(maximum):
    bars = histogram([], maximum)
    found = ticks(bars)
    assert (found[0].value, found[0].x) == (0, 0)
    assert found[-1].x == 100
    gaps = [b.x - a.x for a, b in zip(found, found[1:], strict=False)]
    assert min(gaps) >= 8
    assert [place(tick.value, bars) for tick in found] == pytest.approx(
        [tick.x for tick in found], abs=0.01
    )
