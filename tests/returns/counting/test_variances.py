"""What differs, judged by what moved meanwhile; counted again; approved by somebody else."""

import pytest
from flask import Flask
from sqlalchemy import select

import loans.actions
import logistics.actions
import returns.actions
from core.clock import london_day
from core.db import db
from core.errors import Forbidden, Invalid, NotAllowed
from equipment.actions import move_consumable, move_item
from equipment.items import actions as incidents
from equipment.models import ConsumableMove, Item, ItemMove, Store
from equipment.queries import consumable_stock, depot, place_for
from equipment.rules import Event, Side, Status
from people.rules import Role
from returns.counting import actions
from returns.counting.approval import approve
from returns.counting.rules import CountStatus, Verdict
from returns.counting.variances import rows_of, variances, variances_for
from returns.models import Return
from tests import builders
from tests.returns.counting.story import (
    a_boss,
    a_count,
    a_hand,
    a_shelf,
    approved,
    closed,
    found,
    later,
    pads,
    scan,
)


def last_move(item: Item) -> ItemMove:
    moves = select(ItemMove).where(ItemMove.item_id == item.id).order_by(ItemMove.id.desc())
    return db.session.scalars(moves.limit(1)).one()


def store_of(item: Item) -> Store | None:
    return item.place.store if item.place else None


def test_what_was_not_seen_is_lost_once_it_is_approved_and_not_before(app: Flask) -> None:
    store, (gone, *rest) = a_shelf()
    count = closed(a_count(store), *rest)
    assert found(count) == {gone.code: Verdict.MISSING}
    assert gone.status is Status.AVAILABLE
    approved(count)
    assert gone.status is Status.LOST
    assert (last_move(gone).event, last_move(gone).because) == (Event.LOSE, count.code)
    assert (count.expected_pence, count.off_pence) == (3 * 60_00, 60_00)


def test_what_stands_elsewhere_by_the_books_is_moved_here(app: Flask) -> None:
    store, items = a_shelf()
    stray = builders.an_item()
    count = closed(a_count(store), stray, *items)
    assert found(count) == {stray.code: Verdict.ELSEWHERE}
    approved(count)
    assert store_of(stray) is store
    assert (last_move(stray).event, last_move(stray).because) == (Event.MOVE, count.code)


def test_what_was_given_up_is_found_and_goes_through_the_workshop(app: Flask) -> None:
    store, items = a_shelf()
    lost, written_off = builders.some_items(2)
    for item in (lost, written_off):
        incidents.lose(item, "Looked everywhere", by=a_hand(), at=builders.NOON)
    incidents.write_off(written_off, "The board agreed", by=a_boss(), at=builders.NOON)
    count = closed(a_count(store), lost, written_off, *items)
    assert set(found(count).values()) == {Verdict.FOUND}
    approved(count)
    for item in (lost, written_off):
        assert (item.status, store_of(item)) == (Status.QUARANTINE, store)
        assert last_move(item).because == count.code
        assert db.session.query(Return).filter_by(item=item, decided_at=None).count() == 1


def test_what_is_with_a_client_by_the_books_is_booked_in_first(app: Flask) -> None:
    store, items = a_shelf()
    lent = builders.a_loan().item
    count = closed(a_count(store), lent, *items)
    assert found(count) == {lent.code: Verdict.TO_CLEAR}
    with pytest.raises(NotAllowed, match=rf"{lent.code} is on loan\. Scan it in as a return"):
        approved(count)
    assert lent.status is Status.ON_LOAN
    returns.actions.receive(lent.code, by=a_hand(), at=later(40))
    assert found(count) == {}
    approved(count, minutes=50)
    assert lent.status is Status.QUARANTINE


def test_what_is_out_of_the_books_for_good_is_named_and_left(app: Flask) -> None:
    store, items = a_shelf()
    scrapped = builders.an_item()
    move_item(scrapped, Event.SCRAP, because="Bent", by=a_hand(), at=builders.NOON)
    count = closed(a_count(store), scrapped, *items)
    assert found(count) == {scrapped.code: Verdict.OUT_OF_BOOKS}
    approved(count)
    assert scrapped.status is Status.SCRAPPED
    kept = variances_for(count, viewer=a_hand(), on=london_day(later(60)))
    assert [one.booked for one in kept] == ["scrapped"]


def test_a_place_is_counted_alone_and_what_stands_on_the_wrong_side_is_put_right_by_hand(
    app: Flask,
) -> None:
    store, (item, held, other) = a_shelf()
    incidents.hold(held, "A doubt", by=a_hand(), at=builders.NOON)
    stray, dirty = builders.some_items(2)
    incidents.hold(dirty, "A doubt", by=a_hand(), at=builders.NOON)
    count = a_count(store, place=place_for(store, Side.CLEAN))
    closed(count, item, held, stray, dirty)
    assert found(count) == {
        held.code: Verdict.WRONG_SIDE,
        other.code: Verdict.MISSING,
        stray.code: Verdict.ELSEWHERE,
        dirty.code: Verdict.ELSEWHERE,
    }
    approved(count)
    assert stray.place is count.place
    assert dirty.place is place_for(store, Side.DIRTY)


