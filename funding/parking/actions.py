"""Laying a parked charge on partners: a person's decision, with its reason, in the open month."""

from collections.abc import Mapping
from datetime import datetime

from core.clock import london_day
from core.errors import NotAllowed
from funding.ledger import post, reverse
from funding.models import Entry
from funding.parking.rules import cause_of_laying, check_shares, may_be_laid
from funding.queries import book_of
from funding.rules import Charge, EntryKind
from people.models import Staff


def lay(entry: Entry, shares: Mapping[int, int], *, because: str, by: Staff, at: datetime) -> Entry:
    """Take a parked entry back and charge the same to partners by these shares, linked to it.

    It can itself be laid otherwise. Raises NotAllowed where the entry waits for nobody's decision.
    """
    if not may_be_laid(entry.source, entry.parked_because, entry.reverses_id):
        raise NotAllowed("This is not parked: a rule has said who pays. Reverse it instead.")
    check_shares(shares, book_of(entry.fund_id).payers(london_day(at)))
    reverse(entry, because=because, by=by, at=at)
    return charge_anew(
        entry,
        shares,
        source=cause_of_laying(entry.id),
        kind=entry.kind,
        memo=entry.memo,
        arithmetic=f"Laid on partners by a person's decision: {because}",
        by=by,
        at=at,
    )


def charge_anew(
    entry: Entry,
    shares: Mapping[int, int],
    *,
    source: str,
    kind: EntryKind,
    memo: str,
    arithmetic: str,
    by: Staff,
    at: datetime,
) -> Entry:
    """Charge the whole of an entry that was taken back to whom a person has decided on.

    It keeps no facts: another set of rules leaves a person's decision as it is.
    """
    charge = Charge(
        fund_id=entry.fund_id,
        kind=kind,
        pence=entry.pence,
        shares=shares,
        on=london_day(at),
        source=source,
        subject=entry.subject,
        group=entry.group,
        memo=memo,
        arithmetic=arithmetic,
    )
    return post(charge, by=by, at=at)
