"""The list of equipment to ask back, as a page and as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request, url_for

from core.clock import london_day, now
from core.db import db
from people.access import needs, who
from people.audit import look
from people.models import Staff
from people.rules import May
from reports.back import league, queries
from reports.back.forms import EVERY, EVERY_ONE, STREET, BackForm
from reports.back.queries import List, Part
from reports.back.rules import CHANCE, FEWEST, FORMULA, REASONS, USUAL_SHARE, Reason, sentence
from reports.blueprint import bp
from reports.charts import NARROW, WIDE
from reports.choices import asked as chosen_months
from reports.funnel.chart import picture
from reports.funnel.placed import MANY, NAMED, places, read_kind
from reports.measures import measure_by_code
from reports.suppression.kinds import PlaceKind
from web.csvs import csv_answer
from web.pages import page
from web.paging import Page, paged, this_address
from web.writes import looks

SEERS = (May.SEE_CLIENTS, May.SEE_EVERY_CLIENT, May.SEE_BOARD)


@dataclass(frozen=True)
class Asked:
    """The filled form and the list it asks for."""

    form: BackForm
    listed: List
    whole: Part
    status: int = 200


def asked(arguments: Any, *, viewer: Staff, at: datetime) -> Asked:
    """What an address asks for; everything, and why not, where it cannot be read.

    Whoever is shown no homes may not ask for a team's or a reason's loans one by one either.
    """
    everything = queries.to_ask_back(viewer=viewer, at=at)
    homes = queries.sees_homes(viewer)
    payers, teams = queries.payers(london_day(at)), queries.teams(everything) if homes else []
    areas = queries.areas(everything) if homes else []
    form = BackForm.of(arguments, partners=payers, teams=teams, areas=areas)
    if not homes:
        form.reason.choices = [(EVERY, EVERY_ONE)]
    if not form.validate():
        return Asked(form, everything, queries.in_all(everything), 422)
    wanted = form.wanted({one.code: one.id for one in (*payers, *teams)})
    listed = queries.narrow(everything, wanted, london_day(at))
    return Asked(form, listed, queries.in_all(listed))


@bp.get("/back")
@needs(*SEERS)
@looks
def back() -> Any:
    """What is most likely reusable and not needed: the most to be had first, or by street."""
    found = asked(request.args, viewer=who(), at=now())
    homes = queries.sees_homes(who())
    # What is told of places and reasons is told of the whole alone: two parts of it would differ.
    whole = not found.form.address
    by_area = queries.small_together(queries.by_area(found.listed)) if whole and not homes else []
    return page(
        "back/list.html",
        asked=found,
        form=found.form,
        homes=homes,
        # Of few loans the sum would tell why: 90 in 100 is a death.
        expects=homes or (whole and found.whole.count >= FEWEST),
        rows=_looked_at(paged(_rows(found)), homes),
        reasons=queries.by_reason(found.listed) if whole or homes else [],
        groups=queries.by_group(found.listed),
        areas=by_area,
        why=why,
        fewest=FEWEST,
        formula=FORMULA,
        usual=USUAL_SHARE,
        reason_words=REASONS,
        chances=[(REASONS[one], CHANCE[one]) for one in Reason],
        narrowed=lambda **to: this_address(page=None, **to),
        file_url=url_for("reports.back_csv", **found.form.address),
        start_url=url_for("reports.new_campaign", **found.form.address),
        plans=who().may(May.PLAN_VISITS),
    ), found.status


def _rows(found: Asked) -> Any:
    if not queries.sees_homes(who()):
        return queries.without_homes(found.listed)
    return queries.shown(found.listed, by_street=found.form.by.data == STREET)


def _looked_at(rows: Page[Any], homes: bool) -> Page[Any]:
    """The same rows, each client of which was looked at now."""
    for row in rows if homes else ():
        look("client", row.client)
    return rows


def why(row: Any) -> str:
    """What speaks for asking for a loan, in words."""
    return sentence(queries.reasons_of(row))


@bp.get("/back/league")
@needs(May.SEE_BOARD)
def team_league() -> Any:
    """Teams or practices by how much of what they ordered is back by now, with the limits."""
    kind = read_kind(request.args.get("by", ""))
    chosen = chosen_months(request.args, viewer=who(), on=london_day(now()), by=kind)
    told = places(measure_by_code(league.MEASURE), kind, chosen.chosen)
    divisions = league.league(told)
    if request.args.get("as") == "csv":
        return csv_answer(f"league {chosen.words}", league.HEADS, league.league_rows(divisions))
    return page(
        "back/league.html",
        asked=chosen,
        form=chosen.form,
        told=told,
        divisions=divisions,
        named=NAMED[kind],
        others=[(MANY[one], this_address(by=one.value)) for one in PlaceKind if one != kind],
        pictures=(picture(told, WIDE), picture(told, NARROW)),
        file_url=this_address(**{"as": "csv"}),
    ), chosen.status


HEADS = ("Loan", "Item", "Product", "Product group", "Lent on", "Value in pence")
OF_HOMES = ("Chance in 100", "Made reusable in 10,000", "Expected back in pence", "Why",
            "Postcode", "Address")  # fmt: skip


@bp.get("/back.csv")
@needs(*SEERS)
@looks
def back_csv() -> Any:
    """The same as a file."""
    found = asked(request.args, viewer=who(), at=now())
    homes = queries.sees_homes(who())
    rows = [] if found.status != 200 else db.session.execute(_rows(found)).all()
    heads = (*HEADS, *OF_HOMES) if homes else HEADS
    return csv_answer(f"to ask back, {found.form.words}", heads, _lines(rows, homes)), found.status


def _lines(rows: Sequence[Any], homes: bool) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        plain = (row.loan, row.item, row.product, row.group, london_day(row.began_at), row.value)
        if not homes:
            yield plain
            continue
        look("client", row.client)
        where = row.postcode, " / ".join(row.address.splitlines())
        yield (*plain, row.chance, row.share, row.score, why(row), *where)
