"""Pages of clients: find one, read one, register, change, record a death."""

from datetime import date
from typing import Any, cast

from flask import flash, redirect, url_for

from core.clock import london_day, now
from core.errors import Refused
from loans import actions
from loans.blueprint import bp
from loans.clients.forms import ClientForm, DeathForm, SearchForm, client_form
from loans.clients.queries import client_by_code, clients_matching, funders_today
from loans.clients.rules import spaced
from loans.lending.forms import ask_form
from loans.lending.queries import loans_of
from loans.models import Client
from loans.orders.queries import UNDER_WAY, orders_of
from loans.rules import OrderStatus
from people.access import needs, who
from people.audit import look
from people.queries import organisation_by_code
from people.rules import May
from web.forms import Form
from web.pages import page
from web.writes import looks, writes

MOST_FOUND = 50


def today() -> date:
    """The day it is in London."""
    return london_day(now())


def shown(code: str) -> Client:
    """The client of an address, within the viewer's scope."""
    return client_by_code(code, viewer=who(), on=today())


@bp.get("/clients")
@needs(May.SEE_CLIENTS, May.SEE_EVERY_CLIENT)
def clients() -> Any:
    """Ask whom to look for. Whatever stands in the address is not read."""
    return page("loans/clients.html", form=SearchForm(formdata=None))


@bp.post("/clients")
@needs(May.SEE_CLIENTS, May.SEE_EVERY_CLIENT)
@writes
def find_clients() -> Any:
    """Find clients by name, NHS number, code or postcode.

    Posted only so that what was typed stands in no address and no history: all it writes is the
    audit row, which says who was shown and never what was typed.
    """
    form = SearchForm()
    if not form.validate():
        return page("loans/clients.html", form=form), 422
    sought = form.sought.data or ""
    found = clients_matching(sought, viewer=who(), on=today(), limit=MOST_FOUND + 1)
    shown_now = found[:MOST_FOUND]
    for one in shown_now:
        look("client", one.code)
    more = len(found) > MOST_FOUND
    return page("loans/clients.html", form=form, found=shown_now, more=more, spaced=spaced)


@bp.get("/clients/new")
@needs(May.KEEP_CLIENTS)
def new_client() -> Any:
    """Ask for what is known of a new client."""
    return page("loans/client_form.html", form=client_form(None, on=today()), client=None)


@bp.post("/clients/new")
@needs(May.KEEP_CLIENTS)
@writes
def register_client() -> Any:
    """Register a client."""
    form = client_form(None, on=today())
    if not form.validate():
        return page("loans/client_form.html", form=form, client=None), 422
    try:
        client = actions.register_client(**_typed(form), by=who(), at=now())
    except Refused as why:
        return page("loans/client_form.html", form=form.refused(why), client=None), why.status
    flash(f"{client.name} is registered.")
    return redirect(url_for("loans.client", code=client.code), 303)


def _typed(form: ClientForm) -> dict[str, Any]:
    """What was typed, field by field: nothing else of a client can be set from a page."""
    names = ("nhs_number", "family_name", "given_name", "born_on", "address", "postcode")
    left_out = ("telephone", "crew_note")  # by a browser of ours never, by anybody else perhaps
    chosen = form.practice.data
    return {
        **{name: form[name].data for name in (*names, "weight_kg")},
        **{name: form[name].data or "" for name in left_out},
        "practice": organisation_by_code(chosen) if chosen else None,
    }


@bp.get("/clients/<code>")
@needs(May.SEE_CLIENTS, May.SEE_EVERY_CLIENT)
@looks
def client(code: str) -> Any:
    """One client: who they are, what they have, what is under way."""
    return client_page(shown(code), ask_form(shown(code)))


def client_page(client: Client, form: Form) -> str:
    """The page of a client, with the form that asks equipment back."""
    look("client", client.code)
    on_loan = loans_of(client, ended=False)
    body, council = funders_today(client, today())
    return page(
        "loans/client.html",
        client=client,
        body=body,
        council=council,
        form=form,
        age=_age(client, client.died_on or today()),
        number=spaced(client.nhs_number),
        on_loan=on_loan,
        can_ask=[loan for loan in on_loan if loan.asked_back_at is None],
        earlier=loans_of(client, ended=True)[:20],
        orders=orders_of(client, OrderStatus.DRAFT, *UNDER_WAY),
    )


def _age(client: Client, on: date) -> int:
    before = (on.month, on.day) < (client.born_on.month, client.born_on.day)
    return on.year - client.born_on.year - before


@bp.get("/clients/<code>/change")
@needs(May.KEEP_CLIENTS)
@looks
def change_client(code: str) -> Any:
    """Ask what has changed."""
    client = shown(code)
    look("client", client.code)
    return page("loans/client_form.html", form=client_form(client, on=today()), client=client)


@bp.post("/clients/<code>/change")
@needs(May.KEEP_CLIENTS)
@writes
def save_client(code: str) -> Any:
    """Change what is known of a client."""
    client = shown(code)
    form = client_form(client, on=today())
    if not form.validate():
        return page("loans/client_form.html", form=form, client=client), 422
    seen = form.seen_version.data or ""
    try:
        actions.change_client(
            client,
            **_typed(form),
            seen_version=int(seen) if seen.isascii() and seen.isdigit() else None,
            by=who(),
            at=now(),
        )
    except Refused as why:
        return page("loans/client_form.html", form=form.refused(why), client=client), why.status
    flash("The changes are kept. Orders already placed stay as they were.")
    return redirect(url_for("loans.client", code=client.code), 303)


@bp.get("/clients/<code>/death")
@needs(May.KEEP_CLIENTS)
@looks
def death(code: str) -> Any:
    """Ask when a client died."""
    client = shown(code)
    look("client", client.code)
    return page("loans/death.html", form=DeathForm(obj=client), client=client)


@bp.post("/clients/<code>/death")
@needs(May.KEEP_CLIENTS)
@writes
def record_death(code: str) -> Any:
    """Record a death."""
    client, form = shown(code), DeathForm()
    if not form.validate():
        return page("loans/death.html", form=form, client=client), 422
    try:
        actions.record_death(client, cast(date, form.died_on.data), by=who(), at=now())
    except Refused as why:
        return page("loans/death.html", form=form.refused(why), client=client), why.status
    flash("We are sorry. This is recorded, and nothing will be written to them.")
    return redirect(url_for("loans.client", code=client.code), 303)
