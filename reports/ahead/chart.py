"""Demand drawn: what came, what is expected and its range, and what came a year before."""

from collections.abc import Iterator, Mapping
from datetime import date

from core.clock import months_later
from reports.ahead.demand import Demand
from reports.charts import BOTTOM, LEFT, TOP, Frame, across, new_years
from reports.drawing import (
    AXIS,
    FAINT,
    GREY,
    INK,
    LEVEL,
    SMALL,
    STRONG,
    WORDS,
    Look,
    Picture,
    Scale,
    Shape,
    apart,
    dot,
    line,
    scale,
    words,
)

BACK = 24  # months of what came
GAP = 18
CAME = Look(ink=GREY, width=2)
EXPECTED = Look(ink=INK, width=3, dashes="8 5")
EDGE = Look(ink=INK, width=1)
HATCH = Look(ink=GREY, width=1)
BEFORE = Look(ink=INK, width=2, dashes="2 4")
INSIDE = Look(fill=FAINT)
POINT = Look(ink=INK, width=1, fill=INK)


def picture(told: Demand, frame: Frame) -> Picture:
    """The drawing of a group's demand, two years back and one ahead."""
    known = dict([*told.known.items()][-BACK:])
    months = [*known, *told.ahead]
    places = {month: across(at, len(months), frame) for at, month in enumerate(months)}
    held = [*known.values(), *(end for one in told.ahead.values() for end in (one.low, one.high))]
    space = scale(0, max(held, default=1), TOP, frame.height - BOTTOM)
    shapes = [*_axes(places, space, frame)]
    if told.ahead:
        shapes += [*_range(told, places, space), *_ahead(told, places, space)]
    shapes += _came(known, places, space)
    return Picture(frame, (*shapes, *_names(told, space, frame)))


def _axes(places: Mapping[date, int], space: Scale, frame: Frame) -> Iterator[Shape]:
    right = frame.width - frame.right
    for level in space.levels:
        y = space.y(level)
        yield line([(LEFT, y), (right, y)], AXIS if level == 0 else LEVEL)
        yield words(LEFT - 8, y + 5, f"{level:,}", SMALL, "end")
    step = max(1, -(-len(places) // frame.most_months))
    named = [(x, month) for month, x in places.items()][::step]
    foot = frame.height - BOTTOM + 20
    yield from (words(x, foot, f"{month:%b}", SMALL, "middle") for x, month in named)
    yield from (
        words(x, foot + 18, f"{month:%Y}", SMALL, "middle") for x, month in new_years(named)
    )


def _range(told: Demand, places: Mapping[date, int], space: Scale) -> Iterator[Shape]:
    """The range as an area with upright hatching, so that a copy in black and white has it too."""
    ends = [(places[month], one.low, one.high) for month, one in told.ahead.items()]
    lower = [(x, space.y(low)) for x, low, _ in ends]
    upper = [(x, space.y(high)) for x, _, high in ends]
    yield Shape("area", (*lower, *reversed(upper)), INSIDE)
    for foot, head in zip(lower, upper, strict=True):
        yield line([foot, head], HATCH)
    yield line(lower, EDGE)
    yield line(upper, EDGE)


def _ahead(told: Demand, places: Mapping[date, int], space: Scale) -> Iterator[Shape]:
    """What is expected, dashed, and what the same months had a year before, dotted."""
    before = [
        (places[month], space.y(told.known[months_later(month, -12)]))
        for month in told.ahead
        if months_later(month, -12) in told.known
    ]
    if len(before) > 1:
        yield line(before, BEFORE)
    yield line([(places[m], space.y(one.expected)) for m, one in told.ahead.items()], EXPECTED)


def _came(known: Mapping[date, int], places: Mapping[date, int], space: Scale) -> Iterator[Shape]:
    points = [(places[month], space.y(count)) for month, count in known.items()]
    if len(points) > 1:
        yield line(points, CAME)
    yield from (dot(x, y, POINT, 3) for x, y in points)


def _names(told: Demand, space: Scale, frame: Frame) -> Iterator[Shape]:
    """The name of each line at its end, so that no legend is needed."""
    if not told.ahead:
        yield words(LEFT + 12, space.above + 24, "Too few months to say", STRONG)
        return
    last, one = [*told.ahead.items()][-1]
    named = [
        (one.high, f"To {one.high:,}", WORDS),
        (one.expected, f"Expected {one.expected:,}", STRONG),
    ]
    named.append((one.low, f"From {one.low:,}", WORDS))
    before = told.known.get(months_later(last, -12))
    if before is not None:
        named.append((before, f"Year before {before:,}", WORDS))
    heights = [space.y(value) + 5 for value, _, _ in named]
    placed = apart(heights, GAP, space.above + 5, space.below + 5)
    for (_, name, look), y in zip(named, placed, strict=True):
        yield words(frame.width - frame.right + 12, y, name, look)
