"""Returns scanned a second over HTTP, beside the same statements sent by pgbench.

Run it with `python -m benchmarks.returns`. The real server is started on a scratch database in
which thousands of items are lent; several people scan at once, each signed in with CSRF on, as in
production. In turns with them, pgbench sends exactly the statements that one scan sends, for other
items. The ratio says how much of what the database could do is left when Python stands in front of
it: the median of the rounds.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from flask import Flask
from sqlalchemy import update

from app import ROOT, create_app
from benchmarks import same_sql, scanners
from benchmarks.lent import Lent, fill, tidy
from core.db import db
from core.engine import a_database, own_server
from funding.models import ActivityPrice
from funding.queries import ledger_faults
from serve import workers

HANDS = 4  # people who scan at once
ITEMS = 11_000
BEFORE = 500  # scans of each hand that are not counted, so that no table is empty
ROUNDS = 5  # scanning and pgbench take turns, as a shared machine is not always as fast
REPLAYED = 100  # scans in each of pgbench's scripts, one script a hand and round
ASIDE = HANDS * ROUNDS * REPLAYED + 2  # items for pgbench, and two to see what a scan sends


@dataclass(frozen=True)
class Round:
    """What people managed over HTTP, and what pgbench did right after it."""

    rate: float  # scans a second
    times: list[float]  # each scan's seconds
    limit: float  # scans a second of pgbench


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=4.0, help="how long each round scans")
    asked.add_argument("--odd", action="store_true", help="a charge that leaves a remainder")
    said = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="commonstore-bench-") as scratch:
        server = own_server(Path(scratch) / "postgres")
        url = a_database(server, "bench")
        app = create_app(
            SQLALCHEMY_DATABASE_URI=url, SECRET_KEY="only to measure", WTF_CSRF_ENABLED=False
        )
        lent, emails = fill(app, ITEMS, HANDS)
        if said.odd:
            _a_penny_more(app)
        scripts, count = _scripts(app, lent[-ASIDE:], emails[0], Path(scratch))
        rounds, faults = _rounds(app, url, lent[:-ASIDE], emails, scripts, said.seconds)
        if not said.odd:  # else pgbench has carried one scan's remainder again and again
            faults += _faults(app)
        server.cleanup()
    _print(rounds, count, faults)


def _rounds(
    app: Flask,
    url: str,
    lent: Sequence[Lent],
    emails: Sequence[str],
    scripts: list[list[Path]],
    seconds: float,
) -> tuple[list[Round], list[str]]:
    """People scan for a while, then pgbench does, and so on; and the ledger's faults before that.

    First the tables are given some rows and these are counted, as in a service at work. How
    to read a table is decided when it is first read, and of an empty one that every row may as well
    be looked at: measured, a scan took the database twice as long after a minute.
    """
    done = []
    cores = os.cpu_count() or 1
    with serving(url) as port:
        people = [scanners.sign_in(port, email) for email in emails]
        shares = [[one.code for one in lent[hand::HANDS]] for hand in range(HANDS)]

        def scan(codes: list[list[str]], longest: float) -> tuple[float, list[float]]:
            return scanners.scan_all(port, list(zip(people, codes, strict=True)), longest, cores)

        scan([codes[:BEFORE] for codes in shares], 60.0)
        tidy(app)
        faults = _faults(app)
        for n in range(ROUNDS):
            rate, times = scan([codes[BEFORE:][n::ROUNDS] for codes in shares], seconds)
            done.append(Round(rate, times, same_sql.run(url, scripts[n], REPLAYED)))
    return done, faults


def _a_penny_more(app: Flask) -> None:
    """Let no charge divide evenly, so that all wait for each other's remainder."""
    with app.app_context():
        db.session.execute(update(ActivityPrice).values(pence=ActivityPrice.pence + 1))
        db.session.commit()
        db.session.remove()


@contextmanager
def serving(url: str) -> Iterator[int]:
    """The real server on this database, as `make run` starts it; its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    given = {**os.environ, "DATABASE_URL": url, "SECRET_KEY": "only to measure"}
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "serve:answering",
         "--port", str(port), "--workers", str(workers()), "--blocking-threads", "1", "--no-log"],
        env=given, cwd=ROOT, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server did not start")


def _scripts(
    app: Flask, lent: Sequence[Lent], email: str, scratch: Path
) -> tuple[list[list[Path]], int]:
    """Pgbench's scripts, by round and hand, and how many statements a scan sends."""
    first, sample, *others = lent
    seen, names = same_sql.statements_of(app, first, sample, email)
    scripts: list[list[Path]] = [[] for _ in range(ROUNDS)]
    for n in range(ROUNDS * HANDS):
        path = scratch / f"script{n}.sql"
        path.write_text(same_sql.script(seen, names, others[n :: ROUNDS * HANDS]))
        scripts[n % ROUNDS].append(path)
    return scripts, len(seen)


def _faults(app: Flask) -> list[str]:
    with app.app_context():
        return ledger_faults()


def _print(rounds: Sequence[Round], count: int, faults: list[str]) -> None:
    times = sorted(one for each in rounds for one in each.times)
    p50, p99 = (1000 * times[int(len(times) * part)] for part in (0.50, 0.99))
    rates, limits, ratios = (
        sorted(figures)
        for figures in zip(*((it.rate, it.limit, it.rate / it.limit) for it in rounds), strict=True)
    )
    print(f"{len(times):,} returns scanned by {HANDS} people at once over HTTP, {ROUNDS} rounds")
    print(f"  {_spread(rates, 0)} returns a second, p50 {p50:.1f} ms, p99 {p99:.1f} ms")
    print(f"  {_spread(limits, 0)} a second when pgbench sends the same {count} statements")
    print(f"  {_spread(ratios, 2)} of it (aim: at least 0.33, p99 under 50 ms)")
    print(f"  the ledger: {'; '.join(faults[:5]) or 'without fault'}")


def _spread(figures: Sequence[float], digits: int) -> str:
    """The median of sorted figures, with the least and the most of them."""
    least, most = figures[0], figures[-1]
    return f"{median(figures):8,.{digits}f} ({least:,.{digits}f} to {most:,.{digits}f})"


if __name__ == "__main__":
    main()
