"""A scratch database with many items lent, all like one that was really ordered and handed over.

The first loan goes through the actions; the others are copies of its rows, so that thousands are
there in seconds. Their numbers are made to be unmistakable: an item's begins at 100,000,000, its
order line's at 200,000,000 and its loan's at 300,000,000.
"""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import insert, select, text

from core.codes import drawn_from, new_code
from core.db import db, transaction
from equipment.models import Item
from loans.models import Loan, LoanShare, OrderLine
from people import actions as people
from people.models import Staff
from people.rules import Role
from tests import builders

PASSWORD = "correct horse battery staple"
ITEMS, LINES, LOANS, MADE_HERE = 100_000_000, 200_000_000, 300_000_000, 700_000_000


@dataclass(frozen=True)
class Lent:
    """One lent item: its running number, and the codes of the item and of its loan."""

    number: int
    code: str
    loan: str

    def names(self) -> dict[str, str]:
        """Everything of it that a statement may say."""
        return {
            "item": str(ITEMS + self.number),
            "line": str(LINES + self.number),
            "loan": str(LOANS + self.number),
            "code": self.code,
            "loan_code": self.loan,
        }


def fill(app: Flask, count: int, staff: int) -> tuple[list[Lent], list[str]]:
    """Make the tables, so many lent items and so many warehouse staff; answers both."""
    with app.app_context():
        db.create_all()
        with transaction("benchmark"), drawn_from(seed=1):
            first = shared_by_two()
            lent = copies(first, count)
            addresses = [_somebody(first.client.practice, n) for n in range(staff)]
            _start_numbers()
        db.session.remove()
    tidy(app)
    return lent, addresses


def tidy(app: Flask) -> None:
    """Do what a database does by itself from time to time: count its rows, and clear the dead."""
    with app.app_context():
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("vacuum analyze"))
        db.session.remove()


def shared_by_two() -> Loan:
    """A loan that two partners share, so that every charge is split."""
    pool = builders.a_pool()
    loan = builders.a_loan()
    db.session.add(LoanShare(loan=loan, organisation_id=pool.council.id, weight=40))
    loan.shares[0].weight = 60
    db.session.flush()
    return loan


def _somebody(organisation: Any, number: int) -> str:
    made: Staff = people.add_staff(
        name=f"Sam Scanner {number}",
        email=f"scanner{number}@example.test",
        password=PASSWORD,
        role=Role.WAREHOUSE,
        organisation=organisation,
        by=builders.a_member_of_staff(Role.ADMINISTRATOR),
        at=builders.NOON,
    )
    return made.email


def copies(first: Loan, count: int) -> list[Lent]:
    """So many items, each lent as the first is."""
    lent = [Lent(number, new_code(), new_code()) for number in range(count)]
    item, line = first.item, first.line
    _copy(
        Item,
        item,
        [{"id": ITEMS + x.number, "code": x.code, "giai": f"9521234{x.code}"} for x in lent],
    )
    lines = [{"id": LINES + x.number, "item_id": ITEMS + x.number} for x in lent]
    _copy(OrderLine, line, lines)
    loans = [
        {
            "id": LOANS + x.number,
            "code": x.loan,
            "item_id": ITEMS + x.number,
            "line_id": LINES + x.number,
        }
        for x in lent
    ]
    _copy(Loan, first, loans)
    for share in first.shares:
        _copy(LoanShare, share, [{"loan_id": LOANS + x.number} for x in lent])
    return lent


def _copy(table: Any, row: Any, others: list[dict[str, Any]]) -> None:
    """So many rows like this one, but for what is given."""
    columns = [column for column in table.__table__.columns if column.computed is None]
    names = {column.name: table.__mapper__.get_property_by_column(column).key for column in columns}
    like = {key: getattr(row, key) for key in names.values()}
    db.session.execute(insert(table), [{**like, **other} for other in others])


def _start_numbers() -> None:
    """Let what the scans write have numbers that nothing else has."""
    for place, table in enumerate(("entry", "posting", "return", "item_move", "audit_row")):
        start = MADE_HERE + place * 10_000_000
        sequence = db.session.scalar(select(text(f"pg_get_serial_sequence('\"{table}\"', 'id')")))
        db.session.execute(text(f"select setval('{sequence}', {start})"))
