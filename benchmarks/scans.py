"""Scans a second through the door for what devices have kept, beside one scan at a time.

Run it with `python -m benchmarks.scans`. Two devices send ten thousand returns, shuffled, each of
them twice, to the real server; two people scan returns one by one at the page of the same server;
and pgbench sends the very statements of whole batches, for other items. Afterwards the database
must hold each return once and every partner's balance to the penny, as in order.
"""

import argparse
import http.client
import json
import os
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from flask import Flask
from sqlalchemy import text

from app import create_app
from benchmarks import same_sql, scanners
from benchmarks.lent import Lent, fill
from benchmarks.returns import serving
from core.db import db, transaction, witnesses
from core.engine import a_database, own_server
from funding.queries import ledger_faults
from people.models import Staff
from returns.scanning.batches import take
from returns.scanning.forms import read_batch

DEVICES, EACH = 2, 500
REPLAYED = 4  # batches of each of pgbench's scripts, one script a device
Scans = list[dict[str, Any]]


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--scans", type=int, default=10_000)
    asked.add_argument("--seconds", type=float, default=6.0)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="commonstore-bench-") as scratch:
        server = own_server(Path(scratch) / "postgres")
        url = a_database(server, "bench")
        app = create_app(
            SQLALCHEMY_DATABASE_URI=url, SECRET_KEY="only to measure", WTF_CSRF_ENABLED=False
        )
        others, single = DEVICES * REPLAYED * EACH, 3_000
        lent, (email, *_) = fill(app, given.scans + single + others, DEVICES)
        queued, lent = lent[: given.scans], lent[given.scans :]
        with serving(url) as port:
            one_by_one = _single(port, email, lent[:single], given.seconds)
            _analyse(url)
            rate = _devices(port, email, _staff_code(app, email), queued)
        faults = _faults(app, queued)
        limit = _replay(app, url, lent[single:], email, Path(scratch))
        server.cleanup()
    _print(given.scans, rate, one_by_one, limit, faults)


def _single(port: int, email: str, lent: Sequence[Lent], seconds: float) -> float:
    """Returns a second at the page, one by one."""
    session = scanners.sign_in(port, email)
    hands = [(session, [one.code for one in lent[n::DEVICES]]) for n in range(DEVICES)]
    warm = [(one, codes[:25]) for one, codes in hands]
    scanners.scan_all(port, warm, seconds, os.cpu_count() or 1)
    fresh = [(one, codes[25:]) for one, codes in hands]
    return scanners.scan_all(port, fresh, seconds, os.cpu_count() or 1)[0]


def _analyse(url: str) -> None:
    """What the database does by itself within a minute: know how large its tables have become.

    Until then the check of each entry at the commit is planned for an empty ledger.
    """
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("vacuum analyze")


def _staff_code(app: Flask, email: str) -> str:
    with app.app_context():
        code = db.session.query(Staff.code).filter_by(email=email).scalar()
        db.session.remove()
    return str(code)


def _scans(lent: Sequence[Lent], by: str) -> Scans:
    """Returns of the last hours, a second apart."""
    at = datetime.now(UTC) - timedelta(seconds=len(lent) + 120)
    facts = {"mode": "receive", "place": None, "by": by}
    return [
        {**facts, "id": str(uuid4()), "at": (at + timedelta(seconds=n)).isoformat(),
         "scanned": f"http://localhost:8000/8004/9521234{one.code}"}
        for n, one in enumerate(lent)
    ]  # fmt: skip


def _devices(port: int, email: str, by: str, lent: Sequence[Lent]) -> float:
    """Scans a second of two devices that send them shuffled; then everything is sent again."""
    session, scans = scanners.sign_in(port, email), _scans(lent, by)
    drawn, seconds = random.Random(1), []
    for _ in range(2):
        drawn.shuffle(scans)
        shares = [(port, session, scans[n::DEVICES]) for n in range(DEVICES)]
        begun = time.perf_counter()
        with ThreadPoolExecutor(DEVICES) as pool:
            outcomes = [one for told in pool.map(_send, *zip(*shares, strict=True)) for one in told]
        seconds.append(time.perf_counter() - begun)
        if set(outcomes) != {"done"} or len(outcomes) != len(scans):
            raise SystemExit(f"not all were done: {sorted(set(outcomes))}")
    return len(scans) / seconds[0]


