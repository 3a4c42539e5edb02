"""Fitting is charged with the delivery, and a minor adaptation is work that no store holds."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from core.db import db
from core.errors import Invalid, NotAllowed
from core.money import Pence
from equipment.actions import receive_goods
from equipment.catalogue.actions import change_product
from equipment.models import ConsumableMove, Product
from equipment.queries import place_for
from equipment.rules import Side, Tracking
from funding.actions import set_activity_price
from funding.models import Entry
from funding.rules import EntryKind, StockModel
from loans import actions
from loans.models import Order
from loans.orders.basket import basket_of, offers
from loans.rules import OrderStatus, Speed
from people.rules import Role
from reports.rules import EXCLUSIONS
from tests.builders import (
    NOON,
    SPRING,
    a_depot,
    a_loan,
    a_member_of_staff,
    a_pool,
    a_prescriber,
    a_product,
    an_item,
    an_order,
)


def entries_of(subject: str) -> dict[EntryKind, tuple[int, str]]:
    rows = db.session.execute(
        select(Entry.kind, Entry.pence, Entry.arithmetic).where(Entry.subject == subject)
    )
    return {kind: (pence, told) for kind, pence, told in rows}


def priced(kind: EntryKind, pence: int) -> None:
    set_activity_price(
        a_pool(priced=False).fund, kind, Pence(pence), from_on=SPRING, by=a_prescriber(), at=NOON
    )


def a_lending_pool(**but: Any) -> None:
    a_pool(priced=False, **but)
    for kind in (EntryKind.DELIVERY, EntryKind.COLLECTION):
        priced(kind, 12_50)


def an_adaptation(pence: int = 400_00, **but: Any) -> Product:
    facts = {"tracking": Tracking.CONSUMABLE, "adaptation": True, "price": Pence(pence)}
    return a_product(**{**facts, **but})


def done(order: Order) -> None:
    actions.hand_over(order.lines, by=a_prescriber(), at=NOON)


def test_fitting_is_charged_with_the_delivery_of_what_needs_it(app: Flask) -> None:
    a_lending_pool()
    priced(EntryKind.FITTING, 45_00)
    fitted, plain = a_product(needs_fitting=True), a_product()
    for product in (fitted, plain):
        an_item(product)
    assert entries_of(a_loan(products=[fitted]).code)[EntryKind.FITTING][0] == 45_00
    assert EntryKind.FITTING not in entries_of(a_loan(products=[plain]).code)


def test_without_a_price_of_fitting_nothing_is_charged_for_it(app: Flask) -> None:
    a_lending_pool()
    fitted = an_item(a_product(needs_fitting=True)).product
    assert set(entries_of(a_loan(products=[fitted]).code)) == {
        EntryKind.EQUIPMENT,
        EntryKind.DELIVERY,
    }


def test_a_consumable_is_fitted_piece_by_piece(app: Flask) -> None:
    a_lending_pool()
    priced(EntryKind.FITTING, 45_00)
    rail = a_product(tracking=Tracking.CONSUMABLE, needs_fitting=True, price=Pence(9_50))
    place = place_for(a_depot(), Side.CLEAN)
    receive_goods(rail, 10, place=place, by=a_prescriber(), at=NOON)
    order = an_order(products=[rail, rail])
    done(order)
    told = entries_of(order.code)
    assert told[EntryKind.FITTING] == (90_00, "2 × £45.00")
    assert told[EntryKind.EQUIPMENT] == (19_00, "")


@pytest.mark.parametrize("model", StockModel)
def test_an_adaptation_waits_for_no_stock_and_is_charged_under_either_model(
    app: Flask, model: StockModel
) -> None:
    a_lending_pool(stock_model=model)
    a_depot()
    order = an_order(products=[an_adaptation()])
    assert order.lines[0].allocated_at is not None
    done(order)
    assert order.status is OrderStatus.DELIVERED
    assert entries_of(order.code) == {EntryKind.ADAPTATION: (400_00, "")}
    assert db.session.query(ConsumableMove).count() == 0


def test_arranging_an_adaptation_costs_what_the_contract_says(app: Flask) -> None:
    a_lending_pool()
    priced(EntryKind.ADAPTATION, 35_00)
    order = an_order(products=[an_adaptation()])
    done(order)
    assert entries_of(order.code)[EntryKind.ADAPTATION] == (
        435_00,
        "£400.00 for the work and £35.00 for arranging it",
    )


def test_a_thousand_pounds_is_minor_and_a_penny_more_is_not(app: Flask) -> None:
    by = a_prescriber(order_limit=Pence(5_000_00))
    assert an_order(by=by, products=[an_adaptation(1_000_00)]).status is OrderStatus.APPROVED
    with pytest.raises(Invalid, match=r"comes to £1,000\.01\. A minor .* £1,000\.00 or") as why:
        an_order(by=by, products=[an_adaptation(1_000_01)])
    assert why.value.field == "quantity"
    with pytest.raises(Invalid, match=r"comes to £1,200\.00"):
        an_order(by=by, products=[one := an_adaptation(400_00), one, one])


def test_what_became_an_adaptation_after_it_was_ordered_is_looked_at_again(app: Flask) -> None:
    by = a_prescriber(order_limit=Pence(5_000_00))
    product = a_product(tracking=Tracking.CONSUMABLE, price=Pence(1_000_01))
    order = an_order(by=by, products=[product], placed=False)
    keeper = a_member_of_staff(Role.ADMINISTRATOR)
    fields = {"name": product.name, "gtin": None, "adaptation": True}
    change_product(product, **fields, by=keeper, at=NOON)
    with pytest.raises(Invalid, match=r"£1,000\.00 or less"):
        actions.place(order, by=by, at=NOON)


def test_no_store_takes_an_adaptation_in(app: Flask) -> None:
    place = place_for(a_depot(), Side.CLEAN)
    with pytest.raises(NotAllowed, match="none of it is taken into stock"):
        receive_goods(an_adaptation(), 1, place=place, by=a_prescriber(), at=NOON)
    stocked = a_product(tracking=Tracking.CONSUMABLE)
    receive_goods(stocked, 1, place=place, by=a_prescriber(), at=NOON)
    fields = {"name": stocked.name, "gtin": None, "adaptation": True}
    with pytest.raises(Invalid, match="There is stock of this product") as why:
        change_product(stocked, **fields, by=a_prescriber(), at=NOON)
    assert why.value.field == "adaptation"


def test_an_adaptation_is_promised_by_its_speed(app: Flask) -> None:
    product = an_adaptation()
    order = an_order(products=[product], placed=False)
    pile = basket_of(order, at=NOON).piles[0]
    offer = offers(product.name, Speed.FIVE_DAYS, at=NOON)[0]
    assert pile.enough
    assert pile.earliest == offer.earliest
    place_again = actions.place(order, by=order.prescriber, at=NOON)
    assert place_again.promised_on == pile.earliest


def test_the_board_says_that_adaptations_are_left_out_of_the_rates() -> None:
    assert any("Minor adaptations" in sentence for sentence in EXCLUSIONS)
