"""The sheets and rolls that labels are printed on, in millimetres as their makers give them."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.errors import Invalid

A4 = (210.0, 297.0)


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
    page: tuple[float, float] = A4
    pad: float = 2.0  # what stays white at the label's edges: printers drift by a millimetre

    @property
    def per_sheet(self) -> int:
        """How many labels a sheet has."""
        return self.columns * self.rows

    @property
    def stacked(self) -> bool:
        """Whether the eight characters stand in two lines because the label is narrow."""
        return self.width - self.square < 34

    def places(self, start: int) -> Iterator[tuple[bool, float, float]]:
        """Where each label's top left corner lies, sheet after sheet, from the first free one.

        With each comes whether a new sheet begins there.
        """
        place, first = start - 1, True
        while True:
            row, column = divmod(place, self.columns)
            yield first or place == 0, self.left + column * self.across, self.top + row * self.down
            first, place = False, (place + 1) % self.per_sheet


LAYOUTS: dict[str, Layout] = {
    layout.key: layout
    for layout in (
        Layout("a4-24", "A4, 24 labels of 70 × 37 mm", 3, 8, 70, 37, 0, 0.5, 70, 37, 29, pad=4),
        Layout(
            "a4-21", "A4, 21 labels of 63.5 × 38.1 mm",
            3, 7, 63.5, 38.1, 7.21, 15.15, 66.04, 38.1, 30,
        ),
        Layout(
            "a4-65", "A4, 65 labels of 38.1 × 21.2 mm",
            5, 13, 38.1, 21.2, 4.75, 10.7, 40.6, 21.2, 19, pad=1.1,
        ),
        Layout(
            "a4-8", "A4, 8 labels of 99.1 × 67.7 mm",
            2, 4, 99.1, 67.7, 4.65, 13.1, 101.6, 67.7, 48, pad=4,
        ),
        Layout(
            "roll-50x25", "Label printer, 50 × 25 mm",
            1, 1, 50, 25, 0, 0, 50, 25, 22.5, page=(50, 25), pad=1.2,
        ),
    )
}  # fmt: skip


def layout_by_key(key: str) -> Layout:
    """The layout of this key. Raises Invalid for any other."""
    if key not in LAYOUTS:
        raise Invalid("Choose one of the sheets in the list.", field="layout")
    return LAYOUTS[key]
