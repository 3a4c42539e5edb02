"""Months that are over are counted once, and again whenever anything in them has changed."""

from collections.abc import Callable, Iterator
from contextvars import Context
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.sql.schema import Column, Table
from sqlalchemy.sql.visitors import iterate

from core.clock import london_day, month_of, months_later, now
from core.db import db, transaction
from equipment.actions import move_item
from equipment.rules import LIFE, Event, Status
from loans import actions as lending
from loans.models import Loan
from logistics import actions as logistics
from logistics.models import Visit
from logistics.rules import FailReason, VisitStatus
from people.models import Organisation, Staff
from people.rules import Kind, Role
from reports import counts
from reports.periods import Period
from reports.settled import queries as settled
from reports.settled.models import WATCHED
from tests import builders
from tests.attacks.world import browser_of
from tests.conftest import an_app
from tests.reports.story import Pool, a_year, noon

# What no settled answer can be changed by, and why.
OTHERS = {
    "item": {"id", "code", "status", "since"},  # an item that left is proved by its own check
    "loan": {"id"},
    "return": {"id"},
    "visit": {"id"},
    "product": {"id"},
    "orders": {"id"},
    "order_line": {"id"},
}
OF_THE_LEDGER = {"entry", "posting", "account", "organisation"}  # a closed month takes no entry


@pytest.fixture
def pool(app: Flask) -> Pool:
    """A pool whose story was told in April and May 2026, months that are over by now."""
    return told()


def told() -> Pool:
    """The story, and a delivery in it that was driven out and came to nothing."""
    pool = Pool()
    a_year(pool)
    product = builders.a_product()
    builders.an_item(product, at=noon(date(2026, 5, 1)))
    order = pool.order(product, date(2026, 5, 12))
    visit = builders.a_visit(order, driver=pool.driver, at=noon(date(2026, 5, 12)), out=True)
    failed_by = {"by": pool.driver, "at": noon(date(2026, 5, 13))}
    logistics.fail(visit, reason=next(iter(FailReason)), note="", **failed_by)
    db.session.flush()
    return pool


def noticed() -> bool:
    """Whether this transaction is known to have changed a settled month; forgotten at once."""
    counted = text("select count(*) from settled_change")
    said = db.session.scalar(text("select current_setting('commonstore.settled', true)"))
    db.session.execute(text("select set_config('commonstore.settled', '', true)"))
    found = db.session.scalar(counted)
    db.session.execute(text("delete from settled_change"))
    assert (said == "changed") is bool(found)
    return bool(found)


def test_a_story_told_of_months_that_are_over_is_noticed(pool: Pool) -> None:
    assert noticed()
    assert not noticed()


@pytest.mark.parametrize(
    ("table", "column"), [(table, one) for table, columns in WATCHED.items() for one in columns]
)
def test_every_column_that_figures_are_told_from_is_noticed_by_hand(
    pool: Pool, table: str, column: str
) -> None:
    noticed()
    if table == "item_move":
        db.session.execute(text("alter table item_move disable trigger item_move_append_only"))
    done = db.session.execute(text(f'update "{table}" set {column} = {column}'))
    assert done.rowcount > 0  # type: ignore[attr-defined]
    assert noticed()


def test_what_is_undone_is_not_noticed_and_what_is_done_again_is(pool: Pool) -> None:
    noticed()
    change = text("update loan set price = price")
    with db.session.begin_nested() as savepoint:
        db.session.execute(change)
        savepoint.rollback()
    assert not noticed()
    db.session.execute(change)
    assert noticed()


@pytest.mark.parametrize("table", ["loan_share", "visit_line"])
def test_a_part_taken_away_is_noticed(pool: Pool, table: str) -> None:
    noticed()
    db.session.execute(text(f"delete from {table}"))
    assert noticed()


def test_what_happens_today_touches_no_month_that_is_over(pool: Pool) -> None:
    noticed()
    today = london_day(now())
    product = builders.a_product()
    builders.some_items(3, product, at=now())
    pool.reuse(pool.lend(product, today), today)
    pool.scrap(pool.lend(product, today), today)
    builders.a_visit(pool.order(product, today), driver=pool.driver, at=now())
    db.session.flush()
    assert not noticed()


def test_asking_back_and_ending_today_a_loan_that_began_long_ago_is_no_change_of_its_month(
    pool: Pool,
) -> None:
    noticed()
    lent = db.session.query(Loan).filter(Loan.ended_at.is_(None)).first()
    assert lent is not None
    assert lent.began_at < noon(date(2026, 6, 1))
    lent.ended_at = now()
    db.session.flush()
    assert not noticed()


