"""The door from the list to a campaign, and the page of what a campaign brought back."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, request, url_for
from sqlalchemy import Select

from core.clock import now
from core.db import db
from core.errors import NotAllowed, NotFound, Refused
from people.access import needs, who
from people.rules import May
from reports.back import queries
from reports.back.campaigns.effect import Effect, day_rows, effect, points, rows
from reports.back.rules import FEWEST
from reports.back.views import Asked, asked
from reports.blueprint import bp
from returns.campaigns import actions
from returns.campaigns.forms import StartForm
from returns.campaigns.queries import campaign_by_code
from returns.campaigns.rules import MOST_LOANS
from web.csvs import csv_answer
from web.pages import page
from web.paging import paged, this_address
from web.writes import writes

READS = (May.PLAN_VISITS, May.SEE_BOARD)


@bp.get("/back/campaign")
@needs(May.PLAN_VISITS)
def new_campaign() -> Any:
    """Ask what the campaign for a list is to be."""
    return _start_page(asked(request.args, viewer=who(), at=now()), StartForm(formdata=None))


def _start_page(found: Asked, form: StartForm) -> str:
    return page(
        "back/campaign.html",
        asked=found,
        form=form,
        most=MOST_LOANS,
        address=url_for("reports.start_campaign", **found.form.address),
    )


@bp.post("/back/campaign")
@needs(May.PLAN_VISITS)
@writes
def start_campaign() -> Any:
    """Start a campaign for what is on the list now, the most to be had first."""
    at, form = now(), StartForm()
    found = asked(request.args, viewer=who(), at=at)
    if found.status != 200 or not form.validate():
        return _start_page(found, form), 422
    try:
        most = form.most.data or MOST_LOANS
        plan = form.plan(found.form.words)
        campaign = actions.start(plan, queries.worth(found.listed, most), by=who(), at=at)
    except Refused as why_not:
        return _start_page(found, form.refused(why_not)), why_not.status
    flash(f"“{campaign.name}” has begun. Whom it asks is fixed now.")
    return redirect(url_for("campaigns.campaign", code=campaign.code), 303)


@bp.get("/back/effect/<code>")
@needs(*READS)
def campaign_effect(code: str) -> Any:
    """What a campaign brought back, beside what came back by itself."""
    campaign, at = campaign_by_code(code), now()
    told = effect(campaign, viewer=who(), at=at)
    return page(
        "back/effect.html",
        campaign=campaign,
        told=told,
        arms=[("Asked", told.asked, "asked"), ("Held out", told.held, "held")],
        hidden=_hides,
        fewest=FEWEST,
        points=points,
    )


def _hides(count: int) -> bool:
    """Whether so few clients are not told of to this viewer."""
    return 0 < count < FEWEST and not queries.sees_homes(who())


@bp.get("/back/effect/<code>/rows")
@needs(*READS)
def effect_rows(code: str) -> Any:
    """The loans, or the returns of an amnesty day, that a figure counts."""
    campaign, at = campaign_by_code(code), now()
    part = request.args.get("part", "asked")
    title, found = _part(effect(campaign, viewer=who(), at=at), part, at)
    if request.args.get("as") == "csv":
        lines = (tuple(row) for row in db.session.execute(found))
        return csv_answer(title, _heads(found, "Value in pence"), lines)
    return page(
        "back/rows.html",
        campaign=campaign,
        title=title,
        heads=_heads(found, "Value"),
        names=list(found.selected_columns.keys()),
        rows=paged(found),
        file_url=this_address(**{"as": "csv", "page": None}),
    )


def _part(told: Effect, part: str, at: datetime) -> tuple[str, Select[Any]]:
    """What a figure is called and the rows it counts. Raises NotFound, and NotAllowed for few."""
    campaign = told.campaign
    if part == "day" and told.day is not None:
        if _hides(told.day.count):
            raise NotAllowed(f"There are fewer than {FEWEST} rows, so they are not shown.")
        return f"{campaign.name}: brought on the day", day_rows(campaign)
    arm = {"asked": told.asked, "held": told.held}.get(part.removesuffix("-back"))
    if arm is None:
        raise NotFound("There is no such figure. The campaign's page lists them all.")
    if _hides(arm.clients):
        raise NotAllowed(f"There are fewer than {FEWEST} clients, so their rows are not shown.")
    held, back = part.startswith("held"), part.endswith("-back")
    name = f"{campaign.name}: {'held out' if held else 'asked'}{', and back' if back else ''}"
    return name, rows(campaign, held=held, back=back, viewer=who(), at=at)


def _heads(found: Select[Any], money: str) -> list[str]:
    names = {"at": "When it came back", "pence": money, "group": "Product group"}
    return [names.get(name, name.capitalize()) for name in found.selected_columns.keys()]  # noqa: SIM118
