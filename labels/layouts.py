"""The sheets and rolls that labels are printed on, in millimetres as their makers give them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from core.errors import Invalid

A4 = (210.0, 297.0)


@dataclass(frozen=True, slots=True)
class Letters:
    """How large a label's words are, in points, and in how many lines they may run."""

    code: float
    name: float
    small: float
    telephone: float
    name_lines: int = 3
    owner_lines: int = 2
    stacked: bool = False  # the eight characters in two lines, where one would be too small


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the labels of a sheet lie. All lengths in millimetres, from the top left corner."""

    key: str
    name: str
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    across: float  # from the left edge of one label to that of the next
    down: float
    square: float  # the side of the QR with its quiet zone
    letters: Letters
    page: tuple[float, float] = A4
    pad: float = 2.0  # what stays white at the label's edges: printers drift by a millimetre
    times: int = 1  # how often a label says the same along its length, to be read from every side

    @property
    def per_sheet(self) -> int:
        """How many labels a sheet has."""
        return self.columns * self.rows

    @property
    def is_roll(self) -> bool:
        """Whether a label printer prints it, one label at a time."""
        return self.page != A4

    @property
    def part(self) -> float:
        """How wide each of the parts is in which a label says the same."""
        return self.width / self.times

    @property
    def inset(self) -> float:
        """How far the square moves in from the left, its own quiet zone being white already."""
        return max(self.pad - 2, 0)

    @property
    def column(self) -> float:
        """How wide the words beside the square may be."""
        return self.part - self.inset - self.square - self.pad

    def on_whole_sheets(self, start: int, most: int) -> int:
        """How many labels, at most so many, end with a sheet's last one."""
        return most - (start - 1 + most) % self.per_sheet

    def places(self, start: int) -> Iterator[tuple[bool, float, float]]:
        """Where each label's top left corner lies, sheet after sheet, from the first free one.

        With each comes whether it is the first on its sheet.
        """
        first = True
        for place in count(start - 1):
            row, column = divmod(place % self.per_sheet, self.columns)
            new = first or (row, column) == (0, 0)
            yield new, self.left + column * self.across, self.top + row * self.down
            first = False


LAYOUTS: dict[str, Layout] = {
    layout.key: layout
    for layout in (
        Layout(
            "a4-24", "A4, 24 labels of 70 × 37 mm",
            3, 8, 70, 37, 0, 0.5, 70, 37, 29, Letters(19, 8, 6.5, 10), pad=4,
        ),
        Layout(
            "a4-21", "A4, 21 labels of 63.5 × 38.1 mm",
            3, 7, 63.5, 38.1, 7.21, 15.15, 66.04, 38.1, 30, Letters(16, 8, 6.5, 10),
        ),
        Layout(
            "a4-24w", "A4, 24 labels of 63.5 × 33.9 mm, also weatherproof",
            3, 8, 63.5, 33.9, 7.21, 12.9, 66.04, 33.9, 27, Letters(16, 7.5, 6, 9.5),
        ),
        Layout(
            "a4-14", "A4, 14 labels of 99.1 × 38.1 mm",
            2, 7, 99.1, 38.1, 4.65, 15.15, 101.6, 38.1, 32, Letters(22, 10, 7.5, 12),
        ),
        Layout(
            "a4-40", "A4, 40 labels of 45.7 × 25.4 mm",
            4, 10, 45.7, 25.4, 9.7, 21.5, 48.3, 25.4, 22,
            Letters(11.5, 5.8, 4.8, 7, name_lines=2), pad=1.2,
        ),
        Layout(
            "a4-65", "A4, 65 labels of 38.1 × 21.2 mm",
            5, 13, 38.1, 21.2, 4.75, 10.7, 40.6, 21.2, 19,
            Letters(12, 5.5, 4.6, 6, name_lines=1, owner_lines=1, stacked=True), pad=1.1,
        ),
        Layout(
            "a4-8", "A4, 8 labels of 99.1 × 67.7 mm",
            2, 4, 99.1, 67.7, 4.65, 13.1, 101.6, 67.7, 48, Letters(24, 12, 9, 15), pad=4,
        ),
        Layout(
            "roll-50x25", "Label printer, 50 × 25 mm",
            1, 1, 50, 25, 0, 0, 50, 25, 22.5,
            Letters(13, 6.5, 5, 8, name_lines=2), page=(50, 25), pad=1.2,
        ),
        Layout(
            "roll-100x50", "Label printer, 100 × 50 mm",
            1, 1, 100, 50, 0, 0, 100, 50, 44, Letters(26, 12, 9, 15), page=(100, 50), pad=3,
        ),
        Layout(
            "roll-150x25", "Label printer, 150 × 25 mm, to wrap round a tube",
            1, 1, 150, 25, 0, 0, 150, 25, 22.5,
            Letters(13, 6.5, 5, 8, name_lines=2), page=(150, 25), pad=1.2, times=3,
        ),
        Layout(
            "roll-100x25", "Label printer, 100 × 25 mm, half of it clear to cover the print",
            1, 1, 50, 25, 0, 0, 50, 25, 22.5,
            Letters(13, 6.5, 5, 8, name_lines=2), page=(100, 25), pad=1.2,
        ),
    )
}  # fmt: skip


def layout_by_key(key: str) -> Layout:
    """The layout of this key. Raises Invalid for any other."""
    if key not in LAYOUTS:
        raise Invalid("Choose one of the sheets in the list.", field="layout")
    return LAYOUTS[key]


def check_start(start: int, layout: Layout) -> None:
    """That the sheet has such a label. Raises Invalid."""
    if not 1 <= start <= layout.per_sheet:
        raise Invalid(
            f"This sheet has labels 1 to {layout.per_sheet}. Give the first one that is free.",
            field="start",
        )
