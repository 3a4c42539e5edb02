"""The tables of money and of shelves as rows of a file: sums in pence, shares in per cent."""

from collections.abc import Iterator, Sequence
from typing import Any

from reports.ahead.buying import Advice
from reports.ahead.scenario import Year
from reports.units import Unit

SCENARIO_HEADS = (
    "Year",
    "Issued (pence)",
    "Bought at today's share (pence)",
    "Bought at the chosen share (pence)",
    "Less bought (pence)",
    "More recycling (pence)",
    "Left over (pence)",
    "Share that keeps purchases at today's",
)
ADVICE_HEADS = (
    "Advice",
    "Product",
    "Code",
    "Product group",
    "On the shelf",
    "In the workshop",
    "Orders waiting",
    "Issued in the window",
    "Available again in the window",
    "Least to keep",
    "Days looked ahead",
    "Months of cover",
    "Spare",
    "Missing",
    "Money (pence)",
)


def scenario_rows(years: Sequence[Year]) -> Iterator[tuple[Any, ...]]:
    """The years of a scenario."""
    for one in years:
        bought = (one.bought_as_today, one.bought, one.less_bought)
        steady = Unit.PERCENT.written(one.steady)
        yield (one.number, one.issued, *bought, one.more_recycling, one.better, steady)


def advice_rows(told: Advice) -> Iterator[tuple[Any, ...]]:
    """Every product with what is advised of it."""
    parts = (("do not buy", told.covered), ("nobody asks for it", told.idle), ("short", told.short))
    for name, lines in parts:
        for one in lines:
            counts = (one.shelf, one.workshop, one.waiting, one.out, one.back, one.least)
            money = one.not_spent if one.covered else one.to_spend
            left = (one.days, one.cover_in_words, one.spare, one.missing, money)
            yield (name, one.name, one.code, one.group, *counts, *left)
