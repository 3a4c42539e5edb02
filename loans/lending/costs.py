"""What it costs to hand something over besides the thing itself: counts, fitting, adaptations."""

from datetime import date, datetime
from typing import Any

from core.clock import london_day
from core.money import Pence, pounds
from equipment.models import Product
from funding.agreements.queries import stock_model_on
from funding.queries import agreed_price
from funding.rules import Charge, EntryKind, Facts, StockModel
from loans.models import Order, OrderLine

NOTHING = Pence(0)
Cost = tuple[EntryKind, Pence, str]  # the last is how it came about, in words


def fitting(product: Product, order: Order, on: date) -> Pence:
    """What fitting one of a product costs: nothing where none is needed, or none is priced."""
    if not product.needs_fitting:
        return NOTHING
    return agreed_price(order.fund_id, EntryKind.FITTING, on) or NOTHING


def costs_of_count(line: OrderLine, on: date) -> list[Cost]:
    """What so many of a consumable cost on the day they are handed over, or an adaptation done."""
    order, product, count = line.order, line.product, line.quantity
    whole = Pence(line.price * count)
    if product.adaptation:
        return [_adaptation(order, whole, on)]
    fitted = fitting(product, order, on)
    bought = whole if stock_model_on(order.fund, on) is StockModel.CREDIT else NOTHING
    return [
        (EntryKind.EQUIPMENT, bought, ""),
        (EntryKind.FITTING, Pence(fitted * count), f"{count} × {pounds(fitted)}"),
    ]


def _adaptation(order: Order, work: Pence, on: date) -> Cost:
    """The work, and what the contract asks for arranging it; under either stock model."""
    arranging = agreed_price(order.fund_id, EntryKind.ADAPTATION, on) or NOTHING
    told = f"{pounds(work)} for the work and {pounds(arranging)} for arranging it"
    return EntryKind.ADAPTATION, Pence(work + arranging), told if arranging else ""


# A loan, or what was read of one where many end at once: see `loans.lending.ending`.
def collection_of(loan: Any, price: Pence, at: datetime) -> Charge:
    """What fetching a loan's item back costs, at the moment it ended."""
    return Charge(
        fund_id=loan.fund_id,
        kind=EntryKind.COLLECTION,
        pence=price,
        shares=loan.weights,
        on=london_day(at),
        source=loan.code,
        subject=loan.code,
        group=loan.product.group,
        memo=f"{loan.product.name} collected",
        rule_id=loan.rule_id,
        parked_because=loan.parked_because or "",
        facts=Facts.of(loan.facts),
        at=at,
    )
