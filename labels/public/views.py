"""The page that a label's square opens for anybody, in the reader's language."""

from typing import Any

from flask import Blueprint, request
from flask_babel import format_date, gettext, lazy_gettext
from flask_login import current_user

from core.clock import london_day, now
from equipment.gates import due_days, overdue
from equipment.models import Item
from labels.lent import opening_hours
from labels.public.rules import advice, in_stones
from labels.queries import item_of_public
from people.access import open_to_all, who
from people.rules import May
from web.languages import in_languages, kept
from web.pages import page

bp = Blueprint("public", __name__, template_folder="../templates")
# The hours of a service that has set none, so that they are among the words to translate.
HOURS = lazy_gettext("Monday to Friday, 8.30am to 5pm")


@bp.get("/8004/<giai>")
@open_to_all
@in_languages
def item(giai: str) -> Any:
    """What anybody learns from a label: whose it is, how to use it and how to give it back."""
    found = asked_for(giai)
    if found is None:
        return unknown()
    on = london_day(now())
    load = found.product.safe_working_load_kg
    return public_page(
        "public/item.html",
        item=found,
        giai=found.giai,
        advice=advice(found.status, overdue(found, on), due_days(found)),
        stones=in_stones(load) if load else None,
        staff=current_user.is_authenticated and who().may(May.SEE_ITEMS),
    )


def asked_for(giai: str) -> Item | None:
    """The item whose label led here; none where the label is unknown, void or not ours."""
    return item_of_public(giai, request.query_string.decode("utf-8", "replace"))


def unknown() -> tuple[str, int]:
    """The one page for every label that is unknown, void or not ours."""
    return public_page("public/unknown.html"), 404


def public_page(template: str, **context: Any) -> str:
    """A page for anybody: how to reach us stands on every one."""
    hours = gettext(opening_hours())
    return page(template, hours=hours, kept=kept(), public_day=_day, **context)


def _day(day: Any) -> str:
    return str(format_date(day, "long"))
