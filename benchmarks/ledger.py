"""A statement's page on a long ledger, and a month of charges posted by a job.

Run it with `python -m benchmarks.ledger`. The first figure is the page of a closed month's
statement with a million ledger lines beside the same page with ten thousand. The second is charges
a second attributed, split and posted by the job beside plain SQL that copies the very same rows.
"""

import argparse
import logging
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from unittest.mock import patch

from flask import Flask
from sqlalchemy import text

from app import create_app
from core.clock import moment, months_later
from core.db import db, transaction
from core.engine import a_database, own_server
from funding.activity.actions import take_in
from funding.checks import balance_faults
from funding.models import Fund
from funding.periods.actions import begin_closing, close
from funding.rules import Basis, RulePart
from people.jobs.jobs import work_on
from people.models import Staff
from people.rules import Kind, Role
from tests import builders

MONTHS = 24
FIRST = date(2023, 4, 1)
LINES_AN_ENTRY = 3
PARTNERS = 9

# Entries of every kind of line a statement has, spread over the months; a share for each of two
# partners and the pool's other side.
_ENTRIES = """
insert into entry (fund_id, kind, source, subject, "on", month, at, by_id, product_group, memo,
  arithmetic, pence, rule_id, parked_because, facts)
select :fund, (array['equipment','delivery','collection','cleaning','credit'])[1 + n % 5],
  'bulk ' || n, 'BULK', day, date_trunc('month', day), day, :by,
  (array['beds and rails','hoists','seating','walking'])[1 + n % 4], 'Made in bulk', '',
  1000, :rule, '', '{}'
from (select n, cast(:first as date) + (n % :days) as day from generate_series(1, :count) n) made
"""
_POSTINGS = """
insert into posting (entry_id, account_id, pence, weight, of_weights, carried_in)
select e.id, l.account, l.pence, l.weight, case when l.weight is null then null else 10 end,
  case when l.weight is null then null else 0 end
from entry e, lateral (values
  ((cast(:accounts as bigint[]))[1 + e.id % :partners], 600, 6),
  ((cast(:accounts as bigint[]))[1 + (e.id + 1) % :partners], 400, 4),
  (cast(:pool as bigint), -1000, cast(null as int))
) as l (account, pence, weight)
where e.source like 'bulk %'
"""


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--lines", type=int, default=1_000_000)
    asked.add_argument("--charges", type=int, default=100_000)
    given = asked.parse_args()
    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory(prefix="commonstore-bench-") as scratch:
        server = own_server(Path(scratch) / "postgres")

        def on_a_database(name: str, measure: Callable[[Flask], float]) -> float:
            app = create_app(
                SQLALCHEMY_DATABASE_URI=a_database(server, name), SECRET_KEY="only to measure",
                WTF_CSRF_ENABLED=False,
            )  # fmt: skip
            with app.app_context():
                db.create_all()
                try:
                    return measure(app)
                finally:
                    db.session.remove()
                    db.engine.dispose()

        short = on_a_database("short", lambda app: _page(app, 10_000))
        long = on_a_database("long", lambda app: _page(app, given.lines))
        print(f"a closed month's statement with {given.lines:,} ledger lines")
        print(f"  {1000 * long:8.1f} ms a page, {1000 * short:.1f} ms with 10,000 lines")
        print(f"  {long / short:8.2f} times as long (aim: the same, at most 1.5)")
        on_a_database("month", lambda _: _month(given.charges))
        server.cleanup()


class Made:
    """A fund with nine partners and one rule, 60 % by practice and 40 % by address."""

    def __init__(self) -> None:
        self.fund = builders.a_fund()
        kinds = [Kind.ICB] * 7 + [Kind.COUNCIL] * 2
        self.partners = [
            builders.a_partner(
                self.fund, organisation=builders.an_organisation(kind=kind)
            ).organisation
            for kind in kinds
        ]
        parts = RulePart(Basis.PRACTICE, 60), RulePart(Basis.ADDRESS, 40)
        self.rule = builders.a_rule(self.fund, parts=parts, from_on=date(2013, 4, 1))
        self.ada = builders.a_member_of_staff(Role.ADMINISTRATOR)
        self.fay = builders.a_member_of_staff(Role.FINANCE)


