"""A control chart drawn: the months, their average, the limits, the target, each named in words."""

from collections.abc import Iterator
from datetime import date

from reports.charts import BOTTOM, LEFT, TOP, Frame, across, new_years
from reports.drawing import (
    AXIS,
    BLUE,
    GREY,
    INK,
    LEVEL,
    ORANGE,
    PAPER,
    SMALL,
    STRONG,
    WORDS,
    Look,
    Picture,
    Scale,
    Shape,
    apart,
    diamond,
    dot,
    line,
    scale,
    square,
    words,
)
from reports.spc.rules import Point, Variation
from reports.spc.series import Control
from reports.units import Number, Unit

LABEL_GAP = 18
MONTHS = Look(ink=GREY, width=2)
AVERAGE = Look(ink=INK, width=2)
LIMIT = Look(ink=INK, width=1, dashes="7 5")
TARGET = Look(ink=INK, width=2, dashes="2 4")
STEP = Look(ink=GREY, width=1, dashes="1 3")
USUAL = Look(ink=INK, width=1, fill=INK)
BETTER = Look(ink=INK, width=2, fill=BLUE)
WORSE = Look(ink=INK, width=2, fill=ORANGE)
OTHER = Look(ink=INK, width=2, fill=PAPER)


def picture(chart: Control, frame: Frame) -> Picture:
    """The drawing of a control chart. A month without a figure leaves a gap."""
    space = _scale(chart, frame)
    places = {month: across(at, len(chart.points), frame) for at, month in enumerate(chart.points)}
    shapes = [
        *_levels(chart.unit, space, frame),
        *_months(places, frame),
        *_steps(chart, places, space),
        *_limits(chart, places, space),
        *_line(chart, places, space),
        *_points(chart, places, space),
        *_names(chart, space, frame),
    ]
    return Picture(frame, tuple(shapes))


def _scale(chart: Control, frame: Frame) -> Scale:
    """Room for every value, the limits and the target; a share ends at nothing and at all."""
    held: list[Number] = [point.value for _, point in chart.told]
    if chart.enough:
        held += [x for _, point in chart.told for x in (point.limits.lower, point.limits.upper)]
    held += [] if chart.target is None else [chart.target]
    low, high = int(min(held, default=0)), int(max(held, default=0)) + 1
    values = [point.value for _, point in chart.told]
    if all(value >= 0 for value in values):
        low = max(low, 0)
    if chart.unit is Unit.PERCENT and all(value <= 100_00 for value in values):
        high = min(high, 100_00)
    return scale(low, high, TOP, frame.height - BOTTOM)


def _levels(unit: Unit, space: Scale, frame: Frame) -> Iterator[Shape]:
    right = frame.width - frame.right
    for level in space.levels:
        y = space.y(level)
        look = AXIS if level == space.bottom else LEVEL
        yield line([(LEFT, y), (right, y)], look)
        yield words(LEFT - 8, y + 5, unit.short(level), SMALL, "end")


def _months(places: dict[date, int], frame: Frame) -> Iterator[Shape]:
    """The months' names, as many as there is room for, and the years under them."""
    step = max(1, -(-len(places) // frame.most_months))
    named = [(x, month) for month, x in places.items()][::step]
    foot = frame.height - BOTTOM + 20
    yield from (words(x, foot, f"{month:%b}", SMALL, "middle") for x, month in named)
    for x, month in new_years(named):
        yield words(x, foot + 18, f"{month:%Y}", SMALL, "middle")


def _steps(chart: Control, places: dict[date, int], space: Scale) -> Iterator[Shape]:
    for month in sorted(chart.anew):
        yield line([(places[month], space.above), (places[month], space.below)], STEP)


def _limits(chart: Control, places: dict[date, int], space: Scale) -> Iterator[Shape]:
    """The average and the limits of each stretch, and the target across all of them."""
    for stretch in _stretches(chart):
        ends = places[stretch[0][0]], places[stretch[-1][0]]
        limits = stretch[0][1].limits
        yield _level(ends, limits.mean, AVERAGE, space)
        if chart.enough:
            for limit in (limits.lower, limits.upper):
                if space.bottom <= limit <= space.top:
                    yield _level(ends, limit, LIMIT, space)
    if chart.target is not None and places:
        yield _level((min(places.values()), max(places.values())), chart.target, TARGET, space)


def _level(ends: tuple[int, int], value: Number, look: Look, space: Scale) -> Shape:
    return line([(x, space.y(value)) for x in ends], look)


def _stretches(chart: Control) -> list[list[tuple[date, Point]]]:
    stretches: list[list[tuple[date, Point]]] = []
    for month, point in chart.told:
        if not stretches or month in chart.anew:
            stretches.append([])
        stretches[-1].append((month, point))
    return stretches


def _line(chart: Control, places: dict[date, int], space: Scale) -> Iterator[Shape]:
    """The months joined up, broken where one has no figure."""
    run: list[tuple[int, int]] = []
    for month, point in [*chart.points.items(), (date.max, None)]:
        if point:
            run.append((places[month], space.y(point.value)))
            continue
        if len(run) > 1:
            yield line(run, MONTHS)
        run = []


def _points(chart: Control, places: dict[date, int], space: Scale) -> Iterator[Shape]:
    """Round for the usual; a diamond is an improvement, a square a concern, a ring a change."""
    for month, point in chart.told:
        x, y = places[month], space.y(point.value)
        told = point.variation if chart.enough else Variation.COMMON
        if told is Variation.IMPROVEMENT:
            yield diamond(x, y, BETTER)
        elif told is Variation.CONCERN:
            yield square(x, y, WORSE)
        else:
            yield dot(x, y, OTHER if told is Variation.NEUTRAL else USUAL)


def _names(chart: Control, space: Scale, frame: Frame) -> Iterator[Shape]:
    """Each line's name and value at its end, so that no legend is needed."""
    if chart.last is None:
        yield words(LEFT + 12, space.above + 24, "No figures yet", STRONG)
        return
    limits = chart.last[1].limits
    named: list[tuple[str, Number, Look]] = [("Average", limits.mean, STRONG)]
    if chart.limits:
        named += [("Upper", limits.upper, WORDS), ("Lower", limits.lower, WORDS)]
    if chart.target is not None:
        named.append(("Target", chart.target, WORDS))
    named = [one for one in named if space.bottom <= one[1] <= space.top]
    heights = [space.y(value) + 5 for _, value, _ in named]
    placed = apart(heights, LABEL_GAP, space.above + 5, space.below + 5)
    for (name, value, look), y in zip(named, placed, strict=True):
        text = f"{name} {chart.unit.short(value)}"
        yield words(frame.width - frame.right + 12, y, text, look)
