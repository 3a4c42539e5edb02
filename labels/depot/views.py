"""What the labels of places and commands say to whoever opens them in a browser."""

from typing import Any

from flask import Blueprint
from flask_login import current_user

from equipment.models import Place, Store
from labels import queries
from labels.public.views import unknown
from labels.rules import Command
from people.access import open_to_all, who
from people.rules import May
from web.pages import page

bp = Blueprint("depot", __name__, template_folder="../templates")


@bp.get("/414/<gln>")
@open_to_all
def store(gln: str) -> Any:
    """What the label of a store is for; staff learn which one it is."""
    return _place_page(queries.store_of_public(gln))


@bp.get("/414/<gln>/254/<extension>")
@open_to_all
def place(gln: str, extension: str) -> Any:
    """What the label of a place is for; staff learn which one it is."""
    return _place_page(queries.place_of_public(gln, extension))


def _place_page(found: Store | Place | None) -> Any:
    if found is None:
        return unknown()
    return page("depot/place.html", place=found if _works_here() else None)


@bp.get("/do/<word>")
@open_to_all
def command(word: str) -> Any:
    """What the label of a command is for."""
    known = next((one for one in Command if one == word.lower()), None)
    if known is None:
        return unknown()
    return page("depot/command.html", command=known, staff=_works_here())


def _works_here() -> bool:
    return current_user.is_authenticated and who().may(May.SEE_ITEMS)
