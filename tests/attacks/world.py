"""Two organisations that share one pool, and every act either of them may try, honestly filled in.

The tests of this package walk these tables, so a new address or a new column is attacked too.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.routing import Rule

from core.clock import london_day, moment, now
from core.codes import is_code
from core.db import db
from core.money import Pence
from equipment import actions as equipping
from equipment.models import Item
from equipment.queries import place_for
from equipment.rules import Relation, Side, Tracking
from funding.actions import set_activity_price, set_budget
from funding.agreements.versions import actions as agreeing
from funding.disputes import actions as disputing
from funding.disputes.models import Dispute
from funding.invoices.actions import issue_invoices
from funding.invoices.models import Invoice
from funding.models import Entry, Fund
from funding.periods.actions import begin_closing
from funding.prices.actions import set_credit_rate
from funding.rules import EntryKind
from funding.what_if.actions import begin_trial
from funding.year_end import actions as ending
from funding.year_end.rules import Year
from labels.actions import print_labels
from labels.batches.actions import ask_for_labels
from loans import actions as lending
from loans.models import Order
from loans.rules import BackReason
from logistics import actions as driving
from logistics.requests import actions as taking
from logistics.requests.models import Request
from logistics.requests.rules import RequestKind
from logistics.requests.sending import Said, send
from people.jobs.actions import ask, cancel
from people.models import Organisation, PostcodeArea, PracticeMembership, Staff
from people.passwords import hashed
from people.rules import Kind, Role, may
from returns import actions as returning
from returns.campaigns import actions as campaigning
from returns.campaigns.rules import Kind as CampaignKind
from returns.campaigns.rules import Plan, Worth
from returns.counting import actions as counting
from returns.rules import Condition
from returns.scanning.batches import take
from returns.scanning.forms import Sent
from returns.scanning.rules import Mode, Outcome
from tests import builders
from tests.attacks.boardroom import a_board_room

PASSWORD = "three odd words"
UNKNOWN = "222222HH"  # looks like a code, and is nobody's
STREETS = {"Ours": "1 Our Street", "Theirs": "7 Hidden Mews"}


@dataclass
class Part:
    """What one organisation has: its people, and the codes and numbers of what is its own."""

    staff: dict[Role, str]  # what each one's session holds
    people: dict[Role, str]  # their codes
    codes: dict[str, str]
    ids: dict[str, int]


@dataclass
class World:
    """The pool with both, and what belongs to it as a whole."""

    ours: Part
    theirs: Part
    pool: dict[str, str]


def a_part(name: str, body: Organisation, practice: Organisation, postcode: str) -> Part:
    """Everything that one organisation can have, once."""
    roles = {
        role: builders.a_member_of_staff(
            role, organisation=body, name=f"{role} {name}", password_hash=HASH
        )
        for role in Role
    }
    by, at = roles[Role.PRESCRIBER], now() - timedelta(days=30)

    def client(given: str) -> Any:
        return builders.a_client(
            by=by,
            practice=practice,
            postcode=postcode,
            family_name=f"Name{name}",
            given_name=given,
            address=STREETS[name],
            telephone="0115 496 0000",
            at=at,
        )

    someone, other = client("Ada"), client("Bea")
    loan = builders.a_loan(someone, by=by, at=at)
    asked = builders.a_loan(other, by=by, at=at)
    lending.ask_back(asked, BackReason.NOT_NEEDED, by=by, at=at)
    draft = builders.an_order(someone, by=by, placed=False, at=at)
    product = builders.a_product(special=True, by=roles[Role.ADMINISTRATOR])
    waits = builders.an_order(other, by=by, products=[product], at=at)
    ready = builders.an_order(someone, by=by, at=at)
    driver, today = roles[Role.DRIVER], now()
    planned = builders.a_visit(builders.an_order(other, by=by, at=at), driver=driver, at=today)
    for line in planned.lines:
        chosen: Any = line.order_line
        driving.pick(chosen, chosen.item.code, by=by, at=today)
    out = builders.a_visit(builders.an_order(someone, by=by, at=at), driver=driver, at=today,
                           out=True)  # fmt: skip
    entry = db.session.query(Entry).filter_by(source=loan.code).first()
    assert entry is not None
    disputes = disputes_of(entry, roles)
    return Part(
        staff={role: one.get_id() for role, one in roles.items()},
        people={role: one.code for role, one in roles.items()},
        codes={
            "client": someone.code,
            "other": other.code,
            "loan": loan.code,
            "asked": asked.code,
            "draft": draft.code,
            "waits": waits.code,
            "ready": ready.code,
            "planned": planned.code,
            "out": out.code,
            "statement": body.code,
            "entry": str(entry.id),
            "invoice": db.session.query(Invoice).filter_by(organisation=body).one().code,
            "undisputed": str(undisputed_of(loan.code)),
            **{name: one.code for name, one in disputes.items()},
            "job": ask("post activity", "Post it", 1, by=roles[Role.FINANCE], at=today).code,
            "set_aside": _item_of(ready),
            "lent": loan.item.code,
            "chosen": draft.lines[0].product.code,
        },
        ids={
            "client": someone.id,
            "orders": ready.id,
            "order_line": ready.lines[0].id,
            "loan": loan.id,
            "visit": planned.id,
            "visit_line": out.lines[0].id,
            "organisation": body.id,
            "staff": roles[Role.PRESCRIBER].id,
            "entry": entry.id,
            "dispute": disputes["dispute"].id,
            "version": someone.version,
        },
    )


def _item_of(order: Order) -> str:
    item = order.lines[0].item
    assert item is not None
    return item.code


def disputes_of(entry: Entry, roles: dict[Role, Staff]) -> dict[str, Dispute]:
    """Two disputes of an organisation: one that waits for an answer, one that was answered."""
    finance, at = roles[Role.FINANCE], now() - timedelta(days=20)
    raised = disputing.raise_dispute(entry, because="Why", by=finance, at=at)
    other = builders.an_entry(entry.fund, {finance.organisation_id or 0: 1})
    answered = disputing.raise_dispute(other, because="Why", by=finance, at=at)
    disputing.answer(answered, because="So", by=roles[Role.ADMINISTRATOR], at=at)
    return {"dispute": raised, "answered": answered}


def undisputed_of(loan_code: str) -> int:
    """The number of a loan's entry that nobody has disputed."""
    found = db.session.query(Entry).filter_by(subject=loan_code).order_by(Entry.id.desc()).first()
    assert found is not None
    return found.id


