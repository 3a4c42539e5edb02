"""Pages of virements: the list, one of them, proposing one and taking it back."""

from typing import Any

from flask import flash, redirect, url_for

from core.clock import financial_year, london_day, now
from core.errors import Refused
from funding.blueprint import MONEY, bp
from funding.purse import purse_of
from funding.queries import the_fund
from funding.virements import actions
from funding.virements.forms import VirementForm
from funding.virements.models import Virement
from funding.virements.queries import budget_lines, virement_by_code, virements
from funding.virements.rules import MEANING, VirementEvent
from people.access import needs, who
from people.queries import organisations_by_number
from people.rules import May
from web.forms import Form
from web.pages import page
from web.paging import paged
from web.writes import writes


@bp.get("/virements", endpoint="virements")
@needs(*MONEY)
def listed() -> Any:
    """Every virement that touches a budget the viewer may see, the latest first."""
    on = london_day(now())
    return page(
        "funding/virements.html",
        virements=paged(virements(viewer=who(), on=on)),
        meaning=MEANING,
    )


def _form_page(form: Form) -> str:
    crumbs = [
        ("Funding", url_for("funding.overview")), ("Virements", url_for("funding.virements"))
    ]  # fmt: skip
    return page(
        "funding/agreed.html", title="Propose a virement", text=MEANING, form=form, crumbs=crumbs
    )


def _offered(form: VirementForm) -> VirementForm:
    """The form with the lines as they stand: one's own may give, any may take."""
    on = london_day(now())
    lines = budget_lines(the_fund(), on)
    names = organisations_by_number({number for number, _ in lines})
    order = {number: place for place, number in enumerate(names)}
    sorted_lines = {
        key: lines[key] for key in sorted(lines, key=lambda one: (order[one[0]], one[1]))
    }
    own = purse_of(who(), on).organisation_ids
    return form.offer(
        {key: line for key, line in sorted_lines.items() if key[0] in own}, sorted_lines, names
    )


@bp.get("/virements/new")
@needs(May.VIRE)
def new_virement() -> Any:
    """What is to be moved."""
    return _form_page(_offered(VirementForm(formdata=None)))


@bp.post("/virements/new")
@needs(May.VIRE)
@writes
def propose_virement() -> Any:
    """Propose a virement to the board."""
    form = _offered(VirementForm())
    if not form.validate():
        return _form_page(form), 422
    try:
        virement = actions.propose(
            the_fund(), gives=form.places[form.gives.data], takes=form.places[form.takes.data],
            pence=form.amount.pence, because=form.because.data or "", by=who(), at=now(),
        )  # fmt: skip
    except Refused as why:
        return _form_page(form.refused(why)), why.status
    flash("The virement waits for the board. Nothing moves before it has decided.")
    return redirect(url_for("funding.virement", code=virement.code), 303)


@bp.get("/virements/<code>")
@needs(*MONEY)
def virement(code: str) -> Any:
    """One virement: from where to where, why, and what the board decided."""
    return _virement_page(_virement(code), Form(formdata=None))


def _virement(code: str) -> Virement:
    return virement_by_code(code, viewer=who(), on=london_day(now()))


def _virement_page(virement: Virement, form: Form) -> str:
    on = london_day(now())
    own = virement.from_organisation_id in purse_of(who(), on).organisation_ids
    allowed = virement.MOVES.allows(virement.status, VirementEvent.WITHDRAW)
    return page(
        "funding/virement.html",
        virement=virement,
        form=form,
        meaning=MEANING,
        year=f"April {virement.year_from.year} to March {virement.year_from.year + 1}",
        over=financial_year(on)[0] != virement.year_from,
        may_withdraw=own and allowed and who().may(May.VIRE),
    )


@bp.post("/virements/<code>/withdraw")
@needs(May.VIRE)
@writes
def withdraw_virement(code: str) -> Any:
    """Take a proposal back."""
    virement = _virement(code)
    try:
        actions.withdraw(virement, by=who(), at=now())
    except Refused as why:
        return _virement_page(_virement(code), Form().refused(why)), why.status
    flash("The virement is withdrawn.")
    return redirect(url_for("funding.virement", code=code), 303)
