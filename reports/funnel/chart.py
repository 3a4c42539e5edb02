"""A funnel plot drawn: each place by its size, and the limits that narrow as places grow."""

from collections.abc import Iterator

from reports.charts import BOTTOM, LEFT, TOP, Frame
from reports.drawing import (
    AXIS,
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
    diamond,
    dot,
    line,
    scale,
    square,
    words,
)
from reports.funnel.placed import Places
from reports.funnel.rules import FAR, INNER, OUTER, Funnel, Stands
from reports.spc.chart import AVERAGE, BETTER, LABEL_GAP, LIMIT, TARGET, USUAL, WORSE
from reports.spc.rules import Better
from reports.units import Unit

STOPS = 40  # places along a limit at which it is reckoned
CALM = Look(ink=INK, width=1, fill="#ffffff")


def picture(told: Places, frame: Frame) -> Picture:
    """The drawing of a measure's places; those far out have their number in the table."""
    sizes = scale(0, max((one.share.bottom for one in told.places), default=1), 0, 0, most=6)
    shares = Scale(0, 10_000, 2_500, TOP, frame.height - BOTTOM)
    shapes = [*_axes(sizes, shares, frame)]
    if told.funnel:
        shapes += _limits(told.funnel, sizes, shares, frame)
        shapes += _places(told, sizes, shares, frame)
    return Picture(frame, tuple(shapes))


def _x(size: float, sizes: Scale, frame: Frame) -> int:
    return LEFT + round((frame.width - LEFT - frame.right) * size / sizes.top)


def _y(share: float, shares: Scale) -> int:
    return shares.y(round(share * 10_000))


def _axes(sizes: Scale, shares: Scale, frame: Frame) -> Iterator[Shape]:
    right = frame.width - frame.right
    for level in shares.levels:
        y = shares.y(level)
        yield line([(LEFT, y), (right, y)], AXIS if level == 0 else LEVEL)
        yield words(LEFT - 8, y + 5, Unit.PERCENT.short(level), SMALL, "end")
    foot = frame.height - BOTTOM + 20
    every = 2 if len(sizes.levels) > frame.most_months else 1
    for size in list(sizes.levels)[::every]:
        yield words(_x(size, sizes, frame), foot, f"{size:,}", SMALL, "middle")
    yield words((LEFT + right) // 2, foot + 20, "how many were counted", SMALL, "middle")


def _limits(funnel: Funnel, sizes: Scale, shares: Scale, frame: Frame) -> Iterator[Shape]:
    stops = sorted({max(1, round(sizes.top * (stop / STOPS) ** 2)) for stop in range(1, STOPS + 1)})
    for tail, look in ((INNER, TARGET), (OUTER, LIMIT)):
        limits = [(_x(stop, sizes, frame), funnel.limits(stop, tail)) for stop in stops]
        for side in (0, 1):
            yield line([(x, _y(ends[side], shares)) for x, ends in limits], look)
    ends = [(x, _y(funnel.share, shares)) for x in (LEFT, frame.width - frame.right)]
    yield line(ends, AVERAGE)
    yield from _names(funnel, sizes, shares, frame)


def _names(funnel: Funnel, sizes: Scale, shares: Scale, frame: Frame) -> Iterator[Shape]:
    (low, high), (least, most) = (funnel.limits(sizes.top, tail) for tail in (INNER, OUTER))
    whole = Unit.PERCENT.short(round(funnel.share * 10_000))
    named = [(most, "99.8% limit", WORDS), (high, "95% limit", WORDS)]
    named += [(funnel.share, f"All {whole}", STRONG)]
    named += [(low, "95% limit", WORDS), (least, "99.8% limit", WORDS)]
    heights = [_y(share, shares) + 5 for share, *_ in named]
    placed = apart(heights, LABEL_GAP, shares.above + 5, shares.below + 5)
    for (_, name, look), y in zip(named, placed, strict=True):
        yield words(frame.width - frame.right + 12, y, name, look)


def _places(told: Places, sizes: Scale, shares: Scale, frame: Frame) -> Iterator[Shape]:
    for number, one in enumerate(told.places, 1):
        x, y = _x(one.share.bottom, sizes, frame), _y(one.share.rate, shares)
        if one.stands not in FAR:
            yield dot(x, y, USUAL if one.stands is Stands.WITHIN else CALM)
            continue
        good = (one.stands is Stands.FAR_HIGH) == (told.measure.better is Better.HIGHER)
        yield diamond(x, y, BETTER) if good else square(x, y, WORSE)
        yield words(x + 11, y + 5, str(number), STRONG)
