"""What the bulk stands on, made by the real actions: partners, practices, products, staff."""

from dataclasses import dataclass
from datetime import date, datetime

import equipment.actions
import funding.actions
from core.clock import financial_year, months_later
from core.db import db
from core.money import Pence
from equipment.models import Place, Product
from equipment.rules import CareClass, Cleaning, Group, Side, Tracking
from funding.models import Account, Fund
from funding.rules import AccountKind, Basis, EntryKind, RulePart, StockModel
from people.models import Organisation, PostcodeArea, PracticeMembership, Staff
from people.rules import Kind, Role
from tests import builders

BODIES, COUNCILS, PRACTICES = 7, 2, 140
YEARLY = Pence(27_500_000_00)
# A loan brings in £91.65 in all, so that 300,000 of them come to £27.5m; whole pence at 60 to 40.
CHARGED = {EntryKind.DELIVERY: Pence(51_65), EntryKind.COLLECTION: Pence(40_00)}
_RANGE = {
    Group.BEDS: (2, 420_00),
    Group.PRESSURE: (4, 180_00),
    Group.HOISTS: (2, 350_00),
    Group.BATHING: (5, 60_00),
    Group.TOILETING: (7, 45_00),
    Group.SEATING: (4, 120_00),
    Group.WALKING: (9, 30_00),
    Group.DAILY_LIVING: (3, 25_00),
    Group.RAMPS: (2, 90_00),
    Group.BARIATRIC: (1, 650_00),
}  # how many products, and what the first costs


@dataclass(frozen=True)
class Frame:
    """The numbers of what the bulk's rows point at."""

    fund: int
    products: list[int]
    bodies: list[int]
    councils: list[int]
    practices: list[int]  # the place of one, modulo the bodies, is that of its body
    body_accounts: list[int]
    council_accounts: list[int]
    pool: int
    rule: int
    prescriber: int
    worker: int
    clean: int
    dirty: int
    store: int
    consumable: int
    board: str  # the session of somebody who sees every figure
    closers: tuple[int, int]


def a_frame(first: date, last: date, at: datetime) -> Frame:
    """A fund with nine partners since before the first day, and all that a loan points at."""
    host = builders.an_organisation(name="Made-up host", kind=Kind.ICB)
    ada = builders.a_member_of_staff(Role.ADMINISTRATOR, organisation=host)
    fund = funding.actions.add_fund(
        name="Made in bulk", host=host, stock_model=StockModel.RETAINED, by=ada, at=at
    )
    for kind, pence in CHARGED.items():
        funding.actions.set_activity_price(
            fund, kind, pence, from_on=builders.SPRING, by=ada, at=at
        )
    bodies = [_partner(fund, Kind.ICB, ada, at) for _ in range(BODIES)]
    councils = [_partner(fund, Kind.COUNCIL, ada, at) for _ in range(COUNCILS)]
    _budgets(fund, [*bodies, *councils], first, last, ada, at)
    parts = RulePart(Basis.PRACTICE, 60), RulePart(Basis.ADDRESS, 40)
    rule = builders.a_rule(fund, parts=parts, by=ada)
    db.session.add(PostcodeArea(prefix="NG1", council=councils[0]))
    depot = builders.a_depot(by=ada)
    loose = _products(ada, at, {Group.DAILY_LIVING: (1, 2_00)}, tracking=Tracking.CONSUMABLE)
    worker = builders.a_member_of_staff(Role.WAREHOUSE, organisation=host)
    board = builders.a_member_of_staff(Role.BOARD, organisation=bodies[0])
    finance = builders.a_member_of_staff(Role.FINANCE, organisation=host)
    accounts = {row.organisation_id or row.kind: row.id for row in db.session.query(Account)}
    return Frame(
        fund=fund.id,
        products=[one.id for one in _products(ada, at, _RANGE)],
        bodies=[one.id for one in bodies],
        councils=[one.id for one in councils],
        practices=_practices(bodies),
        body_accounts=[accounts[one.id] for one in bodies],
        council_accounts=[accounts[one.id] for one in councils],
        pool=accounts[AccountKind.POOL],
        rule=rule.id,
        prescriber=builders.a_member_of_staff(Role.PRESCRIBER, organisation=bodies[0]).id,
        worker=worker.id,
        clean=_place(depot.id, Side.CLEAN),
        dirty=_place(depot.id, Side.DIRTY),
        store=depot.id,
        consumable=loose[0].id,
        board=board.get_id(),
        closers=(ada.id, finance.id),
    )


def _partner(fund: Fund, kind: Kind, by: Staff, at: datetime) -> Organisation:
    made: Organisation = builders.a_partner(
        fund, organisation=builders.an_organisation(kind=kind), by=by
    ).organisation
    return made


def _budgets(
    fund: Fund, partners: list[Organisation], first: date, last: date, by: Staff, at: datetime
) -> None:
    """An equal part of the yearly sum for each partner, every year from the first to the last."""
    year = financial_year(first)[0]
    while year <= last:
        for one in partners:
            funding.actions.set_budget(
                fund, one, Pence(YEARLY // len(partners)), year_from=year, by=by, at=at
            )
        year = months_later(year, 12)


def _practices(bodies: list[Organisation]) -> list[int]:
    made = []
    for number in range(PRACTICES):
        practice = builders.an_organisation(kind=Kind.PRACTICE)
        body = bodies[number % len(bodies)]
        db.session.add(PracticeMembership(practice=practice, body=body, from_on=builders.SPRING))
        made.append(practice.id)
    db.session.flush()
    return made


def _products(
    by: Staff,
    at: datetime,
    of: dict[Group, tuple[int, int]],
    tracking: Tracking = Tracking.LABELLED,
) -> list[Product]:
    """So many products of each group, the last of them bought for one client only."""
    made = []
    for group, (count, pence) in of.items():
        for number in range(count):
            made.append(
                equipment.actions.add_product(
                    name=f"{group.value} {tracking.value} {number + 1}",
                    group=group,
                    tracking=tracking,
                    care_class=CareClass.JOINT,
                    cleaning=None if tracking is Tracking.CONSUMABLE else Cleaning.WIPE,
                    special=group is Group.BARIATRIC,
                    price=Pence(pence + number * 5_00),
                    from_on=builders.SPRING,
                    by=by,
                    at=at,
                )
            )
    return made


def _place(store: int, side: Side) -> int:
    found = db.session.query(Place).filter_by(store_id=store, side=side).first()
    assert found is not None, "a depot has both sides"
    return found.id
