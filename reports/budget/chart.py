"""The year's money as one drawing of our own: spent, ordered and forecast against the budget."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from reports.budget.lines import Line
from reports.budget.rules import phased
from reports.charts import (
    BOTTOM,
    LEFT,
    TOP,
    Drawn,
    Frame,
    Mark,
    across,
    labels_apart,
    new_years,
)

MOST_LEVELS = 5


@dataclass(frozen=True)
class Stem:
    """What is ordered, standing on what is spent."""

    x: int
    foot: int
    head: int
    words: Mark


@dataclass(frozen=True)
class Drawing:
    """Everything the drawing needs: where its lines, range, ticks and words stand."""

    lines: tuple[Drawn, ...]
    band: str  # the corners of the forecast's range; nothing where there is none
    stem: Stem | None
    spent: Mark  # the words at the end of what is spent, while the year runs
    levels: tuple[Mark, ...]
    months: tuple[Mark, ...]
    years: tuple[Mark, ...]
    frame: Frame
    left: int
    right: int


@dataclass(frozen=True)
class Scale:
    """From pence and places in the year to places on the drawing."""

    frame: Frame
    bottom: int
    top: int
    step: int

    def x(self, place: int) -> int:
        """Where a month stands."""
        return across(place, 12, self.frame)

    def y(self, pence: int) -> int:
        """Where an amount stands."""
        height = self.frame.height - TOP - BOTTOM
        return TOP + height - height * (pence - self.bottom) // (self.top - self.bottom)

    def at(self, place: int, pence: int) -> str:
        """A corner of a line."""
        return f"{self.x(place)},{self.y(pence)}"


def short(pence: int) -> str:
    """An amount as a drawing has room for it: £1.23m, £45k, £999."""
    sign, pounds = ("−" if pence < 0 else ""), (abs(pence) + 50) // 100
    if pounds >= 1_000_000:
        hundredths = (pounds + 5_000) // 10_000
        return f"{sign}£{hundredths // 100}.{hundredths % 100:02d}m"
    return f"{sign}£{(pounds + 500) // 1000}k" if pounds >= 10_000 else f"{sign}£{pounds:,}"


def scale(amounts: Sequence[int], frame: Frame) -> Scale:
    """A scale from nought (or below, where need be) to a round number above every amount."""
    highest, lowest = max([*amounts, 100]), min([*amounts, 0])
    step = next(
        size * 10**power
        for power in range(2, 20)
        for size in (1, 2, 5)
        if (highest - lowest) <= MOST_LEVELS * size * 10**power
    )
    return Scale(frame, lowest // step * step, -(-highest // step) * step, step)


def drawn(line: Line, frame: Frame) -> Drawing:
    """The drawing of a line of the budget page."""
    year = line.year_months
    spent = list(accumulate(line.spent))
    ahead = line.ahead or ()
    ends = [pence for one in ahead for pence in (one.low, one.high)]
    ordered = spent[-1] + line.ordered
    space = scale([*spent, *ends, ordered, line.budget], frame)
    months = [*zip([space.x(place) for place in range(12)], year, strict=True)]
    step = max(1, -(-12 // frame.most_months))
    foot = frame.height - BOTTOM + 20
    last = len(spent) - 1
    return Drawing(
        lines=tuple(labels_apart(_lines(line, spent, space))),
        band=_band(line, spent, space) if ahead else "",
        stem=_stem(last, spent[-1], ordered, space) if line.ordered else None,
        spent=Mark(space.x(last), space.y(spent[-1]), short(spent[-1]) if last < 11 else ""),
        levels=tuple(
            Mark(LEFT, space.y(level), short(level))
            for level in range(space.bottom, space.top + 1, space.step)
        ),
        months=tuple(Mark(x, foot, f"{month:%b}") for x, month in months[::step]),
        years=tuple(Mark(x, foot + 18, f"{month:%Y}") for x, month in new_years(months[::step])),
        frame=frame,
        left=LEFT,
        right=frame.width - frame.right,
    )


def _lines(line: Line, spent: Sequence[int], space: Scale) -> list[Drawn]:
    """What is spent, then the forecast and the budget with their names at their ends."""
    lines = [_line("solid", "Spent", [*enumerate(spent)], space)]
    if line.ahead:
        outturns = [one.outturn for one in line.ahead]
        path = enumerate([spent[line.whole - 1], *outturns], line.whole - 1)
        lines.append(_line("dashed", "Forecast", [*path], space))
    if line.budget:
        lines.append(_line("dotted", "Budget", [*enumerate(phased(line.budget))], space))
    return lines


def _line(style: str, name: str, points: Sequence[tuple[int, int]], space: Scale) -> Drawn:
    end, pence = points[-1]
    told = (name, short(pence)) if end == 11 else ("", "")
    return Drawn(
        style=style,
        stretches=(" ".join(space.at(*point) for point in points),),
        dots=tuple(Mark(space.x(x), space.y(y), short(y)) for x, y in points),
        name=told,
        label=Mark(space.frame.width - space.frame.right + 12, space.y(pence), told[1]),
    )


def _band(line: Line, spent: Sequence[int], space: Scale) -> str:
    """The range: along its lower edge and back along its upper one."""
    ahead = [*enumerate(line.ahead or (), line.whole)]
    lower = [space.at(place, one.low) for place, one in ahead]
    upper = [space.at(place, one.high) for place, one in reversed(ahead)]
    return " ".join([space.at(line.whole - 1, spent[line.whole - 1]), *lower, *upper])


def _stem(place: int, spent: int, ordered: int, space: Scale) -> Stem:
    x, head = space.x(place), space.y(ordered)
    return Stem(x, space.y(spent), head, Mark(x - 8, head - 8, short(ordered)))
