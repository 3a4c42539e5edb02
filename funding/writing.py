"""Entries with their postings, put into the ledger in one statement however many there are."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from core.clock import month_of
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
    """One entry to be: what is charged, and its postings."""

    charge: Charge
    lines: Sequence[Line]
    parked_because: str = ""


# One text for all, so that the statement is the same for one entry and for a thousand. The fund's
# row is shared, so that nobody closes a month under an entry: it counts in its own month, or in the
# first one still open. A cause (source and kind) tells which of those just written is which: it is
# unique in the fund, and what was posted before is not posted again.
_WRITE = text("""
with open as (
  select open_from from fund where id = :fund_id for share
), drafted as (
  select * from jsonb_to_recordset(cast(:entries as jsonb)) as drafted (
    place int, kind text, source text, subject text, "on" date, product_group text, memo text,
    arithmetic text, pence bigint, rule_id bigint, parked_because text, month date, facts jsonb,
    at timestamptz
  )
), written as (
  insert into entry (
    fund_id, at, by_id, kind, source, subject, "on", product_group, memo, arithmetic, pence,
    rule_id, parked_because, month, facts
  )
  select
    :fund_id, at, :by_id, kind, source, subject, "on", product_group, memo, arithmetic, pence,
    rule_id, parked_because, greatest(month, open_from), facts
  from drafted cross join open order by place
  on conflict (fund_id, source, kind) do nothing
  returning id, source, kind
), posted as (
  insert into posting (entry_id, account_id, pence, weight, of_weights, carried_in)
  select written.id, account_id, line.pence, weight, of_weights, carried_in
  from jsonb_to_recordset(cast(:lines as jsonb)) as line (
    entry int, place int, account_id bigint, pence bigint, weight bigint, of_weights bigint,
    carried_in bigint
  )
  join drafted on drafted.place = line.entry
  join written on written.source = drafted.source and written.kind = drafted.kind
  order by line.entry, line.place
)
select written.id from drafted left join written using (source, kind) order by drafted.place
""")


def write_entries(drafts: Sequence[Draft], *, by: Staff, at: datetime) -> list[int | None]:
    """Write entries of one fund in their order, each of another cause; answers their numbers.

    None stands for what is not written, as its cause was posted before.
    """
    said = {
        "fund_id": drafts[0].charge.fund_id,
        "by_id": by.id,
        "entries": json.dumps([_entry(place, of, at) for place, of in enumerate(drafts)]),
        "lines": json.dumps(_lines(drafts)),
    }
    with db.session.no_autoflush:
        numbers: list[int | None] = list(db.session.scalars(_WRITE, said))
    for number in numbers:
        if number is not None:
            audit.note("entry", f"#{number}")
    return numbers


def _entry(place: int, draft: Draft, at: datetime) -> dict[str, Any]:
    of = draft.charge
    return {
        "place": place,
        "kind": of.kind,
        "source": of.source,
        "subject": of.subject,
        "on": of.on.isoformat(),
        "product_group": of.group,
        "memo": of.memo,
        "arithmetic": of.arithmetic,
        "pence": of.pence,
        "rule_id": of.rule_id,
        "parked_because": draft.parked_because,
        "month": month_of(of.on).isoformat(),
        "facts": of.facts.kept(),
        "at": (of.at or at).isoformat(),
    }


def _lines(drafts: Sequence[Draft]) -> list[dict[str, int | None]]:
    return [
        {"entry": entry, "place": place, **vars(line)}
        for entry, draft in enumerate(drafts)
        for place, line in enumerate(draft.lines)
    ]
