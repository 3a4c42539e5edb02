"""The two icons of NHS Making Data Count in our own lines: a letter in a ring, words beside it."""

from dataclasses import dataclass

from reports.charts import Frame
from reports.drawing import BLUE, INK, ORANGE, PAPER, Look, Picture, Shape, dot, line
from reports.spc.rules import Assurance, Variation
from reports.spc.series import Control

FRAME = Frame(36, 36, 0, 0)
CALM = "#768692"
TOO_FEW = "Too few months to say"
_LETTERS = {Assurance.RANDOM: "?", Assurance.PASSES: "P", Assurance.FAILS: "F"}
_INKS = {
    Variation.IMPROVEMENT: BLUE,
    Variation.CONCERN: ORANGE,
    Assurance.PASSES: BLUE,
    Assurance.FAILS: ORANGE,
}
_WAVE = ((8, 21), (13, 15), (18, 21), (23, 15), (28, 20))


@dataclass(frozen=True)
class Icon:
    """A verdict in words, and its drawing where there is one."""

    words: str
    picture: Picture | None = None


def variation(control: Control) -> Icon:
    """What the last month says of change: H or L for high or low, a wave for what is usual."""
    told = control.variation
    if told is None:
        return Icon(TOO_FEW)
    if told is Variation.COMMON:
        return Icon(told.capitalize(), _drawn("", CALM))
    side = "high" if control.high else "low"
    picture = _drawn(side[0].upper(), _INKS.get(told, CALM))
    return Icon(f"{told.capitalize()} ({side})", picture)


def assurance(control: Control) -> Icon:
    """What may be expected of the target: P for passes, F for fails, ? for now and then."""
    told = control.assurance
    if told is None:
        return Icon("No target set" if control.target is None else TOO_FEW)
    return Icon(told.capitalize(), _drawn(_LETTERS[told], _INKS.get(told, CALM)))


def _drawn(letter: str, ink: str) -> Picture:
    ring = dot(18, 18, Look(ink=ink, width=4, fill=PAPER), 15)
    if not letter:
        return Picture(FRAME, (ring, line(_WAVE, Look(ink=INK, width=2))))
    bold = Look(fill=INK, bold=True)
    return Picture(FRAME, (ring, Shape("words", ((18, 24),), bold, letter, "middle", 17)))
