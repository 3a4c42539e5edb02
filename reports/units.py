"""The units a measure may have, and how a figure of each is written: all in whole hundredths."""

from enum import StrEnum
from fractions import Fraction

NO_FIGURE = "–"
Number = int | Fraction
GRAMS = 10  # in a hundredth of a kilogram


class Unit(StrEnum):
    """What a figure is so many of."""

    PERCENT = "per cent"
    DAYS = "days"
    TIMES = "times"
    POUNDS = "pounds"  # what stands above the line less what stands below it
    EACH = "pounds each"
    KILOGRAMS = "kg CO2e"  # from whole grams

    @property
    def parts(self) -> int:
        """How many hundredths one whole makes: a per cent and a penny are hundredths already."""
        return 10_000 if self is Unit.PERCENT else 1 if self is Unit.EACH else 100

    @property
    def sign(self) -> str:
        """What stands behind the number in a table."""
        if self in (Unit.POUNDS, Unit.EACH):
            return ""
        return "%" if self is Unit.PERCENT else f" {self}"

    def of(self, above: int, below: int) -> int | None:
        """A figure in hundredths from what it is made of, half a one up; none of nothing."""
        if self is Unit.POUNDS:
            return above - below
        if self is Unit.KILOGRAMS:
            return (above + GRAMS // 2) // GRAMS
        return None if below == 0 else (2 * above * self.parts + below) // (2 * below)

    def written(self, hundredths: Number | None) -> str:
        """A figure with two decimals and its unit; a dash where there is none."""
        return NO_FIGURE if hundredths is None else f"{self._told(hundredths)}{self.sign}"

    def short(self, hundredths: Number) -> str:
        """A figure as a drawing has room for it: without decimals that say nothing."""
        text = self._told(hundredths).removesuffix("0").removesuffix("0").removesuffix(".")
        return f"{text}%" if self is Unit.PERCENT else text

    def _told(self, hundredths: Number) -> str:
        text = plain(hundredths)
        if self not in (Unit.POUNDS, Unit.EACH):
            return text
        return f"−£{text[1:]}" if text.startswith("−") else f"£{text}"


COUNTED_AMOUNTS = (Unit.DAYS, Unit.KILOGRAMS)  # of which each row has its own


def plain(hundredths: Number) -> str:
    """Hundredths as a number with two decimals."""
    whole = rounded(hundredths)
    return f"{'−' if whole < 0 else ''}{abs(whole) // 100:,}.{abs(whole) % 100:02d}"


def kilograms(grams: int) -> str:
    """Grams as a number of kilograms with two decimals."""
    return plain(Unit.KILOGRAMS.of(grams, 0) or 0)


def rounded(hundredths: Number) -> int:
    """Whole hundredths: half a one goes away from nothing, whatever it is given as."""
    size = int(2 * abs(Fraction(hundredths)) + 1) // 2
    return -size if hundredths < 0 else size
