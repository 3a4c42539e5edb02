"""The league of teams by return rate: three groups, so that nobody is blamed for chance."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.funnel.placed import Placed, Places
from reports.funnel.rules import FAR, OUTER, Funnel, Stands
from reports.rules import Basis
from reports.units import Unit

MEASURE = "C1"  # of what went out, what is back by now: a share of the very loans it counts


@dataclass(frozen=True)
class Standing:
    """One team, and between which limits chance alone would keep a team of its size."""

    place: Placed
    low: str
    high: str


@dataclass(frozen=True)
class Division:
    """Teams of which the same is to be said, the highest rate first."""

    name: str
    sentence: str
    teams: tuple[Standing, ...]


def league(told: Places) -> list[Division]:
    """Teams above what chance explains, within it, and below; a division without any left out."""
    if told.funnel is None:
        return []
    above = [one for one in told.places if one.stands is Stands.FAR_HIGH]
    below = [one for one in told.places if one.stands is Stands.FAR_LOW]
    within = [one for one in told.places if one.stands not in FAR]
    divisions = (
        _division(
            "Above", "More comes back than chance explains: ask them how.", above, told.funnel
        ),
        _division(
            "Within chance",
            "They do not differ by more than chance explains, so the order here says nothing.",
            within,
            told.funnel,
        ),
        _division(
            "Below",
            "Less comes back than chance explains: a reason to ask, not an answer.",
            below,
            told.funnel,
        ),
    )
    return [one for one in divisions if one.teams]


def _division(name: str, sentence: str, places: Sequence[Placed], funnel: Funnel) -> Division:
    ranked = sorted(places, key=lambda one: (-one.share.rate, one.name))
    return Division(name, sentence, tuple(_standing(one, funnel) for one in ranked))


def _standing(place: Placed, funnel: Funnel) -> Standing:
    low, high = (
        Unit.PERCENT.written(round(end * 10_000))
        for end in funnel.limits(place.share.bottom, OUTER)
    )
    return Standing(place, low, high)


HEADS = ("Division", "Team", "Back", "Issued", "Share", "Lower limit", "Upper limit")


def league_rows(divisions: Sequence[Division]) -> list[tuple[object, ...]]:
    """The league as rows of a file."""
    return [
        (division.name, one.place.name, one.place.share.top, one.place.share.bottom,
         one.place.figure.written(Basis.ITEMS), one.low, one.high)
        for division in divisions
        for one in division.teams
    ]  # fmt: skip