HASH = hashed(PASSWORD)


def a_world() -> World:
    """Two organisations of one pool, with everything each can have, and the pool's own things."""
    pool = builders.a_pool()
    body = builders.an_organisation(name="The other NHS body")
    practice = builders.an_organisation(name="Their practice", kind=Kind.PRACTICE)
    council = builders.an_organisation(name="Their council", kind=Kind.COUNCIL)
    joins = PracticeMembership(practice=practice, body=body, from_on=builders.SPRING)
    db.session.add_all([joins, PostcodeArea(prefix="NG9", council=council)])
    for organisation in (body, council):
        builders.a_partner(pool.fund, organisation=organisation)
    bill(pool.fund, [pool.body, body])
    ours = a_part("Ours", pool.body, pool.practice, "NG1 5FS")
    theirs = a_part("Theirs", body, practice, "NG9 1AA")
    lent = db.session.query(Item).filter_by(code=ours.codes["lent"]).one()
    things = {**a_pool_of_things(pool, lent), **versions_of(pool, ours)}
    room = a_board_room(pool.fund, [pool.body, pool.council], [body, council])
    things |= room["pool"]
    ours.codes.update(room["ours"])
    theirs.codes.update(room["theirs"])
    things |= some_campaigns([ours, theirs])
    return World(ours, theirs, things)


def versions_of(pool: builders.Pool, ours: Part) -> dict[str, str]:
    """A version of the agreement that waits for all partners, and one that our body has agreed."""
    by, at = builders.a_member_of_staff(Role.ADMINISTRATOR), now()
    from_on = london_day(at) + timedelta(days=400)
    draft, ready = (
        agreeing.draft_version(pool.fund, from_on=from_on, by=by, at=at) for _ in range(2)
    )
    for one in list(ready.contributions):
        if one.organisation_id != pool.body.id:
            agreeing.drop_contribution(ready, one.organisation, by=by, at=at)
    finance = db.session.query(Staff).filter_by(code=ours.people[Role.FINANCE]).one()
    agreeing.agree(ready, revision=ready.revision, by=finance, at=at)
    return {
        "draft_version": draft.code,
        "ready_version": ready.code,
        "draft_revision": str(draft.revision),
        "ready_revision": str(ready.revision),
    }


def bill(fund: Fund, bodies: list[Organisation]) -> None:
    """Two closed months, the first of them billed."""
    boss = builders.a_member_of_staff(Role.ADMINISTRATOR)
    for month in (11, 12):
        for body in bodies:
            builders.an_entry(fund, {body.id: 1}, on=date(2019, month, 5), by=boss)
    fund.open_from = date(2020, 1, 1)
    issue_invoices(fund, date(2019, 11, 1), by=boss, at=now())


def a_pool_of_things(pool: builders.Pool, lent: Item) -> dict[str, str]:
    """What belongs to no one organisation: catalogue, stores, items in every lane, labels."""
    by, at = builders.a_member_of_staff(Role.WAREHOUSE), now() - timedelta(days=20)
    item, spare = builders.some_items(2, builders.a_product())
    other = builders.a_product()
    equipping.relate(item.product, other, Relation.SUBSTITUTE, by=by, at=at)
    consumable = builders.a_product(tracking=Tracking.CONSUMABLE, name="Pads")
    run = print_labels([item], layout="a4-24", start=1, by=by, at=at)
    batch = ask_for_labels([spare.id], layout="a4-24", start=1, again=True, by=by, at=at)
    cancel(batch.job, by=by, at=at)
    arrived = builders.a_return(at=at).item
    cleaned = builders.a_return(at=at).item
    returning.inspect(cleaned, condition=Condition.GOOD, note="", by=by, at=at)
    set_credit_rate(pool.fund, "walking", 50, from_on=builders.SPRING, by=by, at=at)
    depot = builders.a_depot()
    successor = builders.an_organisation()
    builders.an_entry(pool.fund, {pool.body.id: 1}, on=date(2020, 1, 7))
    some_storage(pool.fund)
    boss = builders.a_member_of_staff(Role.ADMINISTRATOR)
    begin_closing(pool.fund, date(2020, 1, 1), by=boss, at=now())
    checksum = some_years(pool, boss)
    return {
        "checksum": checksum,
        "item": item.code,
        "giai": item.giai,
        "spare": spare.code,
        "conflict": a_conflict(builders.a_loan(at=at).item.code, by),
        "product": item.product.code,
        "related": other.code,
        "other_name": consumable.name,
        "consumable": consumable.code,
        "run": run.code,
        "batch": batch.job.code,
        "arrived": arrived.code,
        "inspected": cleaned.code,
        "store": depot.code,
        "clean": place_for(depot, Side.CLEAN).code,
        "organisation": builders.an_organisation().code,
        "successor": successor.code,
        "newcomer": builders.an_organisation().code,
        "practice": builders.an_organisation(kind=Kind.PRACTICE).code,
        "our_practice": pool.practice.code,
        "council": pool.council.code,
        "member": builders.a_member_of_staff(Role.DRIVER, organisation=pool.body).code,
        "employer": pool.body.official_code,
        "closed": builders.a_member_of_staff(active=False).code,
        **_a_trial(pool),
        **some_counts(),
        **some_requests(item, lent, at),
        "email": db.session.query(Staff).filter_by(role=Role.WAREHOUSE).first().email,  # type: ignore[union-attr]
    }


