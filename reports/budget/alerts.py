"""Thresholds of budgets that are passed: whose, of what, and since which month."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from core.clock import month_of
from core.errors import NotFound
from core.money import Pence, percent
from funding.alerts.queries import thresholds_of
from funding.alerts.rules import Thresholds, Watched
from funding.queries import the_fund
from people.models import Staff
from reports.budget.lines import Line, lines_of, read
from reports.budget.queries import Year
from reports.budget.rules import passed_since


@dataclass(frozen=True)
class Alert:
    """A threshold of a partner's budget that is passed, and since when."""

    line: Line
    watched: Watched
    percent: int
    since: date
    reached: Pence

    @property
    def sentence(self) -> str:
        """It in words."""
        whose, share = self.line.name, percent(self.reached, self.line.budget)
        if self.watched is Watched.SPENT:
            return f"{whose} has spent {share} of its budget: past {self.percent}%"
        return f"{whose} is forecast to use {share} of its budget: past {self.percent}%"


def alerts_of(lines: Iterable[Line], thresholds: Thresholds) -> list[Alert]:
    """The highest threshold each line has passed of what is watched, and since which month."""
    return [
        alert
        for line in lines
        for watched in Watched
        if (alert := _alert(line, watched, thresholds.of(watched)))
    ]


def _alert(line: Line, watched: Watched, percents: Sequence[int]) -> Alert | None:
    reached = line.reached(watched)
    months = line.months[: len(reached)]
    for percentage in sorted(percents, reverse=True):
        since = passed_since(months, reached, percentage, line.budget)
        if since is not None and reached[-1] is not None:
            return Alert(line, watched, percentage, since, reached[-1])
    return None


def alerts(*, viewer: Staff, on: date) -> list[Alert]:
    """What is to be told of the budgets a viewer may see, as they stand on a day."""
    try:
        fund = the_fund()
    except NotFound:  # no fund, no budget
        return []
    books = read(Year(fund, month_of(on), on), viewer=viewer)
    return alerts_of(lines_of(books), thresholds_of(fund.id))
