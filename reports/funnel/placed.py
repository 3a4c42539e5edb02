"""A measure's places side by side: their figures, where each stands, and a sentence about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from core.db import db
from core.errors import NotFound
from equipment.models import Store
from people.models import Organisation
from reports.funnel.rules import FAR, Funnel, Share, Stands, funnel
from reports.queries import Chosen, by_place
from reports.rules import Basis, Figure, Measure, Tallies, figure
from reports.sources import is_share
from reports.suppression.kinds import PlaceKind

NAMED = {
    PlaceKind.PRACTICE: "GP practice",
    PlaceKind.EMPLOYER: "prescriber's employer",
    PlaceKind.STORE: "store",
}
MANY = {
    PlaceKind.PRACTICE: "GP practices",
    PlaceKind.EMPLOYER: "employers",
    PlaceKind.STORE: "stores",
}
MOST_NAMED = 3


@dataclass(frozen=True)
class Placed:
    """One place with its figure and where it stands."""

    name: str
    code: str  # empty for what has no place, so that there is nothing to open
    figure: Figure
    share: Share
    stands: Stands


@dataclass(frozen=True)
class Places:
    """A measure by place, those furthest out first."""

    measure: Measure
    kind: PlaceKind
    funnel: Funnel | None  # none where there is nothing to count
    places: tuple[Placed, ...]
    untold: int  # how many have no month with enough to tell of

    @property
    def far(self) -> list[Placed]:
        """Those beyond the outer limits."""
        return [one for one in self.places if one.stands in FAR]

    @property
    def sentence(self) -> str:
        """What the plot shows."""
        if self.funnel is None:
            return f"{self.measure.name}: there is nothing that may be told in this period."
        count = len(self.places)
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
    if not is_share(measure):
        raise NotFound("This measure is no share of what it counts, so places cannot be compared.")
    counts = by_place(chosen, kind)
    names = _names(kind, counts)
    shares = {who: _share(measure, tallies) for who, tallies in counts.items()}
    shares = {who: share for who, share in shares.items() if share.bottom}
    whole = funnel(list(shares.values())) if shares else None
    found = [
        Placed(
            *names.get(who, ("None recorded", "")),
            figure(measure, counts[who]),
            share,
            whole.stands(share),
        )
        for who, share in shares.items()
        if whole
    ]
    found.sort(key=lambda one: (_rank(one.stands), one.name))
    return Places(measure, kind, whole, tuple(found), len(counts) - len(shares))


def _rank(stands: Stands) -> int:
    return 0 if stands in FAR else 2 if stands is Stands.WITHIN else 1


def _share(measure: Measure, tallies: Tallies) -> Share:
    one = figure(measure, tallies)
    return Share(one.top.of(Basis.ITEMS), one.bottom.of(Basis.ITEMS))


def _names(kind: PlaceKind, counts: Mapping[int | None, Any]) -> dict[int | None, tuple[str, str]]:
    ids = [who for who in counts if who is not None]
    model: Any = Store if kind is PlaceKind.STORE else Organisation
    found = db.session.execute(select(model.id, model.name, model.code).where(model.id.in_(ids)))
    return {one.id: (one.name, one.code) for one in found}


def read_kind(text: str) -> PlaceKind:
    """What an address asks places to be told apart by; the employer where it says nothing."""
    return next((kind for kind in PlaceKind if kind == text), PlaceKind.EMPLOYER)


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
