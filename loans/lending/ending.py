"""Ending many loans at once: what `end` does to one, in one statement and one of the ledger."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from core.clock import london_day
from core.db import db
from core.errors import TakenByAnother
from funding.actions import post_all
from funding.queries import activity_price
from funding.rules import Charge, EntryKind
from loans.lending.costs import collection_of
from people import audit
from people.models import Staff


@dataclass(frozen=True)
class Named:
    """The product of a loan, as its charge names it."""

    name: str
    group: str


@dataclass(frozen=True)
class Out:
    """An open loan with all that ending it asks for, and no client."""

    id: int
    code: str
    version: int
    item_id: int
    began_at: datetime
    fund_id: int
    rule_id: int | None
    parked_because: str | None
    facts: dict[str, Any]
    product: Named
    weights: dict[int, int]


_OUT = text("""
select loan.id, loan.code, loan.version, loan.item_id, loan.began_at, loan.fund_id, loan.rule_id,
  loan.parked_because, loan.facts, product.name, product.product_group,
  array(select organisation_id from loan_share where loan_id = loan.id order by 1) as sharers,
  array(select weight from loan_share where loan_id = loan.id order by organisation_id) as weights
from loan join product on product.id = loan.product_id
where loan.item_id = any(:items) and loan.ended_at is null
""")
_END = text("""
update loan set ended_at = ending.at, lost = false, version = loan.version + 1
from unnest(
  cast(:ids as bigint[]), cast(:versions as bigint[]), cast(:ats as timestamptz[])
) as ending (id, version, at)
where loan.id = ending.id and loan.version = ending.version and loan.ended_at is null
""")


def loans_out_of(items: Collection[int]) -> dict[int, Out]:
    """The loan each of these items is out on, by the item's number."""
    rows = db.session.execute(_OUT, {"items": list(items)})
    return {row.item_id: _out(row) for row in rows}


def _out(row: Any) -> Out:
    return Out(
        id=row.id,
        code=row.code,
        version=row.version,
        item_id=row.item_id,
        began_at=row.began_at,
        fund_id=row.fund_id,
        rule_id=row.rule_id,
        parked_because=row.parked_because,
        facts=row.facts,
        product=Named(row.name, row.product_group),
        weights=dict(zip(row.sharers, row.weights, strict=True)),
    )


def end_all(ending: Sequence[tuple[Out, datetime]], *, by: Staff, at: datetime) -> None:
    """End loans, each at its own moment, and charge their collections in the order given.

    Whoever reads them has seen that each began before. The ledger comes last. Raises
    TakenByAnother where somebody else has changed one meanwhile.
    """
    given = {
        "ids": [out.id for out, _ in ending],
        "versions": [out.version for out, _ in ending],
        "ats": [when for _, when in ending],
    }
    with db.session.no_autoflush:
        done = db.session.execute(_END, given)
    if done.rowcount != len(ending):  # type: ignore[attr-defined]
        raise TakenByAnother
    by_fund: dict[int, list[Charge]] = {}
    for out, when in ending:
        audit.note("loan", out.code)
        price = activity_price(out.fund_id, EntryKind.COLLECTION, london_day(when))
        if price:
            by_fund.setdefault(out.fund_id, []).append(collection_of(out, price, when))
    for charges in by_fund.values():
        post_all(charges, by=by, at=at)
