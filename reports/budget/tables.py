"""The budget page's figures as rows of a file, and the rows behind each of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.money import Pence
from funding.tables import plain
from people.models import Staff
from reports.budget.choices import Asked
from reports.budget.commitments import Commitment, commitments
from reports.budget.entries import accruals, recycling_costs, settlements, spending
from reports.budget.figures import Figures
from reports.budget.lines import Line
from reports.budget.recycling import Reissue, reissues
from reports.budget.rules import phased

BUDGET_HEADS = (
    "Partner",
    "Official code",
    "Month",
    "Spent (£)",
    "Spent to date (£)",
    "Ordered, not delivered (£)",
    "Budget to date (£)",
    "Forecast to date (£)",
    "From (£)",
    "To (£)",
)


def budget_rows(shown: Figures) -> Iterator[Sequence[Any]]:
    """Each partner and all together, month by month; what is parked, where one may see it."""
    lines = [*shown.lines, shown.all] if len(shown.lines) != 1 else shown.lines
    for line in lines:
        yield from _line_rows(line)
    if shown.parked.actual or shown.parked.ordered:
        yield from _line_rows(shown.parked)


def _line_rows(line: Line) -> Iterator[Sequence[Any]]:
    code = line.payer.organisation.official_code if line.payer else None
    for row in month_rows(line):
        yield (line.name, code, row.month, *(None if x is None else plain(x) for x in row.amounts))


@dataclass(frozen=True)
class MonthRow:
    """A month of the chart's table; nothing where there is nothing to say."""

    month: Any
    spent: Pence | None
    to_date: Pence | None
    ordered: Pence | None
    budget: Pence | None
    forecast: Pence | None
    low: Pence | None
    high: Pence | None

    @property
    def amounts(self) -> tuple[Pence | None, ...]:
        """Its figures in the order of the heads."""
        first = (self.spent, self.to_date, self.ordered, self.budget)
        return (*first, self.forecast, self.low, self.high)


def month_rows(line: Line) -> list[MonthRow]:
    """The twelve months of a line: what is known of those begun, what is expected of the rest."""
    agreed = phased(line.budget) if line.budget else ()
    ahead = line.ahead or ()
    rows = []
    for place, month in enumerate(line.year_months):
        begun = place < len(line.spent)
        coming = ahead[place - line.whole] if 0 <= place - line.whole < len(ahead) else None
        rows.append(
            MonthRow(
                month=month,
                spent=line.spent[place] if begun else None,
                to_date=line.to_date(place) if begun else None,
                ordered=line.committed[place] if begun else None,
                budget=agreed[place] if agreed else None,
                forecast=coming.outturn if coming else None,
                low=coming.low if coming else None,
                high=coming.high if coming else None,
            )
        )
    return rows


@dataclass(frozen=True)
class Rows:
    """The rows behind a figure: how they are read, and what stands in their columns."""

    title: str
    heads: tuple[str, ...]  # the last two are money: the whole, and the part looked at
    read: Callable[[Asked, Staff, datetime, str], Any]  # a list, or a selection to be paged
    cells: Callable[[Any], tuple[Any, ...]]
    told: str  # what is listed, in a sentence

    def written(self, rows: Iterable[Any]) -> Iterator[Sequence[Any]]:
        """The rows for a file, money in pounds."""
        for row in rows:
            *words, whole, part = self.cells(row)
            yield (*words, plain(whole), plain(part))


def _ordered(row: Commitment) -> tuple[Any, ...]:
    about = (row.order, row.product, row.group, row.speed, row.status, row.placed_at)
    return (*about, row.whole, row.pence)


def _reissued(row: Reissue) -> tuple[Any, ...]:
    return row.item, row.loan, row.product, row.group, row.began_on, row.whole, row.pence


def _posted(row: Any) -> tuple[Any, ...]:
    about = (row.number, row.on, row.kind.value, row.group, row.memo, row.partner)
    return (*about, row.whole, row.pence)


_ENTRY = ("Entry", "Day", "Kind", "Product group", "What for", "Partner", "Whole amount", "Part")
ROWS = {
    "ordered": Rows(
        "Ordered and not delivered",
        ("Order", "Product", "Product group", "Speed", "State", "Placed", "Would cost", "Part"),
        lambda asked, viewer, at, group: commitments(
            asked.year, at, viewer=viewer, whose=asked.whose, group=group
        ),
        _ordered,
        "Lines of orders that were approved or waited for it, and were neither delivered nor "
        "cancelled, when the last month ended: what each would be charged, and the part of those "
        "looked at.",
    ),
    "spent": Rows(
        "Spent",
        _ENTRY,
        lambda asked, viewer, at, group: spending(
            asked.year, viewer=viewer, whose=asked.whose, group=group
        ),
        _posted,
        "Every line of the ledger on the accounts of those looked at, in the month it counts in, "
        "but those that settle earlier years.",
    ),
    "settled": Rows(
        "Settled for earlier years",
        _ENTRY,
        lambda asked, viewer, at, _: settlements(asked.year, viewer=viewer, whose=asked.whose),
        _posted,
        "What brought those looked at to their part of a year that had ended, by the terms of the "
        "agreement: it fell into these months and is no spending of theirs.",
    ),
    "reissued": Rows(
        "Issued from recycled stock",
        ("Item", "Loan", "Product", "Product group", "Issued", "Catalogue price", "Part"),
        lambda asked, viewer, at, group: reissues(
            asked.year, viewer=viewer, whose=asked.whose, group=group
        ),
        _reissued,
        "Loans begun from recycled stock, and the part of their catalogue price that falls on "
        "those looked at. Consumables, products for one person and specials are left out, as in "
        "the board's rates.",
    ),
    "recycling": Rows(
        "What recycling cost",
        _ENTRY,
        lambda asked, viewer, at, group: recycling_costs(
            asked.year, viewer=viewer, whose=asked.whose, group=group
        ),
        _posted,
        "Charges for collecting, cleaning, repairing and testing, and what was taken back of them.",
    ),
    "accrued": Rows(
        "Accrued and not released",
        _ENTRY,
        lambda asked, viewer, at, group: accruals(
            asked.year, viewer=viewer, whose=asked.whose, group=group
        ),
        _posted,
        "What the months owe that has not been charged yet. Accruals that were released again "
        "are left out.",
    ),
}
