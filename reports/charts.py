"""One chart, drawn as our own SVG: lines over months, each with its name at its end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

LEFT, TOP, BOTTOM = 48, 16, 50
LABEL_APART = 38  # two lines of words
STYLES = ("solid", "dashed")


@dataclass(frozen=True)
class Frame:
    """How large a drawing is, how much of it the words at the right take, how many months fit."""

    width: int
    height: int
    right: int
    most_months: int


WIDE = Frame(720, 330, 132, 13)
NARROW = Frame(400, 330, 124, 5)  # for a phone: the same letters on a smaller drawing


@dataclass(frozen=True)
class Line:
    """A named line: a value in hundredths of a per cent for every month, none where there is none.

    `label` stands at the line's end, so no legend is needed.
    """

    label: str
    values: Sequence[int | None]


@dataclass(frozen=True)
class Mark:
    """A place on the drawing, and what is written there."""

    x: int
    y: int
    text: str


@dataclass(frozen=True)
class Drawn:
    """A line as it is drawn: its style, unbroken stretches, points, and the words at its end."""

    style: str
    stretches: tuple[str, ...]
    dots: tuple[Mark, ...]
    name: tuple[str, str]  # what it is, and its last value
    label: Mark


@dataclass(frozen=True)
class Chart:
    """Everything the drawing needs: where its lines, ticks and words stand."""

    lines: tuple[Drawn, ...]
    levels: tuple[Mark, ...]
    months: tuple[Mark, ...]
    years: tuple[Mark, ...]
    frame: Frame
    left: int
    right: int


def chart(months: Sequence[date], lines: Sequence[Line], frame: Frame = WIDE) -> Chart:
    """The drawing of these lines over these months, from nought to a round number above them all.

    Raises ValueError where a line has not one value a month.
    """
    if any(len(line.values) != len(months) for line in lines):
        raise ValueError("a line has one value a month, or none for it")
    top = _round_above([value for line in lines for value in line.values if value is not None])
    places = [across(place, len(months), frame) for place in range(len(months))]
    drawn = [
        _line(
            line, STYLES[place % len(STYLES)], [*zip(places, line.values, strict=True)], top, frame
        )
        for place, line in enumerate(lines)
    ]
    step = max(1, -(-len(months) // frame.most_months))
    named = [*zip(places, months, strict=True)][::step]
    foot = frame.height - BOTTOM + 20
    return Chart(
        lines=tuple(labels_apart(drawn)),
        levels=tuple(
            Mark(LEFT, _down(level, top, frame), f"{level // 100}%") for level in _levels(top)
        ),
        months=tuple(Mark(x, foot, f"{month:%b}") for x, month in named),
        years=tuple(Mark(x, foot + 18, f"{month:%Y}") for x, month in new_years(named)),
        frame=frame,
        left=LEFT,
        right=frame.width - frame.right,
    )


def new_years(named: Sequence[tuple[int, date]]) -> list[tuple[int, date]]:
    """The months under which the year is written: the first, and the first of each year after."""
    return [
        (x, month)
        for place, (x, month) in enumerate(named)
        if place == 0 or month.year != named[place - 1][1].year
    ]


def _round_above(values: Sequence[int]) -> int:
    """100%, or as many whole fifties above it as the largest value needs."""
    return max(10_000, -(-max(values, default=0) // 5_000) * 5_000)


def _levels(top: int) -> range:
    """Where the horizontal lines stand: four or five, whatever the height."""
    step = 2_500 if top <= 10_000 else 5_000 * -(-top // 25_000)
    return range(0, top + 1, step)


def across(place: int, count: int, frame: Frame) -> int:
    """Where a month stands, by its place among so many."""
    width = frame.width - LEFT - frame.right
    return LEFT + (width // 2 if count == 1 else width * place // (count - 1))


def _down(value: int, top: int, frame: Frame) -> int:
    height = frame.height - TOP - BOTTOM
    return TOP + height - height * value // top


def _line(
    line: Line, style: str, points: Sequence[tuple[int, int | None]], top: int, frame: Frame
) -> Drawn:
    dots: list[Mark] = []
    stretches: list[list[str]] = [[]]
    for x, value in points:
        if value is None:
            stretches.append([])
            continue
        dots.append(Mark(x, _down(value, top, frame), f"{value // 100}.{value % 100:02d}%"))
        stretches[-1].append(f"{x},{dots[-1].y}")
    end = dots[-1] if dots else Mark(LEFT, TOP, "no figures")
    return Drawn(
        style=style,
        stretches=tuple(" ".join(points) for points in stretches if len(points) > 1),
        dots=tuple(dots),
        name=(line.label, end.text),
        label=Mark(frame.width - frame.right + 12, end.y, end.text),
    )


def labels_apart(lines: Sequence[Drawn]) -> list[Drawn]:
    """The same lines with their labels moved until none stands upon another."""
    apart: list[Drawn] = []
    least = TOP
    for drawn in sorted(lines, key=lambda drawn: drawn.label.y):
        y = max(drawn.label.y, least)
        apart.append(replace(drawn, label=replace(drawn.label, y=y)))
        least = y + LABEL_APART
    return apart
