"""What was spent, is ordered, is expected and was avoided: as the budget page reckons it.

The same reads serve both: a measure of money is a sum of them over the months chosen.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from core.clock import month_of
from core.errors import NotFound
from core.money import Pence
from equipment.rules import Group
from funding.models import Fund
from funding.purse import purse_of
from funding.queries import the_fund
from funding.rules import SETTLING
from people.models import Staff
from people.queries import successor_of
from reports.budget import queries
from reports.budget.commitments import committed
from reports.budget.lines import Books, lines_of, read, together
from reports.budget.queries import Months, Place, Whose, Year
from reports.budget.recycling import avoided_by_month, costs_by_month, savings_by_month
from reports.choices import Asked
from reports.periods import Period
from reports.rules import Counted, Tallies, Tally

BY_MONTH = (Counted.SPENT, Counted.AVOIDED, Counted.RECYCLING)


@dataclass(frozen=True)
class Looked:
    """Whose money is looked at, of which product group, over which months, and by whom."""

    fund: Fund
    period: Period
    whose: Whose
    group: str  # empty for all of them
    viewer: Staff
    at: datetime
    on: date

    @property
    def months(self) -> Months:
        """The months chosen."""
        return Months(self.fund, self.period.first, month_of(self.period.last), self.on)

    @property
    def year(self) -> Year:
        """The financial year the period ends in, up to its last month or the one we are in."""
        return Year(self.fund, month_until(self.period, self.on), self.on)

    @property
    def everybodys(self) -> bool:
        """Whether every partner's is looked at, so that nothing need be split."""
        return self.whose == Whose() and purse_of(self.viewer, self.on).every

    def has(self, place: Place) -> bool:
        """Whether what stands under a payer of today, a month and a group is looked at."""
        who, _, group = place
        return self.whose.has(who) and group != SETTLING and self.group in ("", group)


def month_until(period: Period, on: date) -> date:
    """The month whose end the money is told at: the period's last, or the one we are in."""
    return min(month_of(period.last), month_of(on))


def looked(asked: Asked, *, viewer: Staff, at: datetime, on: date) -> Looked | None:
    """What of the money is looked at; none where the viewer may see none, or for one place.

    Money is told of partners and product groups: no charge says which team or store it is of.
    """
    purse = purse_of(viewer, on)
    if asked.chosen.place is not None or not (purse.every or purse.organisation_ids):
        return None
    try:
        fund = the_fund()
    except NotFound:  # no fund, no ledger
        return None
    group = asked.chosen.group.value if asked.chosen.group else ""
    whose = Whose(asked.partner.id if asked.partner else None, asked.chosen.parked)
    return Looked(fund, asked.chosen.period, whose, group, viewer, at, on)


def books_of(looked: Looked) -> Books:
    """What the ledger says of the year the period ends in, of those the viewer may see."""
    return read(looked.year, viewer=looked.viewer)


def by_month(looked: Looked, wanted: Collection[Counted]) -> dict[date, Tallies]:
    """What was spent, avoided and paid for recycling in every month chosen."""
    found: dict[date, Tallies] = {
        month: {counted: Tally() for counted in BY_MONTH if counted in wanted}
        for month in looked.period.months()
    }
    for counted, month, pence in _by_month(looked, wanted):
        found[month][counted] += Tally(pence=pence)
    return found


def _by_month(looked: Looked, wanted: Collection[Counted]) -> Iterator[tuple[Counted, date, Pence]]:
    if Counted.SPENT in wanted:
        for (_, month, _), pence in _spent(looked).items():
            yield Counted.SPENT, month, pence
    if Counted.RECYCLING in wanted:
        costs = costs_by_month(
            looked.months, viewer=looked.viewer, whose=looked.whose, group=looked.group
        )
        for month, pence in costs.items():
            yield Counted.RECYCLING, month, pence
    if Counted.AVOIDED in wanted:
        for month, pence in _avoided(looked):
            yield Counted.AVOIDED, month, pence


