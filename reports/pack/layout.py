"""The building blocks of a printed pack: words, headings, drawings and tables that flow over pages.

Words are drawn as they are (`core.lettering`): nothing in them is ever read as markup, so nothing
in a name can fetch, link or style anything.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from reportlab.lib.colors import Color
from reportlab.platypus import Flowable
from reportlab.platypus import Table as Grid

from core.lettering import BOLD, PLAIN, Font, printable, width_of, wrapped
from core.money import pounds
from funding.drawing import GREY, INK, RULE
from reports.drawing import Picture
from reports.pack import pen
from reports.pack.parts import Cell, Table, numeric, pence_of, unbroken
from reports.spc.icons import Icon
from web.filters import day

LEADING, CLOSE = 1.35, 1.2  # of a paragraph's lines, and of those in a table
MOST_LINES = 200
LETTERS, SMALL = 10, 8
LONGEST_WORD = 150  # what one column may ask for without being broken
GAP = 5  # to the left and right of what stands in a cell

TICK, CROSS = "tick", "cross"
MARKS = {
    TICK: (((0, 4), (3, 1), (9, 8)),),
    CROSS: (((1, 0), (8, 7)), ((1, 7), (8, 0))),
}


class Words(Flowable):
    """A paragraph, with or without a mark before it; it may go on on the next page."""

    def __init__(
        self,
        text: str,
        *,
        font: Font = PLAIN,
        size: float = LETTERS,
        ink: Color = INK,
        mark: str = "",
        after: float = 6,
    ) -> None:
        super().__init__()
        self.text, self.font, self.size, self.ink, self.mark = text, font, size, ink, mark
        self.indent = 14.0 if mark else 0.0
        self.after = after
        self.lines: tuple[str, ...] = ()

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """How much room it takes in a width."""
        self.lines = wrapped(self.text, self.font, self.size, width - self.indent, MOST_LINES)
        self.width, self.height = width, len(self.lines) * self.size * LEADING
        return width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        """In two where the page ends, never leaving a single line alone."""
        self.wrap(width, height)
        fits = int(height // (self.size * LEADING))
        if fits < 2 or len(self.lines) - fits < 2:
            return []
        like: dict[str, Any] = {"font": self.font, "size": self.size, "ink": self.ink}
        first = Words(" ".join(self.lines[:fits]), mark=self.mark, after=0, **like)
        rest = Words(" ".join(self.lines[fits:]), after=self.after, **like)
        rest.indent = self.indent
        return [first, rest]

    def getSpaceAfter(self) -> float:  # noqa: N802
        """The room under it."""
        return self.after

    def draw(self) -> None:
        """Write it."""
        pen_ = self.canv
        pen_.setFillColor(self.ink)
        pen_.setFont(self.font, self.size)
        y = self.height - self.size
        if self.mark:
            self._mark(y)
        for one in self.lines:
            pen_.drawString(self.indent, y, one)
            y -= self.size * LEADING

    def _mark(self, y: float) -> None:
        """A dot, a tick or a cross: the last two are drawn, as the letters have no tick."""
        if self.mark not in MARKS:
            self.canv.drawString(2, y, self.mark)
            return
        self.canv.setStrokeColor(self.ink)
        self.canv.setLineWidth(1.6)
        for line in MARKS[self.mark]:
            path = self.canv.beginPath()
            path.moveTo(line[0][0], y + line[0][1])
            for x, up in line[1:]:
                path.lineTo(x, y + up)
            self.canv.drawPath(path)


class Title(Words):
    """A heading: it stands in the outline of the document, and never alone at a page's foot."""

    def __init__(self, text: str, key: str, level: int, **look: Any) -> None:
        super().__init__(text, font=BOLD, **look)
        self.key, self.level = key, level
        self.keepWithNext = 1

    def draw(self) -> None:
        """Write it, and mark its place."""
        super().draw()
        self.canv.bookmarkPage(self.key)
        self.canv.addOutlineEntry(self.text, self.key, self.level)


class Anchor(Flowable):
    """Where a part begins, for the outline and the contents; nothing is seen of it."""

    def __init__(self, text: str, key: str) -> None:
        super().__init__()
        self.text, self.key = text, key
        self.width = self.height = 0

    def draw(self) -> None:
        """Mark the place."""
        self.canv.bookmarkPage(self.key)
        self.canv.addOutlineEntry(self.text, self.key, 0, closed=True)


class Drawn(Flowable):
    """A picture, the very one of the page, and its verdicts with their icons under it."""

    ICON = 20

    def __init__(self, picture: Picture, icons: Sequence[Icon], width: float) -> None:
        super().__init__()
        self.picture, self.icons = picture, icons
        self.width = width
        self.foot = self.ICON + 8 if icons else 0
        self.height = pen.height_of(picture, width) + self.foot

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """How much room it takes."""
        return self.width, self.height

    def getSpaceAfter(self) -> float:  # noqa: N802
        """The room under it."""
        return 8

    def draw(self) -> None:
        """Draw the picture, then icon and words, one verdict beside another."""
        pen.draw(self.canv, self.picture, 0, self.foot, self.width)
        left = 0.0
        for icon in self.icons:
            if icon.picture:
                pen.draw(self.canv, icon.picture, left, 4, self.ICON)
                left += self.ICON + 6
            self.canv.setFillColor(INK)
            self.canv.setFont(PLAIN, 9)
            self.canv.drawString(left, 10, icon.words)
            left += width_of(icon.words, PLAIN, 9) + 24


