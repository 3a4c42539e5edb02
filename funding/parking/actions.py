"""Laying a parked charge on partners: a person's decision, with its reason, in the open month."""

from collections.abc import Mapping
from datetime import datetime

from core.clock import london_day
from core.errors import Invalid, NotAllowed
from funding.ledger import post, reverse
from funding.models import Entry
from funding.parking.rules import cause_of_laying, may_be_laid
from funding.queries import book_of
from funding.rules import Charge
from people.models import Staff


def lay(entry: Entry, shares: Mapping[int, int], *, because: str, by: Staff, at: datetime) -> Entry:
    """Take a parked entry back and charge the same to partners by these shares, linked to it.

    The new entry keeps no facts: another set of rules leaves a person's decision as it is. It can
    itself be laid otherwise. Raises NotAllowed where the entry waits for nobody's decision.
    """
    on = london_day(at)
    if not may_be_laid(entry.source, entry.parked_because, entry.reverses_id):
        raise NotAllowed("This is not parked: a rule has said who pays. Reverse it instead.")
    if not shares or min(shares.values()) < 1:
        raise Invalid("Choose who pays, and write a share of 1 or more.", field="weight_1")
    if not shares.keys() <= book_of(entry.fund_id).payers(on):
        raise Invalid("Only a partner of today can be asked to pay.", field="who_1")
    reverse(entry, because=because, by=by, at=at)
    charge = Charge(
        fund_id=entry.fund_id,
        kind=entry.kind,
        pence=entry.pence,
        shares=shares,
        on=on,
        source=cause_of_laying(entry.id),
        subject=entry.subject,
        group=entry.group,
        memo=entry.memo,
        arithmetic=f"Laid on partners by a person's decision: {because}",
    )
    return post(charge, by=by, at=at)
