"""What anybody is told of a year is rounded, and nothing is said of small numbers."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from equipment.rules import Group
from reports.charts import NARROW, WIDE
from reports.citizens.chart import picture
from reports.citizens.rules import (
    ALONE,
    LEAST,
    OTHERS,
    Loans,
    grouped,
    open_year,
    rounded,
    written,
)

MONTHS = [date(2025, month, 1) for month in range(4, 13)]
counts = st.integers(0, 400)
groups = st.dictionaries(st.sampled_from(list(Group)), st.integers(1, 200))


def test_counts_are_to_the_nearest_ten_and_fewer_than_ten_are_not_told():
    assert [rounded(count) for count in (0, 9, 10, 14, 15, 1_004)] == [0, 0, 10, 10, 20, 1_000]
    assert written(rounded(7)) == "fewer than 10"
    assert written(rounded(1_234)) == "1,230"


@given(groups)
def test_a_small_group_is_told_with_others_and_never_alone(lent):
    told = grouped(lent)
    alone = [name for name, _ in told if name != OTHERS]
    assert all(lent[Group(name)] >= ALONE or len(lent) == 1 for name in alone)
    assert len(lent) - len(alone) != 1 or len(lent) == 1


@given(st.lists(st.builds(Loans, counts, counts, counts), max_size=9), groups, st.integers())
def test_everything_told_is_rounded(loans, lent, saved):
    months = dict(zip(MONTHS, loans, strict=False))
    told = open_year(2025, months, lent, saved)
    assert (told.whole is None) == (sum(one.lent for one in loans) < LEAST)
    parts = [*told.months.values(), *([told.whole] if told.whole else [])]
    every = [count for one in parts for count in (one.lent, one.recycled, one.back)]
    assert all(count % 10 == 0 for count in every + [count for _, count in told.groups])
    assert told.saved % 1_000_00 == 0
    assert told.saved >= 0


def test_a_year_with_too_little_in_it_tells_nothing():
    told = open_year(2025, {MONTHS[0]: Loans(LEAST - 1, 50, 40)}, {Group.WALKING: 99}, 5_000_00)
    assert (told.whole, told.months, told.groups, told.saved) == (None, {}, (), 0)
    assert told.sentence == "Too little was lent in April 2025 to March 2026 to tell of it here."


def test_every_bar_stands_inside_its_frame():
    for frame in (WIDE, NARROW):
        for months in ({}, {MONTHS[0]: Loans()}, dict.fromkeys(MONTHS, Loans(9_990, 9_000, 10))):
            for shape in picture(months, frame).shapes:
                for x, y in shape.places:
                    assert 0 <= x <= frame.width, shape
                    assert 0 <= y <= frame.height, shape
