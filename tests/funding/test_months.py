"""Closing a month: two people, in order, with nothing missing and nothing that changes after."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from core.clock import moment
from core.db import db, transaction
from core.errors import Invalid, NotAllowed, TakenByAnother
from core.money import Pence
from funding.actions import post, reverse, set_budget
from funding.models import Entry, Fund, Posting
from funding.parking.queries import payers
from funding.periods.actions import accrue, begin_closing, call_off, close
from funding.periods.balances import balance_before
from funding.periods.models import Balance, ClosedLine, Period
from funding.periods.queries import by_budget, months
from funding.periods.rules import PERIOD_LIFE, PeriodEvent, PeriodStatus
from funding.queries import ledger_faults, statement
from funding.rules import EntryKind
from people.models import Staff
from people.rules import ROLES, May, Role
from tests.builders import (
    a_charge,
    a_fund,
    a_member_of_staff,
    a_partner,
    an_entry,
)
from tests.conftest import an_app

APRIL, MAY, JUNE = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)
LATER = moment(date(2026, 6, 5), 10)


class Spring:
    """A fund with charges in April and May, and the two people who close its months."""

    def __init__(self) -> None:
        self.fund = a_fund()
        self.one, self.other = (a_partner(self.fund).organisation for _ in range(2))
        self.shares = {self.one.id: 60, self.other.id: 40}
        self.ada = a_member_of_staff(Role.ADMINISTRATOR)
        self.fay = a_member_of_staff(Role.FINANCE, organisation=self.one)
        self.board = a_member_of_staff(Role.BOARD)
        for on in (date(2026, 4, 7), date(2026, 4, 30), date(2026, 5, 2)):
            self.entry(on=on)

    def entry(self, **but: Any) -> Entry:
        return an_entry(self.fund, self.shares, **{"by": self.board, **but})

    def close(self, month: date, at: Any = LATER) -> Period:
        period = begin_closing(self.fund, month, by=self.ada, at=at)
        close(period, by=self.fay, at=at)
        return period

    def told(self, month: date) -> Any:
        shown = statement(self.one, month, viewer=self.board)
        return shown.opening, shown.lines, shown.closing


@pytest.fixture
def spring(app: Flask) -> Spring:
    return Spring()


@pytest.mark.parametrize("status", PeriodStatus)
@pytest.mark.parametrize("event", PeriodEvent)
def test_a_month_opens_closes_and_is_never_opened_again(
    status: PeriodStatus, event: PeriodEvent
) -> None:
    allowed = {
        (PeriodStatus.OPEN, PeriodEvent.BEGIN),
        (PeriodStatus.CLOSING, PeriodEvent.CALL_OFF),
        (PeriodStatus.CLOSING, PeriodEvent.CLOSE),
    }
    assert PERIOD_LIFE.allows(status, event) is ((status, event) in allowed)


def test_one_begins_and_another_closes(spring: Spring) -> None:
    period = begin_closing(spring.fund, APRIL, by=spring.ada, at=LATER)
    with pytest.raises(NotAllowed, match="somebody else closes it"):
        close(period, by=spring.ada, at=LATER)
    close(period, by=spring.fay, at=LATER)
    assert (period.status, spring.fund.open_from) == (PeriodStatus.CLOSED, MAY)


def test_months_are_closed_in_their_order_and_once_they_have_ended(spring: Spring) -> None:
    with pytest.raises(NotAllowed, match="April 2026 is next"):
        begin_closing(spring.fund, MAY, by=spring.ada, at=LATER)
    with pytest.raises(NotAllowed, match="April 2026 has not ended yet"):
        begin_closing(spring.fund, APRIL, by=spring.ada, at=moment(date(2026, 4, 30), 10))
    spring.close(APRIL)
    with pytest.raises(NotAllowed, match="April 2026 is closed already"):
        begin_closing(spring.fund, APRIL, by=spring.ada, at=LATER)
    with pytest.raises(NotAllowed, match="May 2026 is next"):
        begin_closing(spring.fund, JUNE, by=spring.ada, at=LATER)


def test_an_empty_fund_has_no_month_to_close(app: Flask) -> None:
    with pytest.raises(NotAllowed, match="Nothing has been posted yet"):
        begin_closing(a_fund(), APRIL, by=a_member_of_staff(), at=LATER)


def test_a_closing_can_be_called_off_and_begun_again(spring: Spring) -> None:
    period = begin_closing(spring.fund, APRIL, by=spring.ada, at=LATER)
    call_off(period, by=spring.ada, at=LATER)
    with pytest.raises(NotAllowed, match="April 2026 is open"):
        close(period, by=spring.fay, at=LATER)
    begin_closing(spring.fund, APRIL, by=spring.fay, at=LATER)
    close(period, by=spring.ada, at=LATER)
    assert period.status is PeriodStatus.CLOSED


def test_a_month_with_a_broken_ledger_is_not_closed(spring: Spring) -> None:
    db.session.execute(text("set constraints all immediate"))
    db.session.execute(text("alter table posting disable trigger user"))
    db.session.execute(
        text("update posting set pence = pence + 1 where id = (select min(id) from posting)")
    )
    with pytest.raises(NotAllowed, match="must be put right first: Every promise of the ledger"):
        begin_closing(spring.fund, APRIL, by=spring.ada, at=LATER)
    db.session.rollback()


def test_whoever_closes_a_month_is_told_what_of_it_nobody_pays_for(
    spring: Spring, as_: Any
) -> None:
    day = date(2026, 4, 9)
    an_entry(spring.fund, {}, pence=Pence(4_25), on=day, parked_because="Outside.", by=spring.ada)
    for closes in (spring.ada, spring.fay):  # one of them sees no money but a partner's own
        client = as_(closes)
        assert (
            "1 of the month still parked, £4.25 in all."
            in client.get("/funding/months/2026-04").text
        )
        assert "still parked" not in client.get("/funding/months/2026-05").text


def test_what_comes_late_counts_in_the_first_open_month_and_says_so(spring: Spring) -> None:
    spring.close(APRIL)
    before = spring.told(APRIL)
    late = spring.entry(on=date(2026, 4, 20))
    assert (late.on, late.month, late.late) == (date(2026, 4, 20), MAY, True)
    back = reverse(late, because="Wrong bed", by=spring.board, at=moment(date(2026, 4, 21)))
    assert (back.month, back.late) == (MAY, True)
    assert spring.told(APRIL) == before
    assert not spring.entry(on=date(2026, 5, 20)).late
    assert [(one.month, one.late) for one in months(spring.fund, on=JUNE)] == [
        (JUNE, 0),
        (MAY, 2),
        (APRIL, 0),
    ]


def test_the_database_refuses_an_entry_in_a_closed_month(spring: Spring) -> None:
    spring.close(APRIL)
    copied = text(
        'insert into entry (fund_id, kind, source, subject, "on", month, at, by_id, product_group,'
        " memo, arithmetic, pence, parked_because, facts) select fund_id, kind, 'smuggled',"
        ' subject, "on", month, at, by_id, product_group, memo, arithmetic, pence, parked_because,'
        " facts from entry where month = :month limit 1"
    )
    with pytest.raises(IntegrityError, match="is closed"), db.session.begin_nested():
        db.session.execute(copied, {"month": APRIL})
    with pytest.raises(IntegrityError, match="month_by_its_first_day"), db.session.begin_nested():
        db.session.execute(text("insert into balance values (1, '2026-04-02', 0)"))


def test_a_statement_opens_with_what_the_month_before_closed_with(spring: Spring) -> None:
    open_months = {month: spring.told(month) for month in (APRIL, MAY, JUNE)}
    spring.close(APRIL)
    spring.close(MAY)
    assert {month: spring.told(month) for month in (APRIL, MAY, JUNE)} == open_months
    assert db.session.scalar(select(func.count()).select_from(Balance)) == 2 * 4
    assert db.session.scalar(select(func.count()).select_from(ClosedLine)) == 2 * 2
    assert ledger_faults() == []
    assert db.session.scalar(select(func.sum(Balance.pence)).where(Balance.month == MAY)) == 0


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("update balance set pence = pence + 1", "closed April 2026 with"),
        ("update closed_line set pence = pence + 1", "kept statement of account"),
        ("delete from closed_line", "kept statement of account"),
    ],
)
def test_what_was_kept_is_proved_by_the_entries(spring: Spring, broken: str, told: str) -> None:
    spring.close(APRIL)
    db.session.execute(text("set constraints all immediate"))
    for table in ("balance", "closed_line"):
        db.session.execute(text(f"alter table {table} disable trigger user"))
    db.session.execute(text(broken))
    assert told in ledger_faults()[0]


@given(
    days=st.lists(st.integers(0, 120), min_size=1, max_size=12),
    closed=st.integers(0, 3),
    more=st.lists(st.integers(0, 120), max_size=6),
)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_closed_when_every_opening_is_the_sum_of_all_before(
    app: Flask, days: list[int], closed: int, more: list[int]
) -> None:
    around = db.session.begin_nested()
    spring, first = Spring(), APRIL
    at = moment(date(2026, 9, 2), 9)
    for day in days:
        spring.entry(on=APRIL + timedelta(days=day))
    for month in (APRIL, MAY, JUNE)[:closed]:
        spring.close(month, at)
    for day in more:
        spring.entry(on=APRIL + timedelta(days=day))
    while first < date(2026, 10, 1):
        for line in db.session.scalars(select(Posting.account_id).distinct()):
            plain = select(func.coalesce(func.sum(Posting.pence), 0)).join(Posting.entry)
            plain = plain.where(Posting.account_id == line, Entry.month < first)
            assert balance_before(line, first) == db.session.scalar(plain)
        first = date(first.year, first.month + 1, 1)
    assert ledger_faults() == []
    around.rollback()


# Accruals


def test_an_accrual_is_charged_in_its_month_and_released_in_the_next(spring: Spring) -> None:
    weights = {spring.one.id: 1, spring.other.id: 2}
    entry = accrue(
        spring.fund, MAY, Pence(100_00), shares=weights, group="", memo="Hoist fitted, not billed",
        by=spring.ada, at=LATER,
    )  # fmt: skip
    released = db.session.scalars(select(Entry).where(Entry.reverses_id == entry.id)).one()
    assert (entry.kind, entry.on, entry.month) == (EntryKind.ACCRUAL, date(2026, 5, 31), MAY)
    assert (released.kind, released.on, released.month) == (EntryKind.RELEASE, JUNE, JUNE)
    assert released.pence == -entry.pence
    assert ledger_faults() == []
    with pytest.raises(NotAllowed, match="already been reversed"):
        reverse(entry, because="Again", by=spring.ada, at=LATER)


@pytest.mark.parametrize(
    ("but", "field"),
    [({"pence": Pence(0)}, "pence"), ({"memo": " "}, "memo"), ({"shares": {}}, "bearer")],
)
def test_half_an_accrual_is_refused(spring: Spring, but: dict[str, Any], field: str) -> None:
    asked = {"pence": Pence(1), "shares": spring.shares, "memo": "Fitting", "group": "", **but}
    with pytest.raises(Invalid) as why:
        accrue(spring.fund, MAY, asked.pop("pence"), **asked, by=spring.ada, at=LATER)
    assert why.value.field == field


def test_nothing_is_accrued_in_a_closed_month(spring: Spring) -> None:
    spring.close(APRIL)
    with pytest.raises(NotAllowed, match="April 2026 is closed"):
        accrue(
            spring.fund, APRIL, Pence(1), shares=spring.shares, group="", memo="x", by=spring.ada,
            at=LATER,
        )  # fmt: skip


def test_an_accrual_may_fall_on_everybody_by_the_budgets(spring: Spring) -> None:
    for who, pence in ((spring.one, Pence(300)), (spring.other, Pence(100))):
        set_budget(spring.fund, who, pence, year_from=APRIL, by=spring.ada, at=LATER)
    assert by_budget(spring.fund, MAY) == {spring.one.id: 300, spring.other.id: 100}
    assert {one.id for one in payers(spring.fund.id, MAY)} == {spring.one.id, spring.other.id}


# At once


@pytest.fixture
def busy(fresh_url: str):
    """An application on a database of its own."""
    app = an_app(fresh_url)
    yield app
    with app.app_context():
        db.engine.dispose()


def at_once(app: Flask, *acts: Any) -> list[str]:
    """Everybody does their act at the same moment; who was refused, and how."""
    ready, refusals = threading.Barrier(len(acts)), []

    def do(act: Any) -> None:
        with app.app_context():
            ready.wait()
            try:
                with transaction("test"):
                    act()
            except (NotAllowed, TakenByAnother) as why:
                refusals.append(why.sentence)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=do, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refusals


def prepared(app: Flask, begun: bool) -> dict[str, Any]:
    with app.app_context(), transaction("test"):
        spring = Spring()
        if begun:
            begin_closing(spring.fund, APRIL, by=spring.ada, at=LATER)
        closers = [a_member_of_staff(Role.FINANCE).id for _ in range(4)]
        return {"fund": spring.fund.id, "shares": spring.shares, "closers": closers}


def test_two_closings_at_once_close_one_month(busy: Flask) -> None:
    made = prepared(busy, begun=True)

    def closing(by: int) -> Any:
        def act() -> None:
            period = db.session.scalars(select(Period)).one()
            close(period, by=db.session.get_one(Staff, by), at=LATER)

        return act

    refusals = at_once(busy, *[closing(by) for by in made["closers"]])
    with busy.app_context():
        assert db.session.get_one(Fund, made["fund"]).open_from == MAY
        assert db.session.scalar(select(func.count()).select_from(Balance)) == 4
    assert len(refusals) == 3


@pytest.mark.parametrize("pence", [10_01, 0], ids=["odd pence", "evenly divided"])
def test_charges_that_race_a_closing_are_in_one_month_or_the_next(busy: Flask, pence: int) -> None:
    made = prepared(busy, begun=True)
    fund = type("A fund by its number", (), {"id": made["fund"]})()

    def charging(number: int) -> Any:
        def act() -> None:
            source = f"RACE{number}"
            amount = Pence(pence or 100 * sum(made["shares"].values()))
            shared = {"source": source, "on": date(2026, 4, 9), "pence": amount}
            charge = a_charge(fund, made["shares"], **shared)
            post(charge, by=db.session.get_one(Staff, made["closers"][0]), at=LATER)

        return act

    def closing() -> None:
        period = db.session.scalars(select(Period)).one()
        close(period, by=db.session.get_one(Staff, made["closers"][1]), at=LATER)

    acts = [charging(number) for number in range(10)]
    assert at_once(busy, *acts[:5], closing, *acts[5:]) == []
    with busy.app_context():
        counted = db.session.execute(
            select(Entry.month, func.count())
            .where(Entry.source.like("RACE%"))
            .group_by(Entry.month)
        ).all()
        assert sum(count for _, count in counted) == 10
        assert {month for month, _ in counted} <= {APRIL, MAY}
        # What is kept is what the month's entries come to: nothing slipped in behind it.
        plain = select(Posting.account_id, func.sum(Posting.pence)).join(Posting.entry)
        plain = plain.where(Entry.month == APRIL).group_by(Posting.account_id)
        kept = {one.account_id: one.pence for one in db.session.scalars(select(Balance))}
        assert {account: kept[account] for account, _ in db.session.execute(plain)} == dict(
            db.session.execute(plain).all()
        )
        assert ledger_faults() == []


# Pages


def test_a_month_is_closed_on_its_page_by_two_people(app: Flask, as_: Any) -> None:
    spring = Spring()
    db.session.flush()
    ada = as_(Role.ADMINISTRATOR)
    listed = ada.get("/funding/months").get_data(as_text=True)
    assert "next to be closed" in listed
    accrued = ada.post(
        "/funding/months/2026-04/accruals",
        data={"pence": "12.50", "memo": "Fitting", "bearer": spring.one.code},
    )
    assert accrued.status_code == 303
    refused = ada.post("/funding/months/2026-04/accruals", data={"pence": "12.5", "memo": "Kept"})
    assert refused.status_code == 422
    assert "Kept" in refused.get_data(as_text=True)
    nobody = ada.post(
        "/funding/months/2026-04/accruals", data={"pence": "1.00", "memo": "x", "bearer": "all"}
    )
    assert nobody.status_code == 422  # there are no budgets to share it by
    assert ada.post("/funding/months/2026-04/begin").status_code == 303
    mine = ada.post("/funding/months/2026-04/close")
    assert mine.status_code == 409
    assert "somebody else closes it" in mine.get_data(as_text=True)
    fay = as_(Role.FINANCE, organisation=spring.one)
    assert fay.post("/funding/months/2026-04/close").status_code == 303
    assert "Closed" in fay.get("/funding/months/2026-04").get_data(as_text=True)
    assert ada.post("/funding/months/2026-04/begin").status_code == 409
    assert ada.post("/funding/months/2026-05/begin").status_code == 303
    assert fay.post("/funding/months/2026-05/call-off").status_code == 303
    assert fay.post("/funding/months/2026-06/close").status_code == 404
    assert fay.get("/funding/months/nonsense").status_code == 404


@pytest.mark.parametrize("role", Role)
def test_who_may_close(app: Flask, as_: Any, role: Role) -> None:
    Spring()
    client, may = as_(role), ROLES[role]
    sees = may & {May.SEE_MONEY, May.SEE_ALL_MONEY, May.KEEP_AGREEMENTS}
    assert client.get("/funding/months").status_code == (200 if sees else 403)
    assert client.get("/funding/months/2026-04").status_code == (200 if sees else 403)
    keeps, closes = May.KEEP_AGREEMENTS in may, May.CLOSE_MONTHS in may
    assert client.post("/funding/months/2026-04/close").status_code == (404 if closes else 403)
    began = client.post("/funding/months/2026-04/begin").status_code
    assert began == (303 if keeps else 403)
    accrued = client.post("/funding/months/2026-04/accruals", data={})
    assert accrued.status_code == (422 if keeps else 403)
