"""Whatever is asked of any route by anybody, the answer is never a fault of ours."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from people.rules import ROLES, May, Role
from tests.web.test_naughty import NAUGHTY
from web.forms import Form

ODD = ["", "0", "-1", "9" * 30, "2026-02-30", "9999-12-31", "0001-01-01", "1e400", *NAUGHTY[:12]]
ASKED = (
    "page sort q text code status state store product group kind from to first last on day month "
    "from_month to_month partner client who by act role order item layout start next l said"
).split()
ANSWERED_ELSEWHERE = ("web_static.", "notes.")  # answered in tests of their own


def every_form(form: type[Form] = Form) -> Iterator[type[Form]]:
    """Every form of the product."""
    for one in form.__subclasses__():
        yield one
        yield from every_form(one)


def every_field() -> set[str]:
    """The name of every field of every form."""
    return {
        name
        for form in every_form()
        for name in dir(form)
        if hasattr(getattr(form, name), "_formfield") and name != "once"
    }


def routes(app: Flask, method: str) -> Iterator[Rule]:
    """Every route that answers a method."""
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()) and not rule.endpoint.startswith(ANSWERED_ELSEWHERE):
            yield rule


def address(rule: Rule, odd: str) -> str | None:
    """The route's address with something odd in each gap; None where a gap is for a number."""
    try:
        built = rule.build(dict.fromkeys(rule.arguments, odd or "x"), append_unknown=False)
    except ValueError:
        return None
    return built[1] if built else None


@pytest.fixture
def may_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one person do everything, so that every route is reached in one walk."""
    monkeypatch.setitem(ROLES, Role.ADMINISTRATOR, frozenset(May))


@pytest.mark.usefixtures("may_all")
def test_no_route_breaks_over_an_odd_address_or_question(
    app: Flask, as_: Callable[..., FlaskClient], unread: Callable[[], bool]
) -> None:
    somebody = as_(Role.ADMINISTRATOR)
    for rule in routes(app, "GET"):
        deaf = set[str | None]([None])  # where nobody reads what is asked, it is asked once
        for odd in ODD:
            for where in {address(rule, odd), address(rule, "23456789")} - deaf:
                asked = dict.fromkeys(ASKED, odd)
                answer = somebody.get(where, query_string=asked, buffered=True)
                assert answer.status_code < 500, f"{where} asked for {odd!r}"
                if unread():
                    deaf.add(where)


@pytest.mark.usefixtures("may_all")
def test_no_route_breaks_over_an_odd_form(
    app: Flask, as_: Callable[..., FlaskClient], unread: Callable[[], bool]
) -> None:
    boss, fields = as_(Role.ADMINISTRATOR).staff, every_field()  # type: ignore[attr-defined]
    for rule in routes(app, "POST"):
        where = address(rule, "23456789")
        for odd in ODD if where is not None else ():
            somebody = as_(boss)  # anew: the last may have signed out
            answer = somebody.post(where, data=dict.fromkeys(fields, odd), buffered=True)
            assert answer.status_code < 500, f"{where} with {odd!r}"
            if unread():
                break
