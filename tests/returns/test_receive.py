"""Scanning returns: what is booked in, and the sentence where it is not."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

import loans.actions
import logistics.actions
import returns.actions
from core.db import db
from core.errors import NotAllowed, NotFound, Refused
from equipment.actions import move_item
from equipment.models import ItemMove
from equipment.rules import Event, Status
from funding.models import Entry
from funding.rules import EntryKind
from labels.rules import UnreadableLabel
from logistics.rules import VisitStatus
from people.rules import Role
from returns.models import Return
from returns.rules import when
from tests import builders
from tests.builders import NOON


def test_what_is_dropped_off_ends_its_loan_and_waits_on_the_dirty_side(app: Flask) -> None:
    loan = builders.a_loan()
    arrival = builders.a_return(loan, at=NOON + timedelta(days=3))
    assert arrival.loan is loan
    assert loan.ended_at == NOON + timedelta(days=3)
    assert loan.item.status is Status.QUARANTINE
    assert loan.item.place.side == "dirty"
    assert [move.event for move in moves_of(loan.item)][-2:] == [Event.COLLECT, Event.BOOK_IN]


def test_scanning_twice_books_it_in_once_and_says_so_kindly(app: Flask) -> None:
    sam = builders.a_member_of_staff(Role.WAREHOUSE, name="Sam")
    loan = builders.a_loan(at=NOON - timedelta(days=9))
    at = NOON - timedelta(minutes=78)
    builders.a_return(loan, by=sam, at=at)
    entries, moves = count(Entry), count(ItemMove)
    with pytest.raises(NotAllowed) as why:
        builders.a_return(loan, at=NOON)
    name = loan.item.product.name
    assert why.value.sentence == (
        f"This {name[0].lower()}{name[1:]} is already back. It was booked in today at 10:42 by Sam."
    )
    assert (count(Return), count(Entry), count(ItemMove)) == (1, entries, moves)


def test_a_past_moment_is_said_as_people_say_it() -> None:
    assert when(NOON, NOON + timedelta(hours=1)) == "today at 12:00"
    assert when(NOON, NOON + timedelta(days=1)) == "yesterday at 12:00"
    assert when(NOON, NOON + timedelta(days=2)) == "on 1 June 2026 at 12:00"


def test_what_the_driver_collected_is_booked_in_against_its_loan(app: Flask) -> None:
    visit = builders.a_visit(loan=builders.a_loan(), out=True)
    loan = visit.lines[0].loan
    logistics.actions.finish(
        visit,
        done={visit.lines[0].id},
        received_by="A son",
        unsigned_because="",
        instructions_given=False,
        note="",
        by=visit.driver,
        at=NOON,
    )
    arrival = builders.a_return(loan)
    assert arrival.loan is loan
    assert collections_charged() == 1


def test_what_a_driver_brought_without_ticking_it_is_ticked_off_by_the_scan(app: Flask) -> None:
    visit = builders.a_visit(loan=builders.a_loan(), out=True)
    builders.a_return(visit.lines[0].loan)
    assert visit.status is VisitStatus.DONE
    assert visit.lines[0].done is True
    assert collections_charged() == 1


def test_a_lost_item_that_turns_up_goes_through_the_workshop_and_costs_nobody(app: Flask) -> None:
    loan = builders.a_loan()
    by = builders.a_member_of_staff(Role.WAREHOUSE)
    move_item(loan.item, Event.LOSE, because="Not at the address", by=by, at=NOON)
    loans.actions.end(loan, by=by, at=NOON, lost=True)
    before = count(Entry)
    arrival = returns.actions.receive(loan.item.code, by=by, at=NOON)
    assert loan.item.status is Status.QUARANTINE
    assert arrival.loan is None
    assert count(Entry) == before


def test_what_is_lost_in_the_workshop_and_found_keeps_its_return(app: Flask) -> None:
    arrival = builders.a_return()
    by = arrival.received_by
    move_item(arrival.item, Event.LOSE, because="Not on the bench", by=by, at=NOON)
    assert returns.actions.receive(arrival.item.code, by=by, at=NOON) is arrival
    assert arrival.item.status is Status.QUARANTINE


def test_what_stands_on_the_shelf_is_not_booked_in(app: Flask) -> None:
    item, sam = builders.an_item(), builders.a_member_of_staff(Role.WAREHOUSE)
    with pytest.raises(NotAllowed, match="stands on the shelf as available"):
        returns.actions.receive(item.code, by=sam, at=NOON)


def test_what_is_set_aside_for_somebody_is_not_booked_in(app: Flask) -> None:
    item = builders.an_order().lines[0].item
    sam = builders.a_member_of_staff(Role.WAREHOUSE)
    with pytest.raises(NotAllowed, match="is allocated, so it was not lent"):
        returns.actions.receive(item.code, by=sam, at=NOON)


def test_a_held_item_says_why_it_is_held(app: Flask) -> None:
    item, sam = builders.an_item(), builders.a_member_of_staff(Role.WAREHOUSE)
    move_item(item, Event.HOLD, because="Recall 12", by=sam, at=NOON)
    with pytest.raises(NotAllowed, match="on hold: Recall 12"):
        returns.actions.receive(item.code, by=sam, at=NOON)


@pytest.mark.parametrize(
    "scanned", ["", "x", "https://example.test/8004/1", "]Q1", "\x1d", "8" * 5000, "DROP TABLE"]
)
def test_what_is_no_label_of_ours_is_said_to_be_none(app: Flask, scanned: str) -> None:
    sam = builders.a_member_of_staff(Role.WAREHOUSE)
    with pytest.raises(UnreadableLabel):
        returns.actions.receive(scanned, by=sam, at=NOON)


def test_an_unknown_code_is_not_found(app: Flask) -> None:
    sam = builders.a_member_of_staff(Role.WAREHOUSE)
    with pytest.raises(NotFound):
        returns.actions.receive(builders.an_organisation().code, by=sam, at=NOON)


def test_a_return_before_the_loan_began_is_refused(app: Flask) -> None:
    loan = builders.a_loan()
    with pytest.raises(Refused):
        builders.a_return(loan, at=NOON - timedelta(days=1))


def moves_of(item: object) -> list[ItemMove]:
    found = select(ItemMove).where(ItemMove.item == item).order_by(ItemMove.id)
    return list(db.session.scalars(found))


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def collections_charged() -> int:
    charged = select(func.count(Entry.id)).where(Entry.kind == EntryKind.COLLECTION)
    return db.session.scalar(charged) or 0
