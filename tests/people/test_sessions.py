"""A session ends by rest, by age, by a new password, by a closed account; rubbish begins none."""

import time

import pytest

from core.db import db
from people import actions
from people.rules import Role
from people.sessions import BEGAN, SEEN
from tests.builders import NOON, a_member_of_staff

A_MINUTE = 60


def aged(client, *, began=0, seen=0):
    with client.session_transaction() as session:
        session[BEGAN] = int(time.time()) - began * A_MINUTE
        session[SEEN] = int(time.time()) - seen * A_MINUTE
    return client


def is_in(client):
    return client.get("/account").status_code == 200


def test_half_an_hour_of_rest_ends_a_session(app, as_):
    assert is_in(aged(as_(Role.DRIVER), began=60, seen=29))
    assert not is_in(aged(as_(Role.DRIVER), began=60, seen=31))


def test_using_it_keeps_a_session_alive_until_ten_hours_have_passed(app, as_):
    client = aged(as_(Role.DRIVER), began=60, seen=20)
    assert is_in(client)
    with client.session_transaction() as session:
        assert time.time() - session[SEEN] < A_MINUTE
        assert time.time() - session[BEGAN] > 59 * A_MINUTE
    assert is_in(aged(client, began=599, seen=0))
    assert not is_in(aged(client, began=601, seen=0))


def test_an_ended_session_says_so_and_stays_ended(app, as_):
    client = aged(as_(Role.DRIVER), seen=31)
    page = client.get(client.get("/account").location).text
    assert "Your session has ended. Sign in again to go on." in page
    assert not is_in(client)


def test_the_length_of_rest_is_a_setting(app, as_, monkeypatch):
    monkeypatch.setitem(app.config, "IDLE_MINUTES", 5)
    assert not is_in(aged(as_(Role.DRIVER), seen=6))


@pytest.mark.parametrize(
    "kept",
    [
        "",
        ":",
        "1",
        "x:y",
        "-1:k",
        "1:",
        "9" * 40 + ":k",
        "٣:k",
        "1:\u00e9",
        "None",
        "1e9:k",
        None,
        7,
    ],
)
def test_a_session_that_says_rubbish_is_nobodys(app, kept):
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = kept
    assert not is_in(client)


@pytest.mark.parametrize("rubbish", ["x", None, 1.5, [1]])
def test_rubbish_about_its_age_ends_a_session(app, as_, rubbish):
    client = as_(Role.DRIVER)
    with client.session_transaction() as session:
        session[BEGAN] = session[SEEN] = rubbish
    assert not is_in(client)


def test_a_new_password_ends_older_sessions(app, as_):
    client, admin = as_(Role.DRIVER), a_member_of_staff(Role.ADMINISTRATOR)
    assert is_in(client)
    actions.set_password(client.staff, "three odd words", by=admin, at=NOON)
    assert not is_in(client)


def test_a_closed_account_is_out_at_its_next_request(app, as_):
    client, admin = as_(Role.DRIVER), a_member_of_staff(Role.ADMINISTRATOR)
    actions.close_account(client.staff, by=admin, at=NOON)
    assert not is_in(client)
    actions.reopen_account(client.staff, by=admin, at=NOON)
    assert not is_in(client)


def test_a_role_that_was_taken_away_is_gone_at_the_next_request(app, as_):
    client = as_(Role.ADMINISTRATOR)
    assert client.get("/people").status_code == 200
    client.staff.role = Role.BOARD
    db.session.flush()
    assert client.get("/people").status_code == 403


def test_ending_all_sessions_leaves_only_this_one(app, as_):
    here = as_(Role.DRIVER)
    there = as_(here.staff)
    assert here.post("/account/sessions").status_code == 303
    assert is_in(here)
    assert not is_in(there)


def test_somebody_elses_key_opens_nothing(app, as_):
    one, other = as_(Role.DRIVER).staff, a_member_of_staff(Role.ADMINISTRATOR)
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = f"{other.id}:{one.session_key}"
    assert not is_in(client)