def _page(app: Flask, lines: int) -> float:
    """The median seconds of a statement's page on a ledger of so many lines."""
    with transaction("benchmark"):
        made = Made()
        board = builders.a_member_of_staff(Role.BOARD, organisation=made.partners[0])
        fund_id, code, session = made.fund.id, made.partners[0].code, board.get_id()
        people = made.ada.id, made.fay.id
        _fill(made, lines // LINES_AN_ENTRY)
    _close_all(fund_id, people)
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = session, True
    month = months_later(FIRST, MONTHS - 1)
    address = f"/funding/statements/{code}/{month:%Y-%m}"
    times = []
    for _ in range(25):
        began = time.perf_counter()
        answer = client.get(address)
        times.append(time.perf_counter() - began)
        if answer.status_code != 200:
            raise SystemExit(f"the statement answered {answer.status_code}")
    return sorted(times)[len(times) // 2]


def _fill(made: Made, count: int) -> None:
    accounts: dict[int, int] = dict(
        db.session.execute(text("select organisation_id, id from account")).tuples().all()
    )
    said = {
        "fund": made.fund.id, "by": made.ada.id, "rule": made.rule.id, "first": FIRST,
        "days": (months_later(FIRST, MONTHS) - FIRST).days, "count": count,
    }  # fmt: skip
    db.session.execute(text(_ENTRIES), said)
    pool = db.session.scalar(text("select id from account where kind = 'pool'"))
    theirs = [accounts[one.id] for one in made.partners]
    said = {"accounts": theirs, "partners": len(theirs), "pool": pool}
    db.session.execute(text(_POSTINGS), said)
    db.session.execute(text("analyze"))


def _close_all(fund_id: int, people: tuple[int, int]) -> None:
    """Close every month. The whole proof is not the measure here, so it is left out."""
    at = moment(months_later(FIRST, MONTHS + 1), 9)
    with patch("funding.periods.actions.month_checks", lambda *_, **__: []):
        for number in range(MONTHS):
            with transaction("benchmark"):
                fund = db.session.get_one(Fund, fund_id)
                ada, fay = (db.session.get_one(Staff, one) for one in people)
                period = begin_closing(fund, months_later(FIRST, number), by=ada, at=at)
                close(period, by=fay, at=at)


def _month(charges: int) -> float:
    """Post a month of charges by the job, then copy the same rows by plain SQL; prints both."""
    with transaction("benchmark"):
        made = Made()
        lines = _file(made, charges)
        took = time.perf_counter()
        job = take_in(lines, "may.csv", by=made.ada, at=builders.NOON)
        read, number = time.perf_counter() - took, job.id
    began = time.perf_counter()
    work_on(number)
    job_rate = charges / (time.perf_counter() - began)
    began = time.perf_counter()
    with transaction("benchmark"):
        _copy()
    sql_rate = charges / (time.perf_counter() - began)
    faults = balance_faults()
    print(f"{charges:,} charges of a month attributed, split and posted by a resumable job")
    print(f"  {charges / read:8,.0f} lines a second read and checked")
    print(f"  {job_rate:8,.0f} charges a second posted")
    print(f"  {sql_rate:8,.0f} a second when plain SQL copies the same entries and postings")
    print(f"  {job_rate / sql_rate:8.2f} of it (its splits and rules are worked out besides)")
    print(f"  the ledger afterwards: {'; '.join(faults) or 'without fault'}")
    return job_rate


def _file(made: Made, charges: int) -> list[str]:
    bodies, councils = made.partners[:7], made.partners[7:]
    lines = ["reference,day,kind,amount,group,class,nhs body,council\n"]
    lines += [
        f"D-{n},2026-05-{1 + n % 31:02d},delivery,{10 + n % 40}.{n % 100:02d},beds and rails,joint,"
        f"{bodies[n % 7].official_code},{councils[n % 2].official_code}\n"
        for n in range(charges)
    ]
    return lines


def _copy() -> None:
    """Every entry and posting once more, under the same triggers and keys, by SQL alone."""
    db.session.execute(
        text(
            'insert into entry (fund_id, kind, source, subject, "on", month, at, by_id,'
            " product_group, memo, arithmetic, pence, rule_id, parked_because, facts)"
            " select fund_id, kind, 'copy of ' || source, subject, \"on\", month, at, by_id,"
            " product_group, memo, arithmetic, pence, rule_id, parked_because, facts from entry"
        )
    )
    db.session.execute(
        text(
            "insert into posting (entry_id, account_id, pence, weight, of_weights, carried_in)"
            " select e.id, p.account_id, p.pence, p.weight, p.of_weights, p.carried_in"
            " from entry e join entry was on e.source = 'copy of ' || was.source"
            " and e.kind = was.kind join posting p on p.entry_id = was.id"
        )
    )


if __name__ == "__main__":
    main()
