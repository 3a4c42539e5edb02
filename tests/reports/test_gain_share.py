"""The provider's gain, counted by the board's own measure and shared by one press."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from core.db import db
from core.money import Pence
from equipment.rules import Cleaning
from funding.actions import set_budget
from funding.agreements.rules import Terms
from funding.models import Entry
from funding.rules import EntryKind
from funding.year_end import reckoning
from funding.year_end.rules import Year
from people.rules import Role
from reports.year_end.queries import reissue_of
from returns import actions as returning
from returns.rules import Condition
from tests import builders
from tests.builders import NOON
from tests.conftest import EachRequestAlone

As = Callable[..., EachRequestAlone]
PAGE = "/board/gain-share/2026"
YEAR = Year(2026)


def a_loan_from_recycled_stock() -> None:
    """A commode that came back, was made reusable, and went out again."""
    by = builders.a_member_of_staff(Role.WAREHOUSE)
    item = builders.a_return().item
    returning.inspect(item, condition=Condition.GOOD, note="", by=by, at=NOON)
    returning.clean(item, method=Cleaning.WIPE, by=by, at=NOON)
    returning.test(item, passed=True, note="", by=by, at=NOON)
    returning.put_away(item, by=by, at=NOON)
    builders.a_loan(builders.a_client(), products=[item.product])


@pytest.fixture
def ada(app: Flask, as_: As, monkeypatch: pytest.MonkeyPatch) -> EachRequestAlone:
    """An administrator of a pool whose agreement shares half of what lies above 20%."""
    pool = builders.a_pool()
    terms = Terms(gain_threshold_percent=20, gain_percent=50)
    monkeypatch.setattr(reckoning, "terms_of", lambda fund_id, on: terms)
    by = builders.a_member_of_staff(Role.ADMINISTRATOR, organisation=pool.body)
    set_budget(pool.fund, pool.body, Pence(1_000_00), year_from=YEAR.first, by=by, at=NOON)
    a_loan_from_recycled_stock()
    pool.fund.open_from = date(2027, 4, 1)
    return as_(by)


def test_the_reissue_share_of_a_year_is_the_boards(ada: EachRequestAlone) -> None:
    reissue = reissue_of(YEAR)
    assert (reissue.reissued, reissue.issued) == (60_00, 120_00)
    assert reissue_of(Year(2025)).issued == 0


def test_a_gain_is_shared_by_one_press_and_keeps_both_figures(ada: EachRequestAlone) -> None:
    shown = ada.get(PAGE).get_data(as_text=True)
    # Half of the £36.00 that lie above 20% of £120.00.
    assert "Share £18.00 with the provider" in shown
    assert ada.post(PAGE).status_code == 303
    entry = db.session.query(Entry).filter_by(kind=EntryKind.GAIN_SHARE).one()
    assert entry.pence == 18_00
    assert "£60.00 of £120.00 issued came from recycled stock, 50.00%" in entry.arithmetic
    assert "Counted as R5 on the board's page on" in entry.arithmetic
    again = ada.post(PAGE)
    assert again.status_code == 409
    assert "has been shared already" in again.get_data(as_text=True)


def test_where_nothing_is_due_the_page_says_why_and_has_no_button(
    ada: EachRequestAlone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reckoning, "terms_of", lambda fund_id, on: Terms())
    shown = ada.get(PAGE).get_data(as_text=True)
    assert "The agreement shares no gain with the provider." in shown
    assert "with the provider</button>" not in shown
    refused = ada.post(PAGE)
    assert refused.status_code == 422
    assert db.session.query(Entry).filter_by(kind=EntryKind.GAIN_SHARE).count() == 0


def test_a_year_that_is_no_year_is_not_found(ada: EachRequestAlone) -> None:
    assert ada.get("/board/gain-share/soon").status_code == 404
    assert ada.post("/board/gain-share/soon").status_code == 404
