"""The end of a year in whole pence: nothing lost, nobody above the cap, negatives mirrored."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid, NotFound
from core.money import Pence
from funding.agreements.rules import Terms, YearEnd
from funding.year_end.rules import (
    Heads,
    Reissue,
    Year,
    by_heads,
    gain_of,
    read_year,
    settlement,
    shares_of,
    why,
    why_gain,
    year_of,
)

pence = st.integers(0, 10**11).map(Pence)
put_in = st.dictionaries(st.integers(1, 12), pence, min_size=1).filter(
    lambda them: sum(them.values()) > 0
)
left = st.integers(-(10**11), 10**11).map(Pence)
LEAD = Terms(YearEnd.LEAD, lead_id=1)


def capped(percent: int = 10) -> Terms:
    return Terms(YearEnd.CAPPED, lead_id=1, cap_percent=percent)


def test_a_year_is_known_by_the_april_it_begins_in() -> None:
    assert year_of(date(2027, 3, 31)) == Year(2026) == year_of(date(2026, 4, 1))
    assert str(Year(2026)) == "2026/27"
    assert str(Year(1999)) == "1999/00"
    assert (Year(2026).last, Year(2026).after) == (date(2027, 3, 31), date(2027, 4, 1))


@pytest.mark.parametrize("text", ["", "26", "20266", "²026", "1066", "2151", "abcd", "-026"])
def test_an_address_that_names_no_year_finds_nothing(text: str) -> None:
    with pytest.raises(NotFound):
        read_year(text)


def test_an_underspend_by_contribution_goes_back_in_proportion() -> None:
    shares = shares_of(Pence(100_00), {1: Pence(3_000_00), 2: Pence(1_000_00)}, Terms())
    assert shares == {1: 75_00, 2: 25_00}


def test_an_overspend_up_to_a_cap_leaves_the_rest_to_the_lead() -> None:
    agreed = {1: Pence(1_000_00), 2: Pence(1_000_00), 3: Pence(2_000_00)}
    shares = shares_of(Pence(-800_00), agreed, capped())
    assert shares == {1: -500_00, 2: -100_00, 3: -200_00}


def test_the_lead_absorbs_all_of_it() -> None:
    assert shares_of(Pence(-5_01), {1: Pence(1), 2: Pence(99)}, LEAD) == {1: -5_01, 2: 0}


def test_what_is_carried_forward_is_nobodys() -> None:
    whole = settlement(
        {1: Pence(60_00), 2: Pence(40_00)},
        {1: Pence(50_00), 2: Pence(45_00)},
        Terms(YearEnd.CARRIED),
    )
    assert (whole.left, whole.carried) == (5_00, 5_00)
    assert {who: one.settles for who, one in whole.partners.items()} == {1: 10_00, 2: -5_00}


def test_what_was_carried_forward_opens_the_next_year() -> None:
    whole = settlement({1: Pence(60_00)}, {1: Pence(63_00)}, Terms(), Pence(5_00))
    assert (whole.left, whole.carried) == (2_00, 0)
    assert whole.partners[1].bears == 58_00
    assert whole.partners[1].settles == -5_00


@pytest.mark.parametrize(
    ("agreed", "terms", "says"),
    [
        ({1: Pence(0)}, Terms(), "No contribution"),
        ({}, Terms(), "No contribution"),
        ({1: Pence(1)}, Terms(YearEnd.LEAD), "no lead partner"),
        ({2: Pence(1)}, LEAD, "put nothing in"),
        ({1: Pence(1)}, Terms(YearEnd.CAPPED, lead_id=1), "not how high"),
        ({1: Pence(1)}, Terms(YearEnd.CAPPED, cap_percent=5), "no lead partner"),
    ],
)
def test_terms_that_cannot_be_followed_say_what_is_missing(
    agreed: dict[int, Pence], terms: Terms, says: str
) -> None:
    with pytest.raises(Invalid, match=says):
        shares_of(Pence(1), agreed, terms)


def every_terms(agreed: dict[int, Pence], percent: int) -> list[Terms]:
    lead = min(agreed)
    return [
        Terms(),
        Terms(YearEnd.LEAD, lead_id=lead),
        Terms(YearEnd.CAPPED, lead_id=lead, cap_percent=percent),
    ]


@given(left, put_in, st.integers(0, 100))
def test_shares_sum_to_what_was_left_and_an_overspend_mirrors_an_underspend(
    left: Pence, agreed: dict[int, Pence], percent: int
) -> None:
    for terms in every_terms(agreed, percent):
        shares = shares_of(left, agreed, terms)
        assert sum(shares.values()) == left
        assert set(shares) == set(agreed)
        mirrored = shares_of(Pence(-left), agreed, terms)
        assert mirrored == {who: -share for who, share in shares.items()}


@given(left, put_in, st.integers(0, 100))
def test_nobody_but_the_lead_bears_more_than_the_cap(
    left: Pence, agreed: dict[int, Pence], percent: int
) -> None:
    lead = min(agreed)
    terms = Terms(YearEnd.CAPPED, lead_id=lead, cap_percent=percent)
    for who, share in shares_of(left, agreed, terms).items():
        assert who == lead or abs(share) * 100 <= agreed[who] * percent


charged = st.dictionaries(st.integers(1, 12), left)


@given(put_in, charged, left, st.integers(0, 100))
def test_after_settling_everybody_was_charged_what_it_bears_and_the_pool_kept_the_rest(
    agreed: dict[int, Pence], spent: dict[int, Pence], brought: Pence, percent: int
) -> None:
    for terms in [*every_terms(agreed, percent), Terms(YearEnd.CARRIED)]:
        whole = settlement(agreed, spent, terms, brought)
        assert whole.brought + whole.contributed == whole.charged + whole.left
        assert sum(one.settles for one in whole.partners.values()) == whole.carried - brought
        assert terms.year_end is YearEnd.CARRIED or whole.carried == 0
        for one in whole.partners.values():
            assert one.charged + one.settles == one.contribution - one.share


def test_the_arithmetic_of_a_share_can_be_followed_on_paper() -> None:
    whole = settlement(
        {1: Pence(300_00), 2: Pence(100_00)}, {1: Pence(310_00), 2: Pence(50_00)}, Terms()
    )
    assert why(whole.partners[1], whole, Terms()) == (
        "Of the underspend of £40.00, £30.00 is its share (by contribution; it put in £300.00 of "
        "£400.00). It bears £300.00 − £30.00 = £270.00. It was charged £310.00: "
        "£270.00 − £310.00 = −£40.00."
    )


GAIN = Terms(gain_threshold_percent=90, gain_percent=50)


def test_the_provider_gains_its_part_of_what_was_reissued_above_the_threshold() -> None:
    reissue = Reissue(Pence(950_00), Pence(1_000_00))
    assert reissue.percent == "95.00%"
    assert gain_of(reissue, GAIN) == 25_00
    assert why_gain(reissue, GAIN) == (
        "R5 by value: £950.00 of £1,000.00 issued came from recycled stock, 95.00%. Above 90% lie "
        "£50.00; 50% of it is the provider's."
    )


def test_half_a_penny_of_gain_rounds_up() -> None:
    assert gain_of(Reissue(Pence(10), Pence(10)), GAIN) == 1


@pytest.mark.parametrize(
    ("reissued", "issued", "terms", "says"),
    [
        (900_00, 1_000_00, GAIN, "not above the threshold"),
        (0, 0, GAIN, "not above the threshold"),
        (10, 9, GAIN, "between nothing and all"),
        (-1, 9, GAIN, "between nothing and all"),
        (9, 9, Terms(), "shares no gain"),
        (9, 9, Terms(gain_threshold_percent=90), "shares no gain"),
    ],
)
def test_where_nothing_is_due_the_provider_is_told_why(
    reissued: int, issued: int, terms: Terms, says: str
) -> None:
    with pytest.raises(Invalid, match=says):
        gain_of(Reissue(Pence(reissued), Pence(issued)), terms)


@given(st.integers(0, 10**11), st.integers(0, 10**11), st.integers(0, 100), st.integers(1, 100))
def test_a_gain_is_never_more_than_what_lies_above_the_threshold(
    some: int, rest: int, threshold: int, part: int
) -> None:
    reissue = Reissue(Pence(some), Pence(some + rest))
    terms = Terms(gain_threshold_percent=threshold, gain_percent=part)
    above = reissue.hundredths_above(threshold)
    try:
        gain = gain_of(reissue, terms)
    except Invalid:
        assert above * part < 5_000
    else:
        assert 0 < gain * 100 <= above + 50
        assert abs(gain * 10_000 - above * part) * 2 <= 10_000


@given(left, st.dictionaries(st.integers(1, 12), st.integers(1, 10**9), min_size=1))
def test_a_split_by_weighted_heads_sums_to_what_was_charged(
    left: Pence, weighed: dict[int, int]
) -> None:
    parts = by_heads(left, {who: Heads(1, weight) for who, weight in weighed.items()})
    assert sum(parts.values()) == left
