"""The menu: one table of pages, of which everyone sees those their role lets in."""

from flask import current_app, url_for
from flask_login import current_user

from people.access import who
from people.models import Staff

MENU: tuple[tuple[str, str], ...] = (
    ("reports.start", "What waits for you"),
    ("loans.clients", "Clients"),
    ("loans.orders", "Orders"),
    ("loans.waiting_orders", "Orders to approve"),
    ("loans.short", "Orders waiting for stock"),
    ("logistics.my_visits_today", "My visits today"),
    ("logistics.plan", "Plan visits"),
    ("requests.queue", "Requests from the public"),
    ("reports.back", "Equipment to ask back"),
    ("campaigns.campaigns", "Campaigns"),
    ("scanning.scan", "Scan"),
    ("returns.workshop", "Workshop"),
    ("logistics.picks", "Pick list"),
    ("equipment.goods_in", "Goods in"),
    ("equipment.items", "Items"),
    ("equipment.stores", "Stores"),
    ("counting.plan", "Counts"),
    ("labels.runs", "Labels"),
    ("reports.board", "Board"),
    ("board.meetings", "Board meetings"),
    ("funding.overview", "Funding"),
    ("funding.agreements", "Agreement"),
    ("equipment.catalogue", "Catalogue"),
    ("people.staff", "People"),
    ("people.organisations", "Organisations"),
    ("people.audit_trail", "Audit trail"),
    ("people.account", "My account"),
)


def menu() -> list[tuple[str, str]]:
    """The words and addresses of the pages that the viewer's role lets in, in order."""
    if not current_user.is_authenticated:
        return []
    viewer = who()
    return [(words, url_for(endpoint)) for endpoint, words in MENU if _lets_in(endpoint, viewer)]


def _lets_in(endpoint: str, viewer: Staff) -> bool:
    """What the page itself declares decides, so that the menu never leads to a refusal."""
    view = current_app.view_functions.get(endpoint)
    needed = getattr(view, "needs", None)
    if needed is None:
        return False
    return not needed or any(viewer.may(one) for one in needed)
