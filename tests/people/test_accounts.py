"""Accounts are kept by administrators, change only where a form asks, and always have a keeper."""

import pytest
from sqlalchemy import select

from core.db import db
from core.errors import Forbidden, Invalid, NotAllowed
from core.money import Pence
from people import actions
from people.models import Staff
from people.passwords import fits, hashed
from people.queries import account_of
from people.rules import Role
from tests.builders import NOON, a_member_of_staff, an_organisation

GOOD = "three odd words"


@pytest.fixture
def admin(app):
    return a_member_of_staff(Role.ADMINISTRATOR)


def facts(**but):
    return {
        "name": "Sam Example",
        "email": "new@example.test",
        "password": GOOD,
        "role": Role.DRIVER,
        "organisation": None,
        "at": NOON,
        **but,
    }


def every_column(staff):
    return {
        column.key: getattr(staff, column.key)
        for column in Staff.__table__.columns
        if column.key != "id"
    }


def test_only_the_very_first_administrator_comes_from_nobody(app):
    for role in set(Role) - {Role.ADMINISTRATOR}:
        with pytest.raises(Forbidden):
            actions.add_staff(**facts(role=role), by=None)
    first = actions.add_staff(**facts(role=Role.ADMINISTRATOR), by=None)
    with pytest.raises(Forbidden):
        actions.add_staff(**facts(email="b@example.test", role=Role.ADMINISTRATOR), by=None)
    assert actions.add_staff(**facts(email="b@example.test"), by=first).organisation is None


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
def test_nobody_but_an_administrator_keeps_accounts(app, admin, role):
    by, somebody = a_member_of_staff(role), a_member_of_staff()
    with pytest.raises(Forbidden):
        actions.add_staff(**facts(), by=by)
    with pytest.raises(Forbidden):
        actions.set_password(somebody, GOOD, by=by, at=NOON)
    with pytest.raises(Forbidden):
        actions.close_account(somebody, by=by, at=NOON)
    with pytest.raises(Forbidden):
        actions.end_sessions(somebody, by=by, at=NOON)
    with pytest.raises(Forbidden):
        change(by, by=by, role=Role.ADMINISTRATOR)


def change(staff, *, by, **but):
    as_is = {
        "name": staff.name,
        "role": staff.role,
        "organisation": staff.organisation,
        "order_limit": staff.order_limit,
    }
    actions.change_staff(staff, **{**as_is, **but}, by=by, at=NOON)


def test_one_address_has_one_account_in_any_case(app, admin):
    actions.add_staff(**facts(email="Kim@Example.test"), by=admin)
    with pytest.raises(Invalid, match="already an account") as why:
        actions.add_staff(**facts(email="kim@example.TEST"), by=admin)
    assert why.value.field == "email"
    assert account_of(" KIM@example.test").email == "Kim@Example.test"


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short", "at least 12"),
        ("x" * 201, "no more than 200"),
        ("aaaaaaaaaaaaaa", "easy to guess"),
        ("Password12345", "easy to guess"),
        ("sam-example-2026", "Leave names"),
    ],
)
def test_a_password_that_is_easily_guessed_is_refused(app, admin, password, sentence):
    with pytest.raises(Invalid, match=sentence) as why:
        actions.add_staff(**facts(password=password), by=admin)
    assert why.value.field == "password"


def test_nobody_changes_their_own_role_or_closes_their_own_account(app, admin):
    a_member_of_staff(Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed, match="their own role"):
        change(admin, by=admin, role=Role.BOARD)
    with pytest.raises(NotAllowed, match="their own account"):
        actions.close_account(admin, by=admin, at=NOON)
    with pytest.raises(NotAllowed, match="your own password"):
        actions.set_password(admin, GOOD, by=admin, at=NOON)


def test_the_last_administrator_stays(app, admin):
    other = a_member_of_staff(Role.ADMINISTRATOR)
    change(other, by=admin, role=Role.BOARD)
    gone = a_member_of_staff(Role.ADMINISTRATOR, active=False)
    gone.active = True  # somebody who could still act, were the rule asked of them alone
    db.session.flush()
    gone.active = False
    with pytest.raises(Forbidden):
        actions.close_account(admin, by=gone, at=NOON)
    assert admin.active


def test_two_administrators_cannot_close_each_other_at_once(fresh_url):
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    from core.db import transaction
    from core.errors import Refused
    from tests.conftest import an_app

    made, together = an_app(fresh_url), Barrier(2)
    with made.app_context():
        with transaction("test"):
            codes = [a_member_of_staff(Role.ADMINISTRATOR).code for _ in range(2)]
        db.session.remove()

    def close(mine, theirs):
        with made.app_context():
            try:
                with transaction("test"):
                    find = lambda code: db.session.scalar(select(Staff).where(Staff.code == code))  # noqa: E731
                    by, staff = find(mine), find(theirs)
                    together.wait()
                    actions.close_account(staff, by=by, at=NOON)
            except Refused:
                return "refused"
            finally:
                db.session.remove()
            return "closed"

    with ThreadPoolExecutor(2) as pool:
        done = sorted(pool.map(close, codes, reversed(codes)))
    with made.app_context():
        left = db.session.scalars(select(Staff.code).where(Staff.active)).all()
        db.session.remove()
        db.engine.dispose()
    assert done == ["closed", "refused"]
    assert len(left) == 1