def _send(port: int, session: scanners.Session, scans: Scans) -> list[str]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {
        "Cookie": session.cookie, "X-CSRFToken": session.token, "Content-Type": "application/json",
    }  # fmt: skip
    device, outcomes = str(uuid4()), []
    for first in range(0, len(scans), EACH):
        body = json.dumps({"device": device, "scans": scans[first : first + EACH]})
        line.request("POST", "/scanning/scans", body, headers)
        answer = line.getresponse()
        told = json.loads(answer.read())
        if answer.status != 200:
            raise SystemExit(f"a batch answered {answer.status}: {told}")
        outcomes += [one["outcome"] for one in told["answers"]]
    return outcomes


_ONCE = """
select count(*) from item where id between :first and :last and (
  status <> 'quarantine'
  or (select count(*) from item_move m where m.item_id = item.id and m.event = 'book_in') <> 1
  or (select count(*) from "return" r where r.item_id = item.id) <> 1
  or (select count(*) from loan join entry on entry.source = loan.code
      where loan.item_id = item.id and entry.kind = 'collection'
        and loan.ended_at = entry.at) <> 1
  or (select count(*) from scan where scan.item_id = item.id and scan.did) <> 1)
"""


def _faults(app: Flask, queued: Sequence[Lent]) -> list[str]:
    """What is wrong with the ledger, and how many items did not come back exactly once."""
    first, last = int(queued[0].names()["item"]), int(queued[-1].names()["item"])
    with app.app_context():
        wrong = db.session.scalar(text(_ONCE), {"first": first, "last": last})
        faults = ledger_faults()
        db.session.remove()
    return [*faults, *([f"{wrong} items are not back exactly once"] if wrong else [])]


class Undone(BaseException):
    """What was only tried is to leave nothing behind."""


def _undo(_act: str) -> None:
    raise Undone


def _replay(app: Flask, url: str, lent: Sequence[Lent], email: str, scratch: Path) -> float:
    """Scans a second of pgbench alone, sending what whole batches send."""
    paths = []
    for device in range(DEVICES):
        mine = lent[device * REPLAYED * EACH : (device + 1) * REPLAYED * EACH]
        path = scratch / f"device{device}.sql"
        with path.open("w") as script:
            for first in range(0, len(mine), EACH):
                script.writelines(_statements(app, mine[first : first + EACH], email))
        paths.append(path)
    return same_sql.run(url, paths, REPLAYED * EACH)


def _statements(app: Flask, lent: Sequence[Lent], email: str) -> Iterator[str]:
    """Every statement of one batch, values and all; the batch itself is undone."""
    with app.app_context(), heard(db.engine) as seen:
        by = db.session.query(Staff).filter_by(email=email).one()
        body = json.dumps({"device": str(uuid4()), "scans": _scans(lent, by.code)})
        db.session.remove()
        with app.test_request_context(method="POST"):
            _tried(email, read_batch(body.encode()))
        db.session.remove()
    url = db_url(app)
    with psycopg.connect(url) as connection:
        whole = psycopg.ClientCursor(connection)
        for sql, values in seen:
            said = "commit" if sql == "rollback" else whole.mogrify(sql, values)
            yield said.strip().replace("\n", " ") + ";\n"


def _tried(email: str, sent: Any) -> None:
    witnesses.append(_undo)
    try:
        with transaction("benchmark"):
            by = db.session.query(Staff).filter_by(email=email).one()
            take(sent, by=by, at=datetime.now(UTC))
    except Undone:
        pass
    finally:
        witnesses.remove(_undo)


def db_url(app: Flask) -> str:
    """The database's address as psycopg reads it."""
    with app.app_context():
        url = db.engine.url.set(drivername="postgresql")
        return str(url.render_as_string(hide_password=False))


@contextmanager
def heard(engine: Any) -> Iterator[same_sql.Heard]:
    """What is sent in the block."""
    yield same_sql.listen(engine)


def _print(count: int, rate: float, one_by_one: float, limit: float, faults: Sequence[str]) -> None:
    print(f"{count:,} returns kept by {DEVICES} devices, shuffled and sent twice")
    print(f"  {rate:8,.0f} scans a second in batches of {EACH}")
    print(f"  {one_by_one:8,.0f} a second one by one at the page")
    print(f"  {rate / one_by_one:8.1f} times as many (aim: ten)")
    print(f"  {limit:8,.0f} a second when pgbench sends the same statements")
    print(f"  {rate / limit:8.2f} of it")
    print(f"  the database afterwards: {'; '.join(faults) or 'each once, to the penny'}")


if __name__ == "__main__":
    main()
