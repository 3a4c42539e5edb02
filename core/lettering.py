"""Text on paper, drawn as it is: nothing in it is ever read as markup.

The letters are Bitstream Vera, which comes with reportlab and is put into every PDF, so that each
machine prints the same. It has the letters of western and much of central Europe. A letter it lacks
is printed without its marks (ń as n) and, where that does not help, as a lozenge that anybody sees.
"""

import unicodedata
from functools import lru_cache
from typing import Literal

from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont

Font = Literal["Vera", "VeraBd", "Courier-Bold"]
PLAIN: Font = "Vera"
BOLD: Font = "VeraBd"
MONO: Font = "Courier-Bold"  # for the eight characters alone, which every font has

ELLIPSIS = "…"
LACKING = "◊"

_vera = TTFont(PLAIN, "Vera.ttf")
_HAS = frozenset(map(chr, _vera.face.charToGlyph)) - {"\uffff"}
registerFont(_vera)
registerFont(TTFont(BOLD, "VeraBd.ttf"))


@lru_cache(maxsize=4096)
def printable(text: str) -> str:
    """The text in letters that the font has, on one line, every other one visibly replaced."""
    return " ".join("".join(map(_in_print, unicodedata.normalize("NFC", text))).split())


def _in_print(sign: str) -> str:
    if sign in _HAS and sign != "\xad":
        return sign
    kind = unicodedata.category(sign)
    if kind in ("Mn", "Cf"):  # marks on letters, and signs that are never seen
        return ""
    if kind in ("Cc", "Zs", "Zl", "Zp"):
        return " "
    bare = "".join(s for s in unicodedata.normalize("NFKD", sign) if s in _HAS)
    return bare or LACKING


def width_of(text: str, font: Font, size: float) -> float:
    """How wide the text is, in points."""
    return float(stringWidth(text, font, size))


@lru_cache(maxsize=4096)
def fitted(
    text: str, font: Font, largest: float, smallest: float, width: float
) -> tuple[str, float]:
    """One line of the text and its size: made smaller first, then cut with an ellipsis."""
    line = printable(text)
    natural = width_of(line, font, 1)
    if natural * largest <= width:
        return line, largest
    if natural * smallest <= width:
        return line, round(width / natural - 0.005, 2)
    return _cut(line, font, smallest, width), smallest


@lru_cache(maxsize=4096)
def wrapped(text: str, font: Font, size: float, width: float, most: int) -> tuple[str, ...]:
    """The text in at most so many lines, the last cut with an ellipsis where there is more."""
    lines: list[str] = []
    rest = printable(text)
    while rest and len(lines) < most - 1:
        line = _as_much_as_fits(rest, font, size, width)
        lines.append(line)
        rest = rest[len(line) :].lstrip()
    if rest:
        lines.append(_cut(rest, font, size, width))
    return tuple(lines)


def _as_much_as_fits(text: str, font: Font, size: float, width: float) -> str:
    """Whole words where there are any that fit, else as many letters; one letter at least."""
    fits = _letters_that_fit(text, font, size, width)
    if fits >= len(text):
        return text
    at_a_word = text.rfind(" ", 0, fits + 1)
    return text[: at_a_word if at_a_word > 0 else max(fits, 1)].rstrip()


def _cut(text: str, font: Font, size: float, width: float) -> str:
    if width_of(text, font, size) <= width:
        return text
    room = width - width_of(ELLIPSIS, font, size)
    return text[: _letters_that_fit(text, font, size, room)].rstrip() + ELLIPSIS


def _letters_that_fit(text: str, font: Font, size: float, width: float) -> int:
    """How many letters from the beginning fit into the width; found by halving."""
    low, high = 0, min(len(text), 1000)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (
            (middle, high) if width_of(text[:middle], font, size) <= width else (low, middle - 1)
        )
    return low
