"""The page on which anybody reads what the service lent, and what came back."""

from collections.abc import Iterator
from typing import Any

from core.clock import last_of_month, london_day, now
from people.access import open_to_all
from reports.blueprint import bp
from reports.charts import NARROW, WIDE
from reports.citizens.chart import picture
from reports.citizens.queries import last_year
from reports.citizens.rules import LICENCE, STEP, Loans, OpenYear, written
from web.csvs import csv_answer
from web.pages import page


@bp.get("/our-year")
@open_to_all
def our_year() -> Any:
    """The last whole year for whoever wants to know. No cookie, no question, nobody named."""
    told = last_year(london_day(now()))
    return page(
        "reports/our_year.html",
        told=told,
        pictures=[picture(told.months, frame) for frame in (WIDE, NARROW)],
        written=written,
        step=STEP,
        licence=LICENCE,
    )


HEADS = (
    "What",
    "Of",
    "First day",
    "Last day",
    "Lent",
    "Used before",
    "Came back",
    "Saved in pence",
)


@bp.get("/our-year.csv")
@open_to_all
def our_year_csv() -> Any:
    """The same as a file, with the licence it may be used under."""
    told = last_year(london_day(now()))
    return csv_answer(f"our year {told.name}", HEADS, _rows(told))


def _rows(told: OpenYear) -> Iterator[tuple[Any, ...]]:
    if told.whole is not None:
        year = ("Year", None, f"{told.begins}-04-01", f"{told.begins + 1}-03-31")
        yield (*year, *_counts(told.whole), told.saved)
        for month, one in told.months.items():
            yield ("Month", None, month, last_of_month(month), *_counts(one), None)
        for group, lent in told.groups:
            yield ("Equipment", group, *year[2:], written(lent), None, None, None)
    yield (told.sentence if told.whole is None else "Rounded to the nearest ten.",)
    yield (LICENCE,)


def _counts(one: Loans) -> tuple[str, ...]:
    return tuple(str(n) if n else written(n) for n in (one.lent, one.recycled, one.back))
