"""The arithmetic of one entry in words: who bore which share, and what became of the remainder."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import select

from core.db import db
from core.money import Pence
from funding.models import Entry, Posting
from funding.parking.queries import laid_by
from funding.parking.rules import laid_from, may_be_laid
from funding.purse import purse_of
from funding.rules import AccountKind
from people.models import Organisation, Staff


@dataclass(frozen=True)
class LineTold:
    """One line of an entry as a person checks it."""

    whom: str
    organisation: Organisation | None
    pence: Pence
    share: str = ""  # "60 of 100"
    exact: str = ""  # "30 3/5 pence"
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Told:
    """An entry's lines, the entry that took it back, and whom a person's decision leads to."""

    lines: tuple[LineTold, ...]
    reversed_by: int | None
    lays: int | None = None  # the parked entry that this one lays on partners
    laid_by: int | None = None  # the entry that lays this one on partners
    undecided: bool = False  # a person may say who pays

    @property
    def was_split(self) -> bool:
        """Whether more than one share was taken of it."""
        return sum(bool(line.share) for line in self.lines) > 1


def explained(entry: Entry, *, viewer: Staff, on: date) -> Told:
    """The arithmetic of an entry. Partners the viewer may not see are one line without a name."""
    purse = purse_of(viewer, on)
    told, hidden = [], 0
    for posting in entry.postings:
        whose = posting.account.organisation_id
        if whose is None or purse.every or whose in purse.organisation_ids:
            told.append(_line(entry, posting))
        else:
            hidden += posting.pence
    if len(told) < len(entry.postings):
        told.insert(-1, LineTold("Other partners", None, Pence(hidden)))
    taken_back = db.session.scalar(select(Entry.id).where(Entry.reverses_id == entry.id))
    decides = may_be_laid(entry.source, entry.parked_because, entry.reverses_id)
    return Told(
        tuple(told),
        taken_back,
        lays=laid_from(entry.source),
        laid_by=laid_by(entry) if decides and taken_back else None,
        undecided=decides and taken_back is None,
    )


_ACCOUNTS = {
    AccountKind.POOL: "The pool",
    AccountKind.PARKED: "Parked charges",
    AccountKind.PROVIDER: "The provider",
}


def _line(entry: Entry, posting: Posting) -> LineTold:
    account = posting.account
    whom = account.organisation.name if account.organisation else _ACCOUNTS[account.kind]
    if posting.weight is None or posting.of_weights is None:
        return LineTold(whom, None, posting.pence)
    exact = Fraction(entry.pence * posting.weight, posting.of_weights)
    before = after = "as it was"  # it divides evenly, so nobody looked
    if posting.carried_in is not None:
        carried = Fraction(posting.carried_in, posting.of_weights)
        before, after = owed(carried), owed(carried + exact - posting.pence)
    return LineTold(
        whom,
        account.organisation,
        posting.pence,
        f"{posting.weight:,} of {posting.of_weights:,}",
        f"{mixed(exact)} pence",
        before,
        after,
    )


def mixed(exact: Fraction) -> str:
    """A fraction as people write it: 30 3/5, and less than nothing with its sign in front."""
    whole, rest = divmod(abs(exact.numerator), exact.denominator)
    sign = "−" if exact < 0 else ""
    if not rest:
        return f"{sign}{whole:,}"
    return (
        f"{sign}{whole:,} {rest}/{exact.denominator}"
        if whole
        else f"{sign}{rest}/{exact.denominator}"
    )


def owed(fraction: Fraction) -> str:
    """What is carried for a partner, in words."""
    if fraction == 0:
        return "nothing"
    if fraction > 0:
        return f"{mixed(fraction)} of a penny still to bear"
    return f"{mixed(-fraction)} of a penny borne ahead"
