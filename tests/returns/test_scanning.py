"""One page for every mode: set what the scans mean once, then scan a stack."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

import returns.actions
from core.db import db
from core.errors import Forbidden, Invalid, NotAllowed
from equipment.models import Item, ItemMove
from equipment.queries import place_for
from equipment.rules import Side, Status, StoreKind
from logistics.actions import cancel, set_out
from people.models import Staff
from people.rules import Role
from returns.models import Return
from returns.rules import Condition
from returns.scanning import actions
from returns.scanning.actions import Asked
from returns.scanning.models import Scan
from returns.scanning.rules import Mode
from tests import builders
from tests.builders import NOON
from web.writes import one_time_key


def scanned(item: Item, mode: Mode, by: Staff, *, minutes: int = 0, place: object = None) -> Scan:
    """One scan of an item, so many minutes after noon."""
    asked = Asked(uuid4(), mode, place, item.code)  # type: ignore[arg-type]
    done = actions.scan(asked, by=by, at=NOON + timedelta(minutes=minutes))
    assert isinstance(done, Scan)
    return done


@pytest.fixture
def sam(app: Flask) -> Staff:
    return builders.a_member_of_staff(Role.WAREHOUSE)


def test_a_return_is_booked_in_by_one_scan(sam: Staff) -> None:
    loan = builders.a_loan()
    done = scanned(loan.item, Mode.RECEIVE, sam)
    assert loan.item.status is Status.QUARANTINE
    assert loan.ended_at == NOON
    assert done.sentence == f"{loan.product.name} booked in."
    assert done.next_step == "Put it on the dirty side. It waits to be inspected."


def test_a_return_is_not_taken_back_by_scanning_it_again(sam: Staff) -> None:
    loan = builders.a_loan()
    scanned(loan.item, Mode.RECEIVE, sam)
    with pytest.raises(NotAllowed, match=r"is already back\. It was booked in today at 12:00"):
        scanned(loan.item, Mode.RECEIVE, sam, minutes=5)


def test_undoing_a_return_says_that_it_stays_and_what_to_do(sam: Staff) -> None:
    loan = builders.a_loan()
    scanned(loan.item, Mode.RECEIVE, sam)
    with pytest.raises(NotAllowed, match=r"Its loan has ended.*tell the office today"):
        actions.undo(uuid4(), Mode.RECEIVE, by=sam, at=NOON)


def test_what_was_picked_by_mistake_is_put_back_by_scanning_it_again(sam: Staff) -> None:
    item = builders.an_order().lines[0].item
    assert item is not None
    first = scanned(item, Mode.PICK, sam)
    again = scanned(item, Mode.PICK, sam, minutes=2)
    assert item.status is Status.ALLOCATED
    assert again.sentence == f"Taken back: {item.product.name} is set aside on its shelf again."
    assert again.undoes_id == first.id
    scanned(item, Mode.PICK, sam, minutes=4)
    assert item.status is Status.PICKED


def test_a_trigger_that_reads_twice_takes_nothing_back(sam: Staff) -> None:
    item = builders.an_order().lines[0].item
    assert item is not None
    scanned(item, Mode.PICK, sam)
    at = NOON + timedelta(seconds=2)
    twice = actions.scan(Asked(uuid4(), Mode.PICK, None, item.code), by=sam, at=at)
    assert isinstance(twice, Scan)
    assert item.status is Status.PICKED
    assert (twice.did, twice.undoes_id) == (False, None)


def test_what_somebody_else_picked_is_not_put_back_by_my_scan(sam: Staff) -> None:
    item = builders.an_order().lines[0].item
    assert item is not None
    scanned(item, Mode.PICK, sam)
    kim = builders.a_member_of_staff(Role.WAREHOUSE)
    with pytest.raises(NotAllowed):
        scanned(item, Mode.PICK, kim, minutes=2)
    assert item.status is Status.PICKED


def test_a_stack_is_moved_to_the_place_that_was_set_once(sam: Staff) -> None:
    items = builders.some_items(3)
    place = place_for(builders.a_store(), Side.CLEAN)
    for number, item in enumerate(items):
        done = scanned(item, Mode.MOVE, sam, place=place, minutes=number)
    assert {item.place_id for item in items} == {place.id}
    assert done.sentence == f"{item.product.name} moved to {place.name}."


def test_what_was_moved_by_mistake_goes_back_where_it_stood(sam: Staff) -> None:
    item = builders.an_item()
    stood, place = item.place_id, place_for(builders.a_store(), Side.CLEAN)
    scanned(item, Mode.MOVE, sam, place=place)
    scanned(item, Mode.MOVE, sam, place=place, minutes=1)
    assert item.place_id == stood


def test_undo_takes_back_my_last_scan_and_then_the_one_before(sam: Staff) -> None:
    items = [builders.an_order().lines[0].item for _ in range(2)]
    for number, item in enumerate(items):
        assert item is not None
        scanned(item, Mode.PICK, sam, minutes=number)
    for number, item in enumerate(reversed(items), start=5):
        assert item is not None
        actions.undo(uuid4(), Mode.PICK, by=sam, at=NOON + timedelta(minutes=number))
        assert item.status is Status.ALLOCATED
    with pytest.raises(NotAllowed, match="nothing that could be taken back"):
        actions.undo(uuid4(), Mode.PICK, by=sam, at=NOON + timedelta(minutes=9))


def test_a_driver_loads_for_their_own_visits_only_and_sets_out_with_what_is_loaded(
    sam: Staff,
) -> None:
    visit = builders.a_visit()
    item, driver = visit.lines[0].order_line.item, visit.driver
    scanned(item, Mode.PICK, sam)
    other = builders.a_member_of_staff(Role.DRIVER)
    with pytest.raises(NotAllowed, match="somebody else’s visit"):
        scanned(item, Mode.LOAD, other, minutes=1)
    scanned(item, Mode.LOAD, driver, minutes=2)
    assert item.status is Status.OUT_FOR_DELIVERY
    set_out(visit, by=driver, at=NOON)
    with pytest.raises(NotAllowed, match="has set out"):
        scanned(item, Mode.LOAD, driver, minutes=3)


def test_what_was_loaded_comes_off_the_van_by_scanning_it_again_or_when_nobody_goes(
    sam: Staff,
) -> None:
    visit = builders.a_visit()
    item = visit.lines[0].order_line.item
    for minutes, mode in ((0, Mode.PICK), (1, Mode.LOAD), (2, Mode.LOAD)):
        scanned(item, mode, sam, minutes=minutes)
    assert item.status is Status.PICKED
    scanned(item, Mode.LOAD, sam, minutes=3)
    cancel(visit, by=sam, at=NOON)
    assert item.status is Status.PICKED


def test_what_is_on_no_visit_is_not_loaded(sam: Staff) -> None:
    item = builders.an_order().lines[0].item
    assert item is not None
    scanned(item, Mode.PICK, sam)
    with pytest.raises(NotAllowed, match="is on no visit yet"):
        scanned(item, Mode.LOAD, sam, minutes=1)


def test_the_whole_workshop_is_worked_by_scanner(sam: Staff) -> None:
    loan = builders.a_loan()
    item = loan.item
    scanned(item, Mode.RECEIVE, sam)
    returns.actions.inspect(item, condition=Condition.GOOD, note="", by=sam, at=NOON)
    scanned(item, Mode.CLEAN, sam, minutes=1)
    scanned(item, Mode.TEST, sam, minutes=2)
    place = place_for(builders.a_depot(), Side.CLEAN)
    done = scanned(item, Mode.PUT_AWAY, sam, minutes=3, place=place)
    assert item.status is Status.AVAILABLE
    assert done.next_step == "It is ready to be lent."


def test_what_has_no_usual_way_of_cleaning_goes_to_the_bench(sam: Staff) -> None:
    product = builders.a_product(cleaning=None)
    item = builders.an_item(product)
    arrival = builders.a_return(builders.a_loan(products=[product]), at=NOON)
    assert arrival.item is item
    returns.actions.inspect(item, condition=Condition.GOOD, note="", by=sam, at=NOON)
    with pytest.raises(NotAllowed, match="no usual way of being cleaned"):
        scanned(item, Mode.CLEAN, sam, minutes=1)


def test_a_dirty_thing_is_never_scanned_onto_a_clean_shelf(sam: Staff) -> None:
    item = builders.a_return().item
    place = place_for(builders.a_depot(), Side.CLEAN)
    with pytest.raises(NotAllowed, match="belongs on the dirty side"):
        scanned(item, Mode.MOVE, sam, place=place)


@pytest.mark.parametrize(
    ("role", "mode"),
    [
        (Role.DRIVER, Mode.PICK),
        (Role.DRIVER, Mode.CLEAN),
        (Role.SCHEDULER, Mode.RECEIVE),
        (Role.AUTHORISER, Mode.MOVE),
        (Role.BOARD, Mode.LOOK_UP),
    ],
)
def test_nobody_scans_in_a_mode_their_role_does_not_have(
    app: Flask, role: Role, mode: Mode
) -> None:
    with pytest.raises(Forbidden):
        scanned(builders.a_loan().item, mode, builders.a_member_of_staff(role))


def test_moving_needs_a_place_and_putting_away_a_clean_one(sam: Staff) -> None:
    item = builders.an_item()
    with pytest.raises(Invalid, match="Set the place first"):
        scanned(item, Mode.MOVE, sam)
    with pytest.raises(Invalid, match="Choose a clean place"):
        scanned(item, Mode.PUT_AWAY, sam, place=place_for(builders.a_depot(), Side.DIRTY))


def test_looking_up_says_what_it_is_and_changes_nothing(sam: Staff) -> None:
    item = builders.an_item()
    moves = count(ItemMove)
    done = scanned(item, Mode.LOOK_UP, sam)
    assert done.sentence.startswith(f"{item.product.name}: available, ")
    assert count(ItemMove) == moves
    with pytest.raises(NotAllowed, match="nothing that could be taken back"):
        actions.undo(uuid4(), Mode.LOOK_UP, by=sam, at=NOON)


# A shift without touching a key


def test_a_place_and_a_command_are_scanned_and_hold_for_what_follows(
    app: Flask, as_: Callable[..., FlaskClient]
) -> None:
    browser, item = as_(Role.WAREHOUSE), builders.an_item()
    place = place_for(builders.a_store(), Side.CLEAN)
    where = f"http://localhost:8000/414/{place.store.gln}/254/{place.code}"
    form = {"mode": "receive", "place": ""}
    answer = browser.post("/scanning", data={**form, "scanned": "http://localhost:8000/do/move"})
    assert answer.location == "/scanning?mode=move"
    answer = browser.post("/scanning", data={**form, "mode": "move", "scanned": where})
    assert answer.location == f"/scanning?mode=move&place={place.code}"
    on = {"mode": "move", "place": place.code}
    assert browser.post("/scanning", data={**on, "scanned": item.code}).status_code == 303
    assert item.place_id == place.id
    answer = browser.post("/scanning", data={**on, "scanned": "http://localhost:8000/do/undo"})
    assert "Taken back" in browser.get(answer.location).text
    answer = browser.post("/scanning", data={**on, "scanned": "http://localhost:8000/do/done"})
    assert answer.location == "/scanning?mode=move"
    assert "This stack is done." in browser.get(answer.location).text


def test_a_store_stands_for_its_place_of_the_right_side(sam: Staff) -> None:
    store = builders.a_store()
    asked = Asked(uuid4(), Mode.PUT_AWAY, None, f"(414){store.gln}")
    told = actions.scan(asked, by=sam, at=NOON)
    assert isinstance(told, actions.Set)
    assert told.place is place_for(store, Side.CLEAN)


def test_a_place_means_nothing_where_the_mode_has_none(sam: Staff) -> None:
    asked = Asked(uuid4(), Mode.RECEIVE, None, f"(414){builders.a_store().gln}")
    with pytest.raises(Invalid, match="“Receive” needs none: choose “Move”"):
        actions.scan(asked, by=sam, at=NOON)


def test_a_command_of_a_mode_that_is_not_mine_is_refused(app: Flask) -> None:
    driver = builders.a_member_of_staff(Role.DRIVER)
    asked = Asked(uuid4(), Mode.RECEIVE, None, "http://localhost:8000/do/clean")
    with pytest.raises(Forbidden):
        actions.scan(asked, by=driver, at=NOON)


def test_what_is_loaded_stands_on_the_van_that_was_scanned(sam: Staff) -> None:
    item = builders.a_visit().lines[0].order_line.item
    van = place_for(builders.a_store(kind=StoreKind.VAN), Side.CLEAN)
    scanned(item, Mode.PICK, sam)
    shelf = place_for(builders.a_store(), Side.CLEAN)
    with pytest.raises(Invalid, match="is no van"):
        scanned(item, Mode.LOAD, sam, place=shelf, minutes=1)
    scanned(item, Mode.LOAD, sam, place=van, minutes=2)
    assert item.place_id == van.id


# The page


def test_the_page_keeps_mode_and_place_and_says_large_what_was_done(
    app: Flask, as_: Callable[..., FlaskClient]
) -> None:
    browser, items = as_(Role.WAREHOUSE), builders.some_items(2)
    place = place_for(builders.a_store(), Side.CLEAN)
    for item in items:
        form = {"mode": "move", "place": place.code, "scanned": item.giai}
        answer = browser.post("/scanning", data=form)
        assert answer.status_code == 303
        page = browser.get(answer.location).text
        assert f"{item.product.name} moved to {place.name}." in page
        assert f'<option selected value="{place.code}">' in page
        assert "app-shout" in page
    assert page.count("/items/") >= 2
    undone = browser.post("/scanning", data={"mode": "move", "undo": "last", "place": place.code})
    assert undone.status_code == 303
    assert "Taken back" in browser.get(undone.location).text


def test_a_double_click_is_one_scan(app: Flask, as_: Callable[..., FlaskClient]) -> None:
    browser, loan, once = as_(Role.WAREHOUSE), builders.a_loan(), one_time_key()
    form = {"mode": "receive", "scanned": loan.item.code, "once": once}
    answers = [browser.post("/scanning", data=form) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert (count(Return), count(Scan)) == (1, 1)
    assert db.session.scalars(select(Scan.uid)).one() == UUID(once)


def test_a_refused_scan_says_why_and_leaves_nothing(
    app: Flask, as_: Callable[..., FlaskClient]
) -> None:
    browser, item = as_(Role.WAREHOUSE), builders.an_item()
    answer = browser.post("/scanning", data={"mode": "receive", "scanned": item.code})
    assert answer.status_code == 409
    assert "stands on the shelf as available" in answer.text
    assert f'value="{item.code}"' in answer.text
    assert count(Scan) == 0


def test_the_last_characters_find_the_item_but_do_nothing_by_themselves(
    app: Flask, as_: Callable[..., FlaskClient]
) -> None:
    browser, loan = as_(Role.WAREHOUSE), builders.a_loan()
    answer = browser.post("/scanning", data={"mode": "receive", "scanned": loan.item.code[-4:]})
    assert answer.status_code == 422
    assert f"Receive {loan.item.code}" in answer.text
    assert loan.item.status is Status.ON_LOAN


@pytest.mark.parametrize("mode", ["clean", "", "nonsense"])
def test_a_mode_that_is_not_open_is_refused_and_never_replaced(
    app: Flask, as_: Callable[..., FlaskClient], mode: str
) -> None:
    loan = builders.a_loan()
    answer = as_(Role.DRIVER).post("/scanning", data={"mode": mode, "scanned": loan.item.code})
    assert answer.status_code == 403
    assert "Choose what the scans mean" in answer.text
    assert loan.item.status is Status.ON_LOAN


@pytest.mark.parametrize("role", Role)
def test_everybody_is_offered_the_modes_of_their_role(
    app: Flask, as_: Callable[..., FlaskClient], role: Role
) -> None:
    offered = {
        Role.WAREHOUSE: [
            "receive",
            "move",
            "put-away",
            "pick",
            "load",
            "clean",
            "test",
            "count",
            "look-up",
        ],
        Role.DRIVER: ["load", "receive", "count", "look-up"],
        Role.SCHEDULER: ["pick", "load", "look-up"],
        Role.AUTHORISER: ["look-up"],
        Role.ADMINISTRATOR: ["look-up"],
    }
    answer = as_(role).get("/scanning")
    assert answer.status_code == (200 if role in offered else 403)
    named = re.findall(r'data-mode="([a-z-]+)"', answer.text)
    assert list(dict.fromkeys(named)) == offered.get(role, [])


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0
