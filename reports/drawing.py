"""What a drawing is made of, told once: a page writes it as SVG, paper may draw the same shapes.

Nothing is told by colour alone: lines differ by dashes, points by shape, and words stand beside.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from reports.charts import Frame
from reports.units import Number

INK, GREY, FAINT, PAPER = "#212b32", "#4c6272", "#d8dde0", "#ffffff"
BLUE, ORANGE = "#005eb8", "#ed8b00"

Place = tuple[int, int]


@dataclass(frozen=True)
class Look:
    """How a shape is inked and filled."""

    ink: str = "none"
    width: int = 1
    dashes: str = ""
    fill: str = "none"
    bold: bool = False


@dataclass(frozen=True)
class Shape:
    """A line through places, an area between them, a dot, or words at one."""

    kind: Literal["line", "area", "dot", "words"]
    places: tuple[Place, ...]
    look: Look
    text: str = ""
    anchor: Literal["start", "middle", "end"] = "start"
    size: int = 0

    @property
    def x(self) -> int:
        """Where it stands, from the left."""
        return self.places[0][0]

    @property
    def y(self) -> int:
        """Where it stands, from the top."""
        return self.places[0][1]

    @property
    def corners(self) -> str:
        """Its places as SVG writes them."""
        return " ".join(f"{x},{y}" for x, y in self.places)


@dataclass(frozen=True)
class Picture:
    """Shapes in a frame, in the order they are laid upon one another."""

    frame: Frame
    shapes: tuple[Shape, ...]


WORDS, SMALL, STRONG = Look(fill=INK), Look(fill=GREY), Look(fill=INK, bold=True)
AXIS, LEVEL = Look(ink=GREY), Look(ink=FAINT)


def line(places: Sequence[Place], look: Look) -> Shape:
    """A line through places."""
    return Shape("line", tuple(places), look)


def dot(x: int, y: int, look: Look, size: int = 4) -> Shape:
    """A round point."""
    return Shape("dot", ((x, y),), look, size=size)


def diamond(x: int, y: int, look: Look, size: int = 7) -> Shape:
    """A point that stands on its corner."""
    return Shape("area", ((x, y - size), (x + size, y), (x, y + size), (x - size, y)), look)


def square(x: int, y: int, look: Look, size: int = 6) -> Shape:
    """A point with four corners."""
    left, right, top, foot = x - size, x + size, y - size, y + size
    return Shape("area", ((left, top), (right, top), (right, foot), (left, foot)), look)


def words(
    x: int,
    y: int,
    text: str,
    look: Look = WORDS,
    anchor: Literal["start", "middle", "end"] = "start",
) -> Shape:
    """Words at a place, which is the foot of their letters."""
    return Shape("words", ((x, y),), look, text, anchor)


def apart(heights: Sequence[int], gap: int, top: int, foot: int) -> list[int]:
    """Heights for labels, none nearer another than a gap, in the order given, on the drawing."""
    placed = {}
    least = top
    ranked = sorted(range(len(heights)), key=lambda one: heights[one])
    for one in ranked:
        placed[one] = least = max(heights[one], least)
        least += gap
    most = foot
    for one in reversed(ranked):
        placed[one] = most = min(placed[one], most)
        most -= gap
    return [placed[one] for one in range(len(heights))]


@dataclass(frozen=True)
class Scale:
    """From values to heights on a drawing, between two round numbers."""

    bottom: int
    top: int
    step: int
    above: int  # the height of the top
    below: int  # the height of the bottom

    def y(self, value: Number) -> int:
        """Where a value stands; the nearest edge for one beyond the drawing."""
        part = (value - self.bottom) / (self.top - self.bottom)
        return round(self.below - (self.below - self.above) * min(1, max(0, part)))

    @property
    def levels(self) -> range:
        """The round numbers between."""
        return range(self.bottom, self.top + 1, self.step)


def scale(low: int, high: int, above: int, below: int, *, most: int = 5) -> Scale:
    """A scale of at most so many steps that holds two values."""
    high = max(high, low + 1)
    for step in (size * 10**power for power in range(20) for size in (1, 2, 5)):
        bottom, top = low // step * step, -(-high // step) * step
        if (top - bottom) // step <= most:
            return Scale(bottom, top, step, above, below)
    raise AssertionError("some step is large enough")
