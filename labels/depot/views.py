"""Labels of stores, places and commands: printing them, and what they say in a browser."""

from typing import Any

from flask import Blueprint, current_app, request
from flask_login import current_user

from core.errors import Refused
from equipment.models import Place, Store
from labels import queries
from labels.depot.forms import DepotForm
from labels.depot.measure import measured_page
from labels.depot.papers import signs, signs_pdf
from labels.depot.queries import stores_with_places
from labels.layouts import LAYOUTS
from labels.papers import pdf_answer
from labels.public.views import unknown
from labels.rules import Command, command_address
from people.access import needs, open_to_all, who
from people.rules import May
from web.pages import page

bp = Blueprint("depot", __name__, template_folder="../templates")


@bp.get("/labels/depot")
@needs(May.PRINT_LABELS)
def choose() -> Any:
    """Which stores, places and commands to print labels for."""
    form = DepotForm(None)
    form.offer(stores_with_places())
    return page("depot/choose.html", form=form, layouts=LAYOUTS)


@bp.get("/labels/depot.pdf")
@needs(May.PRINT_LABELS)
def labels_pdf() -> Any:
    """The labels of the stores, places and commands that the address names."""
    form, everywhere = DepotForm(request.args, meta={"csrf": False}), stores_with_places()
    form.offer(everywhere)
    if not form.validate():
        return page("depot/choose.html", form=form, layouts=LAYOUTS), 422
    try:
        made = signs(
            everywhere,
            stores=form.stores.data,
            places=form.places.data,
            commands=form.commands.data,
        )
        paper = signs_pdf(made, layout=form.layout.data, start=form.first)
    except Refused as why:
        return page("depot/choose.html", form=form.refused(why), layouts=LAYOUTS), why.status
    return pdf_answer(paper, "labels-of-the-depot.pdf")


@bp.get("/labels/test-page.pdf")
@needs(May.PRINT_LABELS)
def test_page() -> Any:
    """Rulers, squares of every size and a sheet's outlines, to measure a printer by."""
    layout = LAYOUTS.get(request.args.get("layout", ""), LAYOUTS["a4-24"])
    address = command_address(current_app.config["BASE_URL"], Command.LOOK_UP)
    return pdf_answer(measured_page(layout, address=address), f"test-page-{layout.key}.pdf")


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
