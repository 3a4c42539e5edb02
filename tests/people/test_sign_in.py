"""Signing in: the right password lets in, guessing is slowed, nobody learns who has an account."""

import re
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from core.clock import now
from core.db import db
from people.accounts import account_key, forget_tries
from people.guessing import REMEMBERED
from people.models import AuditRow, SignInAttempt, Staff
from people.passwords import HASHER, fits, hashed
from people.rules import Role
from tests.builders import a_member_of_staff

RIGHT = "three odd words of mine"
WRONG = "three odd words of yours"


@pytest.fixture
def sam(app) -> Staff:
    return a_member_of_staff(Role.WAREHOUSE, email="Sam@example.test", password_hash=hashed(RIGHT))


def try_to_sign_in(app, email="sam@example.test", password=RIGHT, client=None, **but):
    client = client or app.test_client()
    return client.post("/sign-in", data={"email": email, "password": password}, **but)


def tries(**but):
    return db.session.scalars(select(SignInAttempt).order_by(SignInAttempt.id)).all()


def an_earlier_failure(minutes, email="sam@example.test", origin="192.0.2.1"):
    when = now() - timedelta(minutes=minutes)
    db.session.add(
        SignInAttempt(account=account_key(email), origin=origin, at=when, succeeded=False)
    )
    db.session.flush()


def test_passwords_are_kept_by_argon2_in_19_mib_two_passes_one_lane():
    kept = hashed(RIGHT)
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert fits(kept, RIGHT)
    assert not fits(kept, WRONG)


def test_the_right_password_lets_in(app, sam):
    client = app.test_client()
    answer = try_to_sign_in(app, client=client)
    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/account").status_code == 200
    assert [row.succeeded for row in tries()] == [True]


def test_the_address_is_read_in_any_case_and_letters_from_any_keyboard(app, sam):
    assert try_to_sign_in(app, email=" SAM@EXAMPLE.test ").status_code == 303
    sam.password_hash = hashed("cafe\u0301 cafe\u0301 three words")
    db.session.flush()
    assert try_to_sign_in(app, password="caf\u00e9 caf\u00e9 three words").status_code == 303


def test_a_failed_try_is_kept_although_it_is_refused(app, sam):
    answer = try_to_sign_in(app, password=WRONG)
    assert answer.status_code == 401
    assert "The e-mail address or the password is not right" in answer.text
    [kept] = tries()
    assert (kept.succeeded, kept.account) == (False, account_key("sam@example.test"))
    assert "sam" not in kept.account


def test_who_mistyped_may_try_again_with_the_same_form(app, sam):
    client = app.test_client()
    try_to_sign_in(app, password=WRONG, client=client)
    assert "once" not in client.get("/sign-in").text
    assert try_to_sign_in(app, client=client).status_code == 303
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize("closed", [False, True], ids=["no account", "closed account"])
def test_nobody_learns_whether_there_is_an_account(app, sam, closed):
    other = "nobody@example.test"
    if closed:
        a_member_of_staff(email=other, password_hash=hashed(RIGHT), active=False)
    for number in range(7):
        known = try_to_sign_in(app, password=WRONG, environ_base={"REMOTE_ADDR": "192.0.2.1"})
        unknown = try_to_sign_in(
            app, email=other, password=RIGHT, environ_base={"REMOTE_ADDR": "192.0.2.2"}
        )
        assert known.status_code == unknown.status_code == (401 if number < 5 else 429)
        assert _same(known.text, "sam@example.test") == _same(unknown.text, other)


def _same(text, email):
    """The page without what must differ: the address typed, the clock and the form's token."""
    token_or_clock = r'(?<=name="csrf_token" value=")[^"]+|\d\d:\d\d:\d\d'
    return re.sub(token_or_clock, "", text.replace(email, ""))


def test_an_unknown_account_costs_as_much_work(app, sam, monkeypatch):
    asked = []
    verify = PasswordHasher.verify
    counting = lambda self, kept, given: asked.append(kept[:30]) or verify(self, kept, given)  # noqa: E731
    monkeypatch.setattr(PasswordHasher, "verify", counting)
    try_to_sign_in(app)
    try_to_sign_in(app, email="nobody@example.test")
    assert asked == [HASHER.hash("x")[:30]] * 2


def test_an_account_without_a_readable_hash_lets_nobody_in(app, sam):
    sam.password_hash = "not a hash"
    assert try_to_sign_in(app, password="not a hash").status_code == 401


def test_after_five_failures_even_the_right_password_waits(app, sam):
    for minutes in range(5):
        an_earlier_failure(minutes / 10)
    answer = try_to_sign_in(app)
    assert answer.status_code == 429
    assert "Wait a minute and try again after" in answer.text
    assert len(tries()) == 5


def test_five_failures_that_are_spread_out_lock_nobody_out(app, sam):
    for minutes in (0.5, 4, 8, 12, 16):
        an_earlier_failure(minutes)
    assert try_to_sign_in(app).status_code == 303


def test_the_lock_ends_and_the_right_password_clears_the_slate(app, sam):
    for _ in range(5):
        an_earlier_failure(2)
    client = app.test_client()
    assert try_to_sign_in(app, client=client).status_code == 303
    assert try_to_sign_in(app, password=WRONG).status_code == 401
    assert try_to_sign_in(app).status_code == 303


