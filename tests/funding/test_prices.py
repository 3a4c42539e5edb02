"""The price list: dated prices and credit rates, and what is refused."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from core.db import db
from core.errors import Invalid, NotAllowed
from core.money import Pence
from equipment.rules import Group
from funding.actions import set_activity_price
from funding.models import Fund
from funding.overview import checks
from funding.prices.actions import end_credit_rate, set_credit_rate
from funding.prices.models import CreditRate
from funding.prices.queries import price_list
from funding.prices.rules import CONDITIONS, PRODUCT_GROUPS, credit_told
from funding.queries import agreed_price
from funding.rules import ACTIVITIES, EntryKind
from people.rules import ROLES, May, Role
from returns.rules import Condition
from tests.builders import NOON, SPRING, TODAY, a_fund, a_member_of_staff
from tests.conftest import EachRequestAlone

As = Callable[..., EachRequestAlone]


def keeper():
    return a_member_of_staff(Role.ADMINISTRATOR)


def a_rate(fund: Fund, **but: Any) -> CreditRate:
    facts: dict[str, Any] = {"group": "beds and rails", "percent": 60, "from_on": SPRING}
    return set_credit_rate(fund, **{**facts, **but}, by=keeper(), at=NOON)


def test_the_words_of_prices_are_those_of_the_catalogue_and_the_workshop() -> None:
    assert [group.value for group in Group] == list(PRODUCT_GROUPS)
    assert [condition.value for condition in Condition] == list(CONDITIONS)


def test_everything_a_contract_pays_for_can_have_a_price() -> None:
    named = "delivery, collection, cleaning, repair, test, fitting, minor adaptation, storage"
    assert ", ".join(kind.value for kind in ACTIVITIES) == named


def test_the_price_list_shows_what_held_on_a_day(app: Flask) -> None:
    fund = a_fund(priced=False)
    for pence, from_on in ((40_00, SPRING), (45_00, TODAY)):
        set_activity_price(
            fund, EntryKind.FITTING, Pence(pence), from_on=from_on, by=keeper(), at=NOON
        )
    a_rate(fund, percent=60)
    a_rate(fund, percent=55, from_on=TODAY)
    before = price_list(fund.id, TODAY - timedelta(days=1))
    assert [price.pence for price in before.prices_held] == [40_00]
    assert [rate.percent for rate in before.rates_held] == [60]
    today = price_list(fund.id, TODAY)
    assert [price.pence for price in today.prices_held] == [45_00]
    assert [rate.percent for rate in today.rates_held] == [55]
    assert [price.pence for price in today.prices] == [45_00, 40_00]
    assert EntryKind.FITTING not in today.unpriced
    assert EntryKind.STORAGE in today.unpriced


def test_only_deliveries_are_priced_by_speed(app: Flask) -> None:
    with pytest.raises(Invalid, match="Only deliveries are priced by speed") as why:
        set_activity_price(
            a_fund(priced=False),
            EntryKind.STORAGE,
            Pence(1),
            from_on=TODAY,
            speed="4 hours",
            by=keeper(),
            at=NOON,
        )
    assert why.value.field == "speed"


def test_equipment_has_its_price_in_the_catalogue_only(app: Flask) -> None:
    with pytest.raises(Invalid, match="Only activities have a price"):
        set_activity_price(
            a_fund(), EntryKind.EQUIPMENT, Pence(1), from_on=TODAY, by=keeper(), at=NOON
        )


def test_what_nobody_does_needs_no_price(app: Flask) -> None:
    fund, viewer = a_fund(priced=False), a_member_of_staff(Role.FINANCE)
    for kind in (EntryKind.DELIVERY, EntryKind.COLLECTION, EntryKind.CLEANING, EntryKind.REPAIR):
        set_activity_price(fund, kind, Pence(1), from_on=SPRING, by=keeper(), at=NOON)
    priced = checks(fund, viewer=viewer, on=TODAY)[0]
    assert priced.name == (
        "Every activity in use has a price today (delivery, collection, cleaning, repair, test)"
    )
    assert priced.faults == (
        "The agreement has no price for test today. Ask an administrator to add it.",
    )
    set_activity_price(fund, EntryKind.TEST, Pence(1), from_on=SPRING, by=keeper(), at=NOON)
    set_activity_price(
        fund,
        EntryKind.FITTING,
        Pence(1),
        from_on=TODAY + timedelta(days=1),
        by=keeper(),
        at=NOON,
    )
    assert "fitting" in checks(fund, viewer=viewer, on=TODAY)[0].faults[0]
    assert checks(fund, viewer=viewer, on=TODAY + timedelta(days=1))[0].kept


def test_an_activity_without_a_price_is_simply_not_priced(app: Flask) -> None:
    assert agreed_price(a_fund(priced=False).id, EntryKind.STORAGE, TODAY) is None


@pytest.mark.parametrize(
    ("but", "field", "sentence"),
    [
        ({"group": "boats"}, "group", "Choose a product group"),
        ({"condition": "shiny"}, "condition", "Choose a condition"),
        ({"percent": 101}, "percent", "between 0 and 100"),
        ({"percent": -1}, "percent", "between 0 and 100"),
    ],
)
def test_a_rate_that_says_nothing_is_refused(
    app: Flask, but: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence) as why:
        a_rate(a_fund(), **but)
    assert why.value.field == field


def test_a_rate_cannot_begin_before_the_one_it_follows(app: Flask) -> None:
    fund = a_fund()
    a_rate(fund, from_on=TODAY)
    with pytest.raises(Invalid, match="already a rate from 1 June 2026") as why:
        a_rate(fund, from_on=TODAY)
    assert why.value.field == "from_on"
    a_rate(fund, from_on=TODAY, condition="good")


def end(fund: Fund, to_on: date, **but: Any) -> CreditRate:
    return end_credit_rate(
        fund, **{"group": "beds and rails", **but}, to_on=to_on, by=keeper(), at=NOON
    )


def test_a_rate_ends_once_and_after_it_began(app: Flask) -> None:
    fund = a_fund()
    a_rate(fund, from_on=TODAY)
    with pytest.raises(Invalid, match="ends after the day it begins"):
        end(fund, TODAY)
    end(fund, TODAY + timedelta(days=1))
    with pytest.raises(NotAllowed, match="No rate without an end") as why:
        end(fund, TODAY + timedelta(days=2))
    assert why.value.field == "group"
    with pytest.raises(NotAllowed, match="beds and rails, good"):
        end(fund, TODAY, condition="good")
    assert price_list(fund.id, TODAY + timedelta(days=1)).rates_held == []


@pytest.mark.parametrize(
    "but", [{"percent": 101}, {"from_on": TODAY}, {"from_on": date(2030, 1, 1)}]
)
def test_the_database_refuses_a_second_rate_of_a_day_and_no_percentage(
    app: Flask, but: dict[str, Any]
) -> None:
    rate = a_rate(a_fund())
    facts = {"fund_id": rate.fund_id, "group": rate.group, "percent": 1, "from_on": SPRING}
    db.session.add(CreditRate(**{**facts, **but}))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_a_credit_says_by_which_rate_it_came_about() -> None:
    price = Pence(1650_00)
    assert credit_told(60, price, "beds and rails", "good") == (
        "60% of £1,650.00 (beds and rails, good)"
    )
    assert credit_told(60, price, "beds and rails") == "60% of £1,650.00 (beds and rails)"
    assert credit_told(60, price) == "60% of £1,650.00 (the product’s own rate)"


# Pages


@pytest.mark.parametrize("role", Role)
def test_who_sees_money_sees_the_price_list_and_who_keeps_agreements_changes_it(
    app: Flask, as_: As, role: Role
) -> None:
    a_rate(a_fund())
    client = as_(role)
    sees = bool(ROLES[role] & {May.SEE_MONEY, May.SEE_ALL_MONEY, May.KEEP_AGREEMENTS})
    assert client.get("/funding/prices").status_code == (200 if sees else 403)
    keeps = May.KEEP_AGREEMENTS in ROLES[role]
    for address in ("/funding/prices/credit/new", "/funding/prices/credit/end"):
        assert client.get(address).status_code == (200 if keeps else 403)
        assert client.post(address).status_code == (422 if keeps else 403)


def test_a_rate_is_agreed_and_ended_on_its_pages(app: Flask, as_: As) -> None:
    fund, client = a_fund(), as_(Role.ADMINISTRATOR)
    typed = {"group": "bathing", "condition": "good", "percent": "70", "from_on": "2026-06-01"}
    assert client.post("/funding/prices/credit/new", data=typed).status_code == 303
    rate = db.session.query(CreditRate).filter_by(fund_id=fund.id).one()
    assert (rate.group, rate.condition, rate.percent) == ("bathing", "good", 70)
    shown = client.get("/funding/prices?on=2026-06-01").get_data(as_text=True)
    assert "Bathing" in shown
    assert "70%" in shown
    again = client.post("/funding/prices/credit/new", data=typed)
    assert again.status_code == 422
    assert "There is already a rate from 1 June 2026" in again.get_data(as_text=True)
    ending, which = "/funding/prices/credit/end", {"group": "bathing", "condition": "good"}
    assert client.post(ending, data={**which, "to_on": "2026-06-01"}).status_code == 422
    assert client.post(ending, data={**which, "to_on": "2026-07-01"}).status_code == 303
    assert client.post(ending, data={**which, "to_on": "2026-08-01"}).status_code == 409


def test_a_day_that_cannot_be_read_gets_a_sentence(app: Flask, as_: As) -> None:
    a_fund()
    assert as_(Role.FINANCE).get("/funding/prices?on=soon").status_code == 422
    assert as_(Role.FINANCE).get("/funding/prices?on=0001-01-01").status_code == 422


def test_a_price_that_is_set_leads_back_to_the_price_list(app: Flask, as_: As) -> None:
    a_fund(priced=False)
    form = {"kind": "cleaning", "speed": "", "pence": "9.50", "from_on": "2026-06-01"}
    answer = as_(Role.ADMINISTRATOR).post("/funding/agreements/prices/new", data=form)
    assert (answer.status_code, answer.location) == (303, "/funding/prices")
