"""Plain builders that go through the real actions, so that only reachable states exist."""

import itertools
from datetime import UTC, date, datetime
from typing import Any

import equipment.actions
import funding.actions
from core.db import db
from core.money import Pence
from equipment.models import Item, Place, Product, Store
from equipment.queries import place_for
from equipment.rules import CareClass, Cleaning, Group, Side, StoreKind, Tracking
from funding.models import Fund, Partner, Rule
from funding.rules import ACTIVITIES, Basis, RulePart, StockModel
from people.models import Organisation, Staff
from people.rules import Kind, Role

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