def test_what_is_picked_received_or_put_away_during_a_count_is_no_variance(app: Flask) -> None:
    builders.a_depot()
    order = builders.an_order()
    picked = order.lines[0].item
    assert picked is not None
    moved, stays = builders.some_items(2)
    other, _ = a_shelf(0)
    count = a_count(depot())
    move_item(picked, Event.PICK, by=a_hand(), at=later(1))
    there = place_for(other, Side.CLEAN)
    move_item(moved, Event.MOVE, place=there, by=a_hand(), at=later(2))
    new, unseen = builders.some_items(2, at=later(3))
    closed(count, stays, new)
    assert found(count) == {}, unseen.code


def test_what_left_before_it_was_scanned_is_a_surplus(app: Flask) -> None:
    store, items = a_shelf()
    other, _ = a_shelf(0)
    count = a_count(store)
    move_item(items[0], Event.MOVE, place=place_for(other, Side.CLEAN), by=a_hand(), at=later(1))
    closed(count, *items)
    assert found(count) == {items[0].code: Verdict.ELSEWHERE}


def test_what_was_moved_after_it_was_scanned_is_no_variance(app: Flask) -> None:
    store, items = a_shelf()
    other, _ = a_shelf(0)
    count = a_count(store)
    scan(count, *items)
    move_item(items[0], Event.MOVE, place=place_for(other, Side.CLEAN), by=a_hand(), at=later(15))
    assert found(closed(count)) == {}
    approved(count)
    assert store_of(items[0]) is other


def test_what_was_reported_lost_after_it_was_scanned_is_found(app: Flask) -> None:
    store, items = a_shelf()
    count = a_count(store)
    scan(count, *items)
    incidents.lose(items[0], "Not where it should be", by=a_hand(), at=later(15))
    assert found(closed(count)) == {items[0].code: Verdict.FOUND}


def test_an_order_whose_item_is_missing_gets_another(app: Flask) -> None:
    builders.a_depot()
    product = builders.a_product()
    one, other = builders.some_items(2, product)
    line = builders.an_order(products=[product]).lines[0]
    gone, stays = (one, other) if line.item is one else (other, one)
    approved(closed(a_count(depot()), stays))
    assert (gone.status, line.item, stays.status) == (Status.LOST, stays, Status.ALLOCATED)


def test_an_order_whose_only_item_is_missing_waits_and_its_visit_does_not_set_out(
    app: Flask,
) -> None:
    visit = builders.a_visit()
    line = visit.lines[0].order_line
    assert line is not None and line.item is not None  # noqa: PT018
    item = line.item
    logistics.actions.pick(line, item.code, by=a_hand(), at=builders.NOON)
    approved(closed(a_count(depot())))
    assert (item.status, line.item, line.allocated_at) == (Status.LOST, None, None)
    with pytest.raises(NotAllowed, match="Nothing is set aside any more"):
        logistics.actions.set_out(visit, by=a_hand(), at=later(60))
    builders.an_item(item.product, at=later(70))
    loans.actions.allocate_all(by=a_hand(), at=later(71))
    assert line.allocated_at == later(71)


def test_consumables_are_put_right_at_cost(app: Flask) -> None:
    store, _ = a_shelf(0)
    fewer, more, same = pads(store, 10), pads(store, 10), pads(store, 10)
    never = pads(store)
    count, by = a_count(store), a_hand()
    for product, quantity in ((fewer, 7), (more, 12), (same, 10), (never, 2)):
        actions.count_quantity(count, product, quantity, by=by, at=later(5))
    closed(count)
    assert found(count) == {
        fewer.code: Verdict.UNDER, more.code: Verdict.OVER, never.code: Verdict.OVER,
    }  # fmt: skip
    approved(count)
    for product, quantity in ((fewer, 7), (more, 12), (same, 10), (never, 2)):
        assert consumable_stock(product.id, store) == quantity
    moves = select(ConsumableMove.quantity, ConsumableMove.value)
    posted = db.session.execute(moves.where(ConsumableMove.because == count.code)).all()
    assert sorted(tuple(row) for row in posted) == [(-3, -60), (2, 40), (2, 40)]
    assert (count.expected_pence, count.off_pence) == (30 * 20, 7 * 20)


def test_a_consumable_is_judged_by_the_books_of_the_moment_it_was_counted(app: Flask) -> None:
    store, _ = a_shelf(0)
    gloves, count = pads(store, 10), a_count(store)
    move_consumable(gloves, store, -4, because="Issued", by=a_hand(), at=later(1))
    actions.count_quantity(count, gloves, 5, by=a_hand(), at=later(5))
    move_consumable(gloves, store, 20, because="Came in", by=a_hand(), at=later(6))
    closed(count)
    (one,) = variances(count, on=london_day(later(30)))
    assert (one.expected, one.counted, one.off, one.value) == (6, 5, -1, -20)
    approved(count)
    assert consumable_stock(gloves.id, store) == 25


