"""What it costs to hand something over besides the thing itself: counts, fitting, adaptations."""

from datetime import date

from core.money import Pence, pounds
from equipment.models import Product
from funding.agreements.queries import stock_model_on
from funding.queries import agreed_price
from funding.rules import EntryKind, StockModel
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
