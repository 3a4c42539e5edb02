"""At how many per cent of a budget somebody is told: read, kept, refused."""

import pytest

from core.errors import Invalid
from funding.alerts import actions
from funding.alerts.queries import thresholds_of
from funding.alerts.rules import Thresholds, Watched, read_percents, written
from people.rules import Role
from tests import builders
from tests.builders import NOON


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("80, 95, 100", (80, 95, 100)),
        ("100%,80 %", (80, 100)),
        ("95 95", None),
        ("95,95", (95,)),
        ("", ()),
        ("1,500", (1, 500)),
        ("0", None),
        ("501", None),
        ("80;95", None),
        ("80.5", None),
        ("-5", None),
        ("eighty", None),
        ("1,2,3,4,5,6,7", None),
        ("٨٠", None),
    ],
)
def test_percentages_are_read_as_people_list_them(typed, read):
    if read is not None:
        assert read_percents(typed) == read
        return
    with pytest.raises(Invalid) as refused:
        read_percents(typed, field="spent")
    assert refused.value.field == "spent"


def test_what_is_written_can_be_read_again():
    assert read_percents(written((80, 95, 100))) == (80, 95, 100)
    assert written(()) == ""


def test_a_fund_has_the_usual_thresholds_until_somebody_sets_others(app):
    fund = builders.a_fund()
    assert thresholds_of(fund.id) == Thresholds()
    admin = builders.a_member_of_staff(Role.ADMINISTRATOR)
    actions.set_thresholds(fund, Thresholds((70,), ()), by=admin, at=NOON)
    assert thresholds_of(fund.id) == Thresholds((70,), ())
    actions.set_thresholds(fund, Thresholds((50, 90), (110,)), by=admin, at=NOON)
    held = thresholds_of(fund.id)
    assert (held.of(Watched.SPENT), held.of(Watched.FORECAST)) == ((50, 90), (110,))


def test_whoever_keeps_agreements_sets_them_on_the_page(app, as_):
    fund = builders.a_fund()
    admin = as_(Role.ADMINISTRATOR)
    assert 'value="80, 95, 100"' in admin.get("/funding/alerts").text
    answer = admin.post("/funding/alerts", data={"spent": "90, 60", "forecast": ""})
    assert answer.status_code == 303
    assert thresholds_of(fund.id) == Thresholds((60, 90), ())


def test_what_cannot_be_read_gets_a_sentence_beside_its_field_and_stays(app, as_):
    fund = builders.a_fund()
    answer = as_(Role.ADMINISTRATOR).post(
        "/funding/alerts", data={"spent": "80", "forecast": "a lot"}
    )
    assert answer.status_code == 422
    assert "Write whole numbers with commas between them" in answer.text
    assert 'value="a lot"' in answer.text
    assert 'href="#forecast"' in answer.text
    assert thresholds_of(fund.id) == Thresholds()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_opens_or_changes_them(app, as_, role):
    builders.a_fund()
    client = as_(role)
    assert client.get("/funding/alerts").status_code == 403
    assert client.post("/funding/alerts", data={"spent": "1"}).status_code == 403
