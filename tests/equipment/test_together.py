"""Several things at once: locked as they are now, moved and written in one statement each."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from core.db import db, transaction
from core.errors import NotAllowed, TakenByAnother
from core.together import Locks, change_all, put_all
from equipment.actions import move_items
from equipment.models import Item, ItemMove
from equipment.rules import Event, Status
from funding.models import Entry
from funding.rules import EntryKind
from loans.actions import hand_over
from loans.models import Loan, OrderLine
from loans.rules import OrderStatus
from people.models import AuditRow
from tests.builders import NOON, a_member_of_staff, a_product, an_item, an_order, some_items
from tests.heard import statements

LATER = NOON + timedelta(hours=1)
ITEMS = Locks(Item)


def moves_of(items):
    wanted = [item.id for item in items]
    rows = select(ItemMove).where(ItemMove.item_id.in_(wanted)).order_by(ItemMove.item_id)
    return db.session.scalars(rows.where(ItemMove.at == LATER)).all()


def written(item):
    """What the database says of an item, whatever the session believes."""
    asked = text("select status, version, times_lent from item where id = :id")
    return tuple(db.session.execute(asked, {"id": item.id}).one())


def test_several_items_are_moved_by_one_statement_each_with_its_own_row_and_reason(app):
    by, items = a_member_of_staff(), some_items(3)
    before = {item.id: item.version for item in items}
    why = ["order A", None, "order C"]
    with statements() as sent:
        move_items(zip(items, why, strict=True), Event.ALLOCATE, by=by, at=LATER)
    assert len(sent) == 1
    rows = moves_of(items)
    assert [(row.item_id, row.because) for row in rows] == [
        (item.id, because) for item, because in zip(items, why, strict=True)
    ]
    assert {(row.was, row.became, row.by_id) for row in rows} == {
        (Status.AVAILABLE, Status.ALLOCATED, by.id)
    }
    for item in items:
        assert written(item) == ("allocated", before[item.id] + 1, 0)
        assert (item.status, item.version) == (Status.ALLOCATED, before[item.id] + 1)
    db.session.expire_all()
    assert [item.status for item in items] == [Status.ALLOCATED] * 3


def test_what_only_some_of_them_change_stays_on_the_others(app):
    items = some_items(2)
    items[0].times_lent = 4
    change_all([(items[0], {"times_lent": 5}), (items[1], {"needs_repair": True})])
    db.session.expire_all()
    assert [(item.times_lent, item.needs_repair) for item in items] == [(5, False), (0, True)]


def test_what_was_pending_on_one_of_them_is_written_as_well(app):
    items = some_items(2)
    items[1].serial = "AB 12"
    change_all([(item, {"times_lent": 2}) for item in items])
    db.session.expire_all()
    assert [(item.times_lent, item.serial) for item in items] == [(2, None), (2, "AB 12")]


def test_nothing_is_moved_when_somebody_else_has_changed_one_of_them(app):
    by, items = a_member_of_staff(), some_items(3)
    db.session.execute(
        text("update item set version = version + 1 where id = :id"), {"id": items[1].id}
    )
    with pytest.raises(TakenByAnother), db.session.begin_nested():
        move_items([(item, None) for item in items], Event.ALLOCATE, by=by, at=LATER)
    assert moves_of(items) == []
    assert [item.status for item in items] == [Status.AVAILABLE] * 3


def test_a_gate_that_is_shut_for_one_leaves_all_where_they_are(app):
    by, items = a_member_of_staff(), some_items(2)
    move_items([(items[1], None)], Event.ALLOCATE, by=by, at=NOON)
    with pytest.raises(NotAllowed), db.session.begin_nested():
        move_items([(item, None) for item in items], Event.ALLOCATE, by=by, at=LATER)
    assert moves_of(items) == []
    assert [item.status for item in items] == [Status.AVAILABLE, Status.ALLOCATED]


def test_the_trail_names_everything_that_was_moved(app):
    by, items = a_member_of_staff(), some_items(3)
    db.session.commit()
    with transaction("test: moved"):
        move_items([(item, None) for item in items], Event.ALLOCATE, by=by, at=LATER)
    last = db.session.scalars(select(AuditRow).order_by(AuditRow.id.desc()).limit(1)).one()
    assert last.changes["item"] == [item.code for item in items]


def test_nothing_at_all_sends_nothing(app):
    by = a_member_of_staff()
    with statements() as sent:
        move_items([], Event.ALLOCATE, by=by, at=LATER)
        put_all([])
        assert ITEMS.hold([]) == []
    assert sent == []


def test_what_was_read_and_has_not_changed_is_locked_and_not_read_again(app):
    items = some_items(3)
    with statements() as sent:
        held = ITEMS.hold([item.id for item in reversed(items)])
    assert held == items, "in the order of their numbers"
    assert len(sent) == 1
    assert "FOR UPDATE" in sent[0].sql
    assert "item.status" not in sent[0].sql


def test_what_somebody_else_has_changed_is_read_again(app):
    items = some_items(2)
    asked = text("update item set times_lent = 7, version = version + 1 where id = :id")
    db.session.execute(asked, {"id": items[1].id})
    held = ITEMS.hold([item.id for item in items])
    assert [item.times_lent for item in held] == [0, 7]
    assert held == items


def test_what_was_never_read_is_read_and_what_is_not_there_is_left_out(app):
    items = some_items(2)
    wanted = [item.id for item in items]
    db.session.expire(items[0])
    db.session.expunge(items[1])
    held = ITEMS.hold([*wanted, 999_999_999])
    assert [item.id for item in held] == wanted


def test_new_rows_written_together_are_held_as_they_were_written(app):
    order, product = an_order(placed=False), a_product()
    facts = {"order_id": order.id, "product_id": product.id}
    lines = [OrderLine(price=pence, **facts) for pence in (300, 100, 200)]
    with statements() as sent:
        put_all(lines, known_by="price")
    assert len(sent) == 1
    there = select(OrderLine.price, OrderLine.id, OrderLine.version, OrderLine.quantity)
    rows = db.session.execute(there.where(OrderLine.product_id == product.id)).all()
    assert {row.price: tuple(row[1:]) for row in rows} == {
        line.price: (line.id, 1, 1) for line in lines
    }
    assert [line.price for line in lines] == [300, 100, 200]
    assert all(line.product is product for line in lines)
    assert not db.session.dirty
    assert not db.session.new


def test_what_is_handed_over_together_is_lent_with_its_shares_and_charged(app):
    by = a_member_of_staff()
    order = an_order(products=[item.product for item in (an_item(), an_item(), an_item())])
    for step in (Event.PICK, Event.LOAD):
        move_items([(line.item, None) for line in order.lines], step, by=by, at=NOON)
    hand_over(order.lines, by=by, at=LATER)
    db.session.expire_all()
    loans = db.session.scalars(select(Loan).order_by(Loan.line_id)).all()
    assert [(loan.item_id, loan.product_id) for loan in loans] == [
        (line.item_id, line.product_id) for line in order.lines
    ]
    assert all(loan.weights == loans[0].weights != {} for loan in loans)
    assert {line.item.status for line in order.lines} == {Status.ON_LOAN}
    assert order.status is OrderStatus.DELIVERED
    charged = select(Entry.subject).where(Entry.kind == EntryKind.EQUIPMENT)
    assert set(db.session.scalars(charged)) == {loan.code for loan in loans}
