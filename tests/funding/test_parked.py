"""A person decides who pays what no rule may lay on anybody; both entries lead to one another."""

from collections.abc import Callable, Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient

import funding.actions
from core.db import db
from core.errors import Invalid, NotAllowed
from core.money import Pence
from funding.checks import ledger_faults
from funding.entries import parked
from funding.models import Account, Entry, Posting
from funding.parking.actions import lay
from funding.rules import AccountKind, EntryKind
from people.rules import Role
from tests.builders import NOON, TODAY, a_fund, a_member_of_staff, a_partner, an_entry


class Waiting:
    """A fund of two partners with a delivery nobody could be charged for."""

    def __init__(self) -> None:
        self.fund = a_fund()
        self.one, self.other = (a_partner(self.fund).organisation for _ in range(2))
        self.by = a_member_of_staff(Role.ADMINISTRATOR)
        self.entry = an_entry(
            self.fund, {}, pence=Pence(32_51), kind=EntryKind.DELIVERY, parked_because="Outside."
        )

    def laid(self, shares: Mapping[int, int], entry: Entry | None = None) -> Entry:
        return lay(entry or self.entry, shares, because="Agreed by both", by=self.by, at=NOON)


def borne(entry: Entry) -> dict[int | None, int]:
    rows = db.session.execute(
        db.select(Account.organisation_id, Posting.pence)
        .join(Posting.account)
        .where(Posting.entry_id == entry.id, Account.kind != AccountKind.POOL)
    )
    return {row.organisation_id: row.pence for row in rows}


def test_a_parked_charge_is_laid_in_shares_and_waits_no_more(app: Flask) -> None:
    waiting = Waiting()
    laid = waiting.laid({waiting.one.id: 60, waiting.other.id: 40})
    assert borne(laid) == {waiting.one.id: 19_51, waiting.other.id: 13_00}
    assert (laid.kind, laid.subject, laid.facts) == (
        EntryKind.DELIVERY, waiting.entry.subject, {},
    )  # fmt: skip
    assert laid.arithmetic == "Laid on partners by a person's decision: Agreed by both"
    board = a_member_of_staff(Role.BOARD)
    assert parked(viewer=board, on=TODAY).count == 0
    assert sum(row.pence for row in db.session.query(Posting).join(Account)
               .filter(Account.kind == AccountKind.PARKED)) == 0  # fmt: skip
    assert ledger_faults() == []


def test_what_was_laid_on_the_wrong_partner_is_laid_on_another(app: Flask) -> None:
    waiting = Waiting()
    first = waiting.laid({waiting.one.id: 1})
    second = waiting.laid({waiting.other.id: 1}, first)
    assert borne(second) == {waiting.other.id: 32_51}
    assert second.source == f"laying of entry {first.id}"
    assert ledger_faults() == []


def test_a_charge_is_laid_once(app: Flask) -> None:
    waiting = Waiting()
    waiting.laid({waiting.one.id: 1})
    with pytest.raises(NotAllowed, match="already been reversed"):
        waiting.laid({waiting.one.id: 1})


def test_what_a_rule_decided_or_takes_another_back_is_not_laid(app: Flask) -> None:
    waiting = Waiting()
    ruled = an_entry(waiting.fund, {waiting.one.id: 1})
    with pytest.raises(NotAllowed, match="a rule has said who pays"):
        waiting.laid({waiting.other.id: 1}, ruled)
    back = funding.actions.reverse(waiting.entry, because="Wrong", by=waiting.by, at=NOON)
    with pytest.raises(NotAllowed, match="a rule has said who pays"):
        waiting.laid({waiting.other.id: 1}, back)


def test_nobody_but_a_partner_of_today_can_be_asked_to_pay(app: Flask) -> None:
    waiting = Waiting()
    with pytest.raises(Invalid, match="Only a partner of today") as why:
        waiting.laid({waiting.by.organisation_id: 1})
    assert why.value.field == "who_1"
    for nothing in ({}, {waiting.one.id: 0}):
        with pytest.raises(Invalid, match="share of 1 or more"):
            waiting.laid(nothing)


def form(**but: str) -> dict[str, str]:
    empty = {"who_2": "", "weight_2": "", "who_3": "", "weight_3": ""}
    return {"weight_1": "1", "because": "Agreed", **empty, **but}


def test_whoever_keeps_agreements_decides_on_a_page(
    app: Flask, as_: Callable[..., FlaskClient]
) -> None:
    waiting, keeper = Waiting(), as_(Role.ADMINISTRATOR)
    number, code = waiting.entry.id, waiting.one.code
    shown = keeper.get(f"/funding/entries/{number}").get_data(as_text=True)
    assert f"/funding/entries/{number}/lay" in shown
    answer = keeper.post(f"/funding/entries/{number}/lay", data=form(who_1=code))
    assert answer.status_code == 303
    laid = keeper.get(answer.headers["Location"]).get_data(as_text=True)
    assert f'/funding/entries/{number}">entry {number}</a>, which was parked' in laid
    assert "Say who else pays" in laid
    was = keeper.get(f"/funding/entries/{number}").get_data(as_text=True)
    assert f"by entry {answer.headers['Location'].rsplit('/', 1)[1]}</a>" in was
    assert "Say who pays" not in was


@pytest.mark.parametrize(
    ("but", "status", "told"),
    [
        ({}, 422, "Choose who pays"),
        ({"who_1": "THEM", "weight_1": ""}, 422, "Write a whole number"),
        ({"who_1": "THEM", "weight_1": "0"}, 422, "share of 1 or more"),
        ({"who_1": "THEM", "who_2": "THEM"}, 422, "both who pays and a share"),
        ({"who_1": "THEM", "because": ""}, 422, "Write why"),
    ],
)
def test_a_decision_that_is_half_there_gets_a_sentence(
    app: Flask, as_: Callable[..., FlaskClient], but: dict[str, str], status: int, told: str
) -> None:
    waiting = Waiting()
    data = form(**{k: v.replace("THEM", waiting.one.code) for k, v in but.items()})
    answer = as_(Role.ADMINISTRATOR).post(f"/funding/entries/{waiting.entry.id}/lay", data=data)
    assert answer.status_code == status
    assert told in answer.get_data(as_text=True)


def test_others_may_not_decide(app: Flask, as_: Callable[..., FlaskClient]) -> None:
    number = Waiting().entry.id
    for role in (Role.FINANCE, Role.BOARD):
        assert as_(role).get(f"/funding/entries/{number}/lay").status_code == 403
