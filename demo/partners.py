"""Who stands behind the pool: organisations, staff, the fund, its rules and budgets, the merger."""

from datetime import date, datetime

from core.clock import financial_year
from core.money import Pence, share_of, split
from demo.agreements import agree_year, draft_next_year, employ_treasurers
from demo.boardroom import seat_members
from demo.people import BODIES, COUNCILS, MERGED, MERGING, name, sectors
from demo.setting import Setting
from demo.sign_ins import HOST, OTHERS, PASSWORD, PROVIDER, SIGN_INS
from funding.actions import (
    add_fund,
    add_partner,
    add_rule,
    end_partner,
    set_activity_price,
)
from funding.rules import Basis, EntryKind, RulePart, StockModel
from loans.rules import Speed
from people.actions import (
    add_organisation,
    add_staff,
    join_practice,
    pass_on,
    place_postcodes,
    succeed,
)
from people.models import Organisation, Staff
from people.rules import Kind, Role

LONG_AGO = date(2013, 4, 1)
DELIVERY_PRICES = {
    Speed.FOUR_HOURS: Pence(65_00),
    Speed.SAME_DAY: Pence(48_00),
    Speed.NEXT_DAY: Pence(32_50),
    Speed.THREE_DAYS: Pence(24_75),
    Speed.FIVE_DAYS: Pence(21_30),
    Speed.SEVEN_DAYS: Pence(19_15),
    Speed.SPECIAL: Pence(38_00),
}
ACTIVITY_PRICES = {
    EntryKind.COLLECTION: Pence(21_45),
    EntryKind.CLEANING: Pence(8_40),
    EntryKind.REPAIR: Pence(26_15),
    EntryKind.TEST: Pence(12_30),
}
YEARLY_BUDGET = Pence(183_049_00)


def found_organisations(setting: Setting, at: datetime) -> None:
    """Commissioners, councils, practices, the provider, and a neighbour outside the pool."""
    made = setting.organisations

    def organisation(code: str, title: str, kind: Kind, opened: date = LONG_AGO) -> Organisation:
        council = kind is Kind.COUNCIL
        made[code] = add_organisation(
            name=title, kind=kind, opened_on=opened, ods_code=None if council else code,
            gss_code=code if council else None, by=None, at=at,
        )  # fmt: skip
        return made[code]

    organisation(PROVIDER, "Made-up Equipment Provider", Kind.PROVIDER)
    for code, title in COUNCILS.items():
        organisation(code, title, Kind.COUNCIL)
    for number, body in enumerate(BODIES):
        organisation(body.code, body.name, Kind.CCG)
        for index in range(body.practices):
            title = f"{_SURGERIES[(number * 7 + index) % len(_SURGERIES)]} Surgery"
            code = f"Z{number + 1}{index + 1:04d}"
            practice = organisation(code, title, Kind.PRACTICE)
            join_practice(practice, made[body.code], from_on=LONG_AGO, by=None, at=at)
            setting.practices[body.code, index] = practice
        areas = {sector: made[council] for sector, council in sectors(body).items()}
        place_postcodes(areas, by=None, at=at)
    organisation("15M99", "NHS Made-up Neighbour ICB", Kind.ICB)
    organisation("E10999999", "Made-up Neighbour County Council", Kind.COUNCIL)
    far = organisation("Z90001", "Over the Border Surgery", Kind.PRACTICE)
    join_practice(far, made["15M99"], from_on=LONG_AGO, by=None, at=at)
    setting.practices["15M99", 0] = far
    place_postcodes({"DE55": made["E10999999"]}, by=None, at=at)


_SURGERIES = (
    "Abbey Ashfield Bridge Brook Castle Chapel Church Civic Corner Cross Dale Elm Field Forest "
    "Friary Grange Green Grove Hawthorn Hill Ivy Kiln Lace Lime Maple Market Meadow Mill Oak "
    "Orchard Park Poplar Priory Riverside Rowan Station Trent Valley Village Willow Windmill"
).split()


def employ_staff(setting: Setting, at: datetime) -> None:
    """About forty accounts."""
    first = next(one for one in SIGN_INS if one.role is Role.ADMINISTRATOR)
    everybody = [(first.role, first.name, first.email, first.employer, first.limit)]
    everybody += [
        (one.role, one.name, one.email, one.employer, one.limit)
        for one in SIGN_INS
        if one is not first
    ]
    taken = {one[1] for one in everybody}
    for role, employer, limit in OTHERS:
        full = " ".join(name(setting.chance))
        while full in taken:
            full = " ".join(name(setting.chance))
        taken.add(full)
        email = f"{full.lower().replace(' ', '.')}@example.test"
        everybody.append((role, full, email, employer, limit))
    by: Staff | None = None
    for role, full, email, employer, limit in everybody:
        staff = add_staff(
            name=full, email=email, password=PASSWORD, role=role,
            organisation=setting.organisations[employer], order_limit=limit, by=by, at=at,
        )  # fmt: skip
        by = by or staff
        setting.staff[role].append(staff)


