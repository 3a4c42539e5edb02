"""When loans come back: those still out are watched for as long as they have lasted."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans import actions as lending
from reports import periods
from reports.ages.chart import picture
from reports.ages.queries import ended
from reports.ages.rules import Ended, half_back, life_table, sentence
from reports.charts import NARROW, WIDE
from reports.queries import Chosen
from tests import builders
from tests.reports.story import Pool, noon

ENDS = st.lists(
    st.builds(Ended, st.integers(0, 70), st.booleans(), st.integers(1, 50)), max_size=30
)
APRIL = date(2026, 4, 1)


def test_when_nothing_is_still_out_it_is_plain_counting():
    table = life_table([Ended(0, True, 30), Ended(1, True, 50), Ended(3, True, 20)])
    assert [one.so_far for one in table] == [Fraction(3, 10), Fraction(8, 10), Fraction(8, 10), 1]
    assert [one.reached for one in table] == [100, 70, 20, 20]
    assert half_back(table) == 2
    assert sentence(table) == (
        "Half of what goes out is back within 2 months, and 100.00% is back within 4 months."
    )


def test_a_loan_still_out_counts_for_half_of_the_month_it_was_last_seen_in():
    table = life_table(
        [Ended(0, False, 20), Ended(0, True, 30), Ended(1, True, 25), Ended(1, False, 25)]
    )
    assert table[0].so_far == Fraction(30, 90)
    assert 1 - table[1].so_far == Fraction(60, 90) * (1 - 25 / (50 - Fraction(25, 2)))


def test_ages_that_few_have_reached_are_not_told():
    assert [one.age for one in life_table([Ended(0, True, 95), Ended(5, False, 5)])] == [1]
    assert life_table([Ended(0, True, 9)]) == []
    assert "too few to say" in sentence([])


def test_where_half_never_comes_back_that_is_said():
    table = life_table([Ended(0, True, 10), Ended(2, False, 90)])
    assert half_back(table) is None
    assert sentence(table).startswith("Not half of what goes out comes back so far: 10.00%")


@given(ENDS)
def test_what_is_back_only_grows_and_never_passes_everything(ends):
    so_far = [Fraction(0), *(one.so_far for one in life_table(ends))]
    assert so_far == sorted(so_far)
    assert so_far[-1] <= 1


@pytest.mark.parametrize("frame", [WIDE, NARROW])
@pytest.mark.parametrize("ends", [[], [Ended(0, True, 10)], [Ended(59, True, 40)]])
def test_every_shape_stands_inside_its_frame(ends, frame):
    for shape in picture(life_table(ends), frame).shapes:
        for x, y in shape.places:
            assert -10 <= x <= frame.width, shape
            assert 0 <= y <= frame.height, shape


def test_loans_are_counted_by_their_age_when_last_seen(app):
    pool = Pool()
    commode = builders.a_product()
    builders.some_items(4, commode, at=noon(APRIL))
    begun = date(2026, 4, 10)
    quick, slow, lost, _ = [pool.lend(commode, begun) for _ in range(4)]
    pool.back(quick, begun + timedelta(days=29))
    pool.back(slow, begun + timedelta(days=61))
    lending.end(lost, by=pool.warehouse, at=noon(begun + timedelta(days=35)), lost=True)
    chosen = Chosen(periods.month(APRIL), None)
    found = ended(chosen, noon(begun + timedelta(days=100)))
    assert sorted((one.age, one.back, one.count) for one in found) == [
        (0, True, 1), (1, False, 1), (2, True, 1), (3, False, 1),
    ]  # fmt: skip
    then = ended(
        chosen, noon(begun + timedelta(days=40))
    )  # the slow one was out, the lost one lost
    assert sorted((one.age, one.back, one.count) for one in then) == [(0, True, 1), (1, False, 3)]
