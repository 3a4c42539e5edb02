"""The workshop's gates: nothing is skipped, whichever way one tries."""

import pytest
from flask import Flask

import returns.actions
from core.errors import Invalid, NotAllowed, Refused
from equipment.actions import move_item
from equipment.models import Item
from equipment.queries import place_for
from equipment.rules import Cleaning, Event, Side, Status, TestKind
from people.models import Staff
from people.rules import Role
from returns.models import Return
from returns.queries import open_return
from returns.rules import Condition, Decision, Lane, ScrapReason, lane_of
from tests import builders
from tests.builders import NOON

STEPS = ("inspect", "clean", "repair", "test", "put_away")


def step(name: str, item: Item, by: Staff, **but: object) -> Return:
    """One step of the workshop with everything it asks for."""
    asks: dict[str, dict[str, object]] = {
        "inspect": {"condition": Condition.GOOD, "note": ""},
        "clean": {"method": Cleaning.WIPE},
        "repair": {"work": "New castor"},
        "test": {"passed": True, "note": ""},
        "put_away": {},
    }
    return getattr(returns.actions, name)(item, **{**asks[name], **but}, by=by, at=NOON)


def through(item: Item, by: Staff, *names: str, **but: object) -> None:
    for name in names:
        step(name, item, by, **(but if name == names[-1] else {}))


@pytest.mark.parametrize(
    ("done", "possible"),
    [
        ((), {"inspect"}),
        (("inspect",), {"clean"}),
        (("inspect", "clean"), {"repair", "test"}),
        (("inspect", "clean", "repair"), {"test"}),
        (("inspect", "clean", "test"), {"put_away"}),
        (("inspect", "clean", "test", "put_away"), set()),
    ],
)
@pytest.mark.parametrize("tried", STEPS)
def test_every_step_has_its_turn_and_no_other(
    app: Flask, done: tuple[str, ...], possible: set[str], tried: str
) -> None:
    arrival = builders.a_return()
    item, by = arrival.item, arrival.received_by
    through(item, by, *done)
    before = item.status
    if tried in possible:
        step(tried, item, by)
        assert item.status is not before
    else:
        with pytest.raises(NotAllowed):
            step(tried, item, by)
        assert item.status is before


@pytest.mark.parametrize("broken", [Condition.DAMAGED, Condition.BEYOND_REPAIR])
def test_what_is_broken_is_repaired_before_its_test(app: Flask, broken: Condition) -> None:
    arrival = builders.a_return()
    item, by = arrival.item, arrival.received_by
    step("inspect", item, by, condition=broken)
    step("clean", item, by)
    assert lane_of(item.status, item.needs_repair) is Lane.REPAIR
    with pytest.raises(NotAllowed, match="repair"):
        step("test", item, by)
    step("repair", item, by)
    step("test", item, by)
    assert item.status is Status.TESTED


def test_a_failed_test_sends_it_to_repair_and_another_test(app: Flask) -> None:
    hoist = builders.a_hoist(price=300_00)
    builders.an_item(hoist)
    arrival = builders.a_return(builders.a_loan(products=[hoist]))
    item, by = arrival.item, arrival.received_by
    through(item, by, "inspect", "clean")
    step("test", item, by, passed={TestKind.LOLER: False, TestKind.PAT: True})
    assert lane_of(item.status, item.needs_repair) is Lane.REPAIR
    with pytest.raises(NotAllowed):
        step("put_away", item, by)
    through(item, by, "repair", "test", "put_away")
    assert item.status is Status.AVAILABLE


def test_every_test_of_the_plan_is_asked_for(app: Flask) -> None:
    hoist = builders.a_hoist(price=300_00)
    builders.an_item(hoist)
    arrival = builders.a_return(builders.a_loan(products=[hoist]))
    item, by = arrival.item, arrival.received_by
    through(item, by, "inspect", "clean")
    with pytest.raises(Invalid, match="LOLER"):
        step("test", item, by, passed={TestKind.PAT: True})


def test_nothing_is_put_away_on_the_dirty_side(app: Flask) -> None:
    arrival = builders.a_return()
    item, by = arrival.item, arrival.received_by
    dirty = item.place
    through(item, by, "inspect", "clean", "test")
    with pytest.raises(Invalid, match="clean place"):
        step("put_away", item, by, place=dirty)
    step("put_away", item, by, place=place_for(builders.a_depot(), Side.CLEAN))


def test_a_repair_says_what_was_mended(app: Flask) -> None:
    arrival = builders.a_return()
    through(arrival.item, arrival.received_by, "inspect", "clean")
    with pytest.raises(Invalid, match="what was mended"):
        step("repair", arrival.item, arrival.received_by, work="  ")


def test_what_is_for_one_person_only_is_scrapped_not_cleaned(app: Flask) -> None:
    product = builders.a_product(single_patient=True)
    builders.an_item(product)
    arrival = builders.a_return(builders.a_loan(products=[product]))
    item, by = arrival.item, arrival.received_by
    step("inspect", item, by)
    with pytest.raises(NotAllowed, match="one person only"):
        step("clean", item, by)
    returns.actions.scrap(item, reason=ScrapReason.SINGLE_PATIENT, note="", by=by, at=NOON)
    assert (item.status, arrival.decision) == (Status.SCRAPPED, Decision.SCRAPPED)


def test_stripping_decides_the_return(app: Flask) -> None:
    arrival = builders.a_return()
    item, by = arrival.item, arrival.received_by
    returns.actions.strip(item, reason=ScrapReason.TOO_OLD, note="Motor kept", by=by, at=NOON)
    assert (item.status, arrival.decision) == (Status.STRIPPED, Decision.STRIPPED)
    with pytest.raises(NotAllowed):
        returns.actions.scrap(item, reason=ScrapReason.TOO_OLD, note="", by=by, at=NOON)


def test_what_comes_off_hold_gets_a_return_when_it_is_inspected(app: Flask) -> None:
    item, by = builders.an_item(), builders.a_member_of_staff(Role.WAREHOUSE)
    move_item(item, Event.HOLD, by=by, at=NOON, because="Recall 12")
    move_item(item, Event.END_HOLD, by=by, at=NOON)
    with pytest.raises(Refused):
        step("clean", item, by)
    arrival = step("inspect", item, by)
    assert arrival.loan is None
    through(item, by, "clean", "test", "put_away")
    assert open_return(item) is None
    assert item.status is Status.AVAILABLE


def test_what_is_held_in_the_workshop_keeps_its_return(app: Flask) -> None:
    arrival = builders.a_return()
    item, by = arrival.item, arrival.received_by
    through(item, by, "inspect", "clean")
    move_item(item, Event.HOLD, by=by, at=NOON, because="Recall 12")
    move_item(item, Event.END_HOLD, by=by, at=NOON)
    assert step("inspect", item, by) is arrival
    through(item, by, "clean", "test", "put_away")
    assert arrival.decision is Decision.REUSABLE
