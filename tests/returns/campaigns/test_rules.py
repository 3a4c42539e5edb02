"""Who is held out, what a text says, and every move of a campaign and its loans."""

from datetime import date

import pytest

from core.errors import Invalid, NotAllowed
from returns.campaigns.rules import (
    ASK_LIFE,
    CAMPAIGN_LIFE,
    AskEvent,
    AskStatus,
    CampaignEvent,
    CampaignStatus,
    Kind,
    Plan,
    held_out,
    mobile,
    text_words,
)

DAY = date(2026, 6, 1)
CODES = [f"CLIENT{number}" for number in range(50)]


def test_the_same_seed_holds_out_the_same_clients_and_another_others():
    first = held_out(CODES, 20, "spring")
    assert first == held_out(reversed(CODES), 20, "spring")
    assert len(first) == 10
    assert first != held_out(CODES, 20, "summer")
    assert held_out(CODES, 0, "spring") == frozenset()
    assert held_out([*CODES, *CODES], 50, "x") == held_out(CODES, 50, "x")
    assert len(held_out(CODES[:3], 20, "x")) == 0, "never more than was said"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("07700 900123", "07700900123"),
        ("+44 7700 900123", "07700900123"),
        ("0044 (7700) 900-123", "07700900123"),
        ("0115 496 0000", ""),
        ("", ""),
        ("=07700900123", ""),
    ],
)
def test_only_a_mobile_number_gets_a_text(typed, number):
    assert mobile(typed) == number


def test_a_text_fits_and_names_nobody():
    said = text_words("Commonstore", "0115 496 0000", ["Commode"])
    assert said == (
        "Commonstore: do you still need the Commode we lent you? If so, keep it. If not, we "
        "collect free. Ring 0115 496 0000"
    )
    assert "Commode and 2 more" in text_words("Commonstore", "0115", ["Commode", "Bed", "Frame"])
    assert "the equipment" in text_words("Commonstore", "0115 496 0000", ["Bed " * 40])
    assert len(text_words("S" * 200, "0115 496 0000", ["Bed"])) <= 160


@pytest.mark.parametrize("status", AskStatus)
@pytest.mark.parametrize("event", AskEvent)
def test_a_loan_of_a_campaign_moves_as_its_table_says(status, event):
    answered = {AskEvent.COLLECT, AskEvent.STILL_NEEDED, AskEvent.NOT_REACHED}
    allowed = {
        AskStatus.HELD_OUT: set(),
        AskStatus.TO_ASK: answered | {AskEvent.ASK},
        AskStatus.ASKED: answered,
        AskStatus.NOT_REACHED: {AskEvent.ASK, AskEvent.COLLECT, AskEvent.STILL_NEEDED},
        AskStatus.STILL_NEEDED: {AskEvent.COLLECT},
        AskStatus.COLLECT: set(),
    }
    if event in allowed[status]:
        assert ASK_LIFE.after(status, event) in AskStatus
    else:
        with pytest.raises(NotAllowed):
            ASK_LIFE.after(status, event)


def test_a_campaign_ends_once():
    assert CAMPAIGN_LIFE.after(CampaignStatus.RUNNING, CampaignEvent.END) is CampaignStatus.ENDED
    with pytest.raises(NotAllowed):
        CAMPAIGN_LIFE.after(CampaignStatus.ENDED, CampaignEvent.END)


@pytest.mark.parametrize(
    ("but", "field"),
    [
        ({"name": "  "}, "name"),
        ({"days": 6}, "days"),
        ({"days": 366}, "days"),
        ({"held_out": 51, "seed": "x"}, "held_out"),
        ({"held_out": -1}, "held_out"),
        ({"held_out": 20}, "seed"),
        ({"cost": -1}, "cost"),
        ({"place": "Town hall"}, "place"),
        ({"on": DAY}, "place"),
        ({"kind": Kind.AMNESTY, "on": DAY}, "place"),
        ({"kind": Kind.AMNESTY, "place": "Town hall"}, "on"),
        ({"kind": Kind.AMNESTY, "place": "Town hall", "on": date(2026, 5, 31)}, "on"),
    ],
)
def test_what_cannot_be_carried_out_is_refused_beside_its_field(but, field):
    facts = {"name": "Spring", "kind": Kind.LETTERS, "covers": "everything", **but}
    with pytest.raises(Invalid) as why:
        Plan(**facts).check(DAY)
    assert why.value.field == field
