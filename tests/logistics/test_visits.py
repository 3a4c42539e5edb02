"""Deliveries and collections: planned, carried out, failed, cancelled."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

import loans.actions
import logistics.actions
import returns.actions
from core.db import db
from core.errors import Invalid, NotAllowed
from equipment.rules import Status
from loans.queries import open_loan_of
from loans.rules import BackReason, OrderStatus
from logistics.due import collections_due, deliveries_due
from logistics.models import Visit
from logistics.queries import busy_days, left_over, my_visits
from logistics.rules import FailReason, VisitStatus, collect_by
from logistics.stops import stop_of
from people.rules import Role
from tests import builders
from tests.builders import NOON, TODAY


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


def test_a_collection_is_promised_five_working_days_after_it_was_asked_for() -> None:
    assert collect_by(date(2026, 6, 1)) == date(2026, 6, 8)
    assert collect_by(date(2026, 12, 24)) == date(2027, 1, 5)


def test_an_order_that_is_set_aside_is_due_until_it_has_a_visit(app: Flask) -> None:
    scheduler = builders.a_member_of_staff(Role.SCHEDULER)
    order = builders.an_order()
    assert [due.order for due in deliveries_due(viewer=scheduler, on=TODAY)] == [order]
    builders.a_visit(order)
    assert deliveries_due(viewer=scheduler, on=TODAY) == []


def test_an_order_without_stock_cannot_be_planned(app: Flask) -> None:
    builders.a_depot()
    order = builders.an_order(products=[builders.a_product()])
    with pytest.raises(NotAllowed, match="Nothing is set aside"):
        builders.a_visit(order)


def test_an_order_has_one_open_visit_at_a_time(app: Flask) -> None:
    order = builders.an_order()
    builders.a_visit(order)
    with pytest.raises(NotAllowed, match="already has visit"):
        builders.a_visit(order)


def test_a_visit_is_not_planned_for_a_day_that_has_passed(app: Flask) -> None:
    with pytest.raises(Invalid, match="has passed"):
        builders.a_visit(due_on=TODAY - timedelta(days=1))


def test_only_somebody_who_drives_is_given_a_visit(app: Flask) -> None:
    with pytest.raises(Invalid, match="Choose a driver"):
        builders.a_visit(driver=builders.a_member_of_staff(Role.FINANCE))


def test_what_one_client_gives_back_is_one_collection(app: Flask) -> None:
    scheduler = builders.a_member_of_staff(Role.SCHEDULER)
    client = builders.a_client()
    loans_ = [builders.a_loan(client), builders.a_loan(client)]
    for loan in loans_:
        loans.actions.ask_back(loan, BackReason.NOT_NEEDED, by=scheduler, at=NOON)
    (due,) = collections_due(viewer=scheduler, on=TODAY)
    assert list(due.loans) == loans_
    assert due.due_on == date(2026, 6, 8)


def test_what_was_not_asked_back_is_not_fetched(app: Flask) -> None:
    scheduler, loan = builders.a_member_of_staff(Role.SCHEDULER), builders.a_loan()
    with pytest.raises(NotAllowed, match="was not asked back"):
        logistics.actions.plan_collection(
            loan.client, [loan], due_on=TODAY, driver=None, by=scheduler, at=NOON
        )


def test_another_clients_loan_is_not_fetched_here(app: Flask) -> None:
    loan = builders.a_loan()
    with pytest.raises(NotAllowed, match="not with this client"):
        logistics.actions.plan_collection(
            builders.a_client(), [loan], due_on=TODAY, driver=None, by=loan.client, at=NOON
        )


def test_picking_the_wrong_item_says_which_one_to_take(app: Flask) -> None:
    order, other = builders.an_order(), builders.an_item()
    line = order.lines[0]
    sam = builders.a_member_of_staff(Role.WAREHOUSE)
    with pytest.raises(Invalid, match=f"Put it back and take {line.item.code}"):
        logistics.actions.pick(line, other.code, by=sam, at=NOON)
    assert line.item.status is Status.ALLOCATED


def test_what_nobody_ordered_is_not_picked(app: Flask) -> None:
    item, sam = builders.an_item(), builders.a_member_of_staff(Role.WAREHOUSE)
    with pytest.raises(NotAllowed, match="not set aside for any order"):
        logistics.actions.pick_scanned(item.code, by=sam, at=NOON)


def test_nobody_sets_out_without_what_they_are_to_bring(app: Flask) -> None:
    visit = builders.a_visit()
    with pytest.raises(NotAllowed, match="Not picked yet"):
        logistics.actions.set_out(visit, by=visit.driver, at=NOON)


def test_a_loan_begins_at_the_door_and_the_proof_is_kept(app: Flask) -> None:
    visit = builders.a_visit(out=True)
    finish(visit)
    assert (visit.status, visit.received_by) == (VisitStatus.DONE, "A daughter")
    assert open_loan_of(visit.lines[0].order_line.item) is not None
    assert visit.order.status is OrderStatus.DELIVERED


def test_a_visit_is_not_finished_without_a_name_or_why_nobody_signed(app: Flask) -> None:
    visit = builders.a_visit(out=True)
    with pytest.raises(Invalid, match="Write the name"):
        finish(visit, received_by=" ")


def test_a_visit_on_which_nothing_was_done_has_failed(app: Flask) -> None:
    visit = builders.a_visit(out=True)
    with pytest.raises(Invalid, match="record that the visit failed"):
        finish(visit, done=set())


def test_a_line_of_another_visit_cannot_be_ticked_here(app: Flask) -> None:
    visit, other = builders.a_visit(out=True), builders.a_visit(out=True)
    with pytest.raises(Invalid, match="not on this visit"):
        finish(visit, done={other.lines[0].id})


def test_a_visit_nobody_set_out_on_cannot_be_finished(app: Flask) -> None:
    visit = builders.a_visit()
    with pytest.raises(NotAllowed, match="Only a visit you have set out on"):
        finish(visit)


def test_what_is_not_done_comes_back_picked_and_can_be_planned_again(app: Flask) -> None:
    product = builders.a_product()
    builders.some_items(2, product)
    order = builders.an_order(products=[product, product])
    visit = builders.a_visit(order, out=True)
    finish(visit, done={visit.lines[0].id})
    assert visit.status is VisitStatus.PART_DONE
    assert [line.item.status for line in order.lines] == [Status.ON_LOAN, Status.PICKED]
    again = builders.a_visit(order)
    assert [line.order_line for line in again.lines] == [order.lines[1]]


@pytest.mark.parametrize("reason", list(FailReason))
def test_a_failed_delivery_brings_everything_back_and_records_nothing_else(
    app: Flask, reason: FailReason
) -> None:
    visit = builders.a_visit(out=True)
    logistics.actions.fail(visit, reason=reason, note="Rang twice", by=visit.driver, at=NOON)
    item = visit.lines[0].order_line.item
    assert (visit.status, visit.fail_reason) == (VisitStatus.FAILED, reason)
    assert item.status is Status.PICKED
    assert visit.client.died_on is None
    assert builders.a_visit(visit.order).status is VisitStatus.PLANNED


def test_a_failed_collection_stays_asked_back(app: Flask) -> None:
    visit = builders.a_visit(loan=builders.a_loan(), out=True)
    loan = visit.lines[0].loan
    logistics.actions.fail(visit, reason=FailReason.NO_ACCESS, note="", by=visit.driver, at=NOON)
    assert loan.item.status is Status.ON_LOAN
    assert loan.asked_back_at is not None
    assert loan.ended_at is None


def test_a_cancelled_collection_can_be_planned_again(app: Flask) -> None:
    visit = builders.a_visit(loan=builders.a_loan())
    loan = visit.lines[0].loan
    logistics.actions.cancel(visit, by=visit.driver, at=NOON)
    assert (visit.status, loan.item.status) == (VisitStatus.CANCELLED, Status.ON_LOAN)
    assert builders.a_visit(loan=loan).status is VisitStatus.PLANNED


def test_a_visit_under_way_is_not_cancelled(app: Flask) -> None:
    visit = builders.a_visit(out=True)
    with pytest.raises(NotAllowed):
        logistics.actions.cancel(visit, by=visit.driver, at=NOON)


def test_a_planned_visit_moves_to_another_day_and_driver(app: Flask) -> None:
    visit, driver = builders.a_visit(), builders.a_member_of_staff(Role.DRIVER)
    tomorrow = TODAY + timedelta(days=1)
    logistics.actions.rearrange(visit, due_on=tomorrow, driver=driver, by=driver, at=NOON)
    assert (visit.due_on, visit.driver) == (tomorrow, driver)


def test_what_was_cancelled_with_its_order_is_no_longer_brought(app: Flask) -> None:
    order = builders.an_order()
    visit = builders.a_visit(order)
    loans.actions.cancel(order, because="Not needed", by=order.prescriber, at=NOON)
    with pytest.raises(NotAllowed, match="Nothing is left to do"):
        logistics.actions.set_out(visit, by=visit.driver, at=NOON)


def test_a_visit_whose_order_was_cancelled_is_no_errand_any_more(app: Flask) -> None:
    driver, scheduler = (builders.a_member_of_staff(r) for r in (Role.DRIVER, Role.SCHEDULER))
    order, tomorrow = builders.an_order(), TODAY + timedelta(days=1)
    visit = builders.a_visit(order, driver=driver, due_on=tomorrow)
    assert busy_days(viewer=driver, on=TODAY) == [(tomorrow, 1)]
    loans.actions.cancel(order, because="Not needed", by=order.prescriber, at=NOON)
    for viewer in (driver, scheduler):
        assert busy_days(viewer=viewer, on=TODAY) == []
        assert left_over(viewer=viewer, on=tomorrow + timedelta(days=1)) == []
    (stop,) = (stop_of(one, viewer=driver, on=tomorrow)
               for one in my_visits(viewer=driver, on=tomorrow))  # fmt: skip
    assert (stop.visit, stop.open, stop.called_off, stop.to_do) == (visit, False, True, ())
    assert (stop.name, stop.address, stop.telephone, stop.crew_note) == (None,) * 4
    with pytest.raises(NotAllowed, match="need not be moved"):
        logistics.actions.rearrange(visit, due_on=TODAY, driver=driver, by=scheduler, at=NOON)
    logistics.actions.cancel(visit, by=scheduler, at=NOON)
    assert visit.status is VisitStatus.CANCELLED


def test_what_is_left_of_a_visit_is_still_an_errand(app: Flask) -> None:
    driver = builders.a_member_of_staff(Role.DRIVER)
    visit, collection = builders.a_visit(driver=driver), builders.a_visit(
        loan=builders.a_loan(), driver=driver
    )  # fmt: skip
    out = builders.a_visit(driver=driver, out=True)
    found = left_over(viewer=driver, on=TODAY + timedelta(days=1))
    assert list(found) == [visit, collection, out]
    assert not any(stop_of(one, viewer=driver, on=TODAY).called_off for one in found)


def test_a_thing_brought_to_the_depot_is_ticked_off_its_visit(app: Flask) -> None:
    client = builders.a_client()
    first, second = builders.a_loan(client), builders.a_loan(client)
    scheduler = builders.a_member_of_staff(Role.SCHEDULER)
    for loan in (first, second):
        loans.actions.ask_back(loan, BackReason.NOT_NEEDED, by=scheduler, at=NOON)
    visit = logistics.actions.plan_collection(
        client, [first, second], due_on=TODAY, driver=None, by=scheduler, at=NOON
    )
    builders.a_return(first)
    assert visit.status is VisitStatus.PLANNED
    assert [line.done for line in visit.lines] == [True, None]
    builders.a_return(second)
    assert visit.status is VisitStatus.DONE


def test_whoever_has_read_a_visit_sees_what_was_struck_off_it_since(app: Flask) -> None:
    by, client = builders.a_member_of_staff(Role.WAREHOUSE), builders.a_client()
    loans_ = [builders.a_loan(client) for _ in range(3)]
    for loan in loans_:
        loans.actions.ask_back(loan, BackReason.NOT_NEEDED, by=by, at=NOON)
    driver = builders.a_member_of_staff(Role.DRIVER)
    visit = logistics.actions.plan_collection(
        client, loans_, due_on=TODAY, driver=driver, by=by, at=NOON
    )
    read = visit.version
    returns.actions.receive(loans_[0].item.code, by=by, at=NOON)
    assert visit.version > read, "its lines change only together with it"
    assert visit.status is VisitStatus.PLANNED
    by_hand = text("update visit_line set done = true where loan_id = :loan")
    db.session.execute(by_hand, {"loan": loans_[1].id})
    of_visit = text("update visit set version = version + 1 where id = :visit")
    db.session.execute(of_visit, {"visit": visit.id})
    logistics.actions.set_out(visit, by=driver, at=NOON)
    assert [line.done for line in visit.lines] == [True, True, None]
    logistics.actions.finish(
        visit, done={visit.lines[2].id}, received_by="A son", unsigned_because="",
        instructions_given=True, note="", by=driver, at=NOON,
    )  # fmt: skip
    assert visit.status is VisitStatus.DONE
    assert loans_[1].ended_at is None, "only what is still on it is fetched"
