"""The scheduler's, the warehouse's and the driver's pages."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

import logistics.actions
from core.clock import london_day, now
from core.db import db
from equipment.rules import Status
from logistics.models import Visit
from logistics.rules import FailReason, VisitStatus
from people.rules import Role
from tests import builders
from tests.heard import statements

SignIn = Callable[..., FlaskClient]
KEY_SAFE = "Key safe 4711, dog in the kitchen"


def todays(driver: object = None, **but: object) -> Visit:
    """A delivery for today, to somebody with a key safe."""
    at = now()
    client = but.pop("client", None) or builders.a_client(
        crew_note=KEY_SAFE, address="12 Quiet Lane\nNottingham", at=at
    )
    order = builders.an_order(client, at=at)
    return builders.a_visit(order, driver=driver, at=at, due_on=london_day(at), **but)


def text(page: FlaskClient, address: str) -> str:
    answer = page.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_scheduler_plans_what_is_ticked(app: Flask, as_: SignIn) -> None:
    scheduler, driver = as_(Role.SCHEDULER), builders.a_member_of_staff(Role.DRIVER)
    orders = [builders.an_order(), builders.an_order()]
    page = text(scheduler, "/visits/")
    assert "Deliveries due" in page
    assert all(f'value="{order.code}"' in page for order in orders)
    day = london_day(now()) + timedelta(days=1)
    answer = scheduler.post(
        "/visits/",
        data={
            "due_on": day.isoformat(),
            "driver": driver.code,
            "due": [order.code for order in orders],
        },
    )
    assert answer.status_code == 303
    assert answer.location == f"/visits/day/{day.isoformat()}"
    assert driver.name in text(scheduler, answer.location)
    assert "Nothing is due" in text(scheduler, "/visits/")


def test_a_day_shows_visits_that_no_driver_has_yet_first(app: Flask, as_: SignIn) -> None:
    scheduler, driver = as_(Role.SCHEDULER), builders.a_member_of_staff(Role.DRIVER)
    driven, *unclaimed = todays(driver), todays(), todays()
    page = text(scheduler, f"/visits/day/{driven.due_on}")
    nobodys, theirs = page.index("Nobody yet: 2 visits"), page.index(f"{driver.name}: 1 visit")
    assert nobodys < theirs < page.index(driven.code)
    assert all(nobodys < page.index(visit.code) < theirs for visit in unclaimed)


def test_one_button_plans_one(app: Flask, as_: SignIn) -> None:
    scheduler = as_(Role.SCHEDULER)
    one, other = builders.an_order(), builders.an_order()
    day = london_day(now()).isoformat()
    scheduler.post("/visits/", data={"due_on": day, "due": other.code, "only": one.code})
    page = text(scheduler, "/visits/")
    assert f'value="{one.code}"' not in page
    assert f'value="{other.code}"' in page


def test_a_collection_is_planned_by_whose_it_is(app: Flask, as_: SignIn) -> None:
    scheduler = as_(Role.SCHEDULER)
    loan = builders.a_loan()
    builders.loans.actions.ask_back(loan, "no longer needed", by=scheduler.staff, at=builders.NOON)
    assert "Overdue" in text(scheduler, "/visits/")
    day = london_day(now()).isoformat()
    answer = scheduler.post("/visits/", data={"due_on": day, "due": loan.client.code})
    assert answer.status_code == 303
    assert loan.item.status is Status.COLLECTION_BOOKED


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"due_on": ""}, "Choose the day of the visits."),
        ({"due_on": "tomorrow"}, "Write the day like"),
        ({"due_on": "9999-99-99"}, "Write the day like"),
        ({"due_on": "2020-01-01", "due": "ORDER"}, "has passed"),
        ({"due_on": "2096-01-01"}, "Tick what to plan"),
        ({"due_on": "2096-01-01", "due": "22222222"}, "planned already"),
        ({"due_on": "2096-01-01", "due": "ORDER", "driver": "nobody"}, "Not a valid choice"),
    ],
)
def test_a_plan_that_cannot_be_is_a_sentence_and_keeps_what_was_typed(
    app: Flask, as_: SignIn, sent: dict[str, str], sentence: str
) -> None:
    scheduler, order = as_(Role.SCHEDULER), builders.an_order()
    sent = {name: order.code if value == "ORDER" else value for name, value in sent.items()}
    answer = scheduler.post("/visits/", data=sent)
    assert answer.status_code in (409, 422)
    assert sentence in answer.text
    if sent["due_on"]:
        assert f'value="{sent["due_on"]}"' in answer.text


def test_the_driver_sees_the_next_stop_with_key_safe(app: Flask, as_: SignIn) -> None:
    driver = as_(Role.DRIVER)
    todays(driver.staff)
    page = text(driver, "/visits/mine")
    assert KEY_SAFE in page
    assert "12 Quiet Lane" in page
    assert "Set out" in page


def test_no_driver_sees_anothers_visit(app: Flask, as_: SignIn) -> None:
    driver, other = as_(Role.DRIVER), builders.a_member_of_staff(Role.DRIVER)
    visit = todays(other)
    foreign = driver.get(f"/visits/{visit.code}")
    unknown = driver.get("/visits/22222222")
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert KEY_SAFE not in text(driver, "/visits/mine")
    assert "Quiet Lane" not in text(driver, f"/visits/day/{visit.due_on}")
    for act in ("set-out", "finish", "failed"):
        assert driver.post(f"/visits/{visit.code}/{act}").status_code == 404


def test_a_driver_sees_where_only_on_the_day_itself(app: Flask, as_: SignIn) -> None:
    driver = as_(Role.DRIVER)
    tomorrow = london_day(now()) + timedelta(days=1)
    visit = todays(driver.staff)
    logistics.actions.rearrange(
        visit, due_on=tomorrow, driver=driver.staff, by=driver.staff, at=now()
    )
    for address in (f"/visits/{visit.code}", f"/visits/day/{tomorrow}", "/visits/mine"):
        page = text(driver, address)
        assert KEY_SAFE not in page
        assert "Quiet Lane" not in page


def test_the_scheduler_sees_where_but_no_key_safe(app: Flask, as_: SignIn) -> None:
    scheduler, driver = as_(Role.SCHEDULER), builders.a_member_of_staff(Role.DRIVER)
    visit = todays(driver)
    for address in (f"/visits/{visit.code}", f"/visits/day/{visit.due_on}"):
        page = text(scheduler, address)
        assert "12 Quiet Lane" in page
        assert KEY_SAFE not in page


def test_a_driver_of_no_organisation_sees_nothing(app: Flask, as_: SignIn) -> None:
    driver = as_(Role.DRIVER, organisation=None)
    visit = todays(driver.staff)
    assert driver.get(f"/visits/{visit.code}").status_code == 404
    assert "Quiet Lane" not in text(driver, "/visits/mine")


def test_a_stop_from_setting_out_to_its_proof(app: Flask, as_: SignIn) -> None:
    driver, sam = as_(Role.DRIVER), as_(Role.WAREHOUSE)
    visit = todays(driver.staff)
    (line,) = visit.lines
    item = line.order_line.item
    assert item.code in text(sam, "/visits/picks")
    assert sam.post("/visits/picks", data={"scanned": item.giai}).status_code == 303
    assert driver.post(f"/visits/{visit.code}/set-out").status_code == 303
    typed = {"done": line.id, "note": "Rang first", "received_by": ""}
    refused = driver.post(f"/visits/{visit.code}/finish", data=typed)
    assert refused.status_code == 422
    assert "Write the name" in refused.text
    assert "Rang first" in refused.text
    assert "checked" in refused.text
    answer = driver.post(
        f"/visits/{visit.code}/finish", data={**typed, "received_by": "Her daughter May"}
    )
    assert answer.status_code == 303
    page = text(driver, f"/visits/{visit.code}")
    assert "Her daughter May" in page
    assert "Rang first" in page


def test_a_double_click_finishes_once(app: Flask, as_: SignIn) -> None:
    driver = as_(Role.DRIVER)
    visit = todays(driver.staff, out=True)
    sent = {"done": visit.lines[0].id, "received_by": "May", "once": "a" * 32}
    first = driver.post(f"/visits/{visit.code}/finish", data=sent)
    second = driver.post(f"/visits/{visit.code}/finish", data=sent)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location


def test_a_failed_visit_asks_why_and_keeps_the_note(app: Flask, as_: SignIn) -> None:
    driver = as_(Role.DRIVER)
    visit = todays(driver.staff, out=True)
    assert "does not fit" in text(driver, f"/visits/{visit.code}/failed").lower()
    refused = driver.post(f"/visits/{visit.code}/failed", data={"note": "Rang twice"})
    assert refused.status_code == 422
    assert "Choose what happened." in refused.text
    assert "Rang twice" in refused.text
    forged = driver.post(f"/visits/{visit.code}/failed", data={"reason": "tired"})
    assert forged.status_code == 422
    assert visit.status is VisitStatus.OUT


def test_after_a_death_the_page_is_kind_and_records_nothing(app: Flask, as_: SignIn) -> None:
    driver = as_(Role.DRIVER)
    visit = todays(driver.staff, out=True)
    answer = driver.post(f"/visits/{visit.code}/failed", data={"reason": FailReason.DIED.value})
    assert answer.status_code == 303
    page = text(driver, answer.location)
    assert "We&#39;re sorry" in page or "We're sorry" in page
    assert "records no death" in page
    assert visit.client.died_on is None


def test_nobody_is_told_to_take_things_from_a_home_they_deliver_to_after_a_death(
    app: Flask, as_: SignIn
) -> None:
    driver, today = as_(Role.DRIVER), london_day(now())
    delivery = todays(driver.staff)
    loan = builders.a_loan()
    collection = builders.a_visit(loan=loan, driver=driver.staff, at=now(), due_on=today)
    for visit in (delivery, collection):
        visit.client.died_on = today
    db.session.flush()
    told = {visit: text(driver, f"/visits/{visit.code}") for visit in (delivery, collection)}
    assert "Do not deliver this" in told[delivery]
    assert "ready to give" not in told[delivery]
    assert "ready to give" in told[collection]


def test_cancelling_asks_first(app: Flask, as_: SignIn) -> None:
    scheduler = as_(Role.SCHEDULER)
    visit = todays(None)
    page = text(scheduler, f"/visits/{visit.code}/cancel")
    assert f"Cancel visit {visit.code}?" in page
    assert visit.status is VisitStatus.PLANNED
    assert scheduler.post(f"/visits/{visit.code}/cancel").status_code == 303
    assert visit.status is VisitStatus.CANCELLED
    assert scheduler.post(f"/visits/{visit.code}/cancel").status_code == 409


def test_the_wrong_item_is_not_picked(app: Flask, as_: SignIn) -> None:
    sam, order, other = as_(Role.WAREHOUSE), builders.an_order(), builders.an_item()
    item = order.lines[0].item
    page = sam.post(f"/visits/picks/{item.code}", data={"scanned": other.code})
    assert page.status_code == 422
    assert f"take {item.code}" in page.text
    assert sam.post("/visits/picks", data={"scanned": other.code}).status_code == 409
    assert sam.post(f"/visits/picks/{item.code}", data={"scanned": item.code}).status_code == 303


@pytest.mark.parametrize(
    ("role", "address", "status"),
    [
        (Role.PRESCRIBER, "/visits/", 403),
        (Role.DRIVER, "/visits/", 403),
        (Role.WAREHOUSE, "/visits/", 403),
        (Role.WAREHOUSE, "/visits/mine", 403),
        (Role.PRESCRIBER, "/visits/picks", 403),
        (Role.DRIVER, "/visits/picks", 403),
        (Role.BOARD, "/visits/day/2026-06-01", 403),
        (Role.SCHEDULER, "/visits/mine", 200),
        (Role.SCHEDULER, "/visits/picks", 200),
        (Role.SCHEDULER, "/visits/day/2026-13-01", 404),
        (Role.SCHEDULER, "/visits/day/9999-12-31", 200),
        (Role.SCHEDULER, "/visits/day/0001-01-01", 200),
        (Role.SCHEDULER, "/visits/nonsense", 404),
    ],
)
def test_who_may_open_what(app: Flask, as_: SignIn, role: Role, address: str, status: int) -> None:
    builders.a_pool()
    assert as_(role).get(address).status_code == status


def test_a_driver_is_not_sent_for_a_cancelled_order(app: Flask, as_: SignIn) -> None:
    driver, scheduler = as_(Role.DRIVER), as_(Role.SCHEDULER)
    visit = todays(driver.staff)
    assert "Deliver next" in text(driver, "/visits/mine")
    assert "Your stops today" in text(driver, "/")
    nadia = as_(visit.order.prescriber)
    assert nadia.post(f"/orders/{visit.order.code}/cancel").status_code == 303
    page = text(driver, "/visits/mine")
    assert "Deliver next" not in page
    assert "Called off" in page
    assert "Set out" not in page
    assert "Your stops today" not in text(driver, "/")
    assert "Nobody need go" in text(driver, f"/visits/{visit.code}")
    assert "Set out" not in text(driver, f"/visits/{visit.code}")
    day = text(scheduler, f"/visits/day/{visit.due_on.isoformat()}")
    assert "Called off" in day
    assert f"/visits/{visit.code}/move" not in day
    assert "Already planned" not in text(scheduler, "/visits/")


def test_a_driver_cannot_plan_move_or_cancel(app: Flask, as_: SignIn) -> None:
    driver = as_(Role.DRIVER)
    visit = todays(driver.staff)
    for address in ("/visits/", f"/visits/{visit.code}/move", f"/visits/{visit.code}/cancel"):
        assert driver.post(address).status_code == 403


@pytest.mark.parametrize("address", ["/visits/", "/visits/day/{today}", "/visits/picks"])
def test_a_longer_list_asks_the_database_no_more_often(
    app: Flask, as_: SignIn, address: str
) -> None:
    scheduler, today = as_(Role.SCHEDULER), london_day(now())
    driver = builders.a_member_of_staff(Role.DRIVER)

    def grow() -> int:
        todays(driver)
        builders.an_order()
        loan = builders.a_loan()
        builders.loans.actions.ask_back(loan, "moved", by=driver, at=builders.NOON)
        db.session.expire_all()
        with statements() as seen:
            text(scheduler, address.format(today=today))
        return len(seen)

    grow()
    first = grow()
    grow()
    assert grow() == first
