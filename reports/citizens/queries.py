"""The figures of the last whole year that anybody may read, counted at most once a day."""

from datetime import date
from threading import Lock

from sqlalchemy import func, select

from core.clock import financial_year
from core.db import db
from funding.models import Account, Entry, Posting
from funding.rules import AccountKind
from reports import periods
from reports.budget.entries import of_recycling
from reports.citizens.rules import Loans, OpenYear, open_year
from reports.queries import Chosen, by_group, by_month
from reports.rules import NONE, Counted, Tallies, together
from reports.sources import source_of

_KEPT: dict[date, OpenYear] = {}
_COUNTING = Lock()


def last_year(on: date) -> OpenYear:
    """The last financial year that is over by a day.

    A process counts it once a day however many ask, so that nobody keeps the database busy by
    asking; and who asks at the same moment waits for the one that counts.
    """
    with _COUNTING:
        if on not in _KEPT:
            counted = _counted(on)
            _KEPT.clear()
            _KEPT[on] = counted
        return _KEPT[on]


def forget() -> None:
    """Count anew when somebody asks again."""
    with _COUNTING:
        _KEPT.clear()


def _counted(on: date) -> OpenYear:
    begins = financial_year(on)[0].year - 1
    chosen = Chosen(periods.year(date(begins, 4, 1)), within=None)
    sources = [source_of(Counted.ISSUED), source_of(Counted.RETURNED)]
    months = by_month(chosen, sources)
    groups = by_group(chosen, sources[:1])
    avoided = together(months.values()).get(Counted.REISSUED, NONE).pence
    return open_year(
        begins,
        {month: _loans(tallies) for month, tallies in months.items()},
        {group: tallies.get(Counted.ISSUED, NONE).count for group, tallies in groups.items()},
        avoided - _cost_of_recycling(chosen.period),
    )


def _loans(tallies: Tallies) -> Loans:
    asked = (Counted.ISSUED, Counted.REISSUED, Counted.RETURNED)
    return Loans(*(tallies.get(one, NONE).count for one in asked))


def _cost_of_recycling(period: periods.Period) -> int:
    """What collecting, cleaning, repairing and testing cost all partners together, in pence."""
    postings = (
        select(func.sum(Posting.pence))
        .join(Entry, Entry.id == Posting.entry_id)
        .join(Account, Account.id == Posting.account_id)
        .where(
            Entry.month.between(period.first, period.last),
            Account.kind.in_((AccountKind.PARTNER, AccountKind.PARKED)),
        )
    )
    return int(db.session.scalar(of_recycling(postings)) or 0)
