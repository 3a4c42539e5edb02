"""Plain builders that go through the real actions, so that only reachable states exist."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import equipment.actions
import funding.actions
import loans.actions
import logistics.actions
import people.actions
import returns.actions
from core.db import db
from core.money import Pence
from equipment.models import Item, Place, Product, Store
from equipment.queries import place_for
from equipment.rules import CareClass, Cleaning, Event, Group, Side, Status, StoreKind, Tracking
from funding.models import Entry, Fund, Partner, Rule
from funding.rules import ACTIVITIES, Basis, Charge, EntryKind, RulePart, StockModel
from loans.models import Client, Loan, Order
from loans.rules import BackReason, Need, Speed
from logistics.models import Visit
from people.models import Organisation, PostcodeArea, PracticeMembership, Staff
from people.rules import Kind, Role
from returns.models import Return

NOON = datetime(2026, 6, 1, 11, tzinfo=UTC)  # noon in London, a Monday
TODAY = date(2026, 6, 1)
_count = itertools.count(1)


def an_organisation(**but: Any) -> Organisation:
    """An organisation that nobody has heard of before."""
    number = next(_count)
    facts: dict[str, Any] = {
        "name": f"Made-up body {number}",
        "kind": Kind.CCG,
        "ods_code": f"X{number:04d}",
        "opened_on": date(2013, 4, 1),
    }
    row = Organisation(**{**facts, **but})
    db.session.add(row)
    db.session.flush()
    return row


def a_member_of_staff(role: Role = Role.WAREHOUSE, **but: Any) -> Staff:
    """Somebody with an account, employed by an organisation of their own."""
    number = next(_count)
    facts: dict[str, Any] = {
        "name": f"Sam Example {number}",
        "email": f"sam{number}@example.test",
        "password_hash": "not a hash",
        "role": role,
        "order_limit": Pence(500_00),
        "session_key": f"{number:032d}",
    }
    if "organisation" not in but:
        facts["organisation"] = an_organisation()
    row = Staff(**{**facts, **but})
    db.session.add(row)
    db.session.flush()
    return row


SPRING = date(2013, 4, 1)  # when the made-up funds begin


def a_fund(**but: Any) -> Fund:
    """A fund under the credit model whose every activity costs £12.50 (`priced=False`: none)."""
    by = but.pop("by", None) or a_member_of_staff(Role.ADMINISTRATOR)
    priced = but.pop("priced", True)
    facts: dict[str, Any] = {"name": f"Pool {next(_count)}", "stock_model": StockModel.CREDIT}
    facts["host"] = but.get("host") or an_organisation()
    fund = funding.actions.add_fund(**{**facts, **but}, by=by, at=NOON)
    for kind in ACTIVITIES if priced else ():
        funding.actions.set_activity_price(fund, kind, Pence(12_50), from_on=SPRING, by=by, at=NOON)
    return fund


def a_partner(fund: Fund, **but: Any) -> Partner:
    """An organisation that has paid into a fund since it began."""
    by = but.pop("by", None) or a_member_of_staff(Role.ADMINISTRATOR)
    organisation = but.pop("organisation", None) or an_organisation()
    facts: dict[str, Any] = {"from_on": SPRING}
    return funding.actions.add_partner(fund, organisation, **{**facts, **but}, by=by, at=NOON)


def a_rule(fund: Fund, **but: Any) -> Rule:
    """A rule for any product: the NHS body of the client's GP practice pays the whole."""
    number = next(_count)
    facts: dict[str, Any] = {
        "position": number,
        "name": f"Rule {number}",
        "parts": (RulePart(Basis.PRACTICE, 100),),
        "from_on": SPRING,
        "by": but.get("by") or a_member_of_staff(Role.ADMINISTRATOR),
        "at": NOON,
    }
    return funding.actions.add_rule(fund, **{**facts, **but})


def a_depot(**but: Any) -> Store:
    """The depot: the one there is, else a new one with a clean and a dirty side."""
    there = db.session.query(Store).filter_by(kind=StoreKind.DEPOT).first()
    return there or a_store(kind=StoreKind.DEPOT, **but)


def a_store(**but: Any) -> Store:
    """A satellite shelf with a clean and a dirty side."""
    facts: dict[str, Any] = {"name": f"Store {next(_count)}", "kind": StoreKind.SATELLITE}
    by = but.pop("by", None) or a_member_of_staff(Role.ADMINISTRATOR)
    return equipment.actions.add_store(**{**facts, **but}, by=by, at=but.pop("at", NOON))