def a_conflict(code: str, by: Staff) -> str:
    """The id of a scan that came too late to be done by itself."""
    kept = Sent(uuid4(), uuid4(), now() - timedelta(days=15), Mode.RECEIVE, None, code, by.code)
    (told,) = take([kept], by=by, at=now())
    assert told.outcome == Outcome.REFUSED
    return kept.uid.hex


def some_storage(fund: Fund) -> None:
    """A bed that stood in the depot in January 2020, and what that cost."""
    begun, by = date(2019, 12, 2), builders.a_member_of_staff(Role.ADMINISTRATOR)
    set_activity_price(fund, EntryKind.STORAGE, Pence(25), from_on=begun, by=by, at=now())
    builders.some_items(1, builders.a_product(), at=moment(begun))


def some_counts() -> dict[str, str]:
    """A count under way, and one that found an item missing."""
    by, at = builders.a_member_of_staff(Role.WAREHOUSE), now() - timedelta(hours=1)
    shelves = [builders.a_store(), builders.a_store()]
    missing = builders.an_item(place=place_for(shelves[1], Side.CLEAN))
    under_way, counted = (counting.begin(shelf, by=by, at=at) for shelf in shelves)
    counting.close(counted, by=by, at=at)
    return {"count": under_way.code, "counted": counted.code, "missing": missing.code}


def some_campaigns(parts: list[Part]) -> dict[str, str]:
    """One that writes to a client of each part, one that texts, and a loan that none asks for."""
    by, at = builders.a_member_of_staff(Role.SCHEDULER), now() - timedelta(days=1)
    old = at - timedelta(days=300)
    texted = builders.a_loan(builders.a_client(telephone="07700 900123", at=old), at=old)
    builders.a_loan(at=old)
    of_each = [Worth(part.ids["loan"], Pence(1), "Why.") for part in parts]
    letters, texts = (
        campaigning.start(Plan(kind.value, kind, "everything"), chosen, by=by, at=at)
        for kind, chosen in (
            (CampaignKind.LETTERS, of_each),
            (CampaignKind.TEXTS, [Worth(texted.id, Pence(1), "Why.")]),
        )
    )
    return {"letters": letters.code, "texts": texts.code}


def some_requests(item: Item, lent: Item, at: datetime) -> dict[str, str]:
    """A find that waits, a collection that was taken up, and a fault that was."""
    codes = {}
    for name, thing, kind, role in (
        ("request", item, RequestKind.FOUND, None),
        ("taken", lent, RequestKind.COLLECTION, Role.SCHEDULER),
        ("faulty", item, RequestKind.FAULT, Role.WAREHOUSE),
    ):
        send(thing, kind, Said(words="Words", name="Joan"), origin="192.0.2.9", at=at)
        asked = db.session.query(Request).filter_by(item_id=thing.id, kind=kind).one()
        if role is not None:
            taking.take_up(asked, by=builders.a_member_of_staff(role), at=at)
        codes[name] = asked.code
    return codes


def some_years(pool: builders.Pool, by: Staff) -> str:
    """Three closed years: one prepared, one settled, one to settle; the checksum of the first."""
    pool.fund.open_from = date(2020, 1, 1)
    for begins in (2016, 2017, 2018):
        set_budget(
            pool.fund, pool.body, Pence(1_000_00), year_from=date(begins, 4, 1), by=by, at=now()
        )
    for begins in (2016, 2017):
        ending.settle(pool.fund, Year(begins), by=by, at=now())
    return ending.prepare(pool.fund, Year(2016), by=by, at=now()).checksum


def _a_trial(pool: builders.Pool) -> dict[str, str]:
    """A draft of the rules with two of them, and a charge that no rule may lay on anybody."""
    by, at = builders.a_member_of_staff(Role.ADMINISTRATOR), now() - timedelta(days=20)
    builders.a_rule(pool.fund)
    month = london_day(at).replace(day=1)
    trial = begin_trial(pool.fund, name="A draft", from_month=month, to_month=month, by=by, at=at)
    parked = builders.an_entry(pool.fund, {}, parked_because="It lies outside.")
    return {
        "trial": trial.code,
        "trial_rule": trial.rules[0].code,
        "parked": str(parked.id),
        "payer": pool.body.code,
    }


# Who is asking


def browser_of(app: Flask, session: str | None) -> FlaskClient:
    """A browser in which somebody is signed in, or nobody."""
    browser = app.test_client()
    if session is not None:
        with browser.session_transaction() as kept:
            kept["_user_id"], kept["_fresh"] = session, True
    return browser


# What the database holds


class Trial:
    """What is tried in a block, and whether it is undone afterwards."""

    stays = False


