"""Killing a process in the middle of an act, at a stage that the database is held up at."""

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

from core.db import transaction
from tests.attacks.serving import serving, working

KEY = "only for tests"
LOCK = 4711
NEVER = "the act never came to this stage"
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


def until(true: Callable[[], bool], otherwise: str) -> None:
    """Wait until something is so."""
    for _ in range(400):
        if true():
            return
        time.sleep(0.02)
    pytest.fail(otherwise)


def killed_in_the_middle(
    url: str,
    stage: tuple[str, str],
    cookie: str,
    page: str,
    where: str,
    form: dict[str, str],
    meanwhile: Callable[[], None] = lambda: None,
) -> None:
    """Send a form, and kill the server while the database is busy with it.

    `meanwhile` is done after it has come to the stage, and before it is killed.
    """
    with serving(url, KEY) as server, held(url, stage) as waits:
        shown, kept = ask(server.address + page, cookie)
        form = {**form, "csrf_token": form_key(shown)}

        def send() -> None:
            with suppress(OSError):
                ask(server.address + where, kept, form)

        sender = threading.Thread(target=send)
        sender.start()
        until(waits, NEVER)
        meanwhile()
        server.kill()
        sender.join()
    quiet(url)


def worker_killed_in_the_middle(url: str, stage: tuple[str, str]) -> None:
    """Begin to work off jobs in a process of its own, and kill it at a stage."""
    with working(url, KEY) as worker, held(url, stage) as waits:
        worker.begin()
        until(waits, NEVER)
        worker.kill()
    quiet(url)


def quiet(url: str) -> None:
    """Wait until the database has noticed that nobody is there any more."""
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    asked = """select count(*) from pg_stat_activity
               where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'"""
    with psycopg.connect(plain, autocommit=True) as looker:
        until(
            lambda: looker.execute(asked).fetchone() == (0,),
            "the database is still busy with what the dead process did",
        )
