"""Every figure of the budget page: one set, from which page, file and chart are made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.money import Pence, percent, pounds
from funding.alerts.queries import thresholds_of
from funding.alerts.rules import Thresholds
from funding.rules import SETTLING
from people.models import Staff
from reports.budget.alerts import Alert, alerts_of
from reports.budget.commitments import committed
from reports.budget.lines import Books, Line, lines_of, read, together
from reports.budget.queries import Payer, Whose, Year, group_budgets
from reports.budget.recycling import Corner, savings
from reports.budget.rules import FEWEST_MONTHS, MONTHS, NO_GROUP, NOTHING, Saving, phased
from reports.forms import PARKED
from reports.settled.queries import plan_for_counting

NOBODYS = frozenset({None})


@dataclass(frozen=True)
class Group:
    """What was agreed, spent and ordered of a product group."""

    name: str
    budget: Pence | None  # none where the agreement says nothing of it
    spent: Pence
    ordered: Pence

    @property
    def code(self) -> str:
        """How the group stands in an address."""
        return self.name or NO_GROUP


@dataclass(frozen=True)
class Figures:
    """Everything on the page, for what was chosen."""

    year: Year
    lines: tuple[Line, ...]
    all: Line
    shown: Line  # the partner chosen, or everybody
    groups: tuple[Group, ...]  # of what is shown
    parked: Line  # what nobody pays for yet, for who sees everybody's money
    thresholds: Thresholds
    alerts: tuple[Alert, ...]
    seasonal: bool
    recycling: dict[Corner, Saving]

    @property
    def phased(self) -> tuple[Pence, ...]:
        """The budget shown, to the end of each month of the year."""
        return phased(self.shown.budget)

    @property
    def by_group_agreed(self) -> bool:
        """Whether the agreement says what is meant for product groups."""
        return any(group.budget is not None for group in self.groups)

    @property
    def saved(self) -> Saving:
        """What recycling saved everybody looked at; what is parked stands beside it."""
        return sum((one for (who, _), one in self.recycling.items() if who is not None), Saving())

    @property
    def headline(self) -> str:
        """What the chart shows, in a sentence."""
        line, month = self.shown, f"{self.year.last:%B %Y}"
        who = line.name if line.payer else "The partners together"
        of = f", {percent(line.actual, line.budget)} of the year's budget" if line.budget else ""
        return (
            f"{who} had spent {pounds(line.actual)} by the end of {month}{of}, and "
            f"{pounds(line.ordered)} more was ordered; {_outlook(line)}."
        )


def _outlook(line: Line) -> str:
    outturn = line.outturn
    if outturn is None:
        return (
            "what the year will come to cannot be said from fewer than "
            f"{FEWEST_MONTHS} whole months"
        )
    under = line.under
    stands = (
        ""
        if under is None
        else ", exactly the budget"
        if under == 0
        else f", {pounds(abs(under))} {'under' if under > 0 else 'over'} the budget"
    )
    if line.whole == MONTHS:
        return f"the year is over{stands}"
    between = f" (between {pounds(outturn.low)} and {pounds(outturn.high)})"
    return f"the year is forecast to come to {pounds(outturn.outturn)}{between}{stands}"


@dataclass(frozen=True)
class SavingLine:
    """What recycling saved one partner, or on one product group."""

    name: str
    code: str  # of the partner in an address; nothing for a group
    saving: Saving


def savings_by_partner(shown: Figures) -> list[SavingLine]:
    """What recycling saved each partner, by name."""
    return [
        SavingLine(line.name, line.code, _sum(shown, line.payer.organisation.id))
        for line in shown.lines
        if line.payer
    ]


def savings_parked(shown: Figures) -> SavingLine:
    """What recycling saved and cost of what nobody pays for yet."""
    return SavingLine(shown.parked.name, PARKED, _sum(shown, None))


def savings_by_group(shown: Figures) -> list[SavingLine]:
    """What recycling saved of each product group, by name, of whom is shown."""
    whose = Whose(shown.shown.payer.organisation.id if shown.shown.payer else None)
    of_group: dict[str, Saving] = {}
    for (who, group), saving in shown.recycling.items():
        if whose.has(who):
            of_group[group] = of_group.get(group, Saving()) + saving
    return [SavingLine(name, "", of_group[name]) for name in sorted(of_group)]


def _sum(shown: Figures, who: int | None) -> Saving:
    parts = (saving for (payer, _), saving in shown.recycling.items() if payer == who)
    return sum(parts, Saving())


def figures(
    year: Year,
    at: datetime,
    *,
    viewer: Staff,
    partner: str = "",
    payers: Sequence[Payer] | None = None,
) -> Figures:
    """The page's figures as the rows stand at a moment; `partner` is the code of whom to show.

    `payers` are those whose money the viewer may see, where they have been asked for already.
    """
    plan_for_counting()
    ordered = committed(year, at, viewer=viewer)
    books = read(year, viewer=viewer, ordered=ordered, payers=payers)
    lines, thresholds = lines_of(books), thresholds_of(year.fund.id)
    everybody = lines[0] if len(lines) == 1 else together(lines, books)
    shown = next((line for line in lines if line.code == partner), everybody)
    return Figures(
        year=year,
        lines=tuple(lines),
        all=everybody,
        shown=shown,
        groups=_groups(books, shown, group_budgets(year, viewer=viewer)),
        parked=_parked(books),
        thresholds=thresholds,
        alerts=tuple(alerts_of(lines, thresholds)),
        seasonal=books.shape is not None,
        recycling=savings(year, viewer=viewer),
    )


def _groups(
    books: Books, shown: Line, agreed: Mapping[tuple[int, str], Pence]
) -> tuple[Group, ...]:
    """The product groups of what is shown that have anything, by name."""
    accounts, payers = _behind(books, shown)
    budgets: dict[str, Pence] = {}
    for (who, name), pence in agreed.items():
        if who in accounts:
            budgets[name] = Pence(budgets.get(name, 0) + pence)
    names = {group for _, _, group in (*books.spent, *books.ordered)} | budgets.keys()
    names -= {SETTLING}
    found = (
        Group(
            name,
            budgets.get(name),
            Pence(sum(books.by_month(books.spent, accounts, name))),
            books.by_month(books.ordered, payers, name)[-1],
        )
        for name in sorted(names)
    )
    return tuple(group for group in found if group.spent or group.ordered or group.budget)


def _behind(books: Books, shown: Line) -> tuple[frozenset[int], frozenset[int]]:
    """The accounts and the partners of today behind a line."""
    payers = [shown.payer] if shown.payer else list(books.payers)
    accounts = frozenset(number for payer in payers for number in payer.numbers)
    return accounts, frozenset(payer.organisation.id for payer in payers)


def _parked(books: Books) -> Line:
    return Line(
        name="Nobody yet (parked)",
        payer=None,
        months=books.year.months,
        budget=NOTHING,
        spent=books.by_month(books.spent, NOBODYS),
        by_account={},
        settled=NOTHING,
        committed=books.by_month(books.ordered, NOBODYS),
        accrued=NOTHING,
        forecasts=(),
    )