@contextmanager
def undone() -> Iterator[Trial]:
    """Whatever happens in the block, committed too, has not happened afterwards."""
    db.session.commit()
    db.session.remove()
    inner, trial = db.engine.begin_nested(), Trial()  # type: ignore[attr-defined] # one connection
    try:
        yield trial
    finally:
        db.session.remove()
        (inner.commit if trial.stays else inner.rollback)()


def _tables(but: frozenset[str]) -> list[str]:
    return sorted(set(db.metadata.tables) - but)


def checksums(but: frozenset[str] = frozenset()) -> dict[str, str]:
    """A checksum of every table's rows."""
    asked = " union all ".join(
        f"select '{name}', md5(coalesce(string_agg(t::text, '|' order by t::text), '')) "
        f'from "{name}" t'
        for name in _tables(but)
    )
    found = {str(name): str(summed) for name, summed in db.session.execute(text(asked))}
    db.session.remove()
    return found


Rows = dict[tuple[str, str], str]
# Of every act the same or never the same: what is done stands in the other tables.
TRAIL = frozenset({"audit_row", "submission", "reference_stamp"})


def rows() -> Rows:
    """Every row there is, as JSON, by table and primary key."""
    asked = " union all ".join(
        f"select '{name}', {_key_of(name)}, to_jsonb(t)::text from \"{name}\" t"
        for name in _tables(TRAIL)
    )
    found = {(table, key): row for table, key, row in db.session.execute(text(asked))}
    db.session.remove()
    return found


def _key_of(table: str) -> str:
    keys = ", ".join(f'"{column.name}"' for column in db.metadata.tables[table].primary_key)
    return f"concat_ws('/', {keys})"


def changed(before: Rows, after: Rows) -> dict[tuple[str, str], dict[str, Any]]:
    """What is new or different: by table and key, the columns and what they hold now."""
    told: dict[tuple[str, str], dict[str, Any]] = {}
    for key, row in after.items():
        if row != (had := before.get(key, "{}")):
            was = json.loads(had)
            columns = json.loads(row).items()
            told[key] = {name: value for name, value in columns if was.get(name, ...) != value}
    told.update({key: {"gone": True} for key in before.keys() - after.keys()})
    return told


# Everything anybody can do


@dataclass(frozen=True)
class Act:
    """One form, honestly filled in by somebody who may send it."""

    endpoint: str
    role: Role
    where: dict[str, str] = field(default_factory=dict)
    form: dict[str, Any] = field(default_factory=dict)
    scoped: bool = False  # the thing it is done to belongs to one organisation

    def address(self, app: Flask) -> str:
        """Where it is sent."""
        return address_of(app, self.endpoint, self.where)


def address_of(app: Flask, endpoint: str, where: dict[str, str]) -> str:
    """The address of an endpoint, with these words in its gaps."""
    rule = next(app.url_map.iter_rules(endpoint))
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda gap: where[gap[1]], rule.rule)


def posts(app: Flask) -> list[Rule]:
    """Every address that takes a form."""
    return [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]


def acts(world: World, part: Part | None = None) -> list[Act]:
    """Every act of the product, each on something it can be done to."""
    ours = part or world.ours
    makers: tuple[Callable[[World, Part], list[Act]], ...] = (
        of_people,
        of_equipment,
        of_funding,
        of_clients,
        of_orders,
        of_labels,
        of_visits,
        of_returns,
        of_counts,
        of_campaigns,
        of_requests,
        of_board,
    )
    return [act for maker in makers for act in maker(world, ours)]


def tomorrow() -> str:
    """A day on which a visit can be planned."""
    return (london_day(now()) + timedelta(days=3)).isoformat()


def of_people(world: World, ours: Part) -> list[Act]:
    pool, admin = world.pool, Role.ADMINISTRATOR
    member = {
        "name": "Kim Example",
        "role": "board",
        "organisation": pool["employer"],
        "order_limit": "12.50",
    }
    account = {"email": "kim@example.test", "password": "quiet purple lamp"}
    organisation = {"name": "New body", "kind": "icb", "ods_code": "QZZ", "gss_code": "",
                    "opened_on": "2020-04-01"}  # fmt: skip
    own = {"current": PASSWORD, "password": "quiet purple lamp"}
    return [
        Act("people.change_password", Role.DRIVER, form=own),
        Act("people.sign_out_elsewhere", Role.DRIVER),
        Act("people.sign_in_now", Role.DRIVER, form={"email": pool["email"], "password": PASSWORD}),
        Act("people.sign_out", Role.DRIVER),
        Act("people.add_organisation", admin, form=organisation),
        Act("people.join", admin, {"code": pool["practice"]},
            {"body": ours.codes["statement"], "from_on": "2020-04-01"}),
        Act("people.place_postcodes", admin, {"code": pool["council"]}, {"beginnings": "NG77"}),
        Act("people.succeed", admin, {"code": pool["organisation"]},
            {"successors": pool["successor"], "on": "2020-04-01"}),
        Act("people.cancel_job", Role.FINANCE, {"code": ours.codes["job"]}),
        Act("people.find_staff", admin, form={"text": "a"}),
        Act("people.add_staff", admin, form={**member, **account}),
        Act("people.change_staff", admin, {"code": pool["member"]}, member),
        Act("people.close_account", admin, {"code": pool["member"]}),
        Act("people.reopen_account", admin, {"code": pool["closed"]}),
        Act("people.end_sessions", admin, {"code": pool["member"]}),
        Act("people.set_password", admin, {"code": pool["member"]},
            {"password": "quiet purple lamp"}),
    ]  # fmt: skip


