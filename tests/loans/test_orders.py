"""Orders: placed and approved at once, or referred, sent back, approved, cancelled."""

from datetime import date, timedelta

import pytest
from flask import Flask

from core.clock import moment
from core.db import db
from core.errors import Forbidden, Invalid, NotAllowed
from core.money import Pence
from equipment import actions as equipment_actions
from equipment.rules import Relation, Status
from loans import actions
from loans.models import Order, OrderMove
from loans.orders.queries import orders_waiting
from loans.rules import CheckKind, Need, OrderStatus, Speed
from people.rules import Role
from tests.builders import (
    NOON,
    TODAY,
    a_client,
    a_loan,
    a_member_of_staff,
    a_pool,
    a_prescriber,
    a_product,
    an_item,
    an_order,
    some_items,
)


def failed(order: Order) -> set[CheckKind]:
    return {check.kind for line in order.lines for check in line.checks if not check.passed}


def an_authoriser(**but: object):
    return a_member_of_staff(Role.AUTHORISER, organisation=a_pool().body, **but)


def test_an_order_within_limits_is_approved_at_once_and_an_item_is_set_aside(app: Flask) -> None:
    order = an_order(speed=Speed.THREE_DAYS)
    line = order.lines[0]
    assert order.status is OrderStatus.APPROVED
    assert failed(order) == set()
    assert len(line.checks) == len(CheckKind)
    assert line.item.status is Status.ALLOCATED
    assert line.allocated_at == NOON
    assert order.promised_on == date(2026, 6, 4)
    row = db.session.query(OrderMove).filter_by(order_id=order.id).one()
    assert (row.was, row.became, row.by_id) == ("draft", "approved", order.prescriber_id)


def test_an_order_keeps_where_the_client_lived_and_was_registered(app: Flask) -> None:
    client = a_client()
    order = an_order(client)
    actions.change_client(
        client,
        nhs_number=client.nhs_number,
        family_name="Madeup",
        given_name="Ada",
        born_on=client.born_on,
        address="9 Other Road",
        postcode="DN1 1AA",
        practice=None,
        by=order.prescriber,
        at=NOON,
    )
    assert (client.body, client.council, client.postcode) == (None, None, "DN1 1AA")
    pool = a_pool()
    assert (order.body, order.council) == (pool.body, pool.council)
    assert (order.practice, order.postcode) == (pool.practice, "NG1 5FS")
    assert order.address == "1 Test Street\nNottingham"


def test_recycled_stock_goes_out_before_new(app: Flask) -> None:
    product = a_product()
    some_items(2, product)
    used = an_item(product, at=NOON + timedelta(hours=1))
    used.recycled, used.times_lent = True, 1
    db.session.flush()
    assert an_order(products=[product], at=NOON + timedelta(hours=2)).lines[0].item is used


@pytest.mark.parametrize(
    ("product", "client", "prescriber", "kind", "words"),
    [
        ({"special": True}, {}, {}, CheckKind.RIGHT, "special"),
        ({}, {}, {"order_limit": Pence(59_99)}, CheckKind.LIMIT, "£60.00, above"),
        ({}, {"weight_kg": 161}, {}, CheckKind.WEIGHT, "weighs 161 kg"),
        ({}, {"weight_kg": None}, {}, CheckKind.WEIGHT, "not known"),
        ({"assessment_needed": True}, {}, {}, CheckKind.ASSESSMENT, "assessment"),
        ({}, {"practice": None}, {}, CheckKind.AREA, ""),
    ],
)
def test_a_failed_check_sends_the_order_to_the_authorisers_queue(
    app: Flask, product: dict, client: dict, prescriber: dict, kind: CheckKind, words: str
) -> None:
    by = a_prescriber(**prescriber)
    item = an_item(a_product(**product))
    order = an_order(a_client(by=by, **client), products=[item.product], by=by)
    assert order.status is OrderStatus.WAITING
    assert failed(order) == {kind}
    assert order.promised_on is None
    assert item.status is Status.AVAILABLE
    wrong = next(check for check in order.lines[0].checks if not check.passed)
    assert words in wrong.sentence
    assert orders_waiting(viewer=an_authoriser(), on=TODAY) == [order]


@pytest.mark.parametrize(
    ("product", "client", "note"),
    [
        ({}, {"weight_kg": 160}, ""),
        ({"safe_working_load_kg": None}, {"weight_kg": None}, ""),
        ({"safe_working_load_kg": 10, "carries_client": False}, {"weight_kg": 161}, ""),
        ({"assessment_needed": True}, {}, "Bed rails assessed on 1 June"),
    ],
)
def test_what_just_fits_is_approved(app: Flask, product: dict, client: dict, note: str) -> None:
    item = an_item(a_product(**product))
    order = an_order(a_client(**client), products=[item.product], note=note)
    assert order.status is OrderStatus.APPROVED


