"""A funnel's limits are chance's own, and places too small to tell apart are not told apart."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.funnel.rules import INNER, OUTER, Funnel, Share, Stands, funnel, quantile, spread

shares = st.floats(0.01, 0.99)
sizes = st.integers(1, 400)


def chance_of_at_most(number, count, share):
    return sum(comb(count, k) * share**k * (1 - share) ** (count - k) for k in range(number + 1))


@given(sizes, shares, st.sampled_from([OUTER, INNER, 1 - INNER, 1 - OUTER]))
def test_a_limit_lies_between_the_two_whole_numbers_chance_puts_it_between(count, share, chance):
    limit = quantile(chance, count, share) * count
    above = int(-(-limit // 1))
    assert chance_of_at_most(min(count, above), count, share) >= chance - 1e-9
    if limit > 1e-9 and above >= 2:
        assert chance_of_at_most(above - 2, count, share) <= chance + 1e-9


def test_a_limit_is_as_reckoned_by_hand():
    # Of ten at one half, chance puts 0.98% at one or none and 4.49% more at two.
    at_one, at_two = 11 / 1024, 56 / 1024
    assert quantile(0.025, 10, 0.5) == pytest.approx(
        (2 - (at_two - 0.025) / (at_two - at_one)) / 10
    )


@given(sizes, shares)
def test_the_outer_limits_lie_outside_the_inner_and_both_narrow_with_size(count, share):
    one = Funnel(share, 1.0)
    inner, outer = one.limits(count, INNER), one.limits(count, OUTER)
    assert 0 <= outer[0] <= inner[0] <= inner[1] <= outer[1] <= 1
    wide, narrow = one.limits(count, OUTER), one.limits(count * 25, OUTER)
    assert narrow[1] - narrow[0] <= wide[1] - wide[0] + 1e-9


@pytest.mark.parametrize(
    ("top", "stands"),
    [
        (30, Stands.FAR_LOW),
        (38, Stands.OUT_LOW),
        (50, Stands.WITHIN),
        (62, Stands.OUT_HIGH),
        (70, Stands.FAR_HIGH),
    ],
)
def test_a_place_of_a_hundred_is_judged_against_one_half(top, stands):
    assert Funnel(0.5, 1.0).stands(Share(top, 100)) is stands


def test_places_that_spread_no_wider_than_chance_are_judged_by_chance():
    assert funnel([Share(50 + step, 100) for step in (-6, -3, 0, 3, 6)]).spread == 1.0


def test_places_that_all_spread_wider_have_wider_limits_and_one_odd_one_does_not_hide():
    places = [Share(500 + step, 1000) for step in (-90, -70, -50, -30, 0, 30, 50, 70, 90, 0)]
    wide = funnel(places)
    assert wide.spread > 4
    assert wide.stands(Share(570, 1000)) is Stands.WITHIN
    calm = [
        *(Share(500 + step, 1000) for step in (-15, -9, -5, -2, 0, 2, 5, 9, 15)),
        Share(200, 1000),
    ]
    assert spread(calm, 0.5) == 1.0


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_where_all_or_nothing_comes_back_there_is_nothing_to_judge(share):
    places = [Share(int(share * 20), 20) for _ in range(6)]
    assert funnel(places) == Funnel(share, 1.0)
    assert {funnel(places).stands(one) for one in places} == {Stands.WITHIN}


def test_nothing_to_count_is_no_funnel():
    with pytest.raises(ValueError, match="something to count"):
        funnel([Share(0, 0)])
