"""The process is killed while it closes a month or posts a file: whole or not there, and anew."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import func, select

from core.db import db, transaction
from core.money import Pence
from funding.actions import post
from funding.activity import actions as activity
from funding.activity.actions import take_in
from funding.checks import ledger_faults
from funding.models import Entry, Fund, Posting
from funding.periods.actions import begin_closing
from funding.periods.models import Balance, ClosedLine, Period
from funding.periods.rules import PeriodStatus
from people.jobs.jobs import next_piece, work
from people.jobs.models import Job
from people.models import Staff
from people.rules import Role
from tests.attacks.killing import (
    cookie_of,
    killed_in_the_middle,
    prepare,
    until,
    worker_killed_in_the_middle,
)
from tests.attacks.world import checksums
from tests.builders import NOON, a_charge, a_member_of_staff
from tests.funding.test_activity import Pool
from tests.funding.test_months import APRIL, LATER, MAY, Spring

CLOSING = {
    "as statements are kept": ("closed_line", ""),
    "as it commits": ("period_move", "deferrable initially deferred"),
}
LAST_STEP = ("period_move", "")
POSTING = {
    "as the charges are posted": ("posting", ""),
    "as it commits": ("entry", "deferrable initially deferred"),
}
PAGE = "/funding/months/2026-04"
CLOSE = f"{PAGE}/close"


@dataclass
class Made:
    """A fund whose April is being closed, by numbers: another process has its rows."""

    fund: int
    shares: dict[int, int]
    closer: int
    session: str


@pytest.fixture
def made(store: Flask) -> Made:
    def build() -> Made:
        spring = Spring()
        begin_closing(spring.fund, APRIL, by=spring.ada, at=LATER)
        return Made(spring.fund.id, spring.shares, spring.fay.id, spring.fay.get_id())

    told: Made = prepare(store, build)
    return told


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def is_closed(store: Flask) -> bool:
    """Whether April is closed; if not, nothing of its closing may be there."""
    with store.app_context():
        closed = db.session.scalars(select(Period.status)).one() is PeriodStatus.CLOSED
        assert db.session.scalars(select(Fund.open_from)).one() == (MAY if closed else None)
        assert (count(Balance), count(ClosedLine)) == ((4, 2) if closed else (0, 0))
        db.session.remove()
    return closed


def close_again(store: Flask, cookie: str) -> int:
    """What whoever closes the month once more is answered, by a server that has come up again."""
    browser = store.test_client()
    browser.set_cookie("session", cookie.removeprefix("session="))
    return browser.post(CLOSE).status_code


def one_closed_month(store: Flask) -> None:
    """April is closed once, with what its entries come to, and the ledger is proved."""
    assert is_closed(store)
    with store.app_context():
        plain = select(Posting.account_id, func.sum(Posting.pence)).join(Posting.entry)
        plain = plain.where(Entry.month == APRIL).group_by(Posting.account_id)
        kept = {one.account_id: one.pence for one in db.session.scalars(select(Balance))}
        for account, pence in db.session.execute(plain):
            assert kept[account] == pence
        assert ledger_faults() == []
        db.session.remove()


def test_a_closing_that_is_cut_off_leaves_nothing_behind_and_closes_again(
    store: Flask, fresh_url: str, made: Made
) -> None:
    cookie = cookie_of(store, made.session)
    with store.app_context():
        was = checksums()
    killed_in_the_middle(fresh_url, LAST_STEP, cookie, PAGE, CLOSE, {})
    assert not is_closed(store)
    with store.app_context():
        assert checksums() == was, "part of it was done"
    assert [close_again(store, cookie) for _ in range(2)] == [303, 409]
    one_closed_month(store)


def poster(store: Flask, made: Made) -> Callable[[], None]:
    """Posts a charge of April once, however long it has to wait."""

    def act() -> None:
        fund = type("A fund by its number", (), {"id": made.fund})()
        with store.app_context():
            charge = a_charge(fund, made.shares, source="RACE", on=date(2026, 4, 9))
            with transaction("test"):
                post(charge, by=db.session.get_one(Staff, made.closer), at=LATER)
            db.session.remove()

    return act


def somebody_waits_for_a_row(url: str) -> bool:
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    asked = "select count(*) from pg_locks where locktype <> 'advisory' and not granted"
    with psycopg.connect(plain, autocommit=True) as looker:
        return looker.execute(asked).fetchone() != (0,)


@pytest.mark.parametrize("stage", CLOSING)
def test_a_charge_that_waits_for_a_closing_that_dies_is_in_one_month_or_the_next(
    store: Flask, fresh_url: str, made: Made, stage: str
) -> None:
    cookie, posting = cookie_of(store, made.session), threading.Thread(target=poster(store, made))

    def meanwhile() -> None:
        posting.start()
        until(lambda: somebody_waits_for_a_row(fresh_url), "the charge did not wait")

    killed_in_the_middle(fresh_url, CLOSING[stage], cookie, PAGE, CLOSE, {}, meanwhile)
    posting.join()
    # A commit that had begun may still come through when nobody listens: then it is whole.
    whole = is_closed(store)
    with store.app_context():
        counts_in = db.session.scalars(select(Entry.month).where(Entry.source == "RACE")).one()
        db.session.remove()
    assert counts_in == (MAY if whole else APRIL)
    assert close_again(store, cookie) == (409 if whole else 303)
    one_closed_month(store)


@pytest.mark.parametrize("stage", POSTING)
def test_a_file_whose_worker_dies_is_posted_once_by_the_next(
    store: Flask, fresh_url: str, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    monkeypatch.setattr(activity, "AT_ONCE", 4)

    def build() -> int:
        pool = Pool()
        by = a_member_of_staff(Role.ADMINISTRATOR)
        job = take_in(pool.file(10), "may.csv", by=by, at=NOON)
        next_piece(job.id, at=NOON)
        return job.id

    number = prepare(store, build)
    worker_killed_in_the_middle(fresh_url, POSTING[stage])
    with store.app_context():
        job = db.session.get_one(Job, number)
        assert (job.done, job.state) in ((4, "under way"), (8, "under way"))
        assert count(Entry) == job.done, "progress and what was posted are one"
        db.session.remove()
        work(once=True)
        assert (db.session.get_one(Job, number).state, count(Entry)) == ("finished", 10)
        assert db.session.scalar(select(func.sum(Entry.pence))) == Pence(10 * 21_31)
        assert ledger_faults() == []
        db.session.remove()
