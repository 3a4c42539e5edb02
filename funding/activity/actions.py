"""Taking in a month's activity, and posting it piece by piece."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, Text, any_, bindparam, or_, select

from core.db import db, write
from core.errors import Invalid
from core.money import Pence
from funding.activity.models import ActivityRow
from funding.activity.rules import MOST_FAULTS, Row, kept, read_activity
from funding.ledger import post_all
from funding.models import Entry, Fund
from funding.queries import ruling_for, the_fund
from funding.rules import Charge, EntryKind, Facts, Ruling
from people.jobs.actions import KINDS, ask
from people.jobs.models import Job
from people.models import Organisation, Staff

KIND = "post activity"
AT_ONCE = 2000  # charges a piece: one statement for all of them
WRITTEN_AT_ONCE = 5000


class Faults(Invalid):
    """What is wrong with a file, line by line; nothing of it was taken in."""

    def __init__(self, faults: Sequence[str]) -> None:
        shown = list(faults[:MOST_FAULTS])
        super().__init__(f"Nothing was taken in. {shown[0]}", field="pasted")
        self.faults = shown


def take_in(lines: Iterable[str], name: str, *, by: Staff, at: datetime) -> Job:
    """Take in a file of charges, all of it or nothing, and ask for it to be posted.

    Raises Invalid, with every fault that was found, where a line cannot be read, names somebody
    unknown, or was posted before.
    """
    rows, faults = read_activity(lines)
    if not rows and not faults:
        raise Invalid("There is no charge in this file.", field="pasted")
    fund = the_fund()
    numbers = _numbers(rows)
    faults = [*faults, *_unknown(rows, numbers), *_doubles(rows), *_posted(fund, rows)]
    if faults:
        raise Faults(faults)
    job = ask(KIND, f"Post {len(rows):,} charges of {name[:60]}", len(rows), by=by, at=at)
    for first in range(0, len(rows), WRITTEN_AT_ONCE):
        piece = enumerate(rows[first : first + WRITTEN_AT_ONCE], start=first)
        write(
            ActivityRow,
            *({"job_id": job.id, "place": n, "charge": kept(row, numbers)} for n, row in piece),
        )
    return job


def _numbers(rows: Iterable[Row]) -> dict[str, int]:
    """The organisations the rows name, by official code."""
    codes = sorted({code for row in rows for code in row.codes})
    here = select(Organisation).where(
        or_(Organisation.ods_code.in_(codes), Organisation.gss_code.in_(codes))
    )
    return {one.official_code: one.id for one in db.session.scalars(here)}


def _unknown(rows: Iterable[Row], numbers: dict[str, int]) -> list[str]:
    return [
        f"Line {row.place}: we know no organisation with the code “{code[:20]}”."
        for row in rows
        for code in row.codes
        if code not in numbers
    ]


def _doubles(rows: Iterable[Row]) -> list[str]:
    seen: dict[tuple[str, EntryKind], int] = {}
    faults = []
    for row in rows:
        first = seen.setdefault((row.reference, row.kind), row.place)
        if first != row.place:
            faults.append(f"Line {row.place}: line {first} has the same reference and kind.")
    return faults


def _posted(fund: Fund, rows: Sequence[Row]) -> list[str]:
    asked = select(Entry.source, Entry.kind).where(
        Entry.fund_id == fund.id, Entry.source == any_(bindparam("sources", type_=ARRAY(Text)))
    )
    found = db.session.execute(asked, {"sources": [row.source for row in rows]})
    there = {(source, kind) for source, kind in found}
    return [
        f"Line {row.place}: {row.reference} was posted before."
        for row in rows
        if (row.source, row.kind) in there
    ]


def post_piece(job: Job, *, by: Staff, at: datetime) -> int:
    """Attribute and post the next charges of a file, in its order; how many there were."""
    fund_id = the_fund().id
    asked = select(ActivityRow.charge).where(
        ActivityRow.job_id == job.id, ActivityRow.place >= job.done
    )
    waiting = db.session.scalars(asked.order_by(ActivityRow.place).limit(AT_ONCE)).all()
    rulings: dict[tuple[Any, ...], Ruling] = {}
    charges = [_charge(fund_id, one, rulings) for one in waiting]
    return len(post_all(charges, by=by, at=at))


def _charge(fund_id: int, row: dict[str, Any], rulings: dict[tuple[Any, ...], Ruling]) -> Charge:
    on = date.fromisoformat(row["day"])
    facts = Facts(
        row["care_class"], row["need"], row["body_id"], row["council_id"], row["employer_id"]
    )
    if (facts, on) not in rulings:  # many charges of a month ask the same
        rulings[facts, on] = ruling_for(fund_id, facts, on)
    ruling = rulings[facts, on]
    return Charge(
        fund_id=fund_id,
        kind=EntryKind(row["kind"]),
        pence=Pence(row["pence"]),
        shares=ruling.shares,
        on=on,
        source=f"activity {row['reference']}",
        subject=row["loan"] or row["reference"],
        group=row["group"],
        memo=row["memo"] or f"{row['kind'].capitalize()} {row['reference']}",
        rule_id=ruling.rule_id,
        parked_because=ruling.parked_because or "",
        facts=ruling.facts,
    )


KINDS[KIND] = post_piece
