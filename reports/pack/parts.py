"""What a pack is made of, told once: paper, spreadsheet and files write the very same cells."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from core.money import Pence
from reports.drawing import Picture
from reports.spc.icons import Icon
from reports.units import Number, Unit


@dataclass(frozen=True)
class Rate:
    """A figure in hundredths of its unit, or none where there is nothing to divide by.

    Days, times and kilograms are named by the table, so that a column is of numbers alone.
    """

    hundredths: Number | None
    unit: Unit

    def __str__(self) -> str:
        written = self.unit.written(self.hundredths)
        return written if self.unit is Unit.PERCENT else written.removesuffix(self.unit.sign)


@dataclass(frozen=True)
class Month:
    """A month in a table."""

    first: date

    def __str__(self) -> str:
        return f"{self.first:%b %Y}"


Cell = str | int | Decimal | date | datetime | Rate | Month | None  # a decimal is pounds
Cells = tuple[Cell, ...]


@dataclass(frozen=True)
class Said:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Listed:
    """Sentences one under another, each behind a point."""

    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Heading:
    """What a part's next blocks are about; some begin a page of their own."""

    text: str
    fresh: bool = False


@dataclass(frozen=True)
class Chart:
    """A drawing, and the verdicts on it, each an icon with its words."""

    picture: Picture
    icons: tuple[Icon, ...] = ()


@dataclass(frozen=True)
class Check:
    """A promise that was computed: a tick, or a cross that names what is wrong."""

    good: str
    bad: str
    faults: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


@dataclass(frozen=True)
class Table:
    """A table. Those of one `sheet` share it in a spreadsheet, the table's name before each row."""

    name: str
    heads: tuple[str, ...]
    rows: tuple[Cells, ...]
    sheet: str  # what a spreadsheet calls it
    total: bool = False  # whether the last row sums the others up
    of: str = ""  # the head over the tables' names, where several share a sheet


Block = Said | Listed | Heading | Chart | Check | Table


@dataclass(frozen=True)
class Part:
    """A part of the pack, which begins a page and has its line in the contents."""

    name: str
    blocks: tuple[Block, ...]

    @property
    def tables(self) -> Iterator[Table]:
        """The part's tables."""
        return (block for block in self.blocks if isinstance(block, Table))

    @property
    def sentences(self) -> Iterator[str]:
        """Everything the part says outside its tables, in order."""
        for block in self.blocks:
            if isinstance(block, Said | Heading):
                yield block.text
            elif isinstance(block, Listed):
                yield from block.sentences
            elif isinstance(block, Check):
                yield from _checked(block)


@dataclass(frozen=True)
class Pack:
    """A month's pack: what stands on its cover, and its parts."""

    fund: str
    month: date
    about: str  # the month, and what the figures are narrowed to, as a heading says it
    parts: tuple[Part, ...]
    figures: Table | None = None  # every one of them, for the files alone
    meeting: str = ""  # for which meeting it is, in words

    @property
    def title(self) -> str:
        """What the pack is called."""
        return f"Board pack, {self.about}"

    @property
    def narrowed(self) -> str:
        """Which partner and product group the figures are of; nothing for all of them."""
        return self.about.removeprefix(f"{self.month:%B %Y}").removeprefix(", ")

    @cached_property
    def sign(self) -> str:
        """Eight letters that are the same for the same figures, and differ where one does."""
        told = repr((self.fund, self.about, self.parts, self.figures, self.meeting))
        made = hashlib.sha256(told.encode()).hexdigest()[:8].upper()
        return f"{made[:4]} {made[4:]}"


def _checked(check: Check) -> Iterator[str]:
    if check.holds:
        yield f"Holds: {check.good}"
        return
    yield f"Does not hold: {check.bad}"
    yield from check.faults


def pounds_of(pence: int) -> Decimal:
    """Pence as a cell that is money."""
    return Decimal(pence).scaleb(-2)


def pence_of(cell: Decimal) -> Pence:
    """The whole pence of a cell that is money."""
    return Pence(int(cell.scaleb(2)))


def is_number(cell: Cell) -> bool:
    """Whether a cell is set to the right of its column."""
    return isinstance(cell, int | Decimal | Rate)


def numeric(rows: Sequence[Cells], place: int) -> bool:
    """Whether a column holds numbers."""
    return any(is_number(row[place]) for row in rows)


def unbroken(rows: Sequence[Cells], place: int) -> bool:
    """Whether a column holds months or days, which are read as one."""
    return any(isinstance(row[place], Month | date) for row in rows)
