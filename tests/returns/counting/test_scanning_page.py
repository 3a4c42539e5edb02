"""Counting from the scanning page: into the count of the place that is set, now or later."""

from uuid import uuid4

import pytest
from flask import Flask

from core.errors import Forbidden, NotAllowed
from equipment.items import actions as incidents
from equipment.models import Item, Place
from equipment.queries import place_for
from equipment.rules import Side
from people.models import Staff
from people.rules import Role
from returns.counting import actions as counting
from returns.scanning import actions
from returns.scanning.actions import Asked, Done
from returns.scanning.rules import Mode
from tests import builders
from tests.returns.counting.story import a_count, a_hand, a_shelf, found, later


def scanned(item: Item, place: Place, by: Staff, minutes: int) -> Done:
    asked = Asked(uuid4(), Mode.COUNT, place, item.code)
    return actions.do(asked, by=by, at=later(minutes))


def test_what_is_scanned_is_counted_and_nothing_is_said_of_the_books(app: Flask) -> None:
    store, (here, *rest) = a_shelf()
    lost = builders.an_item()
    incidents.lose(lost, "Looked everywhere", by=a_hand(), at=builders.NOON)
    count, by, place = a_count(store), a_hand(), place_for(store, Side.CLEAN)
    for item in (here, lost):
        done = scanned(item, place, by, 1)
        assert done.sentence == f"{item.product.name} counted."
        assert done.next_step == "Leave it where it stands."
    again = scanned(here, place, by, 9)
    assert (again.did, again.sentence.endswith("It counts once.")) == (False, True)
    counting.close(count, by=by, at=later(20))
    assert set(found(count)) == {lost.code, *(item.code for item in rest)}


def test_a_place_nobody_counts_now_is_refused_and_so_is_who_may_not_count(app: Flask) -> None:
    store, (item, *_) = a_shelf()
    clean, dirty = (place_for(store, side) for side in Side)
    with pytest.raises(NotAllowed, match="Nobody is counting Clean side now"):
        scanned(item, clean, a_hand(), 1)
    a_count(store, place=dirty)
    with pytest.raises(NotAllowed, match="Nobody is counting Clean side now"):
        scanned(item, clean, a_hand(), 1)
    with pytest.raises(Forbidden):
        scanned(item, dirty, builders.a_member_of_staff(Role.PRESCRIBER), 1)


def test_what_was_scanned_without_a_signal_is_judged_by_when_it_was_scanned(app: Flask) -> None:
    store, (one, *rest) = a_shelf()
    count, by, place = a_count(store), a_hand(), place_for(store, Side.CLEAN)
    incidents.hold(one, "A doubt", by=a_hand(), at=later(9))
    for item in (one, *rest):
        asked = Asked(uuid4(), Mode.COUNT, place, item.code)
        actions.do(asked, by=by, at=later(5), received_at=later(15))
    counting.close(count, by=by, at=later(20))
    assert found(count) == {}
