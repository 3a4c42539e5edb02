"""A blind count: what is scanned and typed, by whom, and what is refused."""

from datetime import timedelta

import pytest
from flask import Flask

from core.codes import new_code
from core.errors import Invalid, NotAllowed
from equipment.items import actions as incidents
from equipment.queries import place_for
from equipment.rules import Group, Side
from returns.counting import actions, queries
from returns.counting.pasted import MOST_PASTED, items_pasted
from returns.counting.rules import COUNT_LIFE, CountEvent, CountStatus, accuracy, changes, due_on
from tests import builders
from tests.returns.counting.story import (
    BEGUN,
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


def test_every_status_leads_somewhere_or_is_the_end() -> None:
    for status in CountStatus:
        events = COUNT_LIFE.events_from(status)
        assert bool(events) == (status not in (CountStatus.APPROVED, CountStatus.GIVEN_UP))
    for status in CountStatus:
        for event in CountEvent:
            if not COUNT_LIFE.allows(status, event):
                with pytest.raises(NotAllowed):
                    COUNT_LIFE.after(status, event)


def test_whoever_scans_is_told_the_same_whatever_the_books_say(app: Flask) -> None:
    store, (here, *_) = a_shelf()
    elsewhere, lost, lent = builders.an_item(), builders.an_item(), builders.a_loan().item
    incidents.lose(lost, "Looked everywhere", by=a_hand(), at=builders.NOON)
    count, by = a_count(store), a_hand()
    for item in (here, elsewhere, lost, lent):
        done = actions.count_scan(count, item, by=by, at=later(1))
        assert (done.again, done.by_name, done.at) == (False, by.name, later(1))


def test_scanned_twice_counts_once_and_says_who_was_first(app: Flask) -> None:
    store, (item, *_) = a_shelf()
    count, first, second = a_count(store), a_hand(), a_hand()
    scan(count, item, by=first, minutes=3)
    done = actions.count_scan(count, item, by=second, at=later(5))
    assert (done.again, done.by_name, done.at) == (True, first.name, later(3))
    assert queries.scans_of(count, viewer=second)[1:] == (0, 1)


def test_a_store_is_counted_once_at_a_time(app: Flask) -> None:
    store, _ = a_shelf()
    count = a_count(store)
    with pytest.raises(NotAllowed, match=count.code):
        a_count(store)
    actions.give_up(count, because="Fire drill", by=a_hand(), at=later(1))
    assert a_count(store).status is CountStatus.BEGUN


def test_a_place_of_another_store_is_not_counted_here(app: Flask) -> None:
    store, _ = a_shelf()
    other, _ = a_shelf(0)
    with pytest.raises(Invalid) as why:
        a_count(store, place=place_for(other, Side.CLEAN))
    assert why.value.field == "place"
    with pytest.raises(Invalid) as why:
        a_count(store, place=place_for(store, Side.CLEAN), group=Group.BEDS)
    assert why.value.field == "group"


def test_another_group_is_left_where_it_is(app: Flask) -> None:
    store, (commode, *_) = a_shelf()
    count = a_count(store, group=Group.BEDS)
    with pytest.raises(NotAllowed, match="Only beds and rails"):
        scan(count, commode)
    assert found(closed(count)) == {}, "nothing of another group is missing"


def test_what_was_scanned_before_the_count_or_after_it_is_not_counted(app: Flask) -> None:
    store, (item, *_) = a_shelf()
    count = a_count(store)
    with pytest.raises(NotAllowed, match="before the count began"):
        actions.count_scan(count, item, by=a_hand(), at=BEGUN - timedelta(seconds=1))
    closed(count)
    with pytest.raises(NotAllowed, match="is counted"):
        scan(count, item)


def test_many_labels_at_once_are_counted_together_or_not_at_all(app: Flask) -> None:
    store, items = a_shelf(3)
    by, count = a_hand(), a_count(store)
    text = "\n".join(item.code for item in [*items, items[0]])
    done = actions.count_together(count, items_pasted(text), by=by, at=later(1))
    assert [one.again for one in done] == [False, False, False, True]
    with pytest.raises(Invalid) as why:
        items_pasted(f"{items[0].code}\n\nnonsense\n5012345678900\n{new_code()}")
    told = why.value.sentence
    assert "Line 3:" in told
    assert "Line 4: That is a maker's barcode" in told
    assert "Line 5: We do not know this label" in told
    for text in ("", "\n".join(["x"] * (MOST_PASTED + 1))):
        with pytest.raises(Invalid):
            items_pasted(text)


def test_what_each_typed_last_adds_up(app: Flask) -> None:
    store, _ = a_shelf(0)
    gloves, count = pads(store, 10), a_count(store)
    sam, kim = a_hand(), a_hand()
    for by, quantity in ((sam, 9), (sam, 4), (kim, 6)):
        actions.count_quantity(count, gloves, quantity, by=by, at=later(5))
    assert found(closed(count)) == {}
    assert queries.typed_by(count, viewer=sam) != queries.typed_by(count, viewer=kim)


def test_numbers_that_cannot_be_are_refused(app: Flask) -> None:
    store, (item, *_) = a_shelf()
    count, by = a_count(store), a_hand()
    for wrong in (-1, 100_000):
        with pytest.raises(Invalid):
            actions.count_quantity(count, pads(store), wrong, by=by, at=later(1))
    with pytest.raises(NotAllowed, match="Scan the labels"):
        actions.count_quantity(count, item.product, 1, by=by, at=later(1))


def test_consumables_belong_to_the_count_of_a_store_or_their_group(app: Flask) -> None:
    store, _ = a_shelf(0)
    gloves, by = pads(store, 10), a_hand()
    count = a_count(store, place=place_for(store, Side.CLEAN))
    with pytest.raises(NotAllowed, match="not among what is counted"):
        actions.count_quantity(count, gloves, 1, by=by, at=later(1))
    actions.give_up(count, because="Begun by mistake", by=by, at=later(2))
    count = a_count(store, group=Group.BEDS)
    with pytest.raises(NotAllowed, match="toileting"):
        actions.count_quantity(count, gloves, 1, by=by, at=later(1))


def test_a_count_is_not_closed_while_a_consumable_is_uncounted(app: Flask) -> None:
    store, _ = a_shelf(0)
    gloves, count = pads(store, 10), a_count(store)
    with pytest.raises(NotAllowed, match=gloves.name):
        closed(count)
    actions.count_quantity(count, gloves, 0, by=a_hand(), at=later(1))
    assert closed(count).status is CountStatus.COUNTED


def test_a_count_is_given_up_with_a_reason_and_nothing_is_posted(app: Flask) -> None:
    store, items = a_shelf()
    count = closed(a_count(store))
    with pytest.raises(Invalid):
        actions.give_up(count, because="  ", by=a_hand(), at=later(30))
    actions.give_up(count, because="Counted in the dark", by=a_hand(), at=later(30))
    assert {item.status.value for item in items} == {"available"}
    with pytest.raises(NotAllowed):
        approved(count)


def test_the_plan_puts_what_was_never_counted_first_and_says_how_good_the_last_was(
    app: Flask,
) -> None:
    store, (first, *rest) = a_shelf(4)
    other, _ = a_shelf(0)
    partly = a_count(other, place=place_for(other, Side.CLEAN))
    approved(closed(partly))
    approved(closed(a_count(store), *rest))
    rows = {row.store.id: row for row in queries.plan()}
    assert rows[store.id].accuracy == "75.0%"
    assert rows[store.id].due == due_on(store.kind, later(30).date())
    assert (rows[store.id].items, rows[store.id].value) == (3, 3 * 60_00)
    assert rows[other.id].due is None, "one place is not the store"
    assert queries.plan()[-1].store is store
    assert first.status.value == "lost"


def test_accuracy_is_rounded_down_and_never_below_nought() -> None:
    assert accuracy(100_000, 1) == "99.9%"
    assert accuracy(100, 0) == "100.0%"
    assert accuracy(100, 250) == "0.0%"
    assert accuracy(0, 0) == "100.0%"
    assert accuracy(0, 5) == "0.0%"


def test_what_changed_is_said_by_name() -> None:
    told = [one.sentence for one in changes({"A": "missing", "B": "missing"}, {"B": "was lost"})]
    assert told == ["A (missing) differs no more", "B is now was lost, not missing"]
    assert changes({}, {"C": "missing"})[0].sentence == "C is now missing"
