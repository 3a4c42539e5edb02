"""A measure's places side by side: their figures, where each stands, and a sentence about them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from core.db import db
from core.errors import NotAllowed, NotFound
from people.models import Organisation
from people.queries import organisation_by_code
from reports.funnel.rules import FAR, FEWEST, Funnel, Share, Stands, funnel
from reports.queries import Chosen, Place, PlaceKind, by_place
from reports.rules import Basis, Figure, Measure, Tallies, figure, together
from reports.sources import proportion_source

NAMED = {PlaceKind.PRACTICE: "GP practice", PlaceKind.EMPLOYER: "prescriber's employer"}
MANY = {PlaceKind.PRACTICE: "GP practices", PlaceKind.EMPLOYER: "employers"}
MOST_NAMED = 3


@dataclass(frozen=True)
class Placed:
    """One place, or those too small to stand alone, with its figure and where it stands."""

    name: str
    code: str  # empty where there are no rows of one organisation to open
    figure: Figure
    share: Share
    stands: Stands
    alone: bool = True  # not several put together


@dataclass(frozen=True)
class Places:
    """A measure by place, those furthest out first."""

    measure: Measure
    kind: PlaceKind
    funnel: Funnel | None  # none where there is nothing to count
    places: tuple[Placed, ...]
    small: int  # how many are too small to stand alone

    @property
    def far(self) -> list[Placed]:
        """Those beyond the outer limits."""
        return [one for one in self.places if one.stands in FAR]

    @property
    def sentence(self) -> str:
        """What the plot shows."""
        if self.funnel is None:
            return f"{self.measure.name}: there is nothing to count in this period."
        count = sum(one.alone for one in self.places) + self.small
        what = MANY[self.kind] if count != 1 else NAMED[self.kind]
        if not self.far:
            return (
                f"{self.measure.name}: none of {count} {what} differs from the rest by more than"
                " chance explains."
            )
        named = [f"{one.name} ({_way(one)})" for one in self.far[:MOST_NAMED]]
        more = len(self.far) - len(named)
        told = ", ".join(named) + (f" and {more} more" if more else "")
        return (
            f"{self.measure.name}: {len(self.far)} of {count} {what}"
            f" {'differs' if len(self.far) == 1 else 'differ'} from the rest by more than chance"
            f" explains: {told}."
        )


def _way(one: Placed) -> str:
    return "high" if one.stands is Stands.FAR_HIGH else "low"


def places(measure: Measure, kind: PlaceKind, chosen: Chosen) -> Places:
    """A measure by place. Raises NotFound for one whose figure is no share of what it counts."""
    source = proportion_source(measure)
    if source is None:
        raise NotFound("This measure is no share of what it counts, so places cannot be compared.")
    counts = by_place(chosen, source, kind)
    names = _organisations(counts)
    large, small = _by_size(measure, counts)
    listed = [(*names.get(who, ("None recorded", "")), counts[who], True) for who in large]
    if small:
        name = f"{len(small)} with fewer than {FEWEST} each"
        listed.append((name, "", together(counts[who] for who in small), False))
    shares = [_share(measure, tallies) for _, _, tallies, _ in listed]
    whole = funnel(shares) if any(share.bottom for share in shares) else None
    found = [
        Placed(name, code, figure(measure, tallies), share, whole.stands(share), alone)
        for (name, code, tallies, alone), share in zip(listed, shares, strict=True)
        if whole and share.bottom
    ]
    found.sort(key=lambda one: (_rank(one.stands), one.name))
    return Places(measure, kind, whole, tuple(found), len(small))


def _rank(stands: Stands) -> int:
    return 0 if stands in FAR else 2 if stands is Stands.WITHIN else 1


def _share(measure: Measure, tallies: Tallies) -> Share:
    one = figure(measure, tallies)
    return Share(one.top.of(Basis.ITEMS), one.bottom.of(Basis.ITEMS))


def _by_size(
    measure: Measure, counts: Mapping[int | None, Tallies]
) -> tuple[list[int | None], list[int | None]]:
    """Those that stand alone, and those too small to: never one alone among these."""
    ranked = sorted(counts, key=lambda who: _share(measure, counts[who]).bottom)
    ranked = [who for who in ranked if _share(measure, counts[who]).bottom]
    small = sum(_share(measure, counts[who]).bottom < FEWEST for who in ranked)
    small = 2 if small == 1 else small
    return ranked[small:], ranked[:small]


def _organisations(counts: Mapping[int | None, Any]) -> dict[int | None, tuple[str, str]]:
    ids = [who for who in counts if who is not None]
    found = db.session.scalars(select(Organisation).where(Organisation.id.in_(ids)))
    return {one.id: (one.name, one.code) for one in found}


def read_kind(text: str) -> PlaceKind:
    """What an address asks places to be told apart by; the employer where it says nothing."""
    return next((kind for kind in PlaceKind if kind == text), PlaceKind.EMPLOYER)


def narrowed(chosen: Chosen, arguments: Any) -> Chosen:
    """What was chosen, at the one place an address names, if any. Raises NotFound."""
    for kind in PlaceKind:
        code = arguments.get(kind.value, "")
        if code:
            found = organisation_by_code(code)
            return replace(chosen, place=Place(kind, found.id, found.name))
    return chosen


def check_enough(chosen: Chosen, count: int) -> None:
    """Refuse the rows of a place so small that somebody might be told from them."""
    if chosen.place is not None and 0 < count < FEWEST:
        raise NotAllowed(
            f"There are fewer than {FEWEST} rows for {chosen.place.name} in this period, so they"
            " are not shown. Choose a longer period."
        )


PLACE_HEADS = ("Code", "Measure", "By", "Place", "Above the line", "Below the line", "Result",
               "Where it stands")  # fmt: skip


def place_rows(told: Places) -> list[tuple[Any, ...]]:
    """The plot as rows of a file."""
    about = (told.measure.code, told.measure.name, NAMED[told.kind])
    return [
        (*about, one.name, one.share.top, one.share.bottom, one.figure.written(Basis.ITEMS),
         one.stands.value)
        for one in told.places
    ]  # fmt: skip