PRODUCT = {
    "name": "A new bath board", "group": "bathing", "tracking": "labelled", "care_class": "joint",
    "description": "", "how_to_use": "", "gtin": "", "iso9999": "", "safe_working_load_kg": "120",
    "carries_client": "y",
    "length_mm": "", "width_mm": "", "height_mm": "", "single_patient": "", "special": "",
    "assessment_needed": "", "cleaning": "detergent wipe", "loler_months": "", "pat_months": "",
    "service_months": "", "expected_life_months": "", "credit_percent": "50", "min_stock": "0",
    "max_stock": "1", "lead_days": "5", "needs_fitting": "", "adaptation": "",
}  # fmt: skip


def of_equipment(world: World, _ours: Part) -> list[Act]:
    pool, admin, sam = world.pool, Role.ADMINISTRATOR, Role.WAREHOUSE
    price = {"price": "12.50", "from_on": tomorrow()}
    goods = {"product": pool["product"], "quantity": "1", "serials": "", "paid": "10",
             "place": pool["clean"]}  # fmt: skip
    one = {"code": pool["product"]}
    return [
        Act("equipment.add_product", admin, form={**PRODUCT, **price}),
        Act("equipment.save_product", admin, one, {**PRODUCT, "withdrawn_on": ""}),
        Act("equipment.set_part", admin, one, {"name": "Ferrule", "quantity": "4"}),
        Act("equipment.set_price", admin, one, price),
        Act("equipment.relate", admin, one,
            {"relation": "compatible with", "other": pool["other_name"]}),
        Act("equipment.unrelate", admin,
            {**one, "other": pool["related"], "relation": "substitute for"}),
        Act("equipment.receive_goods", sam, form=goods),
        Act("equipment.do", sam, {"code": pool["item"], "event": "hold"},
            {"because": "A recall", "place": ""}),
        Act("equipment.add_store", admin,
            form={"name": "A shelf", "kind": "satellite", "gln": "9521234999997"}),
        Act("equipment.add_place", admin, {"code": pool["store"]},
            {"name": "Bay 9", "side": "clean"}),
    ]  # fmt: skip


def of_funding(world: World, ours: Part) -> list[Act]:
    pool, admin = world.pool, Role.ADMINISTRATOR
    budget = {"organisation": ours.codes["statement"], "year": "2026", "pence": "1000"}
    price = {"kind": "cleaning", "speed": "", "pence": "9", "from_on": tomorrow()}
    rule = {
        "name": "A new rule", "position": "900", "care_class": "", "need": "",
        "from_on": tomorrow(), "who_1": "GP practice", "weight_1": "1", "who_2": "",
        "weight_2": "", "who_3": "", "weight_3": "",
    }  # fmt: skip
    rate = {"group": "bathing", "condition": "good", "percent": "50", "from_on": tomorrow()}
    return [
        Act("funding.set_budget", admin, form=budget),
        Act("funding.add_partner", admin,
            form={"organisation": pool["newcomer"], "from_on": "2026-04-01"}),
        Act("funding.set_price", admin, form=price),
        Act("funding.add_rule", admin, form=rule),
        Act("funding.set_alerts", admin, form={"spent": "70, 90", "forecast": ""}),
        Act("funding.reverse", admin, {"number": ours.codes["entry"]}, {"because": "Wrong"}),
        Act("funding.set_credit_rate", admin, form=rate),
        Act("funding.end_credit_rate", admin,
            form={"group": "walking", "condition": "", "to_on": tomorrow()}),
        *of_months(ours),
        *of_years(world, ours),
        *of_versions(world, ours),
        Act("funding.set_vat", admin, form={"organisation": ours.codes["statement"],
            "charge": "equipment", "rate": "20", "recoverable": "y", "from_on": tomorrow()}),
        Act("funding.issue_invoices", admin, form={"closed_month": "2019-12"}),
        Act("funding.raise_dispute", Role.FINANCE, {"number": ours.codes["undisputed"]},
            {"because": "Why"}, scoped=True),
        Act("funding.answer_dispute", admin, {"code": ours.codes["dispute"]},
            {"answer-because": "So"}),
        Act("funding.settle_dispute", admin, {"code": ours.codes["dispute"]},
            {"settle-because": "Right"}),
        *(
            Act(f"funding.{endpoint}", Role.FINANCE, {"code": ours.codes["answered"]},
                {f"{word}-because": "So"}, scoped=True)
            for endpoint, word in (
                ("reply_to_answer", "reply"), ("accept_answer", "accept"),
                ("withdraw_dispute", "withdraw"),
            )
        ),
        Act("funding.lay_entry", admin, {"number": pool["parked"]},
            {"who_1": pool["payer"], "weight_1": "1", "who_2": "", "weight_2": "", "who_3": "",
             "weight_3": "", "because": "They agreed to"}),
        *of_trials(world, {**rule, "from_on": "", "to_on": ""}),
    ]  # fmt: skip


def of_trials(world: World, rule: dict[str, str]) -> list[Act]:
    admin, draft = Role.ADMINISTRATOR, {"code": world.pool["trial"]}
    one = {**draft, "rule": world.pool["trial_rule"]}
    asked = {"name": "Another draft", "from_month": "2020-01", "to_month": "2020-02"}
    return [
        Act("funding.begin_trial", admin, form=asked),
        Act("funding.change_trial", admin, draft, asked),
        Act("funding.discard_trial", admin, draft),
        Act("funding.add_trial_rule", admin, draft, rule),
        Act("funding.change_trial_rule", admin, one, rule),
        Act("funding.remove_trial_rule", admin, one),
        Act("funding.move_trial_rule", admin, {**one, "way": "later"}),
    ]


