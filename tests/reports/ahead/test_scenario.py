"""Growth and recycling in money, with the published figures it must give."""

from dataclasses import replace
from fractions import Fraction

from core.money import Pence
from reports.ahead.scenario import Today, of, point, purchases, years
from reports.budget.rules import rounded

ISSUED = Pence(27_500_000_00)


def a_year(**but):
    """The reference service: 95% reissued; here at a mean of £62.50 and £20.00 of recycling."""
    usual = Today(ISSUED, Pence(26_125_000_00), 418_000, Pence(8_360_000_00))
    return replace(usual, **but)


def test_a_reissue_share_of_95_leaves_1_375m_to_buy():
    assert purchases(ISSUED, of(95_00)) == 1_375_000_00


def test_read_as_a_yield_with_60_in_a_hundred_returned_it_would_be_11_8m():
    bought = purchases(ISSUED, of(95_00) * of(60_00))
    assert bought == 11_825_000_00
    assert bought > 7_300_000_00  # more than the whole budget


def test_a_point_is_275_000_less_the_recycling_of_what_it_reissues():
    """£275,000 ÷ £62.50 is 4,400 issues; at £20.00 each they cost £88,000."""
    worth = point(a_year())
    assert worth.avoided == 275_000_00
    assert worth.issues == 4_400
    assert worth.cost == 88_000_00
    assert worth.net == 187_000_00


def test_where_nothing_was_reissued_the_cost_cannot_be_said():
    worth = point(a_year(reissued=Pence(0), reissues=0, cost=Pence(0)))
    assert worth.avoided == 275_000_00
    assert worth.net is None


def test_ten_per_cent_a_year_is_half_as_much_again_and_more_in_five_years():
    ahead = [*years(a_year(), of(10_00), of(95_00), 5)]
    assert [one.number for one in ahead] == [1, 2, 3, 4, 5]
    assert ahead[0].issued == 30_250_000_00
    assert ahead[4].issued == rounded(Fraction(ISSUED) * Fraction(11, 10) ** 5) == 44_289_025_00
    assert ahead[4].bought == 2_214_451_25
    assert ahead[4].less_bought == ahead[4].more_recycling == ahead[4].better == 0


def test_a_higher_share_buys_less_and_recycles_more():
    first = next(years(a_year(), of(0), of(96_00), 1))
    assert first.bought_as_today - first.bought == first.less_bought == 275_000_00
    assert first.more_recycling == 88_000_00
    assert first.better == 187_000_00


def test_a_lower_share_costs():
    first = next(years(a_year(), of(0), of(90_00), 1))
    assert first.less_bought == -1_375_000_00
    assert first.better == -5 * 187_000_00


def test_the_share_that_keeps_purchases_at_todays():
    """At 10% more, £1.375m buys what 95.45% of £30.25m leaves open."""
    assert next(years(a_year(), of(10_00), of(95_00), 1)).steady == 95_45


def test_half_a_penny_goes_up_and_only_at_the_end():
    odd = Today(Pence(1_01), Pence(50), 3, Pence(1))
    first, second = years(odd, of(10_00), of(0), 2)
    assert (first.issued, second.issued) == (1_11, 1_22)  # 111.1 and 122.21, not 1.1 × 111


def test_demand_that_shrinks_to_nothing_needs_nothing():
    gone = next(years(a_year(), of(-50_00), of(0), 1))
    assert gone.issued == 13_750_000_00
    assert gone.steady == 90_00


def test_nothing_issued_has_no_years():
    assert [*years(Today(Pence(0), Pence(0), 0, Pence(0)), of(10_00), of(95_00), 5)] == []
