"""The menu, by what a role may do: the pages it needs most, in the order of its day."""

from datetime import date

from flask import url_for
from flask_login import current_user

from core.clock import month_of, months_later
from people.models import Staff
from people.rules import May

ENTRIES: tuple[tuple[str, str, frozenset[May]], ...] = (
    ("What waits for you", "reports.start", frozenset(May)),
    ("Clients", "loans.clients", frozenset({May.SEE_CLIENTS, May.SEE_EVERY_CLIENT})),
    ("Orders", "loans.orders", frozenset({May.SEE_CLIENTS, May.SEE_EVERY_CLIENT})),
    ("Orders to approve", "loans.waiting_orders", frozenset({May.AUTHORISE})),
    ("My visits today", "logistics.my_visits_today", frozenset({May.DO_VISITS})),
    ("Plan visits", "logistics.plan", frozenset({May.PLAN_VISITS})),
    ("Scan returns", "returns.scan", frozenset({May.RECEIVE_RETURNS})),
    ("Workshop", "returns.workshop", frozenset({May.WORKSHOP})),
    ("Pick list", "logistics.picks", frozenset({May.PICK})),
    ("Goods in", "equipment.goods_in", frozenset({May.RECEIVE_GOODS})),
    ("Items", "equipment.items", frozenset({May.SEE_ITEMS})),
    ("Stores", "equipment.stores", frozenset({May.SEE_ITEMS})),
    ("Labels", "labels.runs", frozenset({May.PRINT_LABELS})),
    ("Board", "reports.board", frozenset({May.SEE_BOARD})),
    ("Funding", "funding.overview", frozenset({May.SEE_MONEY, May.SEE_ALL_MONEY})),
    ("Agreement", "funding.agreements", frozenset({May.KEEP_AGREEMENTS})),
    ("Catalogue", "equipment.catalogue", frozenset({May.SEE_CATALOGUE})),
    ("People", "people.staff", frozenset({May.KEEP_PEOPLE})),
    ("Organisations", "people.organisations", frozenset({May.KEEP_PEOPLE})),
    ("Audit trail", "people.audit_trail", frozenset({May.SEE_AUDIT})),
)


def menu() -> list[tuple[str, str]]:
    """The pages in the menu of whoever looks: (words, address)."""
    if not current_user.is_authenticated:
        return []
    return [
        (words, url_for(endpoint))
        for words, endpoint, needed in ENTRIES
        if any(current_user.may(one) for one in needed)
    ]


def links_for(viewer: Staff, *, on: date) -> list[tuple[str, str]]:
    """What somebody comes to read rather than to do: (words, address)."""
    links: list[tuple[str, str]] = []
    if viewer.may(May.SEE_BOARD):
        links.append(("The board's figures", url_for("reports.board")))
    if viewer.may(May.SEE_MONEY) and viewer.organisation is not None:
        month = months_later(month_of(on), -1)
        address = url_for(
            "funding.partner_statement", code=viewer.organisation.code, month=f"{month:%Y-%m}"
        )
        links.append((f"Your statement for {month:%B %Y}", address))
    if viewer.may(May.KEEP_PEOPLE):
        links.append(("Accounts of people", url_for("people.staff")))
    if viewer.may(May.SEE_AUDIT):
        links.append(("The audit trail", url_for("people.audit_trail")))
    return links
