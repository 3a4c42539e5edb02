"""New items: each with a code nobody has had and, where given, a serial no other has."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from flask import current_app
from sqlalchemy import select

from core.clock import london_day
from core.codes import new_code
from core.db import db
from core.errors import Invalid
from core.money import Pence
from equipment.models import Item, Product
from equipment.rules import Status


def new_items(
    product: Product, serials: Sequence[str], quantity: int, *, paid: Pence, at: datetime
) -> list[Item]:
    """So many new items of a product, not yet in any store. Raises Invalid for a known serial."""
    _refuse_known(product, serials)
    numbers: Sequence[str | None] = serials or [None] * quantity
    items = [_new_item(product, paid, serial, at) for serial in numbers]
    _give_codes(items)
    return items


def _new_item(product: Product, paid: Pence, serial: str | None, at: datetime) -> Item:
    return Item(
        product=product,
        serial=serial,
        status=Status.ORDERED,
        since=at,
        acquired_on=london_day(at),
        paid=paid,
        times_lent=0,
        recycled=False,
        needs_cleaning=False,
        needs_repair=False,
    )


def _give_codes(items: Iterable[Item]) -> None:
    """Draw codes that no item has had: among half a million a whole delivery might clash."""
    prefix = current_app.config["GS1_COMPANY_PREFIX"]
    without = list(items)
    while without:
        drawn = {new_code() for _ in without}
        drawn -= set(db.session.scalars(select(Item.code).where(Item.code.in_(drawn))))
        for code in sorted(drawn):
            item = without.pop()
            item.code, item.giai = code, prefix + code


def _refuse_known(product: Product, serials: Sequence[str]) -> None:
    if not serials:
        return
    taken = db.session.scalar(
        select(Item.serial).where(Item.product_id == product.id, Item.serial.in_(serials)).limit(1)
    )
    if taken is not None:
        raise Invalid(f"There is already a {product.name} with serial {taken}.", field="serials")
