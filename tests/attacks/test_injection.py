"""Whatever is written in any column comes back as it was written: never run, never obeyed."""

import csv
import io
import re
import time
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Enum as Listed
from sqlalchemy import String, text

from core.db import db
from people.rules import Role
from tests.attacks.world import World, browser_of, pages
from tests.heard import statements
from tests.labels.papers import text_of
from tests.loans.test_access import SEERS as SEES_CLIENTS
from web.csvs import read_back

# One sum no page contains by chance, in the words of four template languages; then markup that
# would run, and a beginning that a spreadsheet takes for a formula.
PAYLOAD = "=1+1{{7919*7907}}${7919*7907}<%=7919*7907%>{% if 1 %}</td><img src=x onerror=alert(1)>"
OBEYED = str(7919 * 7907)
# What a column's own rules ask it to look like, so that no such text could ever be in it.
RULED = {
    "password_hash", "session_key", "email", "layout", "account", "origin", "act",
    "place",  # of a campaign: only a day has one
}  # fmt: skip


def free_columns() -> Iterator[tuple[str, str]]:
    """Every column of every table that people fill with text of their own."""
    for table in db.metadata.tables.values():
        keys = {key.parent.name for key in table.foreign_keys}
        for column in table.columns:
            plain = isinstance(column.type, String) and not isinstance(column.type, Listed)
            room = getattr(column.type, "length", None) is None
            if plain and room and not column.primary_key and column.name not in RULED | keys:
                yield table.name, column.name


def write_everywhere() -> int:
    """Put the payload into every free column of every row, past every form and every trigger."""
    written = 0
    for table, column in free_columns():
        # Where a name is there once, each row's has a number behind it.
        db.session.execute(text(f'alter table "{table}" disable trigger user'))
        numbered = f'(select ctid as at, row_number() over () as row from "{table}") t'
        said = f'''update "{table}" set "{column}" = :said || ' ' || t.row from {numbered}
                   where "{table}".ctid = t.at and "{column}" is not null'''
        written += db.session.execute(text(said), {"said": PAYLOAD}).rowcount  # type: ignore[attr-defined]
    db.session.commit()
    db.session.remove()
    return written


class Runs(HTMLParser):
    """Everything in a page that a browser would run or fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" and "src" not in given:
            self.found.append("a script of its own")
        self.found += [f"{tag} {name}" for name in given if name.startswith("on")]
        where = (given.get("href") or given.get("src") or "").lstrip().lower()
        if tag in ("img", "iframe", "object", "embed", "base") and not where.startswith("/"):
            self.found.append(f"{tag} of {where}")
        if where.startswith(("javascript:", "data:", "vbscript:")):
            self.found.append(f"{tag} of {where}")


def read(app: Flask, world: World, role: Role) -> Iterator[tuple[str, Any]]:
    """Every page a role may open, as it is answered."""
    browser = browser_of(app, world.theirs.staff[role])
    for _, address in pages(app, world, role):
        answer = browser.get(address, buffered=True)
        assert answer.status_code < 500, address
        if answer.status_code == 200:
            yield address, answer
    found = browser.post("/clients", data={"sought": "img"}, buffered=True)
    if found.status_code == 200:
        assert role not in SEES_CLIENTS or found.text.count("/clients/") > 1, "nobody is found"
        yield "a search for clients", found


@pytest.mark.parametrize("role", Role)
def test_text_in_any_column_is_shown_on_every_page_and_never_run(
    app: Flask, world: World, role: Role
) -> None:
    assert write_everywhere() > 100
    seen = 0
    for address, answer in read(app, world, role):
        body = as_text(answer)
        assert OBEYED not in body, f"{address} worked the sum out"
        if answer.mimetype == "text/html":
            page = Runs()
            page.feed(body)
            assert not page.found, address
            assert "<img src=x" not in body, address
            seen += "{{7919*7907}}" in body
        elif answer.mimetype == "text/csv":
            check_cells(address, body)
        elif answer.mimetype == "application/pdf" and address != "/labels/test-page.pdf":
            assert "{{7919*7907}}" in body.replace(" ", "").replace("\n", ""), address
    assert seen > 5, "the text is on no page, so nothing was shown"


def as_text(answer: Any) -> str:
    if answer.mimetype == "application/pdf":
        return str(text_of(answer.data))
    return str(answer.get_data().decode("utf-8", "replace"))


def check_cells(address: str, body: str) -> None:
    """No cell runs, and each reads back as what it was."""
    rows = list(csv.reader(io.StringIO(body.removeprefix("\ufeff"), newline="")))
    number = re.compile(r"-?\d+(\.\d+)?")
    for row in rows:
        for cell in row:
            runs = cell.startswith(("=", "+", "-", "@", "\t", "\r"))
            assert not runs or number.fullmatch(cell), f"{address} has a cell {cell[:40]}"
    for row, plain in zip(rows, read_back(body), strict=True):
        for cell, meant in zip(row, plain, strict=True):
            assert meant in (cell, cell[1:])
            assert "{{" not in cell or PAYLOAD[:20] in meant


PROBES = (
    "(select pg_sleep(9))",
    "' or pg_sleep(9) is null --",
    "-started) union select password_hash from staff --",
)


def words_of(app: Flask) -> list[str]:
    """Every word any page may read from its address: those it links by, and the usual ones."""
    usual = {"q", "page", "sort", "after", "before", "from", "to", "month", "day", "first", "last"}
    forms = {"text", "status", "store", "group", "kind", "role", "by", "act", "code", "partner"}
    more = {"rule", "subject", "from_month", "to_month", "product", "batch", "items", "scanned"}
    return sorted(usual | forms | more | {"tracking", "show", "late", "seen", "mine", "download"})


def test_no_question_in_an_address_becomes_part_of_a_statement(
    app: Flask, world: World, unread: Callable[[], bool]
) -> None:
    words = words_of(app)
    with statements() as seen:
        for role in Role:
            browser = browser_of(app, world.ours.staff[role])
            for rule, address in pages(app, world, role):
                for probe in PROBES if not rule.arguments else ():
                    asked, began = dict.fromkeys(words, probe), time.perf_counter()
                    answer = browser.get(address, query_string=asked, buffered=True)
                    assert answer.status_code < 500, address
                    assert time.perf_counter() - began < 8, f"{address} slept"
                    if unread():
                        break
    assert len(seen) > 100
    assert not [one for one in seen if "pg_sleep" in one.sql or "password_hash from" in one.sql]


def test_what_a_list_is_sorted_by_is_one_of_its_own_headings(app: Flask, world: World) -> None:
    for role in Role:
        browser = browser_of(app, world.ours.staff[role])
        for rule, address in pages(app, world, role):
            if not rule.arguments:
                plain = browser.get(address, buffered=True)
                page = plain.status_code == 200 and plain.mimetype == "text/html"
                if page and "sort=" in plain.text:
                    forged = browser.get(f"{address}?sort=password_hash", buffered=True)
                    assert forged.status_code in (200, 422), address
                    assert "password_hash" not in forged.text.split("<main")[1], address
