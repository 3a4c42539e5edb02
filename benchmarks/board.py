"""The board's page on the demonstration year, beside the plain SQL it asks.

Run it with `python -m benchmarks.board`. The page is asked for as a browser would, signed in; then
the very statements it sent are sent again through the driver alone. The ratio says what Python
costs on top of counting the rows.
"""

import argparse
import logging
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event

from app import create_app
from core.db import db
from core.engine import a_database, own_server
from demo.year import make_the_year
from people.models import Staff
from people.rules import Role

ROUNDS = 15
Said = list[tuple[str, Any]]


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--days", type=int, default=365, help="how much of the year to make")
    days: int = asked.parse_args().days
    with tempfile.TemporaryDirectory(prefix="commonstore-bench-") as scratch:
        server = own_server(Path(scratch) / "postgres")
        logging.disable(logging.INFO)
        app = create_app(SQLALCHEMY_DATABASE_URI=a_database(server, "bench"), SECRET_KEY="measured")
        with app.app_context():
            db.create_all()
            make_the_year(days=days)
            measure(app)
            db.session.remove()
            db.engine.dispose()
        server.cleanup()


def measure(app: Flask) -> None:
    """Print how long the page takes, and how long its statements alone."""
    client = app.test_client()
    with client.session_transaction() as session:
        chair = db.session.query(Staff).filter_by(role=Role.BOARD).first()
        assert chair is not None, "the demonstration has a board"
        session["_user_id"], session["_fresh"] = chair.get_id(), True
    db.session.remove()

    def page() -> None:
        assert client.get("/board").status_code == 200

    page()
    said = statements(page)
    whole, alone = median(page), median(lambda: again(said))
    print(f"board's page: {whole * 1000:6.1f} ms, median of {ROUNDS}, {len(said)} statements")
    print(f"its SQL alone: {alone * 1000:5.1f} ms; ratio {whole / alone:.2f}")


def statements(page: Callable[[], None]) -> Said:
    """Every statement the page sends, with its values."""
    said: Said = []

    def note(*call: Any) -> None:
        said.append((call[2], call[3]))

    event.listen(db.engine, "before_cursor_execute", note)
    page()
    event.remove(db.engine, "before_cursor_execute", note)
    return said


def again(said: Said) -> None:
    """Send the statements again and fetch every row, with nothing else around them."""
    with db.engine.connect() as connection:
        for statement, values in said:
            connection.exec_driver_sql(statement, values).fetchall()


def median(act: Callable[[], None]) -> float:
    """Seconds an act takes, the median of the rounds."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        act()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


if __name__ == "__main__":
    main()
