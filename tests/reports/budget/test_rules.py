"""Forecasts, thresholds and savings worked by hand."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.budget.rules import (
    Forecast,
    Saving,
    forecast,
    passed_since,
    phased,
    shape_of,
)

MONTHS = [date(2026, month, 1) for month in (4, 5, 6, 7)]


def test_each_month_left_is_expected_to_cost_the_mean_of_those_so_far():
    """£100, £200 and £300: mean £200, s = £100, and √(9 + 81 ÷ 3) = 6, so £1,200 either way."""
    year = forecast([100_00, 200_00, 300_00], 9)
    assert year is not None
    assert len(year) == 9
    assert year[-1] == Forecast(2_400_00, 1_200_00, 3_600_00)


def test_months_that_are_all_alike_leave_no_range():
    year = forecast([50_00] * 6, 6)
    assert year is not None
    assert [one.outturn for one in year] == [350_00, 400_00, 450_00, 500_00, 550_00, 600_00]
    assert all(one.low == one.outturn == one.high for one in year)


def test_last_years_shape_is_taken_out_of_the_months_and_put_back():
    """Last year's winter cost twice its summer: £60 a month, then £120, mean £90.

    So far three summer months of £66 stand for three of £99 in a year without seasons, and each
    winter month to come for £132: 3 × 66 + 3 × 66 + 6 × 132 = £1,188.
    """
    shape = shape_of([60_00] * 6 + [120_00] * 6)
    assert shape == (Fraction(2, 3),) * 6 + (Fraction(4, 3),) * 6
    year = forecast([66_00] * 3, 9, shape=shape)
    assert year is not None
    assert year[-1] == Forecast(1_188_00, 1_188_00, 1_188_00)


def test_a_range_follows_the_shape_too():
    """Plain months £90, £99, £108: mean £99, s = £9. Left: weights 4/3 (sum 12, squares 16).

    √(16 + 144 ÷ 3) = 8, so 2 × 9 × 8 = £144 either way of 198 + 99 × 12 = £1,386.
    """
    shape = (Fraction(2, 3),) * 3 + (Fraction(4, 3),) * 9
    year = forecast([60_00, 66_00, 72_00], 9, shape=shape)
    assert year is not None
    assert year[-1] == Forecast(1_386_00, 1_242_00, 1_530_00)


@pytest.mark.parametrize("months", [[], [1], [1, 2]])
def test_with_fewer_than_three_months_it_cannot_be_said(months):
    assert forecast(months, 12 - len(months)) is None


def test_when_the_year_is_over_nothing_is_left_to_forecast():
    assert forecast([10] * 12, 0) == ()


def test_what_was_spent_before_a_partner_joined_counts_but_tells_nothing():
    year = forecast([50_00] * 3, 2, before=7_00)
    assert year is not None
    assert year[-1].outturn == 257_00


@pytest.mark.parametrize("year", [[100] * 11, [100] * 11 + [0], [100] * 11 + [-1], []])
def test_a_year_with_a_month_missing_or_without_spending_has_no_shape(year):
    assert shape_of(year) is None


def test_a_shape_needs_a_weight_for_every_month():
    with pytest.raises(ValueError, match="one weight a month"):
        forecast([1, 2, 3], 9, shape=[Fraction(1)] * 11)


def test_a_month_under_way_is_never_forecast_below_what_it_has_come_to():
    """£100, £200 and £300 expect £200 of the fourth: with £250 posted, £50 more of all that follow.

    The range of the fourth, £231 either way, begins at the £850 that is spent already.
    """
    year = forecast([100_00, 200_00, 300_00], 9, begun=250_00)
    assert year is not None
    assert year[0] == Forecast(850_00, 850_00, 1_080_95)
    assert year[-1] == Forecast(2_450_00, 1_250_00, 3_650_00)


def test_a_month_under_way_that_has_come_to_less_is_forecast_as_if_it_had_not_begun():
    spent = [190_00, 200_00, 210_00]
    assert forecast(spent, 9, begun=150_00) == forecast(spent, 9)


def test_where_a_month_took_back_more_than_it_charged_the_next_may_too():
    """£−100, £200 and £200: mean £100, s = £173.21, so about £400 either way of £400."""
    year = forecast([-100_00, 200_00, 200_00], 9, begun=90_00)
    assert year is not None
    assert year[0] == Forecast(400_00, 0, 800_00)


amounts = st.integers(-(10**9), 10**12)
charges = st.integers(0, 10**12)
shapes = st.lists(st.integers(1, 10**9), min_size=12, max_size=12).map(shape_of)


@given(st.lists(charges, min_size=3, max_size=11), st.none() | amounts, st.none() | shapes, charges)
def test_neither_forecast_nor_range_lies_below_what_is_spent_already(spent, begun, shape, before):
    left = 12 - len(spent)
    year = forecast(spent, left, shape=shape, before=before, begun=begun)
    assert year is not None
    reached = before + sum(spent) + (begun or 0)
    assert all(reached <= one.low <= one.outturn <= one.high for one in year)


@given(st.lists(amounts, min_size=3, max_size=11), amounts)
def test_a_month_under_way_comes_to_what_is_posted_or_more(spent, begun):
    year = forecast(spent, 12 - len(spent), begun=begun)
    assert year is not None
    assert year[0].outturn >= sum(spent) + begun


@given(st.lists(amounts, min_size=3, max_size=11))
def test_the_forecast_lies_in_its_range_in_whole_pence(spent):
    year = forecast(spent, 12 - len(spent))
    assert year is not None
    for one in year:
        assert {type(one.outturn), type(one.low), type(one.high)} == {int}
        assert one.low <= one.outturn <= one.high
        assert one.outturn - one.low <= one.high - one.outturn
    widths = [one.high - one.outturn for one in year]
    assert widths == sorted(widths)


@given(st.integers(0, 10**13))
def test_a_budget_is_phased_by_twelfths_to_the_penny(budget):
    months = phased(budget)
    assert len(months) == 12
    assert months[-1] == budget
    assert all(abs(12 * month - place * budget) < 12 for place, month in enumerate(months, 1))


@pytest.mark.parametrize(
    ("reached", "since"),
    [
        ([10, 20, 30, 40], None),
        ([10, 79, 80, 81], MONTHS[2]),
        ([80, 70, 85, 90], MONTHS[2]),  # a credit brought it down in between
        ([90, 90, 90, 90], MONTHS[0]),
        ([90, 90, 90, 10], None),
        ([None, None, 90, 95], MONTHS[2]),
        ([90, None, 95, 95], MONTHS[2]),
    ],
)
def test_a_threshold_is_passed_since_the_month_it_is_reached_without_a_break(reached, since):
    assert passed_since(MONTHS, reached, 80, 100) == since


def test_a_budget_of_nothing_has_no_thresholds():
    assert passed_since(MONTHS, [1, 1, 1, 1], 80, 0) is None


def test_the_published_example_of_savings_comes_out():
    """£4.2m of equipment recycled at a cost of £410,000."""
    assert Saving(4_200_000_00, 410_000_00).net == 3_790_000_00


def test_savings_add_up():
    assert Saving(5, 2) + Saving(10, 20) == Saving(15, 22)
    assert (Saving(5, 2) + Saving(10, 20)).net == -7