def test_fewer_than_were_issued_since_cannot_be_and_nothing_is_posted(app: Flask) -> None:
    store, (item, *_) = a_shelf()
    gloves, count = pads(store, 10), a_count(store)
    actions.count_quantity(count, gloves, 4, by=a_hand(), at=later(5))
    closed(count)
    move_consumable(gloves, store, -5, because="Issued", by=a_hand(), at=later(25))
    before = db.session.begin_nested()
    with pytest.raises(NotAllowed, match="has 5"):
        approved(count)
    before.rollback()
    db.session.expire_all()
    assert item.status is Status.AVAILABLE


# Counted again


def test_a_line_is_counted_again_by_somebody_else_and_that_count_stands(app: Flask) -> None:
    store, (one, other, third) = a_shelf()
    gloves = pads(store, 10)
    count, first, second = a_count(store), a_hand(), a_hand()
    actions.count_quantity(count, gloves, 9, by=first, at=later(5))
    closed(count, third, by=first)
    names = [one.code, other.code, gloves.code]
    actions.recount(count, names, by=a_boss(), at=later(25))
    assert (count.status, count.round) == (CountStatus.RECOUNTING, 2)
    with pytest.raises(NotAllowed, match="You counted here before"):
        scan(count, one, by=first, minutes=26)
    with pytest.raises(NotAllowed, match="not among what is counted again"):
        scan(count, third, by=second, minutes=26)
    with pytest.raises(NotAllowed, match=gloves.name):
        actions.close(count, by=second, at=later(27))
    actions.count_quantity(count, gloves, 10, by=second, at=later(27))
    scan(count, one, by=second, minutes=27)
    actions.close(count, by=second, at=later(28))
    assert found(count) == {other.code: Verdict.MISSING}


def test_a_surplus_nobody_sees_again_was_none(app: Flask) -> None:
    store, items = a_shelf()
    lent = builders.a_loan().item
    count = closed(a_count(store), lent, *items)
    actions.recount(count, [lent.code], by=a_boss(), at=later(25))
    actions.close(count, by=a_hand(), at=later(28))
    assert found(count) == {}


def test_something_has_to_be_ticked_to_be_counted_again(app: Flask) -> None:
    count = closed(a_count(a_shelf()[0]))
    for names in ([], ["nonsense"]):
        with pytest.raises(Invalid):
            actions.recount(count, names, by=a_boss(), at=later(25))


# Approved


def test_whoever_counted_does_not_approve(app: Flask) -> None:
    store, items = a_shelf()
    by = a_hand()
    count = closed(a_count(store), *items, by=by)
    with pytest.raises(Forbidden, match="You counted here yourself"):
        approved(count, by=by)


def test_what_changed_since_it_was_shown_is_named_and_nothing_is_posted(app: Flask) -> None:
    store, (gone, also, *rest) = a_shelf()
    count, boss = closed(a_count(store), *rest), a_boss()
    shown = {one.name: one.shown for one in variances(count, on=london_day(later(21)))}
    move_item(gone, Event.MOVE, place=place_for(depot(), Side.CLEAN), by=a_hand(), at=later(25))
    with pytest.raises(NotAllowed, match=f"{gone.code} .missing. differs no more"):
        approve(count, shown=shown, by=boss, at=later(30))
    assert (also.status, count.status) == (Status.AVAILABLE, CountStatus.COUNTED)
    approved(count)
    assert (also.status, gone.status) == (Status.LOST, Status.AVAILABLE)


def test_a_count_is_approved_once_and_only_when_it_was_counted(app: Flask) -> None:
    store, items = a_shelf()
    count = a_count(store)
    with pytest.raises(NotAllowed):
        approved(count)
    approved(closed(count, *items))
    with pytest.raises(NotAllowed):
        approved(count)
    with pytest.raises(NotAllowed):
        actions.give_up(count, because="Too late", by=a_boss(), at=later(40))


def test_nobody_sees_what_differs_while_it_is_counted(app: Flask) -> None:
    store, _ = a_shelf()
    count = a_count(store)
    hand, boss = a_hand(), builders.a_member_of_staff(Role.FINANCE)
    on = london_day(later(1))
    for viewer in (hand, boss):
        with pytest.raises(Forbidden, match="blind"):
            variances_for(count, viewer=viewer, on=on)
    closed(count)
    with pytest.raises(Forbidden, match="once it is approved"):
        variances_for(count, viewer=hand, on=on)
    assert len(variances_for(count, viewer=boss, on=on)) == 3
    approved(count)
    rows = rows_of(variances_for(count, viewer=hand, on=on))
    assert [row[2:7] for row in rows] == [("missing", 1, 0, -1, "-60.00")] * 3
