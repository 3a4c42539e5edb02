"""What the figures count, and the very rows they count: one definition serves both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute

from core.clock import LONDON
from core.db import db
from core.money import Pence
from equipment.models import Item, Product
from equipment.rules import Group, Tracking
from funding.purse import purse_of
from loans.models import Loan, LoanShare
from people.models import Staff, Succession
from people.queries import successor_of
from reports.periods import Period
from reports.rules import Counted, Tallies, Tally
from returns.models import Return
from returns.rules import Decision


@dataclass(frozen=True)
class Chosen:
    """What the viewer asked to see, and whose loans they may be told of."""

    period: Period
    within: frozenset[int] | None  # whose loans the viewer may see; none for the whole pool
    partners: frozenset[int] | None = None  # one partner and all it succeeded
    parked: bool = False  # only loans that no rule may lay on anybody
    group: Group | None = None


@dataclass(frozen=True)
class Source:
    """Rows with a moment, and which of them each figure counts."""

    moment: InstrumentedAttribute[Any]
    counted: Mapping[Counted, ColumnElement[bool]]
    from_returns: bool = False

    def select(self, *columns: Any) -> Select[*tuple[Any, ...]]:
        """These columns of the source's rows, with their loan and product."""
        found = select(*columns).select_from(Loan).join(Product, Product.id == Loan.product_id)
        return found.join(Return, Return.loan_id == Loan.id) if self.from_returns else found


LEFT_OUT = or_(Product.single_patient, Product.special, Product.tracking == Tracking.CONSUMABLE)
_COUNTS = not_(LEFT_OUT)
SOURCES = (
    Source(
        Loan.began_at,
        {
            Counted.ISSUED: _COUNTS,
            Counted.REISSUED: and_(_COUNTS, Loan.recycled),
            Counted.LEFT_OUT: LEFT_OUT,
        },
    ),
    Source(Loan.ended_at, {Counted.RETURNED: and_(_COUNTS, not_(Loan.lost))}),
    Source(
        Return.decided_at,
        {
            Counted.DECIDED: _COUNTS,
            Counted.REUSABLE: and_(_COUNTS, Return.decision == Decision.REUSABLE),
        },
        from_returns=True,
    ),
)


def source_of(counted: Counted) -> Source:
    """The source whose rows a figure counts."""
    return next(source for source in SOURCES if counted in source.counted)


def visible(viewer: Staff, on: date) -> frozenset[int] | None:
    """Whose loans a reader of the board may be told of: none means the whole pool's.

    As with the money: without a right to every partner's, those of one's own organisation and all
    it succeeded; without an organisation, nobody's.
    """
    purse = purse_of(viewer, on)
    return None if purse.every else purse.organisation_ids


def _conditions(chosen: Chosen, moment: InstrumentedAttribute[Any]) -> list[ColumnElement[bool]]:
    """The conditions that keep what was chosen."""
    conditions = [moment >= chosen.period.begins, moment < chosen.period.ends]
    shares = select(LoanShare.loan_id).where(LoanShare.loan_id == Loan.id).correlate(Loan)
    for organisations in (chosen.within, chosen.partners):
        if organisations is not None:
            conditions.append(exists(shares.where(LoanShare.organisation_id.in_(organisations))))
    if chosen.parked:
        conditions.append(~exists(shares))
    if chosen.group is not None:
        conditions.append(Product.group == chosen.group)
    return conditions


def _tallied(chosen: Chosen, key: Callable[[Source], Any], payers: Any = None) -> dict[Any, Any]:
    """Every count and value by a key, in one statement a source; `payers` adds who pays."""
    found: dict[Any, Tallies] = {}
    for source in SOURCES:
        asked = [key(source)]
        for condition in source.counted.values():
            asked += [func.count().filter(condition), func.sum(Loan.price).filter(condition)]
        statement = source.select(*asked).where(*_conditions(chosen, source.moment))
        if payers is not None:
            statement = statement.outerjoin(payers, true())
        for name, *numbers in db.session.execute(statement.group_by(asked[0])):
            pairs = zip(numbers[::2], numbers[1::2], strict=True)
            for counted, (count, pence) in zip(source.counted, pairs, strict=True):
                found.setdefault(name, {})[counted] = Tally(count, Pence(int(pence or 0)))
    return found


def by_month(chosen: Chosen) -> dict[date, Tallies]:
    """The counts of every London month of the period, months without any included."""
    found = _tallied(
        chosen,
        lambda source: cast(
            func.date_trunc("month", func.timezone(LONDON.key, source.moment)), Date
        ),
    )
    return {month: found.get(month, {}) for month in chosen.period.months()}


def by_group(chosen: Chosen) -> dict[Group, Tallies]:
    """The counts of every product group that has any, in the order of the groups."""
    found = _tallied(chosen, lambda source: Product.group)
    return {group: found[group] for group in Group if group in found}


def by_partner(chosen: Chosen, on: date) -> dict[int | None, Tallies]:
    """The counts of every partner by organisation id, under whoever has succeeded it by a day.

    A loan that two share counts for each; loans nobody pays for stand under none.
    """
    heirs = _heirs(on)
    payer: Any = LoanShare.organisation_id
    stands = case(heirs, value=payer, else_=payer) if heirs else payer
    paying = select(stands.label("id")).where(LoanShare.loan_id == Loan.id).correlate(Loan)
    for organisations in (chosen.within, chosen.partners):
        if organisations is not None:
            paying = paying.where(payer.in_(organisations))
    payers = paying.distinct().lateral("payer")
    return _tallied(chosen, lambda source: payers.c.id, payers)


def _heirs(on: date) -> dict[int, int]:
    """Every organisation that has been succeeded by a day, and who stands there in the end."""
    gone = db.session.scalars(select(Succession.predecessor_id).where(Succession.on <= on))
    return {organisation: successor_of(organisation, on) for organisation in gone}


def rows(chosen: Chosen, counted: Counted) -> Select[*tuple[Any, ...]]:
    """The rows a figure counts, newest first: codes, product, day and value; never a name."""
    source = source_of(counted)
    return (
        source.select(
            Item.code.label("item"),
            Loan.code.label("loan"),
            Product.name.label("product"),
            Product.group.label("group"),
            source.moment.label("at"),
            Loan.price.label("pence"),
        )
        .join(Item, Item.id == Loan.item_id)
        .where(source.counted[counted], *_conditions(chosen, source.moment))
        .order_by(source.moment.desc(), Loan.id.desc())
    )


def tally(selected: Select[*tuple[Any, ...]]) -> Tally:
    """How many rows a selection has and what they are worth, from the rows themselves."""
    each = selected.order_by(None).subquery()
    count, pence = db.session.execute(select(func.count(), func.sum(each.c.pence))).one()
    return Tally(count, Pence(int(pence or 0)))
