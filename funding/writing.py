"""Entries with their postings, put into the ledger in one statement however many there are."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import text

from core.db import db
from core.money import Pence
from funding.rules import Charge
from people import audit
from people.models import Staff


@dataclass(frozen=True)
class Line:
    """One posting to be: so many pence on an account, and the share that made them."""

    account_id: int
    pence: Pence
    weight: int | None = None
    of_weights: int | None = None
    carried_in: int | None = None


@dataclass(frozen=True)
class Draft:
    """One entry to be: what is charged, the month it counts in (its first day), its postings."""

    charge: Charge
    month: date
    lines: Sequence[Line]
    parked_because: str = ""


# An array a column, so that the statement is the same for one entry and for a thousand. A cause
# (source and kind) tells which of those just written is which: it is unique in the fund.
_WRITE = text("""
with drafted as (
  select * from unnest(
    cast(:kind as text[]), cast(:source as text[]), cast(:subject as text[]),
    cast(:on as date[]), cast(:product_group as text[]), cast(:memo as text[]),
    cast(:arithmetic as text[]), cast(:pence as bigint[]), cast(:rule_id as bigint[]),
    cast(:parked_because as text[]), cast(:month as date[]), cast(:facts as text[]),
    cast(:at as timestamptz[])
  ) with ordinality as drafted (
    kind, source, subject, "on", product_group, memo, arithmetic, pence, rule_id,
    parked_because, month, facts, at, place
  )
), written as (
  insert into entry (
    fund_id, at, by_id, kind, source, subject, "on", product_group, memo, arithmetic, pence,
    rule_id, parked_because, month, facts
  )
  select
    :fund_id, at, :by_id, kind, source, subject, "on", product_group, memo, arithmetic, pence,
    rule_id, parked_because, month, cast(facts as jsonb)
  from drafted order by place
  returning id, source, kind
)
insert into posting (entry_id, account_id, pence, weight, of_weights, carried_in)
select written.id, line.account_id, line.pence, line.weight, line.of_weights, line.carried_in
from unnest(
  cast(:line_entry as bigint[]), cast(:line_account_id as bigint[]),
  cast(:line_pence as bigint[]), cast(:line_weight as bigint[]),
  cast(:line_of_weights as bigint[]), cast(:line_carried_in as bigint[])
) with ordinality as line (entry, account_id, pence, weight, of_weights, carried_in, place)
join drafted on drafted.place = line.entry
join written on written.source = drafted.source and written.kind = drafted.kind
order by line.place
returning entry_id
""")


def write_entries(drafts: Sequence[Draft], *, by: Staff, at: datetime) -> list[int]:
    """Write entries of one fund in their order; answers their numbers in that order."""
    said = {"fund_id": drafts[0].charge.fund_id, "by_id": by.id}
    with db.session.no_autoflush:
        rows = db.session.scalars(_WRITE, {**said, **_entries(drafts, at), **_postings(drafts)})
        numbers = list(dict.fromkeys(rows))
    for number in numbers:
        audit.note("entry", f"#{number}")
    return numbers


def _entries(drafts: Sequence[Draft], at: datetime) -> dict[str, list[Any]]:
    charges = [draft.charge for draft in drafts]
    return {
        "kind": [of.kind.value for of in charges],
        "source": [of.source for of in charges],
        "subject": [of.subject for of in charges],
        "on": [of.on for of in charges],
        "product_group": [str(of.group) for of in charges],
        "memo": [of.memo for of in charges],
        "arithmetic": [of.arithmetic for of in charges],
        "pence": [of.pence for of in charges],
        "rule_id": [of.rule_id for of in charges],
        "parked_because": [draft.parked_because for draft in drafts],
        "month": [draft.month for draft in drafts],
        "facts": [json.dumps(of.facts.kept()) for of in charges],
        "at": [of.at or at for of in charges],
    }


def _postings(drafts: Sequence[Draft]) -> dict[str, list[Any]]:
    lines = [(place, line) for place, draft in enumerate(drafts, start=1) for line in draft.lines]
    return {
        "line_entry": [place for place, _ in lines],
        "line_account_id": [line.account_id for _, line in lines],
        "line_pence": [line.pence for _, line in lines],
        "line_weight": [line.weight for _, line in lines],
        "line_of_weights": [line.of_weights for _, line in lines],
        "line_carried_in": [line.carried_in for _, line in lines],
    }
