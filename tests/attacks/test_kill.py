"""The server is killed in the middle of an act: all of it is there afterwards, or nothing."""

import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
import pytest
from flask import Flask

from core.db import db, transaction
from funding.checks import ledger_faults
from people.rules import Role
from tests import builders
from tests.attacks.serving import serving
from tests.attacks.world import checksums
from tests.conftest import an_app

KEY = "only for tests"
LOCK = 4711
# Each stage of an act, as the database sees it: the statement that is kept waiting.
HOLD = """
create function hold_on() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared({lock});
  return null;
end $$;
create {kind} trigger hold_on after {event} on "{table}" {when} for each row
execute function hold_on();
"""
RETURN = {
    "as the item moves": ("item_move", ""),
    "as the charge is posted": ("posting", ""),
    "as it commits": ("return", "deferrable initially deferred"),
}
PRINT = {
    "as it commits": ("print_run", "deferrable initially deferred"),
}


@pytest.fixture
def store(fresh_url: str) -> Iterator[Flask]:
    """The application on a database of its own, to prepare things and to look at them."""
    made = an_app(fresh_url, PERMANENT_SESSION_LIFETIME=36_000)
    yield made
    with made.app_context():
        db.engine.dispose()


def prepare(app: Flask, build: Callable[[], Any]) -> Any:
    with app.app_context(), transaction("test"):
        return build()


def cookie_of(app: Flask, session: str) -> str:
    """The cookie of somebody who is signed in."""
    browser = app.test_client()
    with browser.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = session, True
    cookie = browser.get_cookie("session")
    assert cookie is not None
    return f"session={cookie.value}"


class Stop(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: where somebody is sent is the answer."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def ask(address: str, cookie: str, form: dict[str, str] | None = None) -> tuple[str, str]:
    """The body of an answer, and the cookie to come back with."""
    sent = urllib.parse.urlencode(form).encode() if form is not None else None
    request = urllib.request.Request(address, data=sent, headers={"Cookie": cookie})
    try:
        with urllib.request.build_opener(Stop).open(request, timeout=20) as answer:
            given = answer.headers.get("Set-Cookie", cookie).partition(";")[0]
            return answer.read().decode(), given
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.read().decode(), cookie


def form_key(page: str) -> str:
    """The key that a page gives its forms."""
    return page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]


@contextmanager
def held(url: str, stage: tuple[str, str]) -> Iterator[Callable[[], bool]]:
    """Hold every act up at a stage; answers whether somebody waits there."""
    table, deferred = stage
    made = HOLD.format(
        lock=LOCK, table=table, event="insert", when=deferred, kind="constraint" if deferred else ""
    )
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain, autocommit=True) as holder:
        holder.execute(made)
        holder.execute("select pg_advisory_lock(%s)", [LOCK])

        def waits() -> bool:
            asked = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
            found = holder.execute(asked).fetchone()
            return bool(found and found[0])

        try:
            yield waits
        finally:
            holder.execute("select pg_advisory_unlock(%s)", [LOCK])
            holder.execute(f'drop trigger hold_on on "{table}"')
            holder.execute("drop function hold_on()")


def killed_in_the_middle(
    url: str, stage: tuple[str, str], cookie: str, page: str, where: str, form: dict[str, str]
) -> None:
    """Send a form, and kill the server while the database is busy with it."""
    with serving(url, KEY) as server, held(url, stage) as waits:
        shown, kept = ask(server.address + page, cookie)
        form = {**form, "csrf_token": form_key(shown)}

        def send() -> None:
            with suppress(OSError):
                ask(server.address + where, kept, form)

        sender = threading.Thread(target=send)
        sender.start()
        for _ in range(400):
            if waits():
                break
            time.sleep(0.02)
        else:
            pytest.fail("the act never came to this stage")
        server.kill()
        sender.join()
    quiet(url)


def quiet(url: str) -> None:
    """Wait until the database has noticed that nobody is there any more."""
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    asked = """select count(*) from pg_stat_activity
               where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'"""
    with psycopg.connect(plain, autocommit=True) as looker:
        for _ in range(400):
            found = looker.execute(asked).fetchone()
            if found == (0,):
                return
            time.sleep(0.02)
    pytest.fail("the database is still busy with the dead server's act")


def numbers(app: Flask) -> dict[str, int]:
    """How many rows of each kind there are."""
    with app.app_context():
        counted = {
            name: db.session.execute(db.text(f'select count(*) from "{name}"')).scalar_one()
            for name in ("return", "entry", "item_move", "print_run", "label", "audit_row")
        }
        counted["ended"] = db.session.execute(
            db.text("select count(*) from loan where ended_at is not null")
        ).scalar_one()
        db.session.remove()
    return counted


@pytest.mark.parametrize("stage", RETURN)
def test_a_return_that_is_cut_off_is_whole_or_not_there_and_scans_again_once(
    store: Flask, fresh_url: str, stage: str
) -> None:
    def build() -> tuple[str, str]:
        return builders.a_loan().item.code, builders.a_member_of_staff(Role.WAREHOUSE).get_id()

    code, session = prepare(store, build)
    cookie, before = cookie_of(store, session), numbers(store)
    with store.app_context():
        was = checksums()
    form = {"scanned": code, "once": "c" * 32}
    killed_in_the_middle(fresh_url, RETURN[stage], cookie, "/returns/", "/returns/", form)
    after = numbers(store)
    # A commit that had begun may still come through when nobody listens: then it is whole.
    whole = after["return"] == before["return"] + 1
    if not whole:
        with store.app_context():
            assert checksums() == was, "part of it was done"
    scanned = scan_again(store, cookie, form)
    assert scanned == 303, "the same form, sent again, is answered as if nothing had happened"
    done = numbers(store)
    assert (done["return"], done["ended"]) == (before["return"] + 1, 1)
    assert done["entry"] == before["entry"] + 1
    assert done["item_move"] == before["item_move"] + 2
    assert done["audit_row"] == before["audit_row"] + 1
    with store.app_context():
        assert ledger_faults() == []
    assert scan_again(store, cookie, {"scanned": code}) == 409
    assert numbers(store) == done


def scan_again(store: Flask, cookie: str, form: dict[str, str]) -> int:
    """What the next scan is answered, by a server that has come up again."""
    browser = store.test_client()
    browser.set_cookie("session", cookie.removeprefix("session="))
    return browser.post("/returns/", data=form).status_code


@pytest.mark.parametrize("stage", PRINT)
def test_a_sheet_of_labels_that_is_cut_off_is_made_once_or_not_at_all(
    store: Flask, fresh_url: str, stage: str
) -> None:
    def build() -> tuple[list[str], str]:
        items = builders.some_items(5)
        return [one.code for one in items], builders.a_member_of_staff(Role.WAREHOUSE).get_id()

    codes, session = prepare(store, build)
    cookie = cookie_of(store, session)
    form = {"items": " ".join(codes), "layout": "a4-24", "start": "1", "once": "d" * 32}
    killed_in_the_middle(fresh_url, PRINT[stage], cookie, "/labels/new", "/labels", form)
    after = numbers(store)
    assert (after["print_run"], after["label"]) in ((0, 0), (1, 5))
    browser = store.test_client()
    browser.set_cookie("session", cookie.removeprefix("session="))
    for _ in range(2):
        assert browser.post("/labels", data=form).status_code == 303
    done = numbers(store)
    assert (done["print_run"], done["label"]) == (1, 5)