def of_months(ours: Part) -> list[Act]:
    admin, month = Role.ADMINISTRATOR, {"month": "2020-01"}
    lines = "reference,day,kind,amount\nD-1,2026-06-01,delivery,1.00\n"
    accrual = {"pence": "1.00", "memo": "Fitting", "group": "", "bearer": ours.codes["statement"]}
    return [
        Act("funding.accrue", admin, month, accrual),
        Act("funding.begin_closing", admin, month),
        Act("funding.call_off_closing", admin, month),
        Act("funding.close_month", Role.FINANCE, month),
        Act("loans.charge_storage", admin, month),
        Act("funding.take_in_activity", admin, form={"pasted": lines}),
    ]


def of_years(world: World, ours: Part) -> list[Act]:
    admin = Role.ADMINISTRATOR
    heads = {"organisation": ours.codes["statement"], "population": "331069", "weight": "1.035"}
    return [
        Act("funding.sign_year", admin, {"year": "2016"}, {"checksum": world.pool["checksum"]}),
        Act("funding.prepare_year", admin, {"year": "2017"}),
        Act("funding.settle_year", admin, {"year": "2018"}),
        Act("funding.weigh_heads", admin, {"year": "2018"}, heads),
        Act("reports.share_gain", admin, {"year": "2015"}),
        Act("reports.take_extract", Role.BOARD, form={"first": "2019", "last": "2020"}),
    ]


def of_versions(world: World, ours: Part) -> list[Act]:
    pool, admin, body = world.pool, Role.ADMINISTRATOR, ours.codes["statement"]
    draft, ready = {"code": pool["draft_version"]}, {"code": pool["ready_version"]}
    drop = {"what": "contribution", "which": body, "group": ""}
    figures = {
        "organisation": body, "last_year": "100", "recurrent": "1", "inflation": "3",
        "inflation_note": "3%", "planned": "", "efficiency": "2", "efficiency_note": "2%",
    }  # fmt: skip
    return [
        Act("funding.draft_version", admin, form={"from_on": tomorrow()}),
        Act("funding.change_version", admin, {**draft, "part": "contribution"}, figures),
        Act("funding.drop_from_version", admin, draft, drop),
        Act("funding.agree_to_version", Role.FINANCE, draft, {"revision": pool["draft_revision"]}),
        Act("funding.put_version_in_force", admin, ready, {"revision": pool["ready_revision"]}),
    ]


def of_clients(world: World, ours: Part) -> list[Act]:
    codes, by = ours.codes, Role.PRESCRIBER
    client = {
        "nhs_number": "", "given_name": "New", "family_name": "Somebody", "born_on": "1950-01-02",
        "address": "3 New Street", "postcode": "NG1 5FS", "practice": world.pool["our_practice"],
        "telephone": "", "weight_kg": "70", "crew_note": "",
    }  # fmt: skip
    seen = {**client, "seen_version": str(ours.ids["version"])}
    one = {"code": codes["client"]}
    back = {"reason": "moved", "loans": codes["loan"]}
    return [
        Act("loans.find_clients", by, form={"sought": "Ada"}),
        Act("loans.register_client", by, form={**client, "seen_version": ""}),
        Act("loans.save_client", by, one, seen, scoped=True),
        Act("loans.record_death", by, one, {"died_on": "2026-05-01"}, scoped=True),
        Act("loans.ask_back", by, one, back, scoped=True),
        Act("loans.ask_loan_back", by, {"code": codes["loan"]}, {"reason": "moved"}, scoped=True),
        Act("loans.keep", by, {"code": codes["asked"]}, scoped=True),
    ]


def of_orders(world: World, ours: Part) -> list[Act]:
    codes, by, judge = ours.codes, Role.PRESCRIBER, Role.AUTHORISER
    draft, waits = {"code": codes["draft"]}, {"code": codes["waits"]}
    order = {"need": "falls prevention", "speed": "5 working days", "note": ""}
    line = {"product": world.pool["product"], "quantity": "1"}
    because = {"because": "A reason"}
    return [
        Act("loans.start_order", by, {"code": codes["client"]}, order, scoped=True),
        Act("loans.change_order", by, draft, order, scoped=True),
        Act("loans.add_line", by, draft, line, scoped=True),
        Act("loans.remove_line", by, draft, {"product": codes["chosen"]}, scoped=True),
        Act("loans.place", by, draft, {"shown_free": codes["chosen"]}, scoped=True),
        Act("loans.cancel", by, {"code": codes["ready"]}, because, scoped=True),
        Act("loans.approve", judge, waits, because, scoped=True),
        Act("loans.send_back", judge, waits, because, scoped=True),
        Act("loans.give_out", Role.WAREHOUSE),
    ]


def of_labels(world: World, _ours: Part) -> list[Act]:
    pool, sam = world.pool, Role.WAREHOUSE
    sheet = {"layout": "a4-24", "start": "1"}
    return [
        Act("labels.print_new", sam, form={**sheet, "items": f"{pool['item']} {pool['spare']}"}),
        Act("labels.reprint", sam, {"code": pool["item"]}, {**sheet, "reason": "came off"}),
        Act("labels.void", sam, {"code": pool["item"], "issue": "1"}, {"reason": "came off"}),
        Act("labels.say_printed", sam, {"code": pool["run"]}),
        Act(
            "batches.ask", sam, form={**sheet, "store": pool["store"], "product": "", "again": "y"}
        ),
        Act("batches.rest", sam, {"code": pool["batch"]}),
    ]


