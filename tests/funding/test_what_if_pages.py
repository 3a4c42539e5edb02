"""The pages on which other rules are drafted and tried."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.clock import london_day, month_of, now
from core.db import db
from core.money import Pence
from funding.what_if.models import Trial
from people.models import Organisation
from people.rules import Role
from tests.funding.test_what_if import Agreed

BASE = "/funding/rules/what-if"
RULE = {
    "name": "By address", "care_class": "joint", "need": "", "from_on": "", "to_on": "",
    "who_1": "home address", "weight_1": "1", "who_2": "", "weight_2": "", "who_3": "",
    "weight_3": "",
}  # fmt: skip


def this_month() -> str:
    return f"{now():%Y-%m}"


def begun(client: FlaskClient) -> str:
    months = {"from_month": this_month(), "to_month": this_month()}
    answer = client.post(BASE, data={"name": "Half and half", **months})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    address: str = answer.headers["Location"]
    return address


def text(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def test_a_draft_is_begun_changed_tried_left_and_taken_up_again(
    app: Flask, as_: Callable[..., FlaskClient]
) -> None:
    agreed, on = Agreed(), month_of(london_day(now()))
    entry = agreed.charged(pence=Pence(100_00), on=on)
    board = as_(Role.BOARD)
    draft = begun(board)
    assert "Nobody would have paid more or less" in text(board, f"{draft}/outcome")
    assert board.post(f"{draft}/rules/new", data=RULE).status_code == 303
    again = as_(Role.ADMINISTRATOR)
    assert draft in text(again, BASE)
    assert "By address" in text(again, draft)
    shown = text(again, f"{draft}/outcome")
    assert "1 entry of 1 would have fallen otherwise" in shown
    assert f'href="/funding/entries/{entry.id}"' in shown
    assert "+£60.00" in shown
    assert "−£60.00" in shown
    assert "By address (new)" in shown


def test_the_changes_of_one_partner_and_all_of_them_as_a_file(
    app: Flask, as_: Callable[..., FlaskClient]
) -> None:
    agreed, on = Agreed(), month_of(london_day(now()))
    agreed.charged(pence=Pence(100_00), on=on)
    keeper = as_(Role.ADMINISTRATOR)
    draft = begun(keeper)
    keeper.post(f"{draft}/rules/new", data=RULE)
    file = text(keeper, f"{draft}/outcome?download=csv")
    assert '"Joint, version 1",By address (new)' in file
    assert file.count("\n") == 3
    body = db.session.get_one(Organisation, agreed.body)
    assert "By address (new)" in text(keeper, f"{draft}/outcome?partner={body.code}")
    wrong = keeper.get(f"{draft}/outcome?partner=nobody")
    assert wrong.status_code == 422


def test_a_rule_of_a_draft_is_shown_as_it_is_changed_moved_and_removed(
    app: Flask, as_: Callable[..., FlaskClient]
) -> None:
    Agreed()
    keeper = as_(Role.ADMINISTRATOR)
    draft = begun(keeper)
    rule = f"{draft}/rules/{db.session.query(Trial).one().rules[0].code}"
    shown = text(keeper, rule)
    assert 'value="60"' in shown
    assert '<option selected value="GP practice">' in shown
    assert keeper.post(rule, data={**RULE, "name": "Joint"}).status_code == 303
    assert "Changed" in text(keeper, draft)
    assert keeper.post(f"{rule}/earlier").status_code == 409
    assert keeper.post(f"{rule}/later").status_code == 303
    assert keeper.post(f"{rule}/sideways").status_code == 404
    assert keeper.post(f"{rule}/remove").status_code == 303
    assert keeper.get(rule).status_code == 404
    assert keeper.post(f"{draft}/discard").status_code == 303
    assert keeper.get(draft).status_code == 404


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"name": "", "from_month": "2026-01", "to_month": "2026-02"}, "Give the draft a name"),
        ({"name": "A", "from_month": "", "to_month": "2026-02"}, "Write a month"),
        ({"name": "A", "from_month": "2026-13", "to_month": "2026-02"}, "Write a month"),
        ({"name": "A", "from_month": "2026-03", "to_month": "2026-02"}, "not before the first"),
        ({"name": "A", "from_month": "2026-03", "to_month": "2140-02"}, "choose past months"),
    ],
)
def test_a_draft_that_is_half_there_gets_a_sentence(
    app: Flask, as_: Callable[..., FlaskClient], form: dict[str, str], told: str
) -> None:
    Agreed()
    keeper = as_(Role.ADMINISTRATOR)
    for address in (BASE, begun(keeper)):
        answer = keeper.post(address, data=form)
        assert answer.status_code == 422
        assert told in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("but", "told"),
    [
        ({"name": ""}, "Give the rule a name"),
        ({"who_1": ""}, "Choose who pays"),
        ({"weight_1": "0"}, "share of 1 or more"),
        ({"who_2": "GP practice"}, "both who pays and a share"),
        ({"from_on": "2026-05-02", "to_on": "2026-05-01"}, "ends after the day it begins"),
        ({"to_on": "tomorrow"}, "Not a valid date"),
        ({"need": "whim"}, "Not a valid choice"),
    ],
)
def test_a_rule_of_a_draft_that_is_half_there_gets_a_sentence(
    app: Flask, as_: Callable[..., FlaskClient], but: dict[str, str], told: str
) -> None:
    Agreed()
    keeper = as_(Role.ADMINISTRATOR)
    draft = begun(keeper)
    rule = f"{draft}/rules/{db.session.query(Trial).one().rules[0].code}"
    for address in (f"{draft}/rules/new", rule):
        answer = keeper.post(address, data={**RULE, **but})
        assert answer.status_code == 422
        assert told in answer.get_data(as_text=True)


def test_who_sees_no_more_than_one_partners_money_tries_nothing(
    app: Flask, as_: Callable[..., FlaskClient]
) -> None:
    Agreed()
    assert as_(Role.FINANCE).get(BASE).status_code == 403
    nobody = as_(Role.BOARD, organisation=None)
    months = {"from_month": this_month(), "to_month": this_month()}
    answer = nobody.post(BASE, data={"name": "Half and half", **months})
    assert answer.status_code == 403
    assert db.session.query(Trial).count() == 0
