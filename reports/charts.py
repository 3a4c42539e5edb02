"""What every chart of months keeps to: its frame, where a month stands, which are named."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

LEFT, TOP, BOTTOM = 48, 16, 50
LABEL_APART = 38  # two lines of words


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


def new_years(named: Sequence[tuple[int, date]]) -> list[tuple[int, date]]:
    """The months under which the year is written: the first, and the first of each year after."""
    return [
        (x, month)
        for place, (x, month) in enumerate(named)
        if place == 0 or month.year != named[place - 1][1].year
    ]


def across(place: int, count: int, frame: Frame) -> int:
    """Where a month stands, by its place among so many."""
    width = frame.width - LEFT - frame.right
    return LEFT + (width // 2 if count == 1 else width * place // (count - 1))


def labels_apart(lines: Sequence[Drawn]) -> list[Drawn]:
    """The same lines with their labels moved until none stands upon another."""
    apart: list[Drawn] = []
    least = TOP
    for drawn in sorted(lines, key=lambda drawn: drawn.label.y):
        y = max(drawn.label.y, least)
        apart.append(replace(drawn, label=replace(drawn.label, y=y)))
        least = y + LABEL_APART
    return apart
