"""Charging a month's storage: every product group once, whoever asks and however often."""

from dataclasses import dataclass
from datetime import date, datetime

from core.clock import last_of_month, london_day
from core.errors import NotAllowed
from core.money import Pence, pounds
from funding.actions import post_once
from funding.books import open_month
from funding.models import Fund
from loans.storage.queries import storage_charges
from people.models import Staff


@dataclass(frozen=True)
class Charged:
    """What was charged for storage by one act."""

    month: date
    entries: int
    pence: Pence
    parked: Pence  # of it, what no rule laid on anybody

    @property
    def told(self) -> str:
        """The same as a sentence for whoever did it."""
        groups = "one product group" if self.entries == 1 else f"{self.entries} product groups"
        said = f"{pounds(self.pence)} of storage is charged for {self.month:%B %Y}, for {groups}."
        if not self.parked:
            return said
        part = "It" if self.parked == self.pence else f"Of it, {pounds(self.parked)}"
        return f"{said} {part} is parked, because no rule says who pays: a person decides."


def charge_storage(fund: Fund, month: date, *, by: Staff, at: datetime) -> Charged:
    """Charge what it cost to keep the pool's items in the depot in a month, each group once.

    Raises NotAllowed where the month has not ended or is closed, where there is nothing to charge,
    and where it was charged before.
    """
    named, last = f"{month:%B %Y}", last_of_month(month)
    if last >= london_day(at):
        raise NotAllowed(f"{named} has not ended yet. Charge its storage once it has.")
    if open_month(fund.id, last) != month:
        raise NotAllowed(f"{named} is closed, so no storage can be charged in it any more.")
    charges = storage_charges(fund.id, month)
    if not charges:
        raise NotAllowed(
            f"There is nothing to charge for {named}: storage has no price in the price list, or "
            "nothing stood in the depot."
        )
    posted = [charge for charge in charges if post_once(charge, by=by, at=at)]
    if not posted:
        raise NotAllowed(f"The storage of {named} has been charged already.")
    return Charged(
        month,
        len(posted),
        Pence(sum(charge.pence for charge in posted)),
        Pence(sum(charge.pence for charge in posted if not charge.shares)),
    )