def test_posting_every_column_changes_only_what_the_form_asks_for(app, as_):
    client, victim = as_(Role.ADMINISTRATOR), a_member_of_staff(Role.DRIVER)
    elsewhere = an_organisation()
    before = every_column(victim)
    forged = dict.fromkeys(before, "9") | {
        "id": "1",
        "active": "",
        "email": "stolen@example.test",
        "password_hash": hashed(GOOD),
        "session_key": "0" * 32,
        "code": "22222222",
        "name": "A New Name",
        "role": "board",
        "organisation": elsewhere.ods_code,
        "organisation_id": "1",
        "order_limit": "12.50",
    }
    assert client.post(f"/people/{victim.code}", data=forged).status_code == 303
    changed = {key for key, value in every_column(victim).items() if value != before[key]}
    assert changed == {"name", "role", "organisation_id", "order_limit"}
    assert (victim.organisation, victim.order_limit) == (elsewhere, Pence(12_50))


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
def test_posting_every_column_as_anybody_else_changes_nothing(app, as_, role):
    client, victim = as_(role), a_member_of_staff(Role.DRIVER)
    before, mine = every_column(victim), every_column(client.staff)
    forged = dict.fromkeys(before, "9") | {"role": "administrator", "password": GOOD}
    for address in (
        "/people/new",
        f"/people/{victim.code}",
        f"/people/{victim.code}/password",
        f"/people/{victim.code}/close",
        f"/people/{client.staff.code}",
    ):
        assert client.post(address, data=forged).status_code == 403
    client.post("/account/password", data=forged)
    db.session.expire_all()
    assert every_column(victim) == before
    assert every_column(client.staff) == mine


def test_ones_own_password_changes_with_the_current_one_only(app, as_):
    client = as_(Role.DRIVER, password_hash=hashed(GOOD))
    new = {"password": "other odd words"}
    answer = client.post("/account/password", data={"current": "a wrong one", **new})
    assert answer.status_code == 401
    assert "That is not your current password" in answer.text
    answer = client.post("/account/password", data={"current": GOOD, **new})
    assert answer.status_code == 303
    assert client.get("/account").status_code == 200
    db.session.expire_all()
    assert fits(client.staff.password_hash, new["password"])


def test_guessing_ones_own_password_is_slowed_too(app, as_):
    client = as_(Role.DRIVER, password_hash=hashed(GOOD))
    send = {"current": "a wrong one", "password": "other odd words"}
    answers = [client.post("/account/password", data=send).status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]


def test_opening_an_account_and_closing_it_by_pages(app, as_):
    client, employer = as_(Role.ADMINISTRATOR), an_organisation(ods_code="52R")
    send = {
        "name": "Kim Example",
        "email": "kim@example.test",
        "role": "prescriber",
        "organisation": "52r",
        "order_limit": "£1,000",
        "password": "quiet purple lamp",
    }
    made = client.post("/people/new", data=send)
    assert made.status_code == 303
    kim = account_of("kim@example.test")
    assert (kim.organisation, kim.order_limit) == (employer, Pence(1000_00))
    assert made.location == f"/people/{kim.code}"
    again = client.post("/people/new", data=send)
    assert again.status_code == 422
    assert "already an account" in again.text
    assert 'value="Kim Example"' in again.text
    assert send["password"] not in again.text
    wrong = client.post("/people/new", data={**send, "organisation": "0", "order_limit": "1.234"})
    assert wrong.status_code == 422
    client.post(f"/people/{kim.code}/close")
    assert not account_of("kim@example.test").active
    client.post(f"/people/{kim.code}/reopen")
    assert account_of("kim@example.test").active
    assert client.post(f"/people/{client.staff.code}/close").status_code == 409


def test_the_list_filters_and_downloads(app, as_):
    client = as_(Role.ADMINISTRATOR)
    a_member_of_staff(Role.DRIVER, name="=cmd|' /C calc'!A0")
    a_member_of_staff(Role.DRIVER, name="<script>alert(1)</script>")
    a_member_of_staff(Role.BOARD, name="Pat Board", active=False)
    page = client.get("/people?role=driver").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert client.staff.name not in page.split("<main")[1]
    assert "Pat Board" not in client.get("/people").text
    assert "Pat Board" in client.get("/people?closed=y").text
    file = client.get("/people?download=csv")
    assert file.mimetype == "text/csv"
    assert "'=cmd" in file.text


def test_somebody_is_found_by_name_and_no_address_holds_it(app, as_):
    client = as_(Role.ADMINISTRATOR)
    a_member_of_staff(Role.BOARD, name="Pat Board", active=False)
    found = client.post("/people", data={"text": "pat"})
    assert found.status_code == 200
    assert "Pat Board" in found.text
    assert client.staff.name not in found.text.split("<main")[1]
    assert "Nobody here matches" in client.post("/people", data={"text": "%"}).text
    empty = client.post("/people", data={"text": " "})
    assert empty.status_code == 422
    assert "Write a name or an address." in empty.text
    assert "Pat Board" not in client.get("/people?text=pat").text


@pytest.mark.parametrize(
    "asked",
    ["role=superuser", "page=-1", "page=x&text=" + "a" * 500, "closed=maybe", "text=%00", "role="],
)
def test_a_strange_address_is_answered_with_a_sentence(app, as_, asked):
    assert as_(Role.ADMINISTRATOR).get(f"/people?{asked}").status_code in (200, 400, 422)


@pytest.mark.parametrize("code", ["22222222", "x", "1", "'--", "%00", "🦽"])
def test_an_unknown_account_is_not_found(app, as_, code):
    client = as_(Role.ADMINISTRATOR)
    for address in (f"/people/{code}", f"/organisations/{code}"):
        assert client.get(address).status_code in (400, 404)
    assert client.post(f"/people/{code}/close").status_code in (400, 404)
