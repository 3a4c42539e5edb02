"""The rows behind a measure of money: the very rows of the budget page, for what was chosen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reports.amounts.queries import Looked
from reports.budget.commitments import commitments
from reports.budget.entries import recycling_costs, spending
from reports.budget.recycling import reissues
from reports.budget.tables import ROWS, Rows
from reports.rules import Counted


@dataclass(frozen=True)
class Behind:
    """What stands behind a sum: how its rows are shown, and how they are read."""

    shown: Rows
    read: Callable[[Looked], Any]  # a list, or a selection to be paged


def _spent(one: Looked) -> Any:
    return spending(one.months, viewer=one.viewer, whose=one.whose, group=one.group)


def _spent_so_far(one: Looked) -> Any:
    return spending(one.year, viewer=one.viewer, whose=one.whose, group=one.group)


def _ordered(one: Looked) -> Any:
    return commitments(one.year, one.at, viewer=one.viewer, whose=one.whose, group=one.group)


def _reissued(one: Looked) -> Any:
    return reissues(one.months, viewer=one.viewer, whose=one.whose, group=one.group)


def _paid(one: Looked) -> Any:
    return recycling_costs(one.months, viewer=one.viewer, whose=one.whose, group=one.group)


BEHIND = {
    Counted.SPENT: Behind(ROWS["spent"], _spent),
    Counted.COMMITTED: Behind(ROWS["ordered"], _ordered),
    Counted.EXPECTED: Behind(ROWS["spent"], _spent_so_far),
    Counted.AVOIDED: Behind(ROWS["reissued"], _reissued),
    Counted.RECYCLING: Behind(ROWS["recycling"], _paid),
}
