"""Two of anything at once: one item goes to one client, one loan begins, one charge is posted."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from core.db import add, db, transaction
from core.errors import Refused
from equipment import actions as equipment_actions
from equipment.models import Item
from equipment.rules import Event, Status
from funding.models import Entry
from loans import actions
from loans.models import Loan, Order, OrderLine
from loans.rules import OrderStatus
from people.models import Staff
from people.rules import Role
from tests.builders import (
    NOON,
    a_loan,
    a_member_of_staff,
    a_pool,
    a_prescriber,
    a_product,
    an_item,
    an_order,
    some_items,
)
from tests.conftest import an_app

LATER = NOON + timedelta(hours=1)
AppFor = Callable[[int], Flask]


def made(app: Flask, build: Callable[[], Any]) -> Any:
    """What a builder makes, committed."""
    with app.app_context(), transaction("test"):
        return build()


def at_once(app: Flask, acts: list[Callable[[], Any]]) -> list[str]:
    """Do all of these at the same moment, each with a session of its own: done, or its refusal."""
    barrier = threading.Barrier(len(acts))

    def one(act: Callable[[], Any]) -> str:
        with app.app_context():
            db.session.execute(text("select 1"))  # connected before the start
            db.session.rollback()
            barrier.wait()
            try:
                with transaction("test"):
                    act()
            except Refused as why:
                return f"{why.status}"
            return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


@pytest.fixture
def app_for(fresh_url: str) -> Iterator[Callable[[int], Flask]]:
    """`app_for(n)`: an application with a database of its own and room for n at once."""
    made: list[Flask] = []

    def make(people: int) -> Flask:
        options = {"pool_size": people, "max_overflow": 2}
        made.append(an_app(fresh_url, SQLALCHEMY_ENGINE_OPTIONS=options))
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()


@pytest.mark.parametrize("people", [2, 8, 32])
def test_the_last_item_goes_to_exactly_one_of_many(app_for: AppFor, people: int) -> None:
    app = app_for(people)

    def build() -> list[int]:
        item = an_item(a_product(name="Last one"))
        return [an_order(products=[item.product], placed=False).id for _ in range(people)]

    numbers = made(app, build)

    def placing(number: int) -> Callable[[], None]:
        def act() -> None:
            order = db.session.get(Order, number)
            actions.place(order, by=order.prescriber, at=LATER)

        return act

    assert at_once(app, [placing(number) for number in numbers]) == ["done"] * people
    with app.app_context():
        lines = db.session.scalars(select(OrderLine)).all()
        assert sum(line.item_id is not None for line in lines) == 1
        assert {line.order.status for line in lines} == {OrderStatus.APPROVED}
        assert db.session.scalars(select(Item)).one().status is Status.ALLOCATED


@pytest.mark.parametrize("people", [2, 8, 32])
def test_as_many_items_as_people_go_round_once_each(app_for: AppFor, people: int) -> None:
    app = app_for(people)

    def build() -> list[int]:
        product = a_product(name="Enough")
        some_items(people, product)
        return [an_order(products=[product], placed=False).id for _ in range(people)]

    numbers = made(app, build)

    def placing(number: int) -> Callable[[], None]:
        def act() -> None:
            order = db.session.get(Order, number)
            actions.place(order, by=order.prescriber, at=LATER)

        return act

    assert at_once(app, [placing(number) for number in numbers]) == ["done"] * people
    with app.app_context():
        assert len(set(db.session.scalars(select(OrderLine.item_id)))) == people


def test_over_http_one_gets_the_last_item_and_the_others_are_told(app_for: AppFor) -> None:
    app = app_for(8)

    def build() -> list[tuple[str, str, str]]:
        item = an_item(a_product(name="Last stool"))
        orders = [an_order(products=[item.product], placed=False) for _ in range(8)]
        return [(order.code, order.prescriber.get_id(), item.product.code) for order in orders]

    orders = made(app, build)
    barrier = threading.Barrier(len(orders))

    def place(order: tuple[str, str, str]) -> str:
        code, person, product = order
        browser = app.test_client()
        with browser.session_transaction() as session:
            session["_user_id"], session["_fresh"] = person, True
        browser.get(f"/orders/{code}")
        barrier.wait()
        answer = browser.post(f"/orders/{code}/place", data={"shown_free": product})
        assert answer.status_code == 303, answer.text
        return browser.get(f"/orders/{code}").text

    with ThreadPoolExecutor(len(orders)) as pool:
        pages = list(pool.map(place, orders))
    told = [page for page in pages if "Someone else has just taken the last Last stool" in page]
    assert len(told) == len(orders) - 1
    assert all("Your order stands" in page for page in told)


@pytest.mark.parametrize("people", [2, 8])
def test_putting_away_and_ordering_at_once_find_each_other(app_for: AppFor, people: int) -> None:
    app = app_for(people * 2)

    def build() -> tuple[int, list[int]]:
        product = a_product(name="Met halfway")
        return product.id, [an_order(products=[product], placed=False).id for _ in range(people)]

    product_id, numbers = made(app, build)
    by_id = made(app, lambda: a_member_of_staff(Role.WAREHOUSE).id)

    def placing(number: int) -> Callable[[], None]:
        def act() -> None:
            order = db.session.get(Order, number)
            actions.place(order, by=order.prescriber, at=LATER)

        return act

    def arriving() -> None:
        by = db.session.get(Staff, by_id)
        product = db.session.get(Order, numbers[0]).lines[0].product
        some_items(1, product, by=by, at=LATER)
        actions.allocate_waiting(product_id, by=by, at=LATER)

    acts = [act for number in numbers for act in (placing(number), arriving)]
    assert set(at_once(app, acts)) == {"done"}
    with app.app_context():
        lines = db.session.scalars(select(OrderLine)).all()
        assert all(line.item_id is not None for line in lines)


@pytest.mark.parametrize("people", [2, 8])
def test_one_line_handed_over_twice_at_once_is_one_loan_charged_once(
    app_for: AppFor, people: int
) -> None:
    app = app_for(people)

    def build() -> tuple[int, int]:
        order = an_order()
        for event in (Event.PICK, Event.LOAD):
            equipment_actions.move_item(order.lines[0].item, event, by=order.prescriber, at=NOON)
        return order.lines[0].id, order.prescriber_id

    line_id, by_id = made(app, build)

    def beginning() -> None:
        by = db.session.get(Staff, by_id)
        actions.begin(db.session.get(OrderLine, line_id), by=by, at=LATER)

    told = at_once(app, [beginning] * people)
    assert sorted(told) == ["409"] * (people - 1) + ["done"]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Loan)) == 1
        assert db.session.scalar(select(func.count()).select_from(Entry)) == 2


@pytest.mark.parametrize("people", [2, 8])
def test_one_loan_ended_twice_at_once_is_charged_once(app_for: AppFor, people: int) -> None:
    app = app_for(people)

    def build() -> tuple[int, int]:
        by = a_prescriber()
        return a_loan(by=by).id, by.id

    loan_id, by_id = made(app, build)

    def ending() -> None:
        by = db.session.get(Staff, by_id)
        actions.end(db.session.get(Loan, loan_id), by=by, at=LATER)

    told = at_once(app, [ending] * people)
    assert sorted(told) == ["409"] * (people - 1) + ["done"]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Entry)) == 3


def test_an_order_approved_and_sent_back_at_once_is_one_of_both(app_for: AppFor) -> None:
    app = app_for(2)

    def build() -> tuple[int, list[int]]:
        order = an_order(products=[a_product(special=True)])
        body = a_pool().body
        return order.id, [a_member_of_staff(Role.AUTHORISER, organisation=body).id for _ in "ab"]

    number, (one, other) = made(app, build)

    def deciding(act: Callable[..., Any], by_id: int) -> Callable[[], None]:
        def decide() -> None:
            order, by = db.session.get(Order, number), db.session.get(Staff, by_id)
            act(order, because="So", by=by, at=LATER)

        return decide

    told = at_once(app, [deciding(actions.approve, one), deciding(actions.send_back, other)])
    assert sorted(told) == ["409", "done"]


def test_the_database_itself_refuses_a_second_open_loan_and_an_overlap(app: Flask) -> None:
    loan = a_loan()
    facts = {
        column.name: getattr(loan, column.name)
        for column in Loan.__table__.columns
        if column.name not in ("id", "code", "line_id", "began_at", "ended_at")
    }
    spare = an_order()
    for began, ended, constraint in (
        (LATER, None, "uq_loan_item_open|no_overlapping_loans"),
        (NOON - timedelta(days=1), LATER, "no_overlapping_loans"),
    ):
        second = Loan(**facts, line_id=spare.lines[0].id, began_at=began, ended_at=ended)
        with pytest.raises(IntegrityError, match=constraint), db.session.begin_nested():
            add(second)