def of_visits(world: World, ours: Part) -> list[Act]:
    codes, plans, drives = ours.codes, Role.SCHEDULER, Role.DRIVER
    when = {"due_on": tomorrow(), "driver": ours.people[Role.DRIVER]}
    planned, out = {"code": codes["planned"]}, {"code": codes["out"]}
    finish = {
        "done": str(ours.ids["visit_line"]), "received_by": "Daughter", "unsigned_because": "",
        "instructions_given": "y", "note": "",
    }  # fmt: skip
    return [
        Act("logistics.make_plan", plans, form={**when, "due": codes["ready"]}),
        Act("logistics.pick_any", Role.WAREHOUSE, form={"scanned": codes["set_aside"]}),
        Act("logistics.pick_this", Role.WAREHOUSE, {"code": codes["set_aside"]},
            {"scanned": codes["set_aside"]}),
        Act("logistics.move", plans, planned, when),
        Act("logistics.cancel", plans, planned, {"because": ""}),
        Act("logistics.set_out", drives, {"code": codes["planned"]}, scoped=True),
        Act("logistics.finish", drives, out, finish, scoped=True),
        Act("logistics.fail", drives, out, {"reason": "no access", "note": ""}, scoped=True),
    ]  # fmt: skip


def of_returns(world: World, ours: Part) -> list[Act]:
    pool, sam = world.pool, Role.WAREHOUSE
    arrived = pool["arrived"]
    out = {"reason": "beyond economic repair", "note": "", "named": arrived}
    return [
        Act("returns.open_item", sam, {"lane": "inspect"}, {"scanned": arrived}),
        Act("returns.do_step", sam, {"code": arrived, "lane": "inspect"},
            {"condition": "good", "note": ""}),
        Act("returns.do_step", sam, {"code": pool["inspected"], "lane": "clean"},
            {"method": "detergent wipe"}),
        Act("returns.take_out_of_use", sam, {"code": arrived, "way": "scrap"}, out),
        Act("scanning.scan_now", sam,
            form={"mode": "receive", "place": "", "scanned": ours.codes["lent"]}),
        Act("scanning.take_scans", sam),  # no form: tests/returns/test_batches.py attacks it
        Act("scanning.do_now", sam, {"uid": pool["conflict"]}),
        Act("scanning.set_aside", sam, {"uid": pool["conflict"]}, {"because": "Scanned twice"}),
    ]  # fmt: skip


def of_counts(world: World, _ours: Part) -> list[Act]:
    pool, sam, boss = world.pool, Role.WAREHOUSE, Role.ADMINISTRATOR
    one, counted = {"code": pool["count"]}, {"code": pool["counted"]}
    return [
        Act("counting.begin", sam, form={"store": pool["store"], "place": "", "group": ""}),
        Act("counting.scan", sam, one, {"scanned": pool["item"]}),
        Act("counting.paste", sam, one, {"labels": pool["item"]}),
        Act("counting.save_quantities", sam, one,
            {"other": pool["consumable"], "other_quantity": "3"}),
        Act("counting.close", sam, one),
        Act("counting.give_up", sam, one, {"because": "A fire drill"}),
        Act("counting.recount", boss, counted, {"lines": pool["missing"]}),
        Act("counting.approve_count", boss, counted, {"shown": f"{pool['missing']} missing"}),
    ]  # fmt: skip


def of_campaigns(world: World, ours: Part) -> list[Act]:
    pool, plans = world.pool, Role.SCHEDULER
    answer = {"answer": "collect", "reason": "moved", "note": ""}
    start = {"name": "Spring letters", "kind": "letters", "most": "", "days": "42",
             "held_out": "0", "seed": "", "cost": "10.00", "place": "", "on": ""}  # fmt: skip
    return [
        Act("reports.start_campaign", plans, form=start),
        Act("campaigns.say_posted", plans, {"code": pool["letters"]}),
        Act("campaigns.say_sent", plans, {"code": pool["texts"]}),
        Act("campaigns.answer", Role.PRESCRIBER, {"code": ours.codes["loan"]}, answer, scoped=True),
        Act("campaigns.end", plans, {"code": pool["letters"]}, {"cost": "12.00"}),
    ]


def of_requests(world: World, ours: Part) -> list[Act]:
    pool, plans, sam = world.pool, Role.SCHEDULER, Role.WAREHOUSE
    said = {"words": "By the bins", "name": "Joan", "telephone": "0115 496 0123"}
    there = {"giai": pool["giai"]}
    new, taken = {"code": pool["request"]}, {"code": pool["taken"]}
    because = {"because": "Rang them"}
    visit = {"loans": ours.codes["loan"], "reason": "moved", "died_on": "", "due_on": tomorrow(),
             "driver": ours.people[Role.DRIVER]}  # fmt: skip
    return [
        Act("requests.send_collection", Role.BOARD, there, {**said, "reason": "moved"}),
        Act("requests.send_fault", Role.BOARD, there, said),
        Act("requests.send_found", Role.BOARD, there, said),
        Act("requests.take_up", plans, new),
        Act("requests.put_back", plans, taken),
        Act("requests.finish", plans, taken, because),
        Act("requests.set_aside", plans, taken, because),
        Act("requests.plan", plans, {"code": pool["taken"]}, visit),
        Act("requests.stop", sam, {"code": pool["faulty"]}),
    ]