def test_old_tries_are_forgotten_and_those_a_lock_rests_on_are_kept(app, sam):
    for minutes in (1, 60 * 23, 60 * 25):
        an_earlier_failure(minutes)
    assert forget_tries(before=now() - REMEMBERED) == 1
    assert len(tries()) == 2


def test_twenty_failures_lock_an_origin_for_every_account(app, sam):
    for number in range(20):
        an_earlier_failure(0.1, email=f"someone{number}@example.test", origin="192.0.2.7")
    here = {"REMOTE_ADDR": "192.0.2.7"}
    assert try_to_sign_in(app, environ_base=here).status_code == 429
    assert try_to_sign_in(app, environ_base={"REMOTE_ADDR": "192.0.2.8"}).status_code == 303


def test_a_forged_header_changes_nothing_about_the_origin(app, sam):
    for number in range(3):
        try_to_sign_in(
            app,
            password=WRONG,
            environ_base={"REMOTE_ADDR": "192.0.2.7"},
            headers={"X-Forwarded-For": f"198.51.100.{number}", "X-Real-IP": "198.51.100.9"},
        )
    assert {row.origin for row in tries()} == {"192.0.2.7"}


def test_a_proxy_of_ours_may_say_where_a_try_comes_from(app, sam, monkeypatch):
    monkeypatch.setitem(app.config, "TRUSTED_PROXIES", frozenset({"192.0.2.7"}))
    try_to_sign_in(
        app,
        environ_base={"REMOTE_ADDR": "192.0.2.7"},
        headers={"X-Forwarded-For": "203.0.113.5, 198.51.100.1"},
    )
    assert [row.origin for row in tries()] == ["198.51.100.1"]


def test_the_session_is_made_anew_at_sign_in(app, sam):
    client = app.test_client()
    with client.session_transaction() as before:
        before["planted"] = "by somebody else"
        before["_user_id"] = "1:planted"
    try_to_sign_in(app, client=client)
    with client.session_transaction() as after:
        assert "planted" not in after
        assert after["_user_id"] == sam.get_id()


@pytest.mark.parametrize(
    "next_", ["//evil.test", "https://evil.test/", "/\\evil.test", "\\\\evil.test", "javascript:1",
              "/\t/evil.test", "/%09/evil.test\n", "evil.test", "", "/" + "x" * 600]
)  # fmt: skip
def test_signing_in_leads_nowhere_else(app, sam, next_):
    answer = try_to_sign_in(app, query_string={"next": next_})
    assert answer.status_code in (303, 400)
    if answer.status_code == 303:
        assert answer.location == "/"


def test_signing_in_leads_back_to_where_one_wanted_to_be(app, sam):
    client = app.test_client()
    asked = client.get("/account?a=1&b=2")
    assert asked.status_code == 303
    answer = client.post(asked.location, data={"email": sam.email, "password": RIGHT})
    assert answer.location == "/account?a=1&b=2"


def test_signing_out_is_never_a_link(app, sam, as_):
    client = as_(sam)
    assert client.get("/sign-out").status_code == 405
    assert client.get("/account").status_code == 200
    assert client.post("/sign-out").status_code == 303
    assert client.get("/account").status_code == 303


@pytest.mark.parametrize(
    "email",
    ["", "x" * 300, "\0@example.test", "'; drop table staff; --", "٣@example.test", "İ@e.x"],
)
def test_whatever_is_typed_gets_a_sentence(app, sam, email):
    assert try_to_sign_in(app, email=email).status_code in (400, 401, 422)
    assert try_to_sign_in(app, password="x" * 5000).status_code == 422


def test_a_weaker_hash_of_older_days_is_renewed(app, sam):
    sam.password_hash = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(RIGHT)
    key = sam.session_key
    assert try_to_sign_in(app).status_code == 303
    db.session.refresh(sam)
    assert sam.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert sam.session_key == key


def test_the_trail_says_who_signed_in_and_out(app, sam):
    client = app.test_client()
    try_to_sign_in(app, password=WRONG)
    try_to_sign_in(app, client=client)
    client.post("/sign-out")
    rows = db.session.execute(select(AuditRow.act, AuditRow.by_id).order_by(AuditRow.id)).all()
    assert [tuple(row) for row in rows] == [
        ("people.sign_in_now", None),
        ("people.sign_in_now", sam.id),
        ("people.sign_out", sam.id),
    ]


def test_nobody_is_signed_in_by_a_form_of_another_site(app, sam, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    assert try_to_sign_in(app).status_code == 400
    assert try_to_sign_in(app, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert tries() == []
    client = app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)[1]
    send = {"email": sam.email, "password": RIGHT, "csrf_token": token}
    assert client.post("/sign-in", data=send).status_code == 303
    # The token of before is worth nothing after.
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 400
    assert client.post("/sign-out").status_code == 400
    assert client.get("/account").status_code == 200


def test_tries_at_once_are_counted_one_after_another(fresh_url):
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    from tests.conftest import an_app

    made = an_app(fresh_url)
    together = Barrier(12)

    def guess(_):
        together.wait()
        return try_to_sign_in(made, password=WRONG).status_code

    with ThreadPoolExecutor(12) as pool:
        answers = sorted(pool.map(guess, range(12)))
    with made.app_context():
        assert db.session.scalar(select(func.count()).select_from(SignInAttempt)) == 5
        db.session.remove()
        db.engine.dispose()
    assert answers == [401] * 5 + [429] * 7
