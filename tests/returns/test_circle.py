"""One item goes round: ordered, brought, fetched, made reusable and lent again."""

from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, select, text

import logistics.actions
import returns.actions
from core.db import db
from equipment.rules import Cleaning, Status
from funding.models import Account, Entry, Posting
from funding.queries import ledger_faults
from funding.rules import AccountKind, EntryKind
from loans.queries import open_loan_of
from logistics.models import Visit
from logistics.rules import VisitStatus
from people.rules import Role
from returns.rules import Condition, Decision
from tests import builders
from tests.builders import NOON


def test_one_item_goes_round_and_its_cost_is_right_to_the_penny(app: Flask) -> None:
    sam = builders.a_member_of_staff(Role.WAREHOUSE)
    order = builders.an_order()
    item = order.lines[0].item
    visit = builders.a_visit(order, out=True)
    finish(visit)
    loan = open_loan_of(item)
    assert visit.status is VisitStatus.DONE
    assert item.status is Status.ON_LOAN

    fetched = builders.a_visit(loan=loan, out=True, at=NOON + timedelta(days=30))
    finish(fetched, at=NOON + timedelta(days=30))
    assert item.status is Status.COLLECTED
    assert loan.ended_at == NOON + timedelta(days=30)

    later = NOON + timedelta(days=31)
    arrival = returns.actions.receive(item.giai, by=sam, at=later)
    assert arrival.loan is loan
    returns.actions.inspect(item, condition=Condition.GOOD, note="", by=sam, at=later)
    returns.actions.clean(item, method=Cleaning.WIPE, by=sam, at=later)
    returns.actions.test(item, passed=True, note="", by=sam, at=later)
    returns.actions.put_away(item, by=sam, at=later)
    assert item.status is Status.AVAILABLE
    assert item.recycled
    assert arrival.decision is Decision.REUSABLE

    # £60.00 out, £12.50 each for bringing, fetching and cleaning, 60% of £60.00 back.
    assert by_kind() == {
        EntryKind.EQUIPMENT: 60_00,
        EntryKind.DELIVERY: 12_50,
        EntryKind.COLLECTION: 12_50,
        EntryKind.CLEANING: 12_50,
        EntryKind.CREDIT: -36_00,
    }
    assert charged_to_partners() == 61_50
    db.session.execute(text("set constraints all immediate"))
    assert ledger_faults() == []

    again = builders.an_order(products=[item.product])
    assert again.lines[0].item is item


def finish(visit: Visit, at: datetime = NOON, **but: Any) -> None:
    facts: dict[str, Any] = {
        "done": {line.id for line in visit.lines},
        "received_by": "A daughter",
        "unsigned_because": "",
        "instructions_given": True,
        "note": "",
        "by": visit.driver,
        "at": at,
    }
    logistics.actions.finish(visit, **{**facts, **but})


def by_kind() -> dict[EntryKind, int]:
    return dict(
        db.session.execute(select(Entry.kind, func.sum(Entry.pence)).group_by(Entry.kind)).all()
    )


def charged_to_partners() -> int | None:
    on_partners = select(func.sum(Posting.pence)).join(Posting.account)
    return db.session.scalar(on_partners.where(Account.kind == AccountKind.PARTNER))