def of_board(world: World, ours: Part) -> list[Act]:
    pool, body, board = world.pool, ours.codes["statement"], Role.BOARD
    called, held = {"code": pool["called"]}, {"code": pool["meeting"]}
    motion = {"code": pool["motion"]}
    said = {"title": "Beds back", "says": "That letters go out.", "proposer": body}
    action = {"what": "Write", "owner": body, "person": "", "due_on": tomorrow(), "motion": ""}
    moved = {"gives": body, "takes": world.pool["council"], "amount": "5", "because": "Lifts"}
    return [
        Act("board.call_meeting", board,
            form={"on": tomorrow(), "kind": "monthly", "place": "Room 1"}),
        Act("board.begin_meeting", board, called),
        Act("board.call_off_meeting", board, called),
        Act("board.attend", board, held, {f"present_{body}": "y"}),
        Act("board.write_notes", board, held, {"notes": "It went well."}),
        Act("board.agree_minutes", board, {"code": pool["to_agree"]}),
        Act("board.correct", board, {"code": pool["agreed"]}, {"text": "It was the other."}),
        Act("board.put_motion", board, held, {**said, "about": ""}),
        Act("board.give_action", board, held, action),
        Act("board.settle_action", board, {"code": pool["action"]},
            {"event": "finish", "said": "Rung."}),
        Act("board.withdraw_step", board, {"code": pool["step"]}, {"because": "It was May."}),
        Act("reports.mark_measure_step", board, {"code": "r5"},
            {"month": "2020-02", "reason": "A new contract", "motion": ""}),
        Act("reports.quote_figure", board, {"code": "r5"}, {**said, "meeting": held["code"]}),
        Act("board.vote", board, motion, {"voice": "for"}),
        Act("board.count_votes", board, motion),
        Act("board.withdraw_motion", board, motion),
        Act("funding.propose_virement", Role.FINANCE, form=moved),
        Act("funding.withdraw_virement", Role.FINANCE, {"code": ours.codes["virement"]},
            scoped=True),
    ]  # fmt: skip


# Which codes mean something at which addresses.
NAMED = {
    "/requests/": ("request",),
    "/clients/": ("client", "other"),
    "/orders/": ("draft", "waits", "ready"),
    "/slips/": ("draft", "waits", "ready"),
    "/loans/": ("loan", "asked"),
    "/visits/": ("planned", "out"),
    "/funding/statements/": ("statement",),
    "/funding/entries/": ("entry",),
    "/funding/invoices/": ("invoice",),
    "/funding/disputes/": ("dispute", "answered"),
    "/funding/virements/": ("virement",),
    "/board/meetings/": ("called", "meeting", "agreed"),
    "/board/motions/": ("motion",),
    "/board/actions/": ("action",),
    "/board/steps/": ("step",),
    "/funding/agreements/versions/": ("draft_version", "ready_version"),
    "/items/": ("lent", "set_aside", "item", "arrived"),
    "/returns/items/": ("lent", "arrived", "inspected"),
    "/scanning/conflicts/": ("conflict",),
    "/visits/picks/": ("set_aside",),
    "/labels/runs/": ("run",),
    "/labels/many/": ("batch",),
    "/catalogue/": ("product",),
    "/stores/": ("store",),
    "/counts/": ("count", "counted"),
    "/campaigns/": ("letters", "texts"),
    "/back/effect/": ("letters",),
    "/organisations/": ("organisation", "statement"),
    "/people/": ("member",),
    "/jobs/": ("job",),
    "/8004/": ("giai",),
}


def addresses(app: Flask, rule: Rule, world: World) -> list[tuple[str, str, str]]:
    """The addresses of a rule that lead to something of theirs or the pool's: kind, code, where."""
    if not rule.arguments:
        return [("", "", rule.rule)]
    prefix = max((one for one in NAMED if rule.rule.startswith(one)), key=len, default="")
    codes = {**world.pool, **world.theirs.codes}
    more = {"month": "2026-06", "lane": "inspect", "way": "scrap", "event": "hold", "issue": "1",
            "day": today(), "term": "opening", "name": "short", "edition": "x",
            "part": "terms"}  # fmt: skip
    made = []
    for kind in NAMED.get(prefix, ("",)):
        where = {**dict.fromkeys(rule.arguments, codes.get(kind, "r1")), **more}
        made.append((kind, codes.get(kind, ""), address_of(app, rule.endpoint, where)))
    return made


def lets_in(app: Flask, endpoint: str, role: Role | None) -> bool:
    """Whether an address says that it is open to a role, or to anybody."""
    needs = app.view_functions[endpoint].needs  # type: ignore[attr-defined]
    return not needs or (role is not None and any(may(role, one) for one in needs))


def pages(app: Flask, world: World, role: Role | None) -> Iterator[tuple[Rule, str]]:
    """Every page a role is let in to (for nobody: every page), at each code it may lead by.

    That a role is refused at all others, whatever its code, is proved in tests/test_every_page.
    """
    for rule in app.url_map.iter_rules():
        open_to = role is None or lets_in(app, rule.endpoint, role)
        if open_to and "GET" in (rule.methods or ()) and rule.endpoint != "web_static.file":
            for _, _, address in addresses(app, rule, world):
                yield rule, address


def today() -> str:
    """The day it is in London, as an address says it."""
    return london_day(now()).isoformat()


def told(body: str, *codes: str) -> str:
    """A page without what differs from one request to the next, and without the code asked for."""
    for code in codes:
        body = re.sub(rf"\b{re.escape(code)}\b" if is_code(code) else rf"/{code}\b", "CODE", body)
    return re.sub(r'value="[^"]*"|[0-9a-f]{32}|nonce-\S+|\bat \d\d:\d\d\b', "", body)
