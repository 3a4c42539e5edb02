"""Returns scanned a second over HTTP, beside the same statements sent by pgbench.

Run it with `python -m benchmarks.returns`. The real server is started on a scratch database in
which thousands of items are lent; several people scan at once, each signed in with CSRF on, as in
production. Then pgbench sends exactly the statements that one scan sends, for other items. The
ratio says how much of what the database could do is left when Python stands in front of it.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import update

from app import ROOT, create_app
from benchmarks import same_sql, scanners
from benchmarks.lent import Lent, fill
from core.db import db
from core.engine import a_database, own_server
from funding.models import ActivityPrice
from funding.queries import ledger_faults
from serve import workers

HANDS = 4  # people who scan at once
ITEMS = 9_000
REPLAYED = 500  # scans in each of pgbench's scripts, one script a hand


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=6.0)
    asked.add_argument("--odd", action="store_true", help="a charge that leaves a remainder")
    said = asked.parse_args()
    seconds: float = said.seconds
    with tempfile.TemporaryDirectory(prefix="commonstore-bench-") as scratch:
        server = own_server(Path(scratch) / "postgres")
        url = a_database(server, "bench")
        app = create_app(
            SQLALCHEMY_DATABASE_URI=url, SECRET_KEY="only to measure", WTF_CSRF_ENABLED=False
        )
        lent, emails = fill(app, ITEMS, HANDS)
        if said.odd:
            _a_penny_more(app)
        with serving(url) as port:
            hands = [
                (scanners.sign_in(port, email), _share(lent, n)) for n, email in enumerate(emails)
            ]
            warm = [(session, codes[:25]) for session, codes in hands]
            scanners.scan_all(port, warm, seconds, os.cpu_count() or 1)
            fresh = [(session, codes[25:]) for session, codes in hands]
            rate, times = scanners.scan_all(port, fresh, seconds, os.cpu_count() or 1)
        limit, count = _replay(app, url, lent[-HANDS * REPLAYED - 2 :], emails[0], Path(scratch))
        faults = _faults(app)
        server.cleanup()
    _print(rate, times, limit, count, faults)


def _a_penny_more(app: Flask) -> None:
    """Let no charge divide evenly, so that all wait for each other's remainder."""
    with app.app_context():
        db.session.execute(update(ActivityPrice).values(pence=ActivityPrice.pence + 1))
        db.session.commit()
        db.session.remove()


def _share(lent: list[Lent], hand: int) -> list[str]:
    return [one.code for one in lent[: -HANDS * REPLAYED - 2][hand::HANDS]]


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


def _replay(app: Flask, url: str, lent: list[Lent], email: str, scratch: Path) -> tuple[float, int]:
    """Scans a second of pgbench alone, and how many statements a scan sends."""
    first, sample, *others = lent
    seen, names = same_sql.statements_of(app, first, sample, email)
    paths = []
    for hand in range(HANDS):
        path = scratch / f"hand{hand}.sql"
        path.write_text(same_sql.script(seen, names, others[hand::HANDS]))
        paths.append(path)
    return same_sql.run(url, paths, REPLAYED), len(seen)


def _faults(app: Flask) -> list[str]:
    with app.app_context():
        return ledger_faults()


def _print(rate: float, times: list[float], limit: float, count: int, faults: list[str]) -> None:
    times.sort()
    p50, p99 = (1000 * times[int(len(times) * part)] for part in (0.50, 0.99))
    print(f"{len(times):,} returns scanned by {HANDS} people at once over HTTP")
    print(f"  {rate:8,.0f} returns a second, p50 {p50:.1f} ms, p99 {p99:.1f} ms")
    print(f"  {limit:8,.0f} a second when pgbench sends the same {count} statements")
    print(f"  {rate / limit:8.2f} of it (aim: at least 0.33, p99 under 50 ms)")
    print(f"  the ledger afterwards: {'; '.join(faults) or 'without fault'}")


if __name__ == "__main__":
    main()
