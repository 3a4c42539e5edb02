"""What anybody may send from an item's page: three short forms, and one answer to them all."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, session, url_for

from core.clock import now
from labels.public.views import asked_for, public_page, unknown
from loans.rules import BackReason
from logistics.requests.forms import FORMS, AskForm
from logistics.requests.rules import KEPT_FOR, MOST_BYTES, RequestKind
from logistics.requests.sending import TooManyRequests, send
from people.access import open_to_all
from people.sessions import origin
from web.inputs import at_most
from web.languages import in_languages, kept
from web.writes import writes

SORRY = "sorry"  # in the sender's own session, so that no address tells of a death


WAYS = {
    "collect": RequestKind.COLLECTION,
    "fault": RequestKind.FAULT,
    "found": RequestKind.FOUND,
}


def open_to_the_public(bp: Blueprint) -> None:
    """Put a form and its answer of every kind beside the page of an item."""
    for way, kind in WAYS.items():
        bp.get(f"/8004/<giai>/{way}", endpoint=f"ask_{kind}")(_asking(kind))
        bp.post(f"/8004/<giai>/{way}", endpoint=f"send_{kind}")(_sending(kind))
    bp.get("/8004/<giai>/thanks")(thanks)


def _asking(kind: RequestKind) -> Callable[[str], Any]:
    @open_to_all
    @in_languages
    def ask(giai: str) -> Any:
        """The form of one kind of request."""
        return _ask(giai, kind)

    return ask


def _sending(kind: RequestKind) -> Callable[[str], Any]:
    @open_to_all
    @in_languages
    @at_most(MOST_BYTES)
    @writes
    def send_it(giai: str) -> Any:
        """Put a request of one kind into its queue."""
        return _send(giai, kind)

    return send_it


@open_to_all
@in_languages
def thanks(giai: str) -> Any:
    """The one answer to whatever was sent, whatever the item's state."""
    item = asked_for(giai)
    if item is None:
        return unknown()
    return public_page("requests/thanks.html", giai=item.giai, sorry=session.pop(SORRY, False))


def _ask(giai: str, kind: RequestKind) -> Any:
    item = asked_for(giai)
    return unknown() if item is None else _page(item.giai, FORMS[kind]())


def _page(giai: str, form: AskForm) -> str:
    return public_page("requests/ask.html", giai=giai, form=form, kept_days=KEPT_FOR.days)


def _send(giai: str, kind: RequestKind) -> Any:
    """Keep what was sent; the answer is the same whether it was the first or said before."""
    item = asked_for(giai)
    if item is None:
        return unknown()
    form = FORMS[kind]()
    if not form.validate():
        return _page(item.giai, form), 422
    said = form.said()
    try:
        send(item, kind, said, origin=origin(), at=now())
    except TooManyRequests as why:
        return public_page("requests/busy.html"), why.status
    if said.reason is BackReason.DIED:
        session[SORRY] = True
    return redirect(url_for("requests.thanks", giai=item.giai, **kept()), 303)
