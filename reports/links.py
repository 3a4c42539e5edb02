"""What somebody comes to read rather than to do."""

from datetime import date

from flask import url_for

from core.clock import month_of, months_later
from people.models import Staff
from people.rules import May


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