def agree_fund(setting: Setting, at: datetime) -> None:
    """The fund, its partners, rules, prices and budgets."""
    by, orgs, on = setting.boss, setting.organisations, setting.starts
    fund = add_fund(
        name="Integrated Community Equipment Loan Service", host=orgs[HOST],
        stock_model=StockModel.CREDIT, by=by, at=at,
    )  # fmt: skip
    setting.fund = fund
    for code in (*COUNCILS, *(body.code for body in BODIES)):
        setting.partners[code] = add_partner(fund, orgs[code], from_on=LONG_AGO, by=by, at=at)
    practice, address = RulePart(Basis.PRACTICE, 1), RulePart(Basis.ADDRESS, 1)
    joint = (RulePart(Basis.PRACTICE, 60), RulePart(Basis.ADDRESS, 40))
    for position, (title, care, parts) in enumerate(
        (
            ("Health equipment: the client's NHS body", "health", (practice,)),
            ("Social care equipment: the client's council", "social care", (address,)),
            ("Joint equipment: 60 % NHS, 40 % council", "joint", joint),
            ("Storage: everybody by usage", None, (RulePart(Basis.USAGE, 1),)),
        ),
        start=1,
    ):
        add_rule(
            fund, position=position, name=title, parts=parts, care_class=care,
            from_on=LONG_AGO, by=by, at=at,
        )  # fmt: skip
    for speed, pence in DELIVERY_PRICES.items():
        set_activity_price(
            fund, EntryKind.DELIVERY, pence, from_on=LONG_AGO, speed=speed, by=by, at=at
        )
    # Where no speed is said, the usual one.
    usual = DELIVERY_PRICES[Speed.FIVE_DAYS]
    set_activity_price(fund, EntryKind.DELIVERY, usual, from_on=LONG_AGO, by=by, at=at)
    for kind, pence in ACTIVITY_PRICES.items():
        set_activity_price(fund, kind, pence, from_on=LONG_AGO, by=by, at=at)
    employ_treasurers(setting, at)
    seat_members(setting, at)
    first, last = financial_year(on)
    left = (last.year - on.year) * 12 + last.month - on.month + 1
    agree_year(setting, first, _contributions(setting, left), at)


def _contributions(setting: Setting, months: int = 12) -> dict[str, Pence]:
    """Councils put in 56 of 100; the NHS bodies share the rest by their practices.

    The fund's first year has as many months as are left of it when it begins.
    """
    merged = MERGED[0] in setting.organisations
    parts = split(
        share_of(YEARLY_BUDGET, months, 12), {"nhs": 44, "E06000018": 19, "E10000024": 37}
    )
    nhs = split(parts.pop("nhs"), {body.code: body.practices for body in BODIES})
    if merged:
        together = sum(nhs.pop(code) for code in MERGING)
        nhs[MERGED[0]] = Pence(together)
    return {**parts, **nhs}


def merge(setting: Setting, at: datetime) -> None:
    """Six of the seven become one body; Bassetlaw stays."""
    by, on = setting.boss, setting.merger
    one = add_organisation(
        name=MERGED[1], kind=Kind.CCG, ods_code=MERGED[0], opened_on=on, by=by, at=at
    )
    setting.organisations[MERGED[0]] = one
    add_partner(setting.fund, one, from_on=on, by=by, at=at)
    for code in MERGING:
        succeed(setting.organisations[code], one, on=on, by=by, at=at)
        end_partner(setting.partners[code], to_on=on, by=by, at=at)


def divide(setting: Setting, at: datetime) -> None:
    """The same day the neighbours' county becomes two councils, three parts and two."""
    by, on = setting.boss, setting.merger
    heirs = [
        (
            add_organisation(
                name=title, kind=Kind.COUNCIL, gss_code=code, opened_on=on, by=by, at=at
            ),
            weight,
        )
        for code, title, weight in (
            ("E06999991", "Made-up Neighbour East Council", 3),
            ("E06999992", "Made-up Neighbour West Council", 2),
        )
    ]
    pass_on(setting.organisations["E10999999"], heirs, on=on, by=by, at=at)


def new_year(setting: Setting, at: datetime) -> None:
    """The agreement of the financial year that begins, and a draft of the one after."""
    year_from, _ = financial_year(at.date())
    agree_year(setting, year_from, _contributions(setting), at)
    draft_next_year(setting, year_from, at)
