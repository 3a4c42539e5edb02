"""Writes the bulk: without indexes and keys while it loads, and with every one of them after.

Keys, checks and exclusions that are put back are thereby proved of every row.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import psycopg
from sqlalchemy import text

from benchmarks.bulk.frame import CHARGED, Frame, a_frame
from benchmarks.bulk.rows import CYCLE, FUNCTIONS, LOANS, ORDERS_AN_HEAD, TABLES, USES
from core.clock import london_day, month_of, months_later, start_of
from core.codes import drawn_from, is_code
from core.db import db, transaction
from funding.models import Fund
from funding.periods.actions import _keep_balances, _keep_lines
from funding.rules import EntryKind

A_YEAR = 300_000  # loans of a service of £27.5m a year
BEFORE = timedelta(days=25)  # what is there on the first day was bought a little before


@dataclass(frozen=True)
class Bulk:
    """How much to make, and until when."""

    years: int
    scale: float
    until: datetime

    @property
    def first(self) -> datetime:
        """When the first loan begins: so many years ago, on the first of a month."""
        return start_of(months_later(month_of(london_day(self.until)), -12 * self.years))

    @property
    def lanes(self) -> int:
        """How many orders there are at a time: each of two slots."""
        return max(20, round(A_YEAR * self.scale * CYCLE / 365 / 2))

    @property
    def orders(self) -> int:
        """How many orders have been placed by now."""
        since = self.until - self.first + timedelta(days=5)
        return int(since / timedelta(days=CYCLE) * self.lanes)

    def facts(self, frame: Frame) -> dict[str, Any]:
        """What the statements ask for."""
        return {
            **vars(frame),
            "first": self.first,
            "until": self.until,
            "lanes": self.lanes,
            "slots": 2 * self.lanes,
            "orders": self.orders,
            "clients": max(1, int(self.orders / ORDERS_AN_HEAD)),
            "uses": USES,
            "cycle": CYCLE,
            "body_count": len(frame.bodies),
            "council_count": len(frame.councils),
            "employer": frame.bodies[0],
            "delivery": CHARGED[EntryKind.DELIVERY],
            "collection": CHARGED[EntryKind.COLLECTION],
        }


def make(bulk: Bulk, *, tell: Any = print) -> Frame:
    """Make the tables and fill them; what is made is the same for the same moment and size."""
    db.create_all()
    with transaction("bulk"), drawn_from(seed=1):
        frame = a_frame(london_day(bulk.first), london_day(bulk.until), bulk.first - BEFORE)
    db.session.remove()
    url = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as line:
        line.execute("set work_mem = '1GB'; set maintenance_work_mem = '1GB'")
        line.execute("set timezone = 'UTC'; set client_min_messages = warning")
        line.execute(FUNCTIONS)
        with _bare(line, tell):
            facts = bulk.facts(frame)
            for name, statement in {"bulk_loan": LOANS, **TABLES}.items():
                _timed(tell, name, partial(_said, line, statement, facts))
        line.execute("drop table bulk_loan, bulk_entry")
        line.execute("drop function bulk_drawn, bulk_code")
        _timed(tell, "months", lambda: _close_months(bulk, frame))
        _timed(tell, "vacuum analyze", lambda: line.execute("vacuum analyze"))
    return frame


def _said(line: Any, statement: str, facts: dict[str, Any]) -> None:
    """Statements sent with their values in them, several at once where there are several."""
    psycopg.ClientCursor(line).execute(statement, facts)


def _timed(tell: Any, name: str, act: Any) -> None:
    begun = time.perf_counter()
    act()
    tell(f"  {time.perf_counter() - begun:7.1f} s {name}")


_KEYS = """
select conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid), contype
from pg_constraint where contype in ('f', 'p', 'u', 'x')
  and (conrelid = any(%(tables)s::regclass[]) or confrelid = any(%(tables)s::regclass[]))
order by contype = 'f', contype <> 'p'
"""
_INDEXES = """
select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index i
where indrelid = any(%(tables)s::regclass[])
  and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
"""


@contextmanager
def _bare(line: Any, tell: Any) -> Iterator[None]:
    """The tables without keys, indexes and triggers while the block runs; all are put back."""
    tables = {"tables": [f'"{name}"' for name in TABLES]}
    keys = line.execute(_KEYS, tables).fetchall()
    indexes = line.execute(_INDEXES, tables).fetchall()
    for table, name, *_ in reversed(keys):
        line.execute(f"alter table {table} drop constraint {name}")
    for name, _ in indexes:
        line.execute(f"drop index {name}")
    for table in TABLES:
        line.execute(f'alter table "{table}" disable trigger user')
    yield
    line.execute("drop index bulk_last; analyze")
    for table in TABLES:
        line.execute(f'alter table "{table}" enable trigger user')
        line.execute(
            f"select setval(pg_get_serial_sequence('\"{table}\"', 'id'), max(id)) from \"{table}\""
            if table != "loan_share"
            else "select"
        )
    for _, definition in indexes:
        _timed(tell, definition[:70], partial(line.execute, definition))
    for table, name, definition, _ in keys:
        said = f"alter table {table} add constraint {name} {definition}"
        _timed(tell, said[:70], partial(line.execute, said))


def _close_months(bulk: Bulk, frame: Frame) -> None:
    """Every month that is over keeps its balances and statements, by the closing's own steps."""
    month, last = month_of(london_day(bulk.first)), month_of(london_day(bulk.until))
    with transaction("bulk"):
        fund = db.session.get_one(Fund, frame.fund)
        while month < last:
            _keep_balances(fund, month)
            _keep_lines(fund, month)
            month = months_later(month, 1)
        fund.open_from = month
        closed = {"fund": fund.id, "first": london_day(bulk.first), "last": month}
        db.session.execute(text(_PERIODS), closed)
    db.session.remove()


_PERIODS = """
insert into period (fund_id, month, status, version)
select :fund, month, 'closed', 1 from generate_series(
  cast(:first as timestamp), cast(:last as timestamp) - interval '1 day', interval '1 month') month
"""


def codes_are_codes() -> bool:
    """Whether what was made in SQL is what the program itself would read."""
    found = db.session.scalars(text("select code from loan order by id limit 1000"))
    return all(is_code(code) for code in found)