def test_nothing_leads_back_from_scrapped_or_stripped() -> None:
    """Whoever counts what a thing did in its life need not look for loans after it."""
    past = {Status.SCRAPPED, Status.STRIPPED}
    assert not [was for was, _ in LIFE.table if was in past]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every question that may be answered from memory, as it is asked."""
    seen: list[Any] = []
    told = settled._question

    def note(what: Any) -> Any:
        seen.append(what)
        return told(what)

    monkeypatch.setattr(settled, "_question", note)
    return seen


def test_a_question_kept_reads_nothing_that_is_not_watched(
    app: Flask, pool: Pool, asked: list[Any]
) -> None:
    fund, product = pool.body, builders.a_product()
    for role in (Role.BOARD, Role.FINANCE, Role.PRESCRIBER):
        staff = builders.a_member_of_staff(role, organisation=pool.body)
        browser = browser_of(app, staff.get_id())
        for address in ("/board", "/board/R1", "/board/S4", "/budget"):
            for narrowed in ("", f"?partner={fund.code}", f"?group={product.group.value}"):
                browser.get(address + narrowed)
    assert len(asked) > 20
    read = {
        (one.table.name, one.name)
        for what in asked
        for column in iterate(what)
        if isinstance(column, Column)
        for one in column.base_columns
        if isinstance(one.table, Table) and one.table.name not in OF_THE_LEDGER
    }
    amiss = {
        f"{table}.{column}"
        for table, column in read
        if column not in {*WATCHED.get(table, ()), *OTHERS.get(table, ())}
    }
    assert ("loan", "began_at") in read
    assert not amiss


# What two processes and two transactions see, on a database of the test's own.


@pytest.fixture
def committed(fresh_url: str) -> Iterator[Flask]:
    """The application on a database in which the story was told and committed."""
    made = an_app(fresh_url)
    with made.app_context():
        with transaction("test"):
            told()
            builders.a_member_of_staff(Role.BOARD)
        db.session.remove()
    settled.forget()
    yield made
    with made.app_context():
        db.engine.dispose()


def board_of(app: Flask) -> Callable[..., Any]:
    """What the board's measures are, as a program asks for them."""
    with app.app_context():
        chair = db.session.query(Staff).filter_by(role=Role.BOARD).one()
        browser = browser_of(app, chair.get_id())
        db.session.remove()

    def ask(narrowed: str = "") -> Any:
        # All that was told of the story, up to the month we are in.
        answer = browser.get(f"/board.json?first=2026-04&last={london_day(now()):%Y-%m}{narrowed}")
        assert answer.status_code == 200
        return answer.get_json()["figures"]

    return ask


def by_hand(app: Flask, statement: str) -> None:
    """What somebody changes in the database itself."""
    with app.app_context(), transaction("test"):
        done = db.session.execute(text(statement))
        assert done.rowcount > 0  # type: ignore[attr-defined]


CHANGES = (
    "update product set special = not special",
    "update loan set recycled = not recycled",
    "update loan set price = price * 2",
    "update loan set lost = true where ended_at is not null",
    "update \"return\" set decision = 'scrapped' where decision = 'made reusable'",
    "update visit set finished_at = finished_at - interval '1 month' where status = 'failed'",
)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_a_month_that_is_over_is_told_when_the_page_is_asked_for_next(
    committed: Flask, change: str
) -> None:
    ask = board_of(committed)
    before = ask()
    assert ask() == before
    by_hand(committed, change)
    after = ask()
    assert after != before
    settled.forget()
    assert ask() == after, "as a process tells it that has just started"


def test_what_is_over_is_counted_once(committed: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = board_of(committed)
    counted: list[Period] = []
    count = counts._counted

    def note(source: Any, keys: Any, period: Period, where: Any) -> Any:
        counted.append(period)
        return count(source, keys, period, where)

    monkeypatch.setattr(counts, "_counted", note)
    ask()
    assert min(period.first for period in counted) < date(2026, 4, 1), "two years, for the charts"
    counted.clear()
    ask()
    settling = [period for period in counted if period.first < date(2026, 4, 1)]
    assert len(settling) == 2, "only what is back by now of what went out then, and visits"
    assert len(counted) > 5


def test_a_return_is_in_the_figure_when_the_page_is_asked_for_next(committed: Flask) -> None:
    ask = board_of(committed)
    ask()
    before = {one["id"]: one for one in ask()}
    with committed.app_context(), transaction("test"):
        lent = db.session.query(Loan).filter(Loan.ended_at.is_(None)).first()
        assert lent is not None
        builders.a_return(lent, at=now())
    after = {one["id"]: one for one in ask()}
    changed = {name for name, one in after.items() if one != before[name]}
    assert any(name.startswith("R1") for name in changed)


def test_whose_a_failed_visit_was_is_told_by_the_loan_that_comes_of_it_long_after(
    committed: Flask,
) -> None:
    with committed.app_context():
        council = db.session.query(Organisation).filter_by(kind=Kind.COUNCIL).one().code
    ask, narrowed = board_of(committed), f"&partner={council}"
    before = {one["id"]: one for one in ask(narrowed)}
    with committed.app_context(), transaction("test"):
        failed = db.session.query(Visit).filter_by(status=VisitStatus.FAILED).one()
        line = failed.order.lines[0]
        driver = db.session.query(Staff).filter_by(role=Role.DRIVER).first()
        move_item(line.item, Event.LOAD, by=driver, at=now())
        lending.begin(line, by=driver, at=now())
    after = {one["id"]: one for one in ask(narrowed)}
    assert (before["S2.items"]["above"], after["S2.items"]["above"]) == (0, 1)


def test_somebody_under_way_with_a_month_that_is_over_is_told_what_they_see(
    committed: Flask,
) -> None:
    """Inside a transaction that has changed such a month nothing is kept and nothing told of it."""
    ask = board_of(committed)
    before = ask()
    with committed.app_context():
        db.session.execute(text("update loan set recycled = not recycled"))
        settled.plan_for_counting()
        assert settled.settled() is None
        assert Context().run(ask) == before, "others do not see it yet"
        db.session.commit()
    assert ask() != before


def test_the_month_we_are_in_and_the_one_just_over_are_never_kept(app: Flask) -> None:
    settled.plan_for_counting()
    state = settled.settled()
    assert state is not None
    this = month_of(london_day(now()))
    assert state.until in (this, months_later(this, -1))
    assert not state.of([this])
