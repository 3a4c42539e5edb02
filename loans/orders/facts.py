"""Gathers from the database what the checks of an order must know."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy import or_, select

from core.db import db
from core.money import Pence
from equipment.models import Product, ProductRelation
from equipment.rules import CareClass, Relation
from funding.queries import ruling_for
from funding.rules import Facts
from loans.models import Order, OrderLine
from loans.orders.queries import products_with
from loans.orders.rules import Answer, LineFacts, OrderFacts, checks_of
from people.queries import body_standing, council_standing
from people.rules import May


def open_lines(order: Order) -> list[OrderLine]:
    """The lines of an order that nobody has cancelled."""
    return [line for line in order.lines if line.cancelled_at is None]


def total_of(order: Order) -> Pence:
    """What the order's lines cost the pool by the catalogue."""
    return Pence(sum(line.price * line.quantity for line in open_lines(order)))


def asked_of(order: Order, care_class: CareClass, on: date) -> Facts:
    """What the rules ask of a product's charges: where the client was when the order was placed.

    Where a body or council has passed to several since, the one that the client's practice or
    postcode is with on a day, if the registers say so.
    """
    return Facts(
        care_class=care_class.value,
        need=order.need.value,
        body_id=body_standing(order.body_id, order.practice_id, on),
        council_id=council_standing(order.council_id, order.postcode, on),
        employer_id=order.employer_id,
    )


def checked(order: Order, *, on: date) -> dict[int, list[Answer]]:
    """Every check of every open line as things stand on a day, by the line's id."""
    lines = open_lines(order)
    facts = _facts_of(order, lines, on)
    return {line.id: checks_of(_line_facts(line.product), facts) for line in lines}


def _line_facts(product: Product) -> LineFacts:
    return LineFacts(
        product_id=product.id,
        name=product.name,
        special=product.special,
        safe_working_load_kg=product.safe_working_load_kg,
        carries_client=product.carries_client,
        assessment_needed=product.assessment_needed,
    )


def _facts_of(order: Order, lines: list[OrderLine], on: date) -> OrderFacts:
    ordered = {line.product_id for line in lines}
    with_client = products_with(order.client_id, but_order=order.id)
    never = _never_with(ordered, ordered | with_client)
    prescriber = order.prescriber
    return OrderFacts(
        may_order=prescriber.may(May.ORDER),
        limit=prescriber.order_limit,
        total=total_of(order),
        weight_kg=order.client.weight_kg,
        note=order.note,
        with_client=frozenset(with_client),
        ordered=frozenset(ordered),
        never_with=never,
        names=_names(never.values()),
        outside=_outside(order, lines, on),
    )


def _never_with(ordered: set[int], near: set[int]) -> dict[int, frozenset[int]]:
    """Which of the products near one another are never used together, both ways round."""
    if len(near) < 2:
        return {}
    pairs = db.session.execute(
        select(ProductRelation.product_id, ProductRelation.other_id).where(
            ProductRelation.relation == Relation.NEVER_WITH,
            ProductRelation.product_id.in_(near),
            ProductRelation.other_id.in_(near),
            or_(ProductRelation.product_id.in_(ordered), ProductRelation.other_id.in_(ordered)),
        )
    )
    never: defaultdict[int, set[int]] = defaultdict(set)
    for one, other in pairs:
        never[one].add(other)
        never[other].add(one)
    return {product: frozenset(others) for product, others in never.items()}


def _names(groups: Iterable[frozenset[int]]) -> dict[int, str]:
    wanted = frozenset().union(*groups)
    if not wanted:
        return {}
    rows = db.session.execute(select(Product.id, Product.name).where(Product.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def _outside(order: Order, lines: list[OrderLine], on: date) -> dict[int, str]:
    """Products nobody among the partners may be charged for, and why: one ruling a care class."""
    why: dict[CareClass, str | None] = {}
    for line in lines:
        care = line.product.care_class
        if care not in why:
            why[care] = ruling_for(order.fund_id, asked_of(order, care, on), on).parked_because
    reasons = {line.product_id: why[line.product.care_class] for line in lines}
    return {product: reason for product, reason in reasons.items() if reason is not None}