def a_product(**but: Any) -> Product:
    """A commode at £60.00 since spring 2013: labelled, wiped clean, without tests."""
    facts: dict[str, Any] = {
        "name": f"Commode {next(_count)}",
        "group": Group.TOILETING,
        "tracking": Tracking.LABELLED,
        "care_class": CareClass.JOINT,
        "cleaning": Cleaning.WIPE,
        "safe_working_load_kg": 160,
        "credit_percent": 60,
        "price": Pence(60_00),
        "from_on": SPRING,
        "by": but.get("by") or a_member_of_staff(Role.ADMINISTRATOR),
        "at": NOON,
    }
    return equipment.actions.add_product(**{**facts, **but})


def a_hoist(**but: Any) -> Product:
    """A serialised product with a LOLER test every six months and a PAT test every year."""
    facts: dict[str, Any] = {
        "name": f"Mobile hoist {next(_count)}",
        "group": Group.HOISTS,
        "tracking": Tracking.SERIALISED,
        "loler_months": 6,
        "pat_months": 12,
        "price": Pence(900_00),
    }
    return a_product(**{**facts, **but})


def an_item(product: Product | None = None, **but: Any) -> Item:
    """A new item, taken in at the depot and available."""
    return some_items(1, product, **but)[0]


def some_items(quantity: int, product: Product | None = None, **but: Any) -> list[Item]:
    """New items of one product, taken in at the depot (`place=`: elsewhere) and available."""
    place: Place | None = but.pop("place", None)
    facts: dict[str, Any] = {
        "place": place or place_for(a_depot(), Side.CLEAN),
        "by": but.get("by") or a_member_of_staff(Role.WAREHOUSE),
        "at": NOON,
    }
    return equipment.actions.receive_goods(product or a_product(), quantity, **{**facts, **but})


@dataclass(frozen=True)
class Pool:
    """A fund with one NHS body that pays for its practice's clients, and a council."""

    fund: Fund
    body: Organisation
    practice: Organisation
    council: Organisation


def a_pool(**but: Any) -> Pool:
    """The pool there is, else a new one: postcodes beginning NG1 lie in its council's area."""
    fund = db.session.query(Fund).first() or a_fund(**but)
    body = db.session.query(Organisation).filter_by(ods_code="QNG").first()
    if body is None:
        body = an_organisation(name="Made-up NHS body", ods_code="QNG")
        practice = an_organisation(name="High Street Practice", kind=Kind.PRACTICE, ods_code="Y999")
        council = an_organisation(
            name="Made-up council", kind=Kind.COUNCIL, ods_code=None, gss_code="E06999999"
        )
        db.session.add(PracticeMembership(practice=practice, body=body, from_on=SPRING))
        db.session.add(PostcodeArea(prefix="NG1", council=council))
        for organisation in (body, council):
            a_partner(fund, organisation=organisation)
        a_rule(fund)
    practice = db.session.query(Organisation).filter_by(ods_code="Y999").one()
    council = db.session.query(Organisation).filter_by(gss_code="E06999999").one()
    return Pool(fund, body, practice, council)


def a_prescriber(**but: Any) -> Staff:
    """A prescriber of the pool's NHS body who may order up to £500.00."""
    return a_member_of_staff(Role.PRESCRIBER, **{"organisation": a_pool().body, **but})


def a_test_number() -> str:
    """A valid NHS number of the range nobody real has (999…)."""
    while True:
        start = f"999{next(_count):06d}"
        check = (
            -sum(int(digit) * weight for digit, weight in zip(start, range(10, 1, -1), strict=True))
            % 11
        )
        if check < 10:
            return f"{start}{check}"


def a_client(**but: Any) -> Client:
    """Somebody of 80 kg at the pool's practice, registered by the pool's NHS body."""
    facts: dict[str, Any] = {
        "nhs_number": a_test_number(),
        "family_name": "Madeup",
        "given_name": "Ada",
        "born_on": date(1941, 5, 17),
        "address": "1 Test Street\nNottingham",
        "postcode": "NG1 5FS",
        "practice": a_pool().practice,
        "weight_kg": 80,
        "by": but.get("by") or a_prescriber(),
        "at": NOON,
    }
    return loans.actions.register_client(**{**facts, **but})


