"""Booking in many returns at once: the same rows as one by one, in a statement for each table.

Only plain returns are done here: an item lent, not asked for twice in the batch, its label good,
the scan after all that happened to it. Everything else takes the way of a single scan, and so does
the whole batch where somebody else was quicker.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from core.codes import new_code
from core.db import db, write
from core.errors import Refused
from equipment.arriving import Arriving, arrive_all
from equipment.rules import Status
from labels.codes import ItemLabel, read_scan
from labels.rules import UnreadableLabel
from loans.lending.ending import Out, end_all, loans_out_of
from people import audit
from people.models import Staff
from returns.models import Return
from returns.queries import dirty_place
from returns.rules import NEXT_STEP, Lane
from returns.scanning.acts import ACTS
from returns.scanning.fates import Fate, Turn
from returns.scanning.rules import NEEDED, OLDEST, Mode, Outcome

Label = tuple[str, int | None]  # an item's code, and which of its labels this is


@dataclass(frozen=True)
class Arrival:
    """A return to be: its scan, the item as it was found, and the loan that ends."""

    turn: Turn
    item: Any
    loan: Out
    code: str


def receive_together(turns: Sequence[Turn], *, by: Staff, at: datetime) -> dict[UUID, Fate]:
    """Book in all the plain returns among some scans; what came of each, by its id."""
    read = _labels(turns, by, at)
    if len(read) < 2:
        return {}
    try:
        with db.session.begin_nested():
            arrivals = sorted(_arrivals(read), key=lambda one: one.turn.at)
            if arrivals:
                _book_in(arrivals, by, at)
    except (Refused, IntegrityError):
        return {}
    return {one.turn.asked.uid: _fate(one) for one in arrivals}


def _fate(one: Arrival) -> Fate:
    told = f"{one.item.name} {ACTS[Mode.RECEIVE].done}."
    return Fate(Outcome.DONE, told, one.item.id, NEXT_STEP[Lane.INSPECT], did=True)


def _labels(turns: Sequence[Turn], by: Staff, at: datetime) -> list[tuple[Turn, Label]]:
    """The scans that may be plain returns, each with what its label says."""
    if not any(by.may(one) for one in NEEDED[Mode.RECEIVE]):
        return []
    prefix = current_app.config["GS1_COMPANY_PREFIX"]
    read = [(turn, label) for turn in turns if (label := _label(turn, prefix)) is not None]
    often = Counter(code for _, (code, _) in read)
    return [
        (turn, label)
        for turn, label in read
        if turn.asked.mode is Mode.RECEIVE
        and not turn.lost_place
        and at - turn.at <= OLDEST
        and often[label[0]] == 1
    ]


def _label(turn: Turn, prefix: str) -> Label | None:
    try:
        label = read_scan(turn.asked.scanned, prefix)
    except UnreadableLabel:
        return None
    return (label.code, label.issue) if isinstance(label, ItemLabel) else None


_ITEMS = text("""
select item.id, item.code, item.status, item.since, item.paid, item.recycled, product.name
from item join product on product.id = item.product_id
where item.code = any(:codes)
order by item.id
for update of item
""")
_LABELS = text("""
select item.code, label.issue, label.voided_at is not null
from label join item on item.id = label.item_id
where item.code = any(:codes)
""")


def _arrivals(read: Sequence[tuple[Turn, Label]]) -> Iterator[Arrival]:
    """The plain returns, their items locked so that nobody else moves them now."""
    with db.session.no_autoflush:
        rows = db.session.execute(_ITEMS, {"codes": [code for _, (code, _) in read]})
        items = {row.code: row for row in rows}
        known = _issues([code for _, (code, issue) in read if issue is not None])
    loans = loans_out_of([one.id for one in items.values()])
    for turn, (code, issue) in read:
        item = items.get(code)
        if item is None or item.status != Status.ON_LOAN or turn.at < item.since:
            continue
        loan, void = loans.get(item.id), known.get((code, issue or 1))
        good = void is False or (void is None and issue in (None, 1))
        if loan is not None and good and turn.at >= loan.began_at:
            yield Arrival(turn, item, loan, new_code())


def _issues(codes: Collection[str]) -> dict[tuple[str, int], bool]:
    """Whether each printed label of these items is void."""
    if not codes:
        return {}
    rows = db.session.execute(_LABELS, {"codes": list(codes)})
    return {(code, issue): void for code, issue, void in rows}


def _book_in(arrivals: Sequence[Arrival], by: Staff, at: datetime) -> None:
    """Write down returns, moves and the ends of loans; the ledger last, as it is where all wait."""
    arrive_all(
        [
            Arriving(
                one.item.id, one.item.code, one.turn.at, one.item.paid, one.item.recycled, one.code
            )
            for one in arrivals
        ],
        place=dirty_place(),
        by=by,
    )
    write(
        Return,
        *(
            {
                "code": one.code,
                "item_id": one.item.id,
                "loan_id": one.loan.id,
                "received_at": one.turn.at,
                "received_by_id": by.id,
                "version": 1,
            }
            for one in arrivals
        ),
    )
    for one in arrivals:
        audit.note("return", one.code)
    end_all([(one.loan, one.turn.at) for one in arrivals], by=by, at=at)
