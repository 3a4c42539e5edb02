"""What is refused has not happened: no row anywhere is other than it was."""

from collections.abc import Iterator

import pytest
from flask import Flask

from core.codes import new_code
from core.db import db
from people.models import AuditRow
from people.rules import Role
from tests.attacks.world import (
    UNKNOWN,
    Act,
    World,
    acts,
    address_of,
    browser_of,
    checksums,
    lets_in,
    undone,
)
from web.forms import Form

# Refusals that are themselves the fact to keep, and the tables that say so.
KEPT = {
    ("people.sign_in_now", 401): {"sign_in_attempt", "audit_row"},
    ("people.sign_in_now", 429): {"sign_in_attempt", "audit_row"},
    ("people.change_password", 401): {"sign_in_attempt", "audit_row"},
    ("labels.print_new", 404): {"audit_row"},
}
# The bulk act, the single act it repeats.
BULK = {
    "labels.print_new": "labels.reprint",
    "counting.paste": "counting.scan",
    "loans.ask_back": "loans.ask_loan_back",
    "logistics.make_plan": "logistics.move",
    "logistics.pick_any": "logistics.pick_this",
    "returns.open_item": "returns.do_step",
}


def tries(app: Flask, act: Act, role: Role | None) -> Iterator[tuple[str, dict[str, object]]]:
    """The honest form, an empty one, nonsense in every field, and a thing that is not there.

    For a role that is not let in the honest one says it all: nobody reads what it sends.
    """
    there = act.address(app)
    yield there, act.form
    if not lets_in(app, act.endpoint, role):
        return
    yield there, {}
    yield there, dict.fromkeys(act.form, "'; drop table item; --")
    nowhere = {**dict.fromkeys(act.where, UNKNOWN), "number": "999999999", "issue": "9"}
    yield address_of(app, act.endpoint, nowhere), act.form


@pytest.mark.parametrize("role", [*Role, None])
def test_a_refused_request_leaves_every_table_as_it_was(
    app: Flask, world: World, role: Role | None
) -> None:
    before, refusals, since = checksums(), 0, list[str]()
    for act in acts(world):
        kept: set[str] = set()
        for where, form in tries(app, act, role):
            with undone() as trial:
                browser = browser_of(app, world.ours.staff[role] if role else None)
                answer = browser.post(where, data=form)
                nobody = role is None and "/sign-in" in answer.headers.get("Location", "")
                trial.stays = answer.status_code >= 400 or nobody
            refusals += trial.stays
            kept |= KEPT.get((act.endpoint, answer.status_code), set())
        since.append(act.endpoint)
        if kept or lets_in(app, act.endpoint, role):
            before = check_nothing_done(before, kept, role, since)
    check_nothing_done(before, set(), role, since)
    assert refusals > 100 or (role is not None and refusals >= len(acts(world)))


def check_nothing_done(
    before: dict[str, str], kept: set[str], role: Role | None, since: list[str]
) -> dict[str, str]:
    """Every table is as it was, but for what a refusal keeps; what they are now."""
    after = checksums()
    differing = {table for table, was in before.items() if after[table] != was}
    assert differing <= kept, f"{role} was refused at one of {since}, and yet"
    since.clear()
    return after


def test_what_one_organisation_may_not_touch_stays_as_it_was(app: Flask, world: World) -> None:
    before = checksums()
    theirs = [act for act in acts(world, world.theirs) if act.scoped]
    assert len(theirs) > 15
    for act in theirs:
        with undone():
            browser = browser_of(app, world.ours.staff[act.role])
            assert browser.post(act.address(app), data=act.form).status_code == 404, act.endpoint
            assert checksums() == before, act.endpoint


def test_a_refused_label_sheet_leaves_one_line_in_the_trail(app: Flask, world: World) -> None:
    browser = browser_of(app, world.ours.staff[Role.WAREHOUSE])
    before, rows = checksums(), db.session.query(AuditRow).count()
    db.session.remove()
    form = {"layout": "a4-24", "start": "1", "items": f"{world.pool['item']} {new_code()}"}
    answer = browser.post("/labels", data={**form, "once": "a" * 32})
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    after = checksums()
    assert {table for table, was in before.items() if after[table] != was} == {"audit_row"}
    (line,) = db.session.query(AuditRow).order_by(AuditRow.id).offset(rows)
    assert line.by is not None
    assert (line.act, line.changes) == ("labels.print_new", {})
    assert line.by.code == world.ours.people[Role.WAREHOUSE]
    db.session.remove()
    again = browser.post("/labels", data={**form, "items": world.pool["item"], "once": "a" * 32})
    assert again.status_code == 303, "the same form, corrected, is printed"


def test_a_form_with_any_field_left_out_breaks_nothing(app: Flask, world: World) -> None:
    for act in acts(world):
        browser_is = world.ours.staff[act.role]
        for left_out in act.form:
            form = {name: value for name, value in act.form.items() if name != left_out}
            with undone():
                answer = browser_of(app, browser_is).post(act.address(app), data=form)
            assert answer.status_code < 500, f"{act.endpoint} without {left_out}"


@pytest.mark.parametrize(("bulk", "single"), BULK.items())
def test_many_at_once_are_allowed_to_whom_one_is(
    app: Flask, world: World, bulk: str, single: str
) -> None:
    both = {act.endpoint: act for act in acts(world) if act.endpoint in (bulk, single)}
    for session in [*world.ours.staff.values(), *world.theirs.staff.values()]:
        answered = []
        for act in both.values():
            with undone():
                answer = browser_of(app, session).post(act.address(app), data=act.form)
                answered.append(answer.status_code)
        assert (answered[0] == 303) == (answered[1] == 303), f"{bulk} and {single}: {answered}"


# The slip is printed by whoever makes a parcel ready; the journals are all money of a month; a test
# page is of a printer.
OF_THEIR_OWN = {"/slips/<code>.pdf", "/funding/journals/<month>.csv", "/labels/test-page.pdf"}


def test_a_file_asks_for_the_same_right_as_its_page(app: Flask) -> None:
    views = {
        rule.rule: getattr(app.view_functions[rule.endpoint], "needs", "undeclared")
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
    }
    files = [rule for rule in views if rule.endswith((".csv", ".pdf", ".xlsx", ".zip"))]
    assert len(files) > 5
    for rule in files:
        page = rule.rpartition(".")[0]
        page = page if page in views else page.rpartition("/")[0]
        if page in views:
            assert views[rule] == views[page], rule
        else:
            assert rule in OF_THEIR_OWN, f"{rule} has no page to compare it with"


def test_nobody_can_send_us_a_file() -> None:
    def every(form: type[Form]) -> Iterator[type[Form]]:
        for one in form.__subclasses__():
            yield one
            yield from every(one)

    for form in every(Form):
        kinds = [getattr(form, name) for name in dir(form) if not name.startswith("_")]
        assert not [k for k in kinds if "File" in getattr(k, "field_class", type).__name__], form
