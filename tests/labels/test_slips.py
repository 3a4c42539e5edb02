"""The loan slip: the client's copy, for those who bring it, and nobody else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core.codes import new_code
from core.db import db
from equipment.rules import Tracking
from labels.rules import VoidReason, address, grouped
from labels.sheets import Sender
from labels.slips import Slip, SlipLine, slip_pdf
from loans.models import Order
from people.models import AuditRow, Staff
from people.rules import Role
from tests.builders import (
    NOON,
    a_client,
    a_loan,
    a_member_of_staff,
    a_prescriber,
    a_product,
    a_visit,
    an_order,
)
from tests.labels.papers import squares, text_of
from tests.labels.test_printing import labels_of

SignIn = Callable[..., FlaskClient]
BASE = "http://localhost:8000"


def slip_at(client: FlaskClient, order: Order) -> Any:
    return client.get(f"/slips/{order.code}.pdf")


def test_the_slip_says_what_was_lent_to_whom_and_how_to_give_it_back(
    app: Flask, as_: SignIn
) -> None:
    loan = a_loan(a_client(crew_note="Key safe 4711, large dog"))
    answer = slip_at(as_(a_prescriber()), loan.line.order)
    assert answer.mimetype == "application/pdf"
    text = text_of(answer.data)
    for said in (
        "Ada Madeup", "1 Test Street", "NG1 5FS", loan.product.name, grouped(loan.item.code),
        "On loan since 1 June 2026", "0115 496 0000", "Monday to Friday",
    ):  # fmt: skip
        assert said in text
    assert "4711" not in text
    assert "dog" not in text
    assert squares(answer.data) == [address(BASE, loan.item.giai)]
    assert slip_at(as_(a_prescriber()), loan.line.order).data == answer.data


def test_the_slip_bears_the_label_that_is_good(app: Flask, as_: SignIn) -> None:
    loan, by = a_loan(), a_prescriber()
    labels_of(loan.item), labels_of(loan.item, voiding=VoidReason.DAMAGED, at=NOON)
    assert squares(slip_at(as_(by), loan.line.order).data) == [address(BASE, loan.item.giai, 2)]


def test_before_the_visit_the_slip_counts_from_the_day_of_delivery(app: Flask, as_: SignIn) -> None:
    text = text_of(slip_at(as_(Role.SCHEDULER), an_order()).data)
    assert "On loan from the day it is delivered" in text


def test_there_is_no_slip_while_nothing_is_set_aside(app: Flask, as_: SignIn) -> None:
    order = an_order(products=[a_product()])
    answer = slip_at(as_(Role.SCHEDULER), order)
    assert answer.status_code == 409
    assert "Nothing is set aside" in answer.text


@pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.AUTHORISER, Role.DRIVER])
def test_somebody_elses_client_and_an_unknown_order_are_answered_alike(
    app: Flask, as_: SignIn, role: Role
) -> None:
    order, stranger = an_order(), as_(role)
    foreign = slip_at(stranger, order)
    unknown = stranger.get(f"/slips/{new_code()}.pdf")
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.text.replace(order.code, "") == unknown.text.replace(order.code, "")
    assert "Madeup" not in foreign.text


@pytest.mark.parametrize("role", [Role.FINANCE, Role.BOARD, Role.ADMINISTRATOR])
def test_a_role_that_hands_nothing_over_prints_no_slip(app: Flask, as_: SignIn, role: Role) -> None:
    assert slip_at(as_(role), an_order()).status_code == 403


def test_the_warehouse_prints_the_slip_while_the_order_is_made_ready(
    app: Flask, as_: SignIn
) -> None:
    sam = as_(Role.WAREHOUSE)
    assert slip_at(sam, an_order()).status_code == 200
    assert slip_at(sam, a_loan().line.order).status_code == 404
    assert slip_at(as_(Role.WAREHOUSE, organisation=None), an_order()).status_code == 404


def test_a_driver_prints_the_slip_of_whom_they_visit(app: Flask, as_: SignIn) -> None:
    order, driver = an_order(), a_member_of_staff(Role.DRIVER)
    a_visit(order, driver=driver)
    assert slip_at(as_(driver), order).status_code == 200
    assert slip_at(as_(driver), an_order()).status_code == 404
    assert slip_at(as_(Role.DRIVER), order).status_code == 404


def test_printing_a_slip_is_a_look_at_the_client(app: Flask, as_: SignIn) -> None:
    order, somebody = an_order(), as_(Role.SCHEDULER)
    slip_at(somebody, order)
    seen = db.session.scalars(select(AuditRow).where(AuditRow.act == "labels.slip")).all()
    staff: Staff = somebody.staff  # type: ignore[attr-defined]
    assert [(row.by_id, row.changes["client"]) for row in seen] == [(staff.id, [order.client.code])]


@pytest.mark.parametrize("code", ["1", "..%2f..%2fetc%2fpasswd", "x" * 500, "%7B%7D", "None"])
def test_an_order_nobody_could_have_is_not_found(app: Flask, as_: SignIn, code: str) -> None:
    assert as_(Role.SCHEDULER).get(f"/slips/{code}.pdf").status_code == 404


def test_a_long_slip_goes_on_over_the_page_with_all_its_squares() -> None:
    links = [address(BASE, f"9521234{code}") for code in (new_code() for _ in range(30))]
    lines = tuple(SlipLine("Bed <b>&amp;</b> " * 20, "today", link[-8:], link) for link in links)
    slip = Slip(
        Sender("Commonstore", "0115 496 0000"), "always", "HJKM2345", "Zoë Łuczak <para>",
        ("1 Lane", "Town") * 3, (*lines, SlipLine("Swabs", "Yours to keep", quantity=12)),
    )  # fmt: skip
    paper = slip_pdf(slip)
    assert squares(paper) == links
    text = text_of(paper)
    assert "<b>&amp;</b>" in text
    assert "12 × Swabs" in text
    assert "Zoë Łuczak <para>" in text
    assert "Page 4" in text
    assert slip_pdf(slip) == paper


def test_what_is_used_up_is_the_clients_to_keep(app: Flask, as_: SignIn) -> None:
    from tests.builders import some_items

    swabs = a_product(name="Swabs", tracking=Tracking.CONSUMABLE)
    some_items(10, swabs)
    order = an_order(products=[swabs], at=NOON + timedelta(hours=1))
    answer = slip_at(as_(Role.SCHEDULER), order)
    assert "Yours to keep" in text_of(answer.data)
    assert squares(answer.data) == []
