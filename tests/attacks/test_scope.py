"""What belongs to one organisation is, for another, not there."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.routing import Rule

from core.codes import new_code
from core.db import db
from people.rules import Role
from tests.attacks.world import (
    STREETS,
    UNKNOWN,
    World,
    acts,
    addresses,
    browser_of,
    pages,
    told,
    undone,
)

SCOPED_ROLES = (Role.PRESCRIBER, Role.AUTHORISER, Role.FINANCE, Role.DRIVER)
# Addresses whose codes name nothing that belongs to one organisation.
EVERYBODYS = (
    "/funding/months/", "/funding/agreements/", "/funding/rules/", "/funding/year-end/",
    "/414/", "/8004/", "/back/", "/board/", "/budget/", "/campaigns/", "/catalogue/",
    "/counts/", "/do/", "/items/", "/labels/",
    "/organisations/", "/people/", "/returns/", "/scanning/", "/static/", "/stores/",
    "/visits/day/", "/visits/picks/", "/waiting/",
)  # fmt: skip
# Only those who plan or keep what belongs to the whole pool come here: nobody's scope is narrower.
OF_THE_POOL = {
    "funding.answer_dispute",
    "funding.reverse",
    "funding.journals_csv",
    "funding.lay_entry",
    "funding.to_lay",
    "funding.settle_dispute",
    "logistics.cancel",
    "logistics.cancelling",
    "logistics.move",
    "logistics.moving",
    "requests.finish",
    "requests.one",
    "requests.plan",
    "requests.put_back",
    "requests.set_aside",
    "requests.stop",
    "requests.take_up",
}
# An empty form is answered 404 on one's own order too; the honest form is tried in test_refusals.
HONESTLY_ONLY = {"loans.remove_line"}
PERSONAL = ("NameTheirs", STREETS["Theirs"], "NG9 1AA")


def gaps(app: Flask) -> list[Rule]:
    """Every address that takes a code, and is not everybody's."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.arguments and not rule.rule.startswith(EVERYBODYS)
    ]


def ask(browser: FlaskClient, rule: Rule, address: str) -> tuple[int, str]:
    """What an address answers: to a GET, or to an empty form."""
    method = "POST" if "POST" in (rule.methods or ()) else "GET"
    with undone():
        answer = browser.open(address, method=method, buffered=True)
        return answer.status_code, answer.get_data().decode("utf-8", "replace")


def unknown_for(kind: str) -> str:
    return "999999" if kind == "entry" else UNKNOWN


def test_at_every_address_another_organisations_code_is_as_unknown_as_any(
    app: Flask, world: World
) -> None:
    proved = set()
    for role in SCOPED_ROLES:
        ours = browser_of(app, world.ours.staff[role])
        theirs = browser_of(app, world.theirs.staff[role])
        for rule in gaps(app):
            for kind, code, address in addresses(app, rule, world):
                if ask(theirs, rule, address)[0] in (403, 404):
                    continue
                status, body = ask(ours, rule, address)
                nothing = ask(ours, rule, address.replace(code, unknown_for(kind)))
                assert (status, nothing[0]) == (404, 404), f"{role} at {rule.rule} for {kind}"
                assert told(body, code) == told(nothing[1], unknown_for(kind)), rule.rule
                assert not [name for name in PERSONAL if name in body]
                proved.add(rule.endpoint)
    assert {rule.endpoint for rule in gaps(app)} - proved == OF_THE_POOL | HONESTLY_ONLY


def read_everything(
    app: Flask, world: World, role: Role | None, session: str | None, *names: str
) -> int:
    """Open every page a role may, at every code it may lead by; none may say one of these names."""
    browser, read = browser_of(app, session), 0
    for rule, address in pages(app, world, role):
        if rule.endpoint == SLIP:
            continue
        status, body = ask(browser, rule, address)
        assert not [name for name in names if name in body], address
        read += status == 200
    for sought in ("Ada", "Bea", "a", "NG9", "999", "Mews", world.theirs.codes["client"]):
        found = browser.post("/clients", data={"sought": sought}, buffered=True)
        answered = found.get_data().decode().replace(f'value="{sought}"', "")
        assert not [name for name in names if name in answered], f"a search for {sought}"
    return read


# Whoever makes a parcel ready prints its slip, which says for whom it is.
SLIP = "labels.slip"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SCHEDULER])
def test_no_page_tells_anybody_of_another_organisations_clients(
    app: Flask, world: World, role: Role
) -> None:
    assert read_everything(app, world, role, world.ours.staff[role], *PERSONAL) > 8


def test_who_is_not_signed_in_learns_nothing_of_anybody(app: Flask, world: World) -> None:
    assert read_everything(app, world, None, None, *PERSONAL, "NameOurs") > 2


NOBODYS = {
    "no organisation": "update staff set organisation_id = null",
    "an organisation without clients": "update staff set organisation_id = (select max(id) "
    "from organisation)",
    "a closed account": "update staff set active = false",
}


@pytest.mark.parametrize("nothing", NOBODYS)
def test_whoever_belongs_to_nobody_finds_nobodys_clients(
    app: Flask, world: World, nothing: str
) -> None:
    # Clients whom no body, no council and no practice looks after: nothing does not meet nothing.
    for table in ("client", "orders"):
        nulls = "body_id = null, council_id = null, practice_id = null"
        db.session.execute(text(f"update {table} set {nulls}"))
    db.session.execute(text(NOBODYS[nothing]))
    db.session.commit()
    for role in SCOPED_ROLES:
        if role is Role.DRIVER and "without clients" in nothing:
            continue  # a driver of any organisation sees the visits that are theirs to make
        read_everything(app, world, role, world.theirs.staff[role], *PERSONAL)


SCANS: dict[str, Callable[[str], str]] = {
    "a number": lambda _: "1",
    "a forged reference": lambda _: '{"item": 1, "stockitem": 1, "pk": 1}',
    "another thing's code": lambda code: code,
    "an address of another thing": lambda code: f"http://localhost:8000/8004/9521234{code}",
    "a code that is nobody's": lambda _: new_code(),
}


@pytest.mark.parametrize("shape", SCANS)
def test_no_field_for_a_scanner_tells_what_a_code_stands_for(
    app: Flask, world: World, shape: str
) -> None:
    codes = [code for kind, code in world.theirs.codes.items() if kind not in ITEMS]
    fields = [
        (act, field)
        for act in acts(world)
        for field in act.form
        if field in ("scanned", "named", "items")
    ]
    assert len(fields) > 5
    for act, field in fields:
        browser, answers = browser_of(app, world.ours.staff[act.role]), set()
        for code in codes:
            with undone():
                form = {**act.form, field: SCANS[shape](code)}
                answer = browser.post(act.address(app), data=form)
            assert answer.status_code in (404, 422), f"{act.endpoint}: {answer.status_code}"
            assert not [name for name in PERSONAL if name in answer.text]
            answers.add((answer.status_code, len(told(answer.text)) // 400))
        assert len(answers) == 1, f"{act.endpoint} answers differently: {answers}"


ITEMS = {"set_aside", "lent", "chosen", "statement", "entry", "undisputed"}
