"""What it costs to keep equipment in the depot for a month, a charge for each product group."""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import exists, func, select, true

from core.clock import last_of_month, start_of
from core.db import db
from core.money import Pence, pounds
from equipment.models import Item, ItemMove, Place, Product, Store
from equipment.rules import STANDS_SOMEWHERE, Group, StoreKind
from funding.models import Entry
from funding.queries import agreed_price, ruling_for
from funding.rules import Charge, EntryKind, Facts, Ruling


def storage_charges(fund_id: int, month: date) -> list[Charge]:
    """What storage costs in a month: so much for each of the pool's items that stands in the depot
    when the month ends; nothing where the contract does not price it.

    Read from the items' histories, so that it is the same whenever it is asked after the month.
    No client stands behind it: a rule for any product says who pays, as one that goes by usage
    does, and without one it is parked. Each charge has the month and the group as its cause.
    """
    last = last_of_month(month)
    price = agreed_price(fund_id, EntryKind.STORAGE, last)
    if not price:
        return []
    ruling = ruling_for(fund_id, Facts(), last)
    return [
        _charge(fund_id, group, count, price, ruling, last)
        for group, count in items_stored(last).items()
    ]


def was_charged(fund_id: int, charges: Iterable[Charge]) -> bool:
    """Whether any of a month's charges was posted before."""
    causes = [charge.source for charge in charges]
    asked = exists().where(
        Entry.fund_id == fund_id, Entry.kind == EntryKind.STORAGE, Entry.source.in_(causes)
    )
    return bool(db.session.scalar(select(asked)))


def items_stored(on: date) -> dict[Group, int]:
    """How many of the pool's own items stood in the depot when a day ended, by product group."""
    last = (
        select(ItemMove.became, ItemMove.place_id)
        # `coalesce` keeps the planner to the item's own moves, walked backwards by their index.
        .where(
            ItemMove.item_id == Item.id,
            func.coalesce(ItemMove.at) < start_of(on + timedelta(days=1)),
        )
        .correlate(Item)
        .order_by(ItemMove.id.desc())
        .limit(1)
        .lateral("last")
    )
    found = db.session.execute(
        select(Product.group, func.count())
        .select_from(Item)
        .join(Product, Product.id == Item.product_id)
        .join(last, true())
        .join(Place, Place.id == last.c.place_id)
        .join(Store, Store.id == Place.store_id)
        .where(
            Item.owner_id.is_(None),
            last.c.became.in_(STANDS_SOMEWHERE),
            Store.kind == StoreKind.DEPOT,
        )
        .group_by(Product.group)
    )
    counted = {group: count for group, count in found}  # noqa: C416 - a Row is no pair to mypy
    return {group: counted[group] for group in Group if group in counted}


def _charge(
    fund_id: int, group: Group, count: int, price: Pence, ruling: Ruling, last: date
) -> Charge:
    return Charge(
        fund_id=fund_id,
        kind=EntryKind.STORAGE,
        pence=Pence(price * count),
        shares=ruling.shares,
        on=last,
        source=f"storage/{last:%Y-%m}/{group.value}",
        subject=f"STORAGE {last:%Y-%m}",
        group=group.value,
        memo=f"{group.value.capitalize()} in the depot at the end of {last:%B %Y}",
        rule_id=ruling.rule_id,
        arithmetic=f"{count:,} × {pounds(price)}",
        parked_because=ruling.parked_because or "",
        facts=ruling.facts,
    )
