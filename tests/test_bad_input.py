"""Whatever is typed into whatever field: a sentence and the right status, never a 500."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from people.rules import Role
from tests import builders
from tests.test_every_page import MADE_UP, addresses, rules

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data" / "12_attack"
OURS = [
    "",
    " ",
    "0",
    "-1",
    "1e309",
    "NaN",
    "99999999999999999999",
    "undefined",
    "\u202etxet",
    "Ω≈ç√∫˜µ≤≥÷",
    "田中さんにあげて下さい",
    "👩‍👩‍👧‍👦 🏳️‍🌈",
    "\u200b",
    "a\x00b",
    "a\x07b",
    "'; drop table item; --",
    "1' or '1'='1",
    "') union select password_hash from staff --",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}",
    "{% if item.pk %}x{% endif %}",
    "${7*7}<%= 7*7 %>",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "../../../../etc/passwd%00",
    "http://127.0.0.1:1/",
    "file:///etc/passwd",
    "2026-02-31",
    "9999999-01-01",
    "A" * 20_000,
]  # fmt: skip


def naughty() -> list[str]:
    """Our own strings, and a wide list of others' where it lies beside the project."""
    theirs = SHARED / "blns.json"
    if not theirs.exists():
        return OURS
    listed: list[str] = json.loads(theirs.read_text())
    return OURS + listed[::23]


def field_names() -> list[str]:
    """Every field any form of the product has."""
    found = set()
    for path in ROOT.glob("*/**/forms.py"):
        found |= set(re.findall(r"^    (\w+) = \w*Field\(", path.read_text(), re.M))
    assert len(found) > 30
    return sorted(found)


def arguments() -> list[str]:
    """Every word any page reads from its address."""
    found = {"q", "page", "sort", "after", "before", "from", "to", "month", "day", "first", "last"}
    for path in ROOT.glob("*/**/*.py"):
        if ".venv" not in path.parts:
            found |= set(re.findall(r"args\.(?:get|getlist)\(\s*\"(\w+)\"", path.read_text()))
    return sorted(found)


@pytest.fixture
def everybody(app: Flask, as_: Callable[..., FlaskClient]) -> dict[Role, FlaskClient]:
    return {role: as_(role) for role in Role}


def allowed(app: Flask, everybody: dict[Role, FlaskClient], endpoint: str) -> Iterator[Any]:
    """The first somebody whom a route lets in."""
    needs = app.view_functions[endpoint].needs or ()  # type: ignore[attr-defined]
    for client in everybody.values():
        if not needs or any(client.staff.may(one) for one in needs):  # type: ignore[attr-defined]
            yield client
            return


def test_no_string_in_any_field_of_any_form_breaks_anything(
    app: Flask, everybody: dict[Role, FlaskClient], unread: Callable[[], bool]
) -> None:
    loan = builders.a_loan()
    known = {"code": loan.item.code, "event": "lose", "lane": "inspect", "way": "scrap"}
    names = field_names()
    for rule in rules(app, "POST"):
        if rule.endpoint in ("people.sign_out", "people.sign_in_now"):
            continue
        for client in allowed(app, everybody, rule.endpoint):
            for text in naughty():
                address = addresses(app, rule, known)[0]
                answer = client.post(address, data=dict.fromkeys(names, text))
                answer.close()
                assert answer.status_code < 500, f"{rule.rule} with {text[:40]!r}"
                if unread():
                    break


def test_no_string_in_any_address_or_filter_breaks_anything(
    app: Flask, everybody: dict[Role, FlaskClient], unread: Callable[[], bool]
) -> None:
    builders.a_loan()
    words = arguments()
    for rule in rules(app, "GET"):
        for client in allowed(app, everybody, rule.endpoint):
            for text in naughty()[:45]:
                address = addresses(app, rule, dict.fromkeys(rule.arguments, MADE_UP))[0]
                answer = client.get(address, query_string=dict.fromkeys(words, text[:500]))
                answer.close()
                assert answer.status_code < 500, f"{rule.rule} asked for {text[:40]!r}"
                if unread():
                    break


def test_ten_megabytes_of_text_are_refused_with_a_sentence(
    app: Flask, everybody: dict[Role, FlaskClient]
) -> None:
    for address, role in (("/clients/new", Role.PRESCRIBER), ("/scanning", Role.WAREHOUSE)):
        answer = everybody[role].post(address, data={"scanned": "x" * 10_000_000})
        assert answer.status_code == 413
        assert "too" in answer.get_data(as_text=True)
