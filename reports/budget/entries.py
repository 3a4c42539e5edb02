"""The ledger's entries behind the figures of the budget page, as selections to be paged."""

from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased

from funding.models import Account, Entry, Posting
from funding.rules import SETTLING, EntryKind
from people.models import Organisation, Staff
from reports.budget.queries import ACCRUALS, Span, Whose, Year
from reports.budget.rules import NO_GROUP

RECYCLING = (EntryKind.COLLECTION, EntryKind.CLEANING, EntryKind.REPAIR, EntryKind.TEST)
EVERYBODY = Whose()
_COLUMNS: tuple[Any, ...] = (
    Entry.id.label("number"),
    Entry.on.label("on"),
    Entry.kind.label("kind"),
    Entry.group.label("group"),
    Entry.memo.label("memo"),
    func.coalesce(Organisation.name, "Nobody yet (parked)").label("partner"),
    Entry.pence.label("whole"),
    Posting.pence.label("pence"),
)


def spending(
    year: Span, *, viewer: Staff, whose: Whose = EVERYBODY, group: str = ""
) -> Select[Any]:
    """Every line on the accounts looked at, of the months looked at, latest first."""
    of_year = _postings(year, viewer, whose, group, *_COLUMNS).where(*_this_year(year))
    return _latest_first(of_year.where(Entry.group != SETTLING))


def settlements(year: Year, *, viewer: Staff, whose: Whose = EVERYBODY) -> Select[Any]:
    """Every line of the months looked at that closes an earlier year, latest first."""
    of_year = _postings(year, viewer, whose, SETTLING, *_COLUMNS).where(*_this_year(year))
    return _latest_first(of_year)


def recycling_costs(
    year: Span, *, viewer: Staff, whose: Whose = EVERYBODY, group: str = ""
) -> Select[Any]:
    """The lines recycling cost in the months looked at, latest first."""
    return _latest_first(recycling_postings(year, viewer, whose, group, *_COLUMNS))


def recycling_postings(
    year: Span, viewer: Staff, whose: Whose, group: str, *columns: Any
) -> Select[Any]:
    """Columns of the postings of collecting, cleaning, repairing and testing.

    With the reversals of such charges, so that what was taken back costs nothing.
    """
    found = _postings(year, viewer, whose, group, *columns).where(*_this_year(year))
    return of_recycling(found)


def of_recycling(postings: Select[Any]) -> Select[Any]:
    """Those of some postings, read with their entries, that are of recycling."""
    taken_back = aliased(Entry)
    of_it = or_(Entry.kind.in_(RECYCLING), taken_back.kind.in_(RECYCLING))
    return postings.outerjoin(taken_back, taken_back.id == Entry.reverses_id).where(of_it)


def accruals(
    year: Year, *, viewer: Staff, whose: Whose = EVERYBODY, group: str = ""
) -> Select[Any]:
    """The accruals not released at the end of the months looked at, latest first.

    An accrual and its release are of one subject and product group on one account.
    """
    left = func.sum(Posting.pence).over(
        partition_by=(Posting.account_id, Entry.subject, Entry.group)
    )
    columns = (*_COLUMNS, Posting.id.label("line"), left.label("left"))
    each = _postings(year, viewer, whose, group, *columns).where(ACCRUALS).subquery()
    shown = [each.c[column.name] for column in _COLUMNS]
    return select(*shown).where(each.c.left != 0).order_by(each.c.number.desc(), each.c.line)


def _postings(year: Span, viewer: Staff, whose: Whose, group: str, *columns: Any) -> Select[Any]:
    found: Select[Any] = (
        select(*columns)
        .select_from(Posting)
        .join(Posting.entry)
        .join(Posting.account)
        .outerjoin(Account.organisation)
        .where(
            Entry.fund_id == year.fund.id,
            Entry.month <= year.last,
            whose.accounts(viewer, year.on),
        )
    )
    if not group:
        return found
    return found.where(Entry.group == ("" if group == NO_GROUP else group))


def _this_year(year: Span) -> tuple[Any, ...]:
    return (Entry.month >= year.first,)


def _latest_first(found: Select[Any]) -> Select[Any]:
    return found.order_by(Entry.id.desc(), Posting.id)
