"""The life table drawn: how much of what goes out is back, by the age of its loan."""

from collections.abc import Iterator, Sequence

from reports.ages.rules import Age
from reports.charts import BOTTOM, LEFT, TOP, Frame, across
from reports.drawing import (
    AXIS,
    LEVEL,
    SMALL,
    STRONG,
    WORDS,
    Picture,
    Scale,
    Shape,
    dot,
    line,
    words,
)
from reports.spc.chart import AVERAGE, STEP, USUAL
from reports.units import Unit

HALF = 50_00


def picture(table: Sequence[Age], frame: Frame) -> Picture:
    """The drawing of a life table: from nothing at the start to what is back at the last age."""
    space = Scale(0, 100_00, 25_00, TOP, frame.height - BOTTOM)
    return Picture(frame, (*_axes(len(table), space, frame), *_curve(table, space, frame)))


def _axes(ages: int, space: Scale, frame: Frame) -> Iterator[Shape]:
    right = frame.width - frame.right
    for level in space.levels:
        y = space.y(level)
        look = AXIS if level == 0 else STEP if level == HALF else LEVEL
        yield line([(LEFT, y), (right, y)], look)
        yield words(LEFT - 8, y + 5, Unit.PERCENT.short(level), SMALL, "end")
    foot = frame.height - BOTTOM + 20
    step = max(1, -(-ages // frame.most_months))
    for age in range(0, ages + 1, step):
        yield words(across(age, ages + 1, frame), foot, str(age), SMALL, "middle")
    yield words((LEFT + right) // 2, foot + 20, "months since it went out", SMALL, "middle")


def _curve(table: Sequence[Age], space: Scale, frame: Frame) -> Iterator[Shape]:
    places = [(LEFT, space.y(0))]
    places += [(across(one.age, len(table) + 1, frame), space.y(one.hundredths)) for one in table]
    if not table:
        yield words(LEFT + 12, space.above + 24, "Too few to draw", STRONG)
        return
    yield line(places, AVERAGE)
    yield from (dot(x, y, USUAL, 3) for x, y in places[1:])
    x, y = frame.width - frame.right + 12, places[-1][1] + 5
    yield words(x, y, "Back", STRONG)
    yield words(x, y + 16, Unit.PERCENT.short(table[-1].hundredths), WORDS)
