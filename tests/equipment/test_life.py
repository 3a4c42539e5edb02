"""An item goes round by one function, and its gates cannot be skipped."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from core.db import db
from core.errors import Invalid, NotAllowed, TakenByAnother
from core.status import words
from equipment.actions import move_item, record_clean, record_test
from equipment.gates import ISSUE, REASON_ASKED
from equipment.models import Item, ItemMove
from equipment.queries import item_by_code, place_for
from equipment.rules import (
    DIRTY,
    IN_STOCK,
    LIFE,
    STANDS_SOMEWHERE,
    Event,
    Side,
    Status,
    TestKind,
    offered_here,
    side_of,
)
from people.rules import Role
from tests.builders import NOON, a_depot, a_hoist, a_member_of_staff, a_store, an_item
from tests.equipment.lives import ROUND, an_item_in, do
from tests.heard import statements


@pytest.fixture
def by(app):
    return a_member_of_staff(Role.WAREHOUSE)


def last_move_of(item):
    latest = select(ItemMove).filter_by(item_id=item.id).order_by(ItemMove.id.desc()).limit(1)
    return db.session.scalars(latest).one()


@pytest.mark.parametrize("status", Status, ids=words)
def test_every_event_either_follows_the_table_or_is_refused_with_a_sentence(by, status):
    item = an_item_in(status, by=by)
    for event in Event:
        around = db.session.begin_nested()
        if LIFE.allows(status, event):
            do(item, event, by=by)
            row = last_move_of(item)
            assert item.status is LIFE.table[status, event]
            assert (row.was, row.event, row.became) == (status, event, item.status)
            assert (item.place is not None) >= (item.status in STANDS_SOMEWHERE)
            assert item.place is None or item.place.side is side_of(item.status)
        else:
            with pytest.raises(NotAllowed) as why:
                do(item, event, by=by)
            assert words(event) in why.value.sentence
            assert item.status is status
        around.rollback()
        db.session.refresh(item)


def test_a_move_says_what_who_when_and_where(by):
    item = an_item()
    move_item(item, Event.ALLOCATE, by=by, at=NOON, because="order")
    row = last_move_of(item)
    assert (row.event, row.was, row.became) == (
        Event.ALLOCATE,
        Status.AVAILABLE,
        Status.ALLOCATED,
    )
    assert (row.by, row.at, row.place, row.because) == (by, NOON, item.place, "order")
    assert row.value == item.paid


def test_history_explains_the_state_without_a_gap(by):
    item = an_item_in(Status.AVAILABLE, by=by)
    for event in ROUND:
        do(item, event, by=by)
    db.session.flush()
    rows = db.session.scalars(select(ItemMove).filter_by(item_id=item.id).order_by(ItemMove.id))
    steps = list(rows)
    assert all(one.became is two.was for one, two in pairwise(steps))
    assert steps[-1].became is item.status


def test_an_item_comes_back_recycled_and_on_the_clean_side(by):
    item = an_item()
    assert not item.recycled
    for event in ROUND:
        do(item, event, by=by)
    assert (item.recycled, item.times_lent, item.needs_cleaning) == (True, 1, False)
    assert item.place.side is Side.CLEAN


@pytest.mark.parametrize("event", sorted(ISSUE))
def test_nothing_is_issued_with_a_test_overdue(by, event):
    before = {e: s for (s, e) in LIFE.table if e in ISSUE}[event]
    item = an_item_in(before, by=by)
    item.loler_due_on = NOON.date() - timedelta(days=1)
    with pytest.raises(NotAllowed, match="The LOLER test of"):
        move_item(item, event, by=by, at=NOON)
    item.loler_due_on = NOON.date()  # a test due today is good today
    move_item(item, event, by=by, at=NOON)
    assert last_move_of(item).event is event


@pytest.mark.parametrize(
    "late", ["loler_due_on", "pat_due_on", "service_due_on"], ids=["loler", "pat", "service"]
)
def test_nothing_becomes_available_with_a_test_overdue(by, late):
    item = an_item_in(Status.TESTED, by=by)
    setattr(item, late, date(2026, 5, 31))
    with pytest.raises(NotAllowed, match="overdue"):
        move_item(item, Event.PUT_AWAY, by=by, at=NOON)


def test_nothing_is_clean_without_a_decontamination_record(by):
    item = an_item_in(Status.INSPECTED, by=by)
    with pytest.raises(NotAllowed, match="no decontamination record"):
        move_item(item, Event.CLEAN, by=by, at=NOON)
    record_clean(item)
    move_item(item, Event.CLEAN, by=by, at=NOON)
    assert item.status is Status.DECONTAMINATED


@pytest.mark.parametrize("status", [Status.LOST, Status.ON_HOLD], ids=words)
def test_what_was_lost_or_held_is_cleaned_before_it_is_lent(by, status):
    item = an_item_in(status, by=by)
    do(item, Event.FIND if status is Status.LOST else Event.END_HOLD, by=by)
    assert (item.status, item.needs_cleaning) == (Status.QUARANTINE, True)


def test_a_failed_test_asks_for_a_repair_before_it_can_pass(by):
    item = an_item_in(Status.DECONTAMINATED, by=by)
    move_item(item, Event.FAIL_TEST, by=by, at=NOON)
    with pytest.raises(NotAllowed, match="repair"):
        move_item(item, Event.TEST, by=by, at=NOON)
    move_item(item, Event.REPAIR, by=by, at=NOON)
    move_item(item, Event.TEST, by=by, at=NOON)
    assert item.status is Status.TESTED


def test_a_failed_test_has_run_out_at_once(by):
    item = an_item(a_hoist())
    record_test(item, TestKind.LOLER, False, by=by, at=NOON, note="frayed")
    with pytest.raises(NotAllowed):
        move_item(item, Event.ALLOCATE, by=by, at=NOON)
    assert item.loler_due_on == date(2026, 5, 31)


def test_a_passed_test_lasts_as_long_as_the_plan_says(by):
    item = an_item(a_hoist())
    later = NOON + timedelta(days=30)
    record_test(item, TestKind.LOLER, True, by=by, at=later)
    assert item.loler_due_on == date(2027, 1, 1)
    with pytest.raises(NotAllowed, match="needs no service test"):
        record_test(item, TestKind.SERVICE, True, by=by, at=later)


@pytest.mark.parametrize("event", sorted(REASON_ASKED))
def test_what_takes_an_item_out_of_use_asks_why(by, event):
    before = next(status for status, allowed in LIFE.table if allowed is event)
    item = an_item_in(before, by=by)
    for nothing in (None, "", "  "):
        with pytest.raises(NotAllowed, match="Say why"):
            move_item(item, event, by=by, at=NOON, because=nothing)


def test_only_another_owners_item_is_handed_back(by):
    item = an_item_in(Status.TESTED, by=by)
    item.owner = None
    db.session.flush()
    with pytest.raises(NotAllowed, match="belongs to the pool"):
        move_item(item, Event.HAND_TO_OWNER, by=by, at=NOON, because="asked for")


def test_a_place_of_the_wrong_side_is_refused(by):
    item, dirty = an_item(), place_for(a_depot(), Side.DIRTY)
    with pytest.raises(NotAllowed, match="dirty side") as why:
        move_item(item, Event.MOVE, by=by, at=NOON, place=dirty)
    assert why.value.field == "place"
    with pytest.raises(Invalid, match="Choose the place"):
        move_item(item, Event.MOVE, by=by, at=NOON)


def test_an_item_stays_in_its_store_when_it_changes_sides(by):
    shelf = a_store()
    a_depot()
    item = an_item(place=place_for(shelf, Side.CLEAN))
    move_item(item, Event.HOLD, by=by, at=NOON, because="recall")
    assert item.place is place_for(shelf, Side.DIRTY)


def test_moving_and_failing_a_test_do_not_restart_the_wait(by):
    item, later = an_item(), NOON + timedelta(days=3)
    move_item(item, Event.MOVE, by=by, at=later, place=item.place)
    assert item.since == NOON
    move_item(item, Event.ALLOCATE, by=by, at=later)
    assert item.since == later


def test_a_move_and_the_row_that_says_so_are_one_statement(by):
    code = an_item().code
    db.session.flush()
    db.session.expunge_all()
    item = item_by_code(code)
    mover = db.session.merge(by)
    with statements() as said:
        move_item(item, Event.ALLOCATE, by=mover, at=NOON)
        db.session.flush()
    (statement,) = said
    assert "UPDATE item SET" in statement.sql
    assert "INSERT INTO item_move" in statement.sql


def test_what_an_items_page_offers_is_in_the_table():
    for status in Status:
        for event in offered_here(status):
            assert LIFE.allows(status, event)
    assert Event.LOSE not in offered_here(Status.ON_LOAN)  # that ends a loan: not here
    assert DIRTY <= IN_STOCK


def test_two_who_move_one_item_do_not_both_succeed(by):
    item = an_item()
    db.session.flush()
    db.session.execute(
        Item.__table__.update().where(Item.id == item.id).values(version=item.version + 1)
    )
    with pytest.raises(TakenByAnother):
        move_item(item, Event.ALLOCATE, by=by, at=NOON)
