"""The units a measure may have, and how a figure of each is written: all in whole hundredths."""

from enum import StrEnum
from fractions import Fraction

NO_FIGURE = "–"
Number = int | Fraction


class Unit(StrEnum):
    """What a figure is so many of."""

    PERCENT = "per cent"
    DAYS = "days"
    TIMES = "times"

    @property
    def parts(self) -> int:
        """How many hundredths one whole makes: a per cent is a hundredth already."""
        return 10_000 if self is Unit.PERCENT else 100

    @property
    def sign(self) -> str:
        """What stands behind the number in a table."""
        return "%" if self is Unit.PERCENT else f" {self}"

    def of(self, above: int, below: int) -> int | None:
        """A figure in hundredths from what it is made of, half a one up; none of nothing."""
        return None if below == 0 else (2 * above * self.parts + below) // (2 * below)

    def written(self, hundredths: Number | None) -> str:
        """A figure with two decimals and its unit; a dash where there is none."""
        return NO_FIGURE if hundredths is None else f"{plain(hundredths)}{self.sign}"

    def short(self, hundredths: Number) -> str:
        """A figure as a drawing has room for it: without decimals that say nothing."""
        text = plain(hundredths).removesuffix("0").removesuffix("0").removesuffix(".")
        return f"{text}%" if self is Unit.PERCENT else text


def plain(hundredths: Number) -> str:
    """Hundredths as a number with two decimals."""
    whole = (
        int(2 * abs(Fraction(hundredths)) + 1) // 2
    )  # half a hundredth goes up, whatever it is given as
    return f"{'−' if hundredths < 0 and whole else ''}{whole // 100:,}.{whole % 100:02d}"
