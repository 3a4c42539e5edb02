"""What the figures count, and the very rows they count: one definition serves both."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Select, case, exists, func, literal, null, select, true

from core.db import db
from core.errors import NotAllowed
from core.money import Pence
from equipment.rules import Group
from funding.purse import purse_of
from loans.models import LoanShare, Order
from loans.rules import Speed
from people.models import Staff, Succession
from people.queries import successor_of
from reports.counts import by_key, by_london_month, by_month_and_key
from reports.periods import Period
from reports.rules import OF_SPEED, Counted, Tallies, Tally, together
from reports.sources import (
    AMOUNTS,
    GRAMS,
    SOURCES,
    Condition,
    Source,
    london_month,
    source_of,
    with_orders,
)
from reports.suppression.kinds import Place, PlaceKind
from reports.suppression.places import places_of
from reports.suppression.rules import Seen, told


@dataclass(frozen=True)
class Chosen:
    """What the viewer asked to see, and whose loans they may be told of."""

    period: Period
    within: frozenset[int] | None  # whose loans the viewer may see; none for the whole pool
    partners: frozenset[int] | None = None  # one partner and all it succeeded
    parked: bool = False  # only loans that no rule may lay on anybody
    group: Group | None = None
    place: Place | None = None


def visible(viewer: Staff, on: date) -> frozenset[int] | None:
    """Whose loans a reader of the board may be told of: none means the whole pool's.

    As with the money: without a right to every partner's, those of one's own organisation and all
    it succeeded; without an organisation, nobody's.
    """
    purse = purse_of(viewer, on)
    return None if purse.every else purse.organisation_ids


def conditions(chosen: Chosen, source: Source) -> list[Condition]:
    """The conditions that keep what was chosen. Raises NotAllowed for one team or such place."""
    if chosen.place is not None:
        raise NotAllowed(
            f"What is counted at {chosen.place.name} is told by month and not row by row, so that"
            " nobody can be recognised by it."
        )
    moment = source.moment
    conditions = [moment >= chosen.period.begins, moment < chosen.period.ends]
    shares = select(LoanShare.loan_id).where(source.paid).correlate(source.owner)
    for organisations in (chosen.within, chosen.partners):
        if organisations is not None:
            conditions.append(exists(shares.where(LoanShare.organisation_id.in_(organisations))))
    if chosen.parked:
        conditions.append(~exists(shares))
    if chosen.group is not None:
        conditions.append(source.of_group(chosen.group))
    return conditions


def _numbers(source: Source, counted: Counted) -> list[Any]:
    """The count, the value and the days or grams of the rows a figure counts."""
    condition = source.counted[counted]
    amount = source.amounts.get(counted)
    return [
        func.count().filter(condition),
        func.sum(source.worth).filter(condition),
        literal(0) if amount is None else func.sum(amount.of).filter(condition),
    ]


def _tallied(
    chosen: Chosen,
    sources: Iterable[Source],
    key: Callable[[Source], Any],
    payers: Callable[[Source], Any] | None = None,
) -> dict[Any, Tallies]:
    """Every number by a key, in one statement a source; `payers` adds who pays.

    Nothing of one team, practice or store: it is told by month alone.
    """
    found: dict[Any, Tallies] = {}
    if chosen.place is not None:
        return found
    for source in sources:
        whose = payers(source) if payers else None
        by = key(source) if whose is None else whose.c.id
        counts = by_key(source, by, conditions(chosen, source), whose)
        for name, tallies in counts.items():
            found.setdefault(name, {}).update(tallies)
    return found


def _read(source: Source, numbers: Sequence[Any]) -> Tallies:
    """The count, the value and the days or grams of each figure of a source, as asked for."""
    threes = zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True)
    return {
        counted: Tally(count, Pence(int(pence or 0)), int(amount or 0))
        for counted, (count, pence, amount) in zip(source.counted, threes, strict=True)
    }


def by_month(chosen: Chosen, sources: Iterable[Source] = SOURCES) -> dict[date, Tallies]:
    """The counts of every London month of the period, months without any included.

    Of one team, practice or store only what may be told: a month with too few has none.
    """
    found: dict[date, Tallies] = {month: {} for month in chosen.period.months()}
    if chosen.place is not None:
        places = _told_of_places(chosen, chosen.place.kind)
        return {month: places.get(month, {}).get(chosen.place.id, {}) for month in found}
    for source in sources:
        counts = by_london_month(source, chosen.period, _where(chosen, source))
        for month, tallies in counts.items():
            found[month].update(tallies)
    return found


def _where(chosen: Chosen, source: Source) -> Callable[[Period], list[Condition]]:
    """The conditions for any other period."""
    return lambda period: conditions(replace(chosen, period=period), source)


def by_group(chosen: Chosen, sources: Iterable[Source] = SOURCES) -> dict[Group, Tallies]:
    """The counts of every product group that has any, in the order of the groups.

    A source whose rows may be of several groups is left out.
    """
    single = [source for source in sources if source.group is not None]
    found = _tallied(chosen, single, lambda source: source.group)
    return {group: found[group] for group in Group if group in found}


def by_speed(chosen: Chosen) -> dict[Speed, Tallies]:
    """What was delivered by the speed it was ordered with, the fastest first; of no one place."""
    if chosen.place is not None:
        return {}
    source = replace(source_of(Counted.PROMISED), joined=with_orders)
    source = replace(source, counted={one: source.counted[one] for one in OF_SPEED})
    months = by_month_and_key(source, chosen.period, _where(chosen, source), Order.speed)
    found: dict[Speed, Tallies] = {}
    for tallies in months.values():
        for (speed,), of_month in tallies.items():
            found[speed] = together([found.get(speed, {}), of_month])
    return {speed: found[speed] for speed in Speed if speed in found}


def by_place(chosen: Chosen, kind: PlaceKind) -> dict[int | None, Tallies]:
    """What may be told of every place of a kind, by its id; under none where none is known."""
    whole: dict[int | None, Tallies] = {}
    for cells in _told_of_places(chosen, kind).values():
        for place, tallies in cells.items():
            whole[place] = together([whole.get(place, {}), tallies])
    return whole


def _told_of_places(chosen: Chosen, kind: PlaceKind) -> dict[date, dict[int | None, Tallies]]:
    """What may be told of every place in every month.

    Always from every source, so that no page hides what another tells; of every place, whichever
    was asked for, so that what is hidden stays hidden.
    """
    every = replace(chosen, place=None)
    found: dict[date, dict[int | None, dict[Counted, Seen]]] = {}
    for source in SOURCES:
        places = places_of(source, kind)
        if places is None:
            continue
        asked = [london_month(source.moment), places.c.id]
        for counted, condition in source.counted.items():
            asked += _numbers(source, counted)
            asked.append(func.count(source.owner.client_id.distinct()).filter(condition))
        statement = source.select(*asked).outerjoin(places, true())
        statement = statement.where(*conditions(every, source)).group_by(asked[0], asked[1])
        for month, place, *numbers in db.session.execute(statement):
            people = numbers[3::4]
            del numbers[3::4]
            tallies = _read(source, numbers)
            seen = map(Seen, tallies.values(), people)
            cell = found.setdefault(month, {}).setdefault(place, {})
            cell.update(zip(tallies, seen, strict=True))
    return {month: told(cells, f"{month:%Y-%m}") for month, cells in found.items()}


def by_partner(
    chosen: Chosen, on: date, sources: Iterable[Source] = SOURCES
) -> dict[int | None, Tallies]:
    """The counts of every partner by organisation id, under whoever has succeeded it by a day.

    A loan that two share counts for each; loans nobody pays for stand under none.
    """
    stands = standing(LoanShare.organisation_id, on)

    def payers(source: Source) -> Any:
        paying = select(stands.label("id")).where(source.paid).correlate(source.owner)
        for organisations in (chosen.within, chosen.partners):
            if organisations is not None:
                paying = paying.where(LoanShare.organisation_id.in_(organisations))
        return paying.distinct().lateral("payer")

    return _tallied(chosen, sources, lambda source: None, payers)


def standing(organisation_id: Any, on: date) -> Any:
    """Who stands where the organisation of a column stood, on a day."""
    heirs = _heirs(on)
    return case(heirs, value=organisation_id, else_=organisation_id) if heirs else organisation_id


def _heirs(on: date) -> dict[int, int]:
    """Every organisation that has been succeeded by a day, and who stands there in the end."""
    gone = db.session.scalars(select(Succession.predecessor_id).where(Succession.on <= on))
    return {organisation: successor_of(organisation, on) for organisation in gone}


def rows(chosen: Chosen, counted: Counted, *, weighed: bool = True) -> Select[Any]:
    """The rows a figure counts, newest first: codes, product, day and value; never a name.

    Where the weight is not the matter, not `weighed`: what each row spared is left out.
    """
    source = source_of(counted)
    amount = source.amounts.get(counted)
    if amount is not None and amount.name == GRAMS and not weighed:
        amount = None
    amounts = [amount.of.label(amount.name)] if amount else []
    worth = [] if source.group is None else [source.worth.label("pence")]
    return (
        source.select(*source.shown, source.moment.label("at"), *amounts, *worth)
        .where(source.counted[counted], *conditions(chosen, source))
        .order_by(source.moment.desc(), source.unique.desc())
    )


def months_told(chosen: Chosen, counted: Counted) -> list[tuple[str, int, Pence, int]]:
    """The months in which a figure is told of one team, practice or store, the newest first."""
    found = [
        (f"{month:%B %Y}", tallies[counted])
        for month, tallies in by_month(chosen).items()
        if counted in tallies and tallies[counted].count
    ]
    return [(month, one.count, one.pence, one.amount) for month, one in reversed(found)]


def tally(selected: Select[Any]) -> Tally:
    """How many rows a selection has, what they are worth and took, from the rows themselves."""
    each = selected.order_by(None).subquery()
    summed = [each.c[name] for name in AMOUNTS if name in each.c]
    pence = func.sum(each.c.pence) if "pence" in each.c else null()
    amount = func.sum(summed[0]) if summed else null()
    asked = select(func.count(), pence, amount).select_from(each)
    count, pence, amount = db.session.execute(asked).one()
    return Tally(count, Pence(int(pence or 0)), int(amount or 0))