def test_the_limit_is_for_the_whole_order_and_the_exact_limit_is_within_it(app: Flask) -> None:
    by = a_prescriber(order_limit=Pence(120_00))
    product = a_product()
    assert an_order(products=[product] * 2, by=by).status is OrderStatus.APPROVED
    assert failed(an_order(products=[product] * 3, by=by)) == {CheckKind.LIMIT}


def test_a_second_of_what_the_client_has_is_a_duplicate(app: Flask) -> None:
    loan = a_loan()
    order = an_order(loan.client, products=[loan.product])
    assert failed(order) == {CheckKind.DUPLICATE}


def test_a_second_of_what_is_on_its_way_is_a_duplicate_until_it_is_cancelled(app: Flask) -> None:
    client = a_client()
    first = an_order(client)
    product = first.lines[0].product
    assert failed(an_order(client, products=[product])) == {CheckKind.DUPLICATE}
    actions.cancel(first, because="", by=first.prescriber, at=NOON)
    db.session.query(Order).filter(Order.id != first.id).one().status = OrderStatus.CANCELLED
    assert failed(an_order(client, products=[product])) == set()


@pytest.mark.parametrize("turned", [False, True])
def test_two_products_that_never_go_together_are_seen_either_way_round(
    app: Flask, turned: bool
) -> None:
    loan, rail = a_loan(), a_product(name="Bed rail")
    pair = (rail, loan.product) if not turned else (loan.product, rail)
    equipment_actions.relate(*pair, Relation.NEVER_WITH, by=loan.line.order.prescriber, at=NOON)
    order = an_order(loan.client, products=[rail])
    assert failed(order) == {CheckKind.COMPATIBLE}
    wrong = next(one for one in order.lines[0].checks if not one.passed)
    assert wrong.sentence == f"Never with {loan.product.name}, which the client has."


def test_two_that_never_go_together_are_seen_within_one_order(app: Flask) -> None:
    rail, bed = a_product(name="Bed rail"), a_product(name="Bed")
    equipment_actions.relate(rail, bed, Relation.NEVER_WITH, by=a_prescriber(), at=NOON)
    order = an_order(products=[rail, bed])
    assert failed(order) == {CheckKind.COMPATIBLE}
    assert sum(not check.passed for line in order.lines for check in line.checks) == 2


def test_an_authoriser_approves_with_a_reason_and_the_clock_starts_then(app: Flask) -> None:
    item = an_item(a_product(special=True))
    order = an_order(products=[item.product], speed=Speed.NEXT_DAY)
    later = moment(date(2026, 6, 3), 10)
    actions.approve(order, because="Nothing else fits.", by=an_authoriser(), at=later)
    assert order.status is OrderStatus.APPROVED
    assert order.lines[0].item is item
    assert order.promised_on == date(2026, 6, 4)


def test_nobody_approves_an_order_of_their_own(app: Flask) -> None:
    by = an_authoriser()
    order = an_order(products=[a_product(special=True)], by=by)
    assert order.status is OrderStatus.WAITING
    with pytest.raises(Forbidden, match="yourself"):
        actions.approve(order, because="I say so", by=by, at=NOON)
    with pytest.raises(Forbidden):
        actions.approve(order, because="Me too", by=a_prescriber(), at=NOON)
    with pytest.raises(Invalid, match="Say why"):
        actions.approve(order, because="  ", by=an_authoriser(), at=NOON)
    assert order.status is OrderStatus.WAITING


def test_an_order_sent_back_is_changed_and_placed_again_with_fresh_checks(app: Flask) -> None:
    product = a_product(assessment_needed=True)
    order = an_order(products=[product])
    by = order.prescriber
    actions.send_back(order, because="No assessment", by=an_authoriser(), at=NOON)
    assert order.status is OrderStatus.SENT_BACK
    actions.change_order(
        order, need=Need.FALLS, speed=Speed.SAME_DAY, note="Assessed", by=by, at=NOON
    )
    actions.place(order, by=by, at=NOON)
    assert order.status is OrderStatus.APPROVED
    assert failed(order) == set()
    assert len(order.lines[0].checks) == len(CheckKind)


def test_an_order_without_lines_or_twice_placed_is_refused(app: Flask) -> None:
    order = an_order(placed=False)
    actions.remove_line(order.lines[0], by=order.prescriber, at=NOON)
    with pytest.raises(NotAllowed, match="nothing in this order"):
        actions.place(order, by=order.prescriber, at=NOON)
    placed = an_order()
    with pytest.raises(NotAllowed, match="approved"):
        actions.place(placed, by=placed.prescriber, at=NOON)
    with pytest.raises(NotAllowed):
        actions.add_line(placed, a_product(), 1, by=placed.prescriber, at=NOON)


def test_only_who_began_an_order_fills_and_places_it(app: Flask) -> None:
    order = an_order(placed=False)
    other = a_prescriber(order_limit=Pence(99_999_00))
    with pytest.raises(Forbidden):
        actions.add_line(order, a_product(), 1, by=other, at=NOON)
    with pytest.raises(Forbidden):
        actions.place(order, by=other, at=NOON)
    with pytest.raises(Forbidden):
        actions.remove_line(order.lines[0], by=other, at=NOON)