def _avoided(looked: Looked) -> Iterator[tuple[date, Pence]]:
    if looked.everybodys:
        yield from avoided_by_month(looked.months, group=looked.group).items()
        return
    for place, saving in savings_by_month(looked.months, viewer=looked.viewer).items():
        if looked.has(place):
            yield place[1], saving.avoided


def _spent(looked: Looked) -> dict[Place, Pence]:
    """What was spent, by payer of today, month and product group."""
    found: dict[Place, Pence] = {}
    for (account, month, group), pence in queries.spent(
        looked.months, viewer=looked.viewer
    ).items():
        who = None if account is None else successor_of(account, looked.on)
        place = (who, month, group)
        if looked.has(place):
            found[place] = Pence(found.get(place, 0) + pence)
    return found


def at_the_end(looked: Looked, wanted: Collection[Counted], books: Books | None = None) -> Tallies:
    """What is ordered when the period ends, and what its year is expected to come to."""
    found: Tallies = {}
    if Counted.COMMITTED in wanted:
        _add(found, Counted.COMMITTED, Pence(sum(_committed(looked).values())))
    if Counted.EXPECTED in wanted:
        expected = _expected(looked, books or books_of(looked))
        if expected is not None:
            _add(found, Counted.EXPECTED, expected)
    return found


def _committed(looked: Looked) -> dict[Place, Pence]:
    year = looked.year
    found = committed(year, looked.at, viewer=looked.viewer, months=(year.last,))
    return {place: pence for place, pence in found.items() if looked.has(place)}


def _expected(looked: Looked, books: Books) -> Pence | None:
    """The outturn of who is looked at; none where it is told of no group, or cannot be said."""
    of_year = lines_of(books)
    if looked.group or looked.whose.parked or not of_year:
        return None
    if looked.whose.partner_id is not None:
        return _outturns(books).get(looked.whose.partner_id)
    whole = of_year[0] if len(of_year) == 1 else together(of_year, books)
    return whole.outturn.outturn if whole.outturn else None


def _outturns(books: Books) -> dict[int | None, Pence]:
    return {
        line.payer.organisation.id: line.outturn.outturn
        for line in lines_of(books)
        if line.payer and line.outturn
    }


def by_partner(looked: Looked, wanted: Collection[Counted]) -> dict[int | None, Tallies]:
    """The same sums for each partner of today; what is parked stands under none."""
    found: dict[int | None, Tallies] = {}
    for counted, place, pence in _by_place(looked, wanted):
        _add(found.setdefault(place[0], {}), counted, pence)
    if Counted.EXPECTED in wanted and not looked.group:
        for who, pence in _outturns(books_of(looked)).items():
            if looked.whose.has(who):
                _add(found.setdefault(who, {}), Counted.EXPECTED, pence)
    return found


def by_group(looked: Looked, wanted: Collection[Counted]) -> dict[Group, Tallies]:
    """The same sums for each product group that has any."""
    found: dict[str, Tallies] = {}
    for counted, place, pence in _by_place(looked, wanted):
        _add(found.setdefault(place[2], {}), counted, pence)
    return {group: found[group.value] for group in Group if group.value in found}


def _add(found: Tallies, counted: Counted, pence: Pence) -> None:
    found[counted] = found.get(counted, Tally()) + Tally(pence=pence)


def _by_place(
    looked: Looked, wanted: Collection[Counted]
) -> Iterator[tuple[Counted, Place, Pence]]:
    if Counted.SPENT in wanted:
        for place, pence in _spent(looked).items():
            yield Counted.SPENT, place, pence
    if Counted.COMMITTED in wanted:
        for place, pence in _committed(looked).items():
            yield Counted.COMMITTED, place, pence
    if Counted.AVOIDED in wanted:
        yield from _savings(looked)


def _savings(looked: Looked) -> Iterator[tuple[Counted, Place, Pence]]:
    for place, saving in savings_by_month(looked.months, viewer=looked.viewer).items():
        if looked.has(place):
            yield Counted.AVOIDED, place, saving.avoided
            yield Counted.RECYCLING, place, saving.cost