def written(cell: Cell) -> str:
    """A cell as paper says it: £1,234.50, 1,234, 3 October 2026, 62.88%."""
    match cell:
        case None:
            return "–"
        case str():
            return cell
        case int():
            return f"{cell:,}".replace("-", "−")
        case Decimal():
            return pounds(pence_of(cell))
        case date():
            return day(cell)
    return str(cell)


def grid(table: Table, width: float) -> Grid:
    """A table: its heads again on every page, figures to the right, long words wrapped."""
    table = _without_empty(table)
    texts = [[written(cell) for cell in row] for row in table.rows]
    right = [numeric(table.rows, place) for place in range(len(table.heads))]
    whole = [right[at] or unbroken(table.rows, at) for at in range(len(right))]
    widths = _widths(table.heads, texts, whole, width)
    rooms = [one - 2 * GAP for one in widths]
    fonts = [BOLD if table.total and row is texts[-1] else PLAIN for row in texts]
    rows = [_cells(row, rooms, font) for row, font in zip(texts, fonts, strict=True)]
    rows.insert(0, _cells(table.heads, rooms, BOLD))
    made = Grid(rows, colWidths=widths, repeatRows=1, hAlign="LEFT")
    made.setStyle(_style(right, total=table.total))
    return made


def _without_empty(table: Table) -> Table:
    """The table without the columns that hold nothing, where it has rows at all."""
    held = [at for at in range(len(table.heads)) if any(row[at] is not None for row in table.rows)]
    heads = tuple(table.heads[at] for at in held)
    rows = tuple(tuple(row[at] for at in held) for row in table.rows)
    return replace(table, heads=heads, rows=rows) if held else table


def _cells(texts: Sequence[str], rooms: Sequence[float], font: Font) -> list[str]:
    pairs = zip(texts, rooms, strict=True)
    return ["\n".join(wrapped(text, font, SMALL, room + 0.01, MOST_LINES)) for text, room in pairs]


def _style(right: Sequence[bool], *, total: bool) -> list[tuple[Any, ...]]:
    whole = ((0, 0), (-1, -1))
    style: list[tuple[Any, ...]] = [
        ("FONT", *whole, PLAIN, SMALL, SMALL * CLOSE),
        ("FONT", (0, 0), (-1, 0), BOLD, SMALL, SMALL * CLOSE),
        ("TEXTCOLOR", *whole, INK),
        ("VALIGN", *whole, "TOP"),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("LEFTPADDING", *whole, GAP),
        ("RIGHTPADDING", *whole, GAP),
        ("TOPPADDING", *whole, 1),
        ("BOTTOMPADDING", *whole, 2),
        ("LINEBELOW", *whole, 0.5, RULE),
        ("LINEBELOW", (0, 0), (-1, 0), 1, GREY),
    ]
    style += [("ALIGN", (at, 0), (at, -1), "RIGHT") for at, one in enumerate(right) if one]
    if total:
        style += [
            ("FONT", (0, -1), (-1, -1), BOLD, SMALL, SMALL * CLOSE),
            ("LINEABOVE", (0, -1), (-1, -1), 1, INK),
        ]
    return style


def _widths(
    heads: Sequence[str], rows: Sequence[Sequence[str]], whole: Sequence[bool], width: float
) -> list[float]:
    """Figures and months stand on one line; words share what is left, the longer the more."""
    least = [_widest(head.split()) for head in heads]
    most = [_widest([head], 9_999) for head in heads]
    for at, as_one in enumerate(whole):
        column = [row[at] for row in rows]
        most[at] = max(most[at], _widest(column, 9_999))
        least[at] = max(least[at], _widest(column if as_one else _words(column)))
    spare = width - sum(least)
    if spare <= 0:
        return [width * one / sum(least) for one in least]
    wished = [m - n for m, n in zip(most, least, strict=True)]
    if sum(wished) > spare:
        return [n + spare * wish / sum(wished) for n, wish in zip(least, wished, strict=True)]
    widths = [n + wish for n, wish in zip(least, wished, strict=True)]
    widths[whole.index(False) if False in whole else 0] += spare - sum(wished)
    return widths


def _words(column: Sequence[str]) -> list[str]:
    return [word for text in column for word in text.split()]


def _widest(texts: Sequence[str], most: float = LONGEST_WORD) -> float:
    """The room the widest of some texts asks for in a column, up to a most."""
    widest = max((width_of(printable(text), BOLD, SMALL) for text in texts), default=0.0)
    return min(widest, most) + 2 * GAP