def an_order(client: Client | None = None, **but: Any) -> Order:
    """A placed order for one of a product with one item free: approved and set aside.

    `products=` other ones (nothing is put in stock for them), `placed=False` a draft,
    `need=`, `speed=`, `note=`, `by=` and `at=` as the action takes them.
    """
    placed, at = but.pop("placed", True), but.get("at", NOON)
    by = but.get("by") or a_prescriber()
    products = but.pop("products", None)
    facts: dict[str, Any] = {"need": Need.DISCHARGE, "speed": Speed.FIVE_DAYS, "by": by, "at": at}
    order = loans.actions.start_order(client or a_client(by=by), **{**facts, **but})
    for product in products or [an_item(at=at).product]:
        loans.actions.add_line(order, product, 1, by=by, at=at)
    return loans.actions.place(order, by=by, at=at) if placed else order


def a_loan(client: Client | None = None, **but: Any) -> Loan:
    """One item that was ordered, set aside, picked, loaded and handed over, all at once."""
    by, at = but.get("by") or a_prescriber(), but.get("at", NOON)
    order = an_order(client, **{**but, "by": by})
    line = order.lines[0]
    assert line.item is not None, "a loan needs an item in stock and an order within limits"
    for event in (Event.PICK, Event.LOAD):
        equipment.actions.move_item(line.item, event, by=by, at=at)
    return loans.actions.begin(line, by=by, at=at)


def a_visit(order: Order | None = None, **but: Any) -> Visit:
    """A delivery planned for an order's item today (`loan=`: its collection instead).

    `driver=` a new one, `due_on=` the day of `at`, `out=True` picked and set out.
    """
    by, at = but.get("by") or a_member_of_staff(Role.SCHEDULER), but.get("at", NOON)
    driver = but["driver"] if "driver" in but else a_member_of_staff(Role.DRIVER)
    facts = {"due_on": but.get("due_on", at.date()), "driver": driver, "by": by, "at": at}
    loan = but.get("loan")
    if loan is not None:
        if loan.asked_back_at is None:
            loans.actions.ask_back(loan, BackReason.NOT_NEEDED, by=by, at=at)
        visit = logistics.actions.plan_collection(loan.client, [loan], **facts)
    else:
        visit = logistics.actions.plan_delivery(order or an_order(at=at), **facts)
    if but.get("out"):
        for line in visit.order.lines if visit.order is not None else ():
            if line.item is not None and line.item.status is Status.ALLOCATED:
                logistics.actions.pick(line, line.item.code, by=by, at=at)
        logistics.actions.set_out(visit, by=driver or by, at=at)
    return visit


def a_return(loan: Loan | None = None, **but: Any) -> Return:
    """A lent item scanned back in at the depot, waiting to be inspected."""
    at = but.get("at", NOON)
    loan = loan or a_loan(at=at)
    by = but.get("by") or a_member_of_staff(Role.WAREHOUSE)
    return returns.actions.receive(loan.item.code, by=by, at=at)


def a_charge(fund: Fund, shares: Mapping[int, int], **but: Any) -> Charge:
    """A charge of £10.01 for a bed, of a cause of its own."""
    cause = f"CAUSE{next(_count)}"
    facts: dict[str, Any] = {
        "kind": EntryKind.EQUIPMENT,
        "pence": Pence(10_01),
        "on": TODAY,
        "source": cause,
        "subject": cause,
        "group": "beds and rails",
        "memo": "Bed issued",
    }
    return Charge(fund_id=fund.id, shares=shares, **{**facts, **but})


def an_entry(fund: Fund, shares: Mapping[int, int], **but: Any) -> Entry:
    """A charge, posted."""
    by, at = but.pop("by", None) or a_member_of_staff(Role.WAREHOUSE), but.pop("at", NOON)
    return funding.actions.post(a_charge(fund, shares, **but), by=by, at=at)


def a_merger(older_id: int, newer: Organisation, *, on: date = TODAY) -> None:
    """From a day on, one organisation stands where another stood."""
    older = db.session.get_one(Organisation, older_id)
    by = a_member_of_staff(Role.ADMINISTRATOR)
    people.actions.succeed(older, newer, on=on, by=by, at=NOON)
