"""The year drawn: a bar for each month's loans, and within it those with used equipment."""

from collections.abc import Iterator, Mapping
from datetime import date

from reports.charts import BOTTOM, LEFT, TOP, Frame
from reports.citizens.rules import Loans
from reports.drawing import (
    AXIS,
    BLUE,
    GREY,
    LEVEL,
    PAPER,
    SMALL,
    STRONG,
    Look,
    Picture,
    Scale,
    Shape,
    line,
    scale,
    words,
)

NEW, USED = Look(ink=GREY, fill=PAPER), Look(ink=BLUE, fill=BLUE)


def picture(months: Mapping[date, Loans], frame: Frame) -> Picture:
    """The drawing of a year's months."""
    most = max((one.lent for one in months.values()), default=1)
    space = scale(0, most, TOP, frame.height - BOTTOM)
    return Picture(frame, (*_axes(space, frame), *_bars(months, space, frame)))


def _axes(space: Scale, frame: Frame) -> Iterator[Shape]:
    for level in space.levels:
        y = space.y(level)
        yield line([(LEFT, y), (frame.width - frame.right, y)], LEVEL if level else AXIS)
        yield words(LEFT - 8, y + 5, f"{level:,}", SMALL, "end")


def _bars(months: Mapping[date, Loans], space: Scale, frame: Frame) -> Iterator[Shape]:
    wide = (frame.width - LEFT - frame.right) // max(1, len(months))
    foot = frame.height - BOTTOM + 20
    every = -(-len(months) // frame.most_months)
    for place, (month, one) in enumerate(months.items()):
        left, right = LEFT + place * wide + 3, LEFT + (place + 1) * wide - 3
        for count, look in ((one.lent, NEW), (one.recycled, USED)):
            yield _bar(left, right, space.y(count), space.y(0), look)
        if place % every == 0:
            yield words((left + right) // 2, foot, f"{month:%b}", SMALL, "middle")
    yield from _names(frame)


def _names(frame: Frame) -> Iterator[Shape]:
    x = frame.width - frame.right + 12
    for y, text, look in ((TOP + 12, "New", NEW), (TOP + 42, "Used before", USED)):
        yield _bar(x, x + 14, y - 12, y + 2, look)
        yield words(x + 20, y, text, STRONG)


def _bar(left: int, right: int, top: int, foot: int, look: Look) -> Shape:
    return Shape("area", ((left, top), (right, top), (right, foot), (left, foot)), look)
