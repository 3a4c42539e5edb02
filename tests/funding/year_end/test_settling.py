"""A closed year settled by its terms: what is posted, on whom, why, and when it is refused."""

from datetime import date

import pytest
from flask import Flask

from core.clock import moment
from core.errors import Invalid, NotAllowed
from core.money import Pence
from funding.actions import reverse
from funding.agreements.rules import Terms, YearEnd
from funding.entries import Sought, found
from funding.queries import ledger_faults
from funding.rules import EntryKind
from funding.year_end import actions
from funding.year_end.reckoning import brought_into, charged, settlement_of
from funding.year_end.rules import Reissue, Year
from tests.builders import NOON, TODAY, a_merger, a_partner, an_organisation
from tests.funding.year_end.story import YEAR, Story


@pytest.fixture
def story(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Story:
    return Story(monkeypatch)


def test_an_underspend_by_contribution_brings_everybody_to_what_it_bears(story: Story) -> None:
    story.settle()
    # £80 was left of £500: £48, £16 and £16 go back, so £252, £84 and £84 are borne.
    assert story.balances() == {"The host": 252_00, "One": 84_00, "Two": 84_00, "pool": -420_00}
    assert ledger_faults() == []


def test_each_entry_says_its_arithmetic_its_year_and_counts_in_the_open_month(
    story: Story,
) -> None:
    story.settle()
    (lead,) = [entry for entry in story.entries() if entry.source.endswith(story.lead.code)]
    assert lead.pence == 252_00 - 310_00
    assert "£48.00 is its share (by contribution; it put in £300.00 of £500.00)" in lead.arithmetic
    assert lead.arithmetic.endswith("£252.00 − £310.00 = −£58.00.")
    assert {entry.month for entry in story.entries()} == {date(2026, 6, 1)}
    assert {entry.subject for entry in story.entries()} == {"YEAR 2025"}
    assert len({entry.source for entry in story.entries()}) == 3


def test_a_cap_leaves_what_lies_beyond_it_to_the_lead(story: Story) -> None:
    story.charge({story.two.id: 1}, 180_00, on=TODAY)  # in the next year: no part of this one
    story.says(Terms(YearEnd.CAPPED, lead_id=story.lead.id, cap_percent=10))
    whole = settlement_of(story.fund, YEAR, TODAY)
    shares = {who: one.share for who, one in whole.partners.items()}
    assert shares == {story.lead.id: 60_00, story.one.id: 10_00, story.two.id: 10_00}


@pytest.fixture
def still_open(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Story:
    """The same before its last month is closed."""
    return Story(monkeypatch, closed=False)


def test_the_lead_absorbs_an_overspend(still_open: Story) -> None:
    story = still_open
    story.charge({story.two.id: 1}, 180_00)
    story.close()
    story.says(Terms(YearEnd.LEAD, lead_id=story.lead.id))
    story.settle()
    assert story.balances() == {"The host": 400_00, "One": 100_00, "Two": 100_00, "pool": -600_00}


def test_what_is_carried_forward_opens_the_next_year_and_is_settled_with_it(story: Story) -> None:
    story.says(Terms(YearEnd.CARRIED))
    story.settle()
    assert story.balances()["pool"] == -500_00  # the £80 stays in the pool
    assert brought_into(story.fund, Year(2026)) == 80_00
    assert brought_into(story.fund, YEAR) == 0
    story.puts_in(story.one, 10_00, Year(2026))
    story.close(date(2027, 4, 1))
    story.says(Terms())
    following = settlement_of(story.fund, Year(2026), date(2027, 6, 1))
    assert (following.brought, following.left, following.carried) == (80_00, 90_00, 0)
    actions.settle(story.fund, Year(2026), by=story.ada, at=moment(date(2027, 6, 1)))
    assert brought_into(story.fund, Year(2027)) == 0
    assert ledger_faults() == []


def test_what_was_posted_to_close_a_year_is_no_charge_of_the_next(story: Story) -> None:
    story.settle()
    reverse(story.entries()[0], because="Wrong", by=story.ada, at=NOON)
    assert charged(story.fund, Year(2026), TODAY) == {}


def test_a_merged_partners_contribution_and_charges_are_its_successors(story: Story) -> None:
    merged = an_organisation(name="Merged", opened_on=date(2026, 4, 1))
    a_partner(story.fund, organisation=merged, from_on=date(2026, 4, 1))
    for older in (story.one, story.two):
        a_merger(older.id, merged, on=date(2026, 4, 1))
    whole = settlement_of(story.fund, YEAR, TODAY)
    assert whole.partners[merged.id].contribution == 200_00
    assert whole.partners[merged.id].charged == 110_00
    assert set(whole.partners) == {story.lead.id, merged.id}
    story.settle()
    assert len(story.entries()) == 2
    assert ledger_faults() == []


def test_a_year_is_settled_only_once_its_last_month_is_closed(story: Story) -> None:
    for open_from in (None, date(2026, 3, 1)):
        story.reopen(open_from)
        with pytest.raises(NotAllowed, match="March 2026 is not closed yet"):
            story.settle()
    assert story.entries() == []


def test_a_year_is_settled_once(story: Story) -> None:
    story.settle()
    with pytest.raises(NotAllowed, match="has been settled already"):
        story.settle()
    assert len(story.entries()) == 3


def test_a_year_whose_entries_were_all_reversed_may_be_settled_anew(story: Story) -> None:
    story.settle()
    first, *rest = story.entries()
    reverse(first, because="The contributions were wrong", by=story.ada, at=NOON)
    with pytest.raises(NotAllowed, match="Reverse each of its entries"):
        story.settle()
    for entry in rest:
        reverse(entry, because="The contributions were wrong", by=story.ada, at=NOON)
    assert story.balances()["The host"] == 310_00
    story.puts_in(story.one, 200_00)
    story.settle()
    assert {entry.source.count("/") for entry in story.entries()} == {1, 2}
    assert sum(story.balances().values()) == 0
    assert story.balances()["pool"] == -420_00
    assert ledger_faults() == []


def test_a_year_is_not_settled_under_a_later_one_that_was(story: Story) -> None:
    story.close(date(2027, 4, 1))
    story.puts_in(story.one, 10_00, Year(2026))
    actions.settle(story.fund, Year(2026), by=story.ada, at=NOON)
    with pytest.raises(NotAllowed, match="The year 2026/27 has been settled"):
        story.settle()


def test_nobody_is_settled_who_was_charged_without_a_contribution(still_open: Story) -> None:
    story = still_open
    stranger = a_partner(story.fund, organisation=an_organisation(name="Stranger")).organisation
    story.charge({stranger.id: 1}, 5_00)
    story.close()
    with pytest.raises(NotAllowed, match=r"Stranger was charged £5.00 in the year"):
        story.settle()


def test_a_year_without_contributions_is_not_settled(story: Story) -> None:
    story.close(date(2027, 4, 1))
    with pytest.raises(Invalid, match="No contribution is agreed"):
        story.settle(Year(2026))


GAIN = Terms(gain_threshold_percent=90, gain_percent=50)
SOURCE = "Read on the board's page of R5."


def share(story: Story, reissued: int = 950_00, issued: int = 1_000_00) -> None:
    reissue = Reissue(Pence(reissued), Pence(issued))
    actions.share_gain(story.fund, YEAR, reissue, source=SOURCE, by=story.ada, at=NOON)


def test_the_providers_gain_is_borne_by_contribution_and_owed_to_it(story: Story) -> None:
    story.says(GAIN)
    before = story.balances()
    share(story)
    after = story.balances()
    assert after["provider"] == -25_00
    assert after["pool"] == before["pool"]
    assert {name: after[name] - before[name] for name in ("The host", "One", "Two")} == {
        "The host": 15_00, "One": 5_00, "Two": 5_00,
    }  # fmt: skip
    (entry,) = story.entries(EntryKind.GAIN_SHARE)
    assert entry.arithmetic.startswith("R5 by value: £950.00 of £1,000.00")
    assert entry.arithmetic.endswith(SOURCE)
    assert ledger_faults() == []


def test_a_gain_is_shared_once_unless_it_was_reversed(story: Story) -> None:
    story.says(GAIN)
    share(story)
    with pytest.raises(NotAllowed, match="has been shared already"):
        share(story)
    reverse(story.entries(EntryKind.GAIN_SHARE)[0], because="Wrong", by=story.ada, at=NOON)
    share(story, reissued=960_00)
    assert story.balances()["provider"] == -30_00
    assert ledger_faults() == []


def test_no_gain_is_shared_of_an_open_year_nor_where_nothing_is_due(story: Story) -> None:
    with pytest.raises(Invalid, match="shares no gain"):
        share(story)
    story.says(GAIN)
    with pytest.raises(Invalid, match="not above the threshold"):
        share(story, reissued=900_00)
    story.reopen(date(2026, 3, 1))
    with pytest.raises(NotAllowed, match="not closed yet"):
        share(story)
    assert "provider" not in story.balances()


def test_a_gain_without_contributions_is_not_shared(story: Story) -> None:
    story.says(GAIN)
    story.close(date(2027, 4, 1))
    reissue = Reissue(Pence(10), Pence(10))
    with pytest.raises(Invalid, match="No contribution"):
        actions.share_gain(story.fund, Year(2026), reissue, source="", by=story.ada, at=NOON)


def test_the_list_of_entries_shows_what_the_gain_laid_on_partners(story: Story) -> None:
    story.says(GAIN)
    share(story)
    assert found(Sought(kind=EntryKind.GAIN_SHARE), viewer=story.ada, on=TODAY).pence == 25_00
