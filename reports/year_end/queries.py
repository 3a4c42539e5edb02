"""The reissue share of a financial year, for the whole pool."""

from funding.year_end.rules import Reissue, Year
from reports import periods
from reports.measures import MEASURES
from reports.queries import Chosen, by_month
from reports.rules import Counted, figure, together
from reports.sources import source_of


def reissue_of(year: Year) -> Reissue:
    """R5 by value of a year, counted as the board counts it, whoever pays."""
    months = by_month(Chosen(periods.year(year.first), within=None), [source_of(Counted.ISSUED)])
    r5 = figure(MEASURES["R5"], together(months.values()))
    return Reissue(r5.top.pence, r5.bottom.pence)
