"""Pages of counts: the plan, the blind count itself, what differs, and its approval."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for

from core.clock import london_day, now
from core.errors import Invalid, Refused
from equipment import chosen
from equipment.queries import store_by_code
from equipment.stores.queries import stores
from labels.queries import item_scanned
from people.access import needs, who
from people.rules import May
from returns.counting import actions, queries
from returns.counting.approval import approve
from returns.counting.forms import (
    ApproveForm,
    BeginForm,
    CountScanForm,
    GiveUpForm,
    PasteForm,
    QuantitiesForm,
    RecountForm,
)
from returns.counting.models import StockCount
from returns.counting.pasted import items_pasted
from returns.counting.rules import ACCURACY, COUNTING, DAYS_BETWEEN, CountStatus, accuracy
from returns.counting.sheet import sheet_pdf
from returns.counting.variances import BLOCKED, HEADS, rows_of, variances_for
from returns.rules import when
from web.csvs import csv_answer
from web.filters import counted
from web.forms import Form
from web.pages import page
from web.paging import paged
from web.writes import writes

bp = Blueprint("counting", __name__, url_prefix="/counts")
BOTH = (May.COUNT, May.APPROVE_COUNTS)


def _today() -> date:
    return london_day(now())


@bp.get("/")
@needs(*BOTH)
def plan() -> Any:
    """Which store is to be counted next, which counts are under way, and how good the last were."""
    return page(
        "counting/plan.html",
        plan=queries.plan(),
        ended=paged(queries.counts_ended()),
        open=queries.counts_open(),
        accuracy=accuracy,
        formula=ACCURACY,
        days=DAYS_BETWEEN,
        today=_today(),
    )


@bp.get("/new")
@needs(*BOTH)
def new() -> Any:
    """What is to be counted."""
    form = BeginForm.of(stores(), formdata=None)
    form.store.data = request.args.get("store", "")
    return page("counting/new.html", form=form)


@bp.post("/new")
@needs(*BOTH)
@writes
def begin() -> Any:
    """Begin a count."""
    form = BeginForm.of(stores())
    if not form.validate():
        return page("counting/new.html", form=form), 422
    try:
        store = store_by_code(form.store.data or "")
        place = chosen.place_by_code(form.place.data) if form.place.data else None
        count = actions.begin(store, place=place, group=form.group.data, by=who(), at=now())
    except Refused as why:
        return page("counting/new.html", form=form.refused(why)), why.status
    flash(f"The count of {count.scope} has begun. Scan everything that is there.")
    return redirect(url_for(".count", code=count.code), 303)


@bp.get("/<code>")
@needs(*BOTH)
def count(code: str) -> Any:
    """The count: blind while it is counted, and what became of it."""
    return _count_page(queries.count_by_code(code))


def _count_page(
    count: StockCount,
    form: CountScanForm | None = None,
    paste: PasteForm | None = None,
    why: Refused | None = None,
    wrong: Form | None = None,
) -> str:
    mine, made, everybodys = queries.scans_of(count, viewer=who())
    seen = request.args.get("seen", "")
    return page(
        "counting/count.html",
        count=count,
        counting=count.status in COUNTING,
        form=form or CountScanForm(formdata=None),
        paste=paste or PasteForm(formdata=None),
        wrong=wrong or form or paste,
        why=why,
        again=request.args.get("said") == "again",
        latest=next((scan for scan in mine if scan.item and scan.item.code == seen), None),
        seen=seen,
        mine=mine,
        made=made,
        everybodys=everybodys,
        looked_for=queries.lines_to_look_for(count),
        consumables=queries.quantity_lines(count),
        history=queries.history_of(count),
        may_see=count.status is CountStatus.APPROVED
        or (count.status is CountStatus.COUNTED and who().may(May.APPROVE_COUNTS)),
    )


@bp.post("/<code>/scan")
@needs(May.COUNT)
@writes
def scan(code: str) -> Any:
    """Count whatever was scanned."""
    count, form, at = queries.count_by_code(code), CountScanForm(), now()
    if not form.validate():
        return _count_page(count, form), 422
    try:
        done = actions.count_scan(count, item_scanned(form.scanned.data or ""), by=who(), at=at)
    except Refused as why:
        return _count_page(count, form.refused(why), why=why), why.status
    if done.again:
        flash(
            f"{done.item.code} had been counted {when(done.at, at)} by {done.by_name}. "
            "It counts once.",
            "warning",
        )
    said = "again" if done.again else None
    return redirect(url_for(".count", code=count.code, seen=done.item.code, said=said), 303)


@bp.post("/<code>/paste")
@needs(May.COUNT)
@writes
def paste(code: str) -> Any:
    """Count many labels at once, or, where one is wrong, none of them."""
    count, form = queries.count_by_code(code), PasteForm()
    if not form.validate():
        return _count_page(count, paste=form), 422
    try:
        items = items_pasted(form.labels.data or "")
        done = actions.count_together(count, items, by=who(), at=now())
    except Refused as why:
        if why.field == "scanned":
            why = Invalid(why.sentence, field="labels")
        return _count_page(count, paste=form.refused(why)), why.status
    twice = sum(one.again for one in done)
    more = f" {counted(twice, 'label')} had been counted before and count once." if twice else ""
    flash(f"{counted(len(done) - twice, 'item')} counted.{more}")
    return redirect(url_for(".count", code=count.code), 303)


@bp.get("/<code>/quantities")
@needs(May.COUNT)
def quantities(code: str) -> Any:
    """How many of each consumable are here."""
    count = queries.count_by_code(code)
    return _quantities_page(count, _quantities_form(count))


def _quantities_form(count: StockCount) -> QuantitiesForm:
    lines = queries.quantity_lines(count) if count.status in COUNTING else []
    products = [line.product for line in lines if line.product is not None]
    return QuantitiesForm.of(products, queries.other_consumables(count))


def _quantities_page(count: StockCount, form: QuantitiesForm) -> str:
    return page(
        "counting/quantities.html",
        count=count,
        form=form,
        lines=queries.quantity_lines(count),
        typed=queries.typed_by(count, viewer=who()),
        counting=count.status in COUNTING,
    )


@bp.post("/<code>/quantities")
@needs(May.COUNT)
@writes
def save_quantities(code: str) -> Any:
    """Keep what was typed; what was left empty stays as it was."""
    count = queries.count_by_code(code)
    form = _quantities_form(count)
    if not form.validate():
        return _quantities_page(count, form), 422
    typed = form.typed()
    for name, product, quantity in typed:
        try:
            actions.count_quantity(count, product, quantity, by=who(), at=now())
        except Refused as why:
            field = why.field if why.field in form else name
            return _quantities_page(count, form.refused(_beside(why, field))), why.status
    flash(f"{counted(len(typed), 'number')} kept.")
    return redirect(url_for(".count", code=count.code), 303)


def _beside(why: Refused, field: str | None) -> Refused:
    """The same refusal beside another field."""
    return type(why)(why.sentence, field=field)


@bp.get("/<code>/sheet.pdf")
@needs(*BOTH)
def sheet(code: str) -> Any:
    """A blind sheet for those who count on paper."""
    count = queries.count_by_code(code)
    answer = Response(sheet_pdf(count, *_listed(count)), mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=f"count-{count.code}.pdf")
    return answer


def _listed(count: StockCount) -> tuple[list[str], list[tuple[str, str]]]:
    """The consumables and, in a recount, the items that stand on a sheet."""
    consumables = [line.product.name for line in queries.quantity_lines(count) if line.product]
    again = queries.lines_to_look_for(count)
    return consumables, [(one.item.code, one.item.product.name) for one in again if one.item]


@bp.post("/<code>/close")
@needs(May.COUNT)
@writes
def close(code: str) -> Any:
    """Say that everything was counted."""
    count, form = queries.count_by_code(code), Form()
    try:
        actions.close(count, by=who(), at=now())
    except Refused as why:
        return _count_page(count, wrong=form.refused(why)), why.status
    flash("The count is closed. Whoever approves it sees what differs.")
    return redirect(url_for(".count", code=count.code), 303)


@bp.get("/<code>/give-up")
@needs(*BOTH)
def giving_up(code: str) -> Any:
    """Ask why a count is given up."""
    return page("counting/give_up.html", count=queries.count_by_code(code), form=GiveUpForm())


@bp.post("/<code>/give-up")
@needs(*BOTH)
@writes
def give_up(code: str) -> Any:
    """End a count of which nothing is posted."""
    count, form = queries.count_by_code(code), GiveUpForm()
    if not form.validate():
        return page("counting/give_up.html", count=count, form=form), 422
    try:
        actions.give_up(count, because=form.because.data or "", by=who(), at=now())
    except Refused as why:
        return page("counting/give_up.html", count=count, form=form.refused(why)), why.status
    flash(f"The count of {count.scope} is given up. Nothing was posted.")
    return redirect(url_for(".plan"), 303)


@bp.get("/<code>/variances")
@needs(*BOTH)
def variances(code: str) -> Any:
    """What differs, what it is worth, and what approval does about it."""
    return _variances_page(queries.count_by_code(code), ApproveForm(formdata=None))


def _variances_page(count: StockCount, form: Form) -> str:
    found = variances_for(count, viewer=who(), on=_today())
    return page(
        "counting/variances.html",
        count=count,
        found=found,
        form=form,
        again=RecountForm(formdata=None),
        shown="|".join(f"{one.name} {one.shown}" for one in found),
        over=sum(one.value for one in found if one.value > 0),
        under=-sum(one.value for one in found if one.value < 0),
        counters=list(queries.counters_of(count).items()),
        decides=count.status is CountStatus.COUNTED,
        blocked=BLOCKED,
        accuracy=accuracy(count.expected_pence or 0, count.off_pence or 0),
        formula=ACCURACY,
    )


@bp.get("/<code>/variances.csv")
@needs(*BOTH)
def variances_csv(code: str) -> Any:
    """The same as a file."""
    count = queries.count_by_code(code)
    found = variances_for(count, viewer=who(), on=_today())
    return csv_answer(f"count-{count.code}-variances", HEADS, rows_of(found))


@bp.post("/<code>/recount")
@needs(May.APPROVE_COUNTS)
@writes
def recount(code: str) -> Any:
    """Have the ticked lines counted again by somebody else."""
    count, form = queries.count_by_code(code), RecountForm()
    try:
        actions.recount(count, form.lines.data or [], by=who(), at=now())
    except Refused as why:
        return _variances_page(count, form.refused(why)), why.status
    flash("What was ticked is to be counted again, by somebody who has not counted here yet.")
    return redirect(url_for(".count", code=count.code), 303)


@bp.post("/<code>/approve")
@needs(May.APPROVE_COUNTS)
@writes
def approve_count(code: str) -> Any:
    """Post what was found."""
    count, form = queries.count_by_code(code), ApproveForm()
    try:
        found = approve(count, shown=form.differences, by=who(), at=now())
    except Refused as why:
        return _variances_page(count, form.refused(why)), why.status
    flash(f"Approved and posted: {counted(len(found), 'difference')}.")
    return redirect(url_for(".variances", code=count.code), 303)
