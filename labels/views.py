"""Pages of labels: print, reprint, void, scan and the loan slip."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for

from core.clock import london_day, now
from core.errors import Refused
from equipment.queries import item_by_code
from labels import actions, papers, queries
from labels.forms import LabelsForm, ReprintForm, ScanForm, VoidForm, codes_in
from labels.layouts import LAYOUTS
from labels.lent import order_for_slip, slip_of
from labels.papers import pdf_answer
from labels.rules import VoidReason
from labels.slips import slip_pdf
from labels.zpl import DOTS
from people.access import needs, who
from people.audit import look
from people.rules import May
from web.filters import counted
from web.pages import page
from web.writes import looks, writes

bp = Blueprint("labels", __name__, template_folder="templates")


@bp.get("/labels/new")
@needs(May.PRINT_LABELS)
def new() -> Any:
    """Which items to print labels for: those in the address, or a product's of one day."""
    form = LabelsForm(formdata=None)
    codes = [code for text in request.args.getlist("items") for code in codes_in(text)]
    form.items.data = "\n".join(codes or _received())
    return page("labels/new.html", form=form)


def _received() -> list[str]:
    """The items of `product` that were received on the day `batch`."""
    try:
        on = date.fromisoformat(request.args.get("batch", ""))
    except ValueError:
        return []
    return queries.codes_received(request.args.get("product", ""), on)


@bp.post("/labels")
@needs(May.PRINT_LABELS)
@writes(keeps=(404,))
def print_new() -> Any:
    """Make a print run of the items' next labels; a code that is nobody's leaves its audit row."""
    form = LabelsForm()
    if not form.validate():
        return page("labels/new.html", form=form), 422
    try:
        run = actions.print_labels(
            queries.items_to_label(form.lines),
            layout=form.layout.data,
            start=form.first,
            by=who(),
            at=now(),
        )
    except Refused as why:
        return page("labels/new.html", form=form.refused(why)), why.status
    flash(f"{counted(len(run.labels), 'label')} ready to print.")
    return redirect(url_for(".run", code=run.code), 303)


@bp.get("/labels/runs")
@needs(May.PRINT_LABELS)
def runs() -> Any:
    """The latest print runs."""
    return page("labels/runs.html", runs=queries.latest_runs(), layouts=LAYOUTS)


@bp.get("/labels/runs/<code>")
@needs(May.PRINT_LABELS)
def run(code: str) -> Any:
    """One print run: its sheet, its labels, and when it was printed."""
    found = queries.run_by_code(code)
    return page("labels/run.html", run=found, layout=LAYOUTS[found.layout])


@bp.get("/labels/runs/<code>.pdf")
@needs(May.PRINT_LABELS)
def run_sheet(code: str) -> Any:
    """The sheet itself, as often as it is asked for."""
    found = queries.run_by_code(code)
    return pdf_answer(papers.run_pdf(found), f"labels-{found.code}.pdf")


@bp.get("/labels/runs/<code>.zpl")
@needs(May.PRINT_LABELS)
def run_zpl(code: str) -> Any:
    """The same for a label printer, `?dots=12` for one of 300 dpi."""
    found = queries.run_by_code(code)
    dots = DOTS[request.args.get("dots") == str(DOTS[1])]
    answer = Response(papers.run_zpl(found, dots), mimetype="text/plain")
    answer.headers.set("Content-Disposition", "attachment", filename=f"labels-{found.code}.zpl")
    return answer


@bp.post("/labels/runs/<code>/printed")
@needs(May.PRINT_LABELS)
@writes
def say_printed(code: str) -> Any:
    """Note that the sheet came out of the printer."""
    found = queries.run_by_code(code)
    actions.say_printed(found, by=who(), at=now())
    flash("Noted: this sheet is printed.")
    return redirect(url_for(".run", code=found.code), 303)


@bp.get("/items/<code>/labels")
@needs(May.PRINT_LABELS)
def item_labels(code: str) -> Any:
    """Every label an item has had, and another where one is needed."""
    return _item_page(code, ReprintForm())


def _item_page(code: str, form: ReprintForm) -> str:
    item = item_by_code(code)
    labels = queries.labels_of(item)
    return page("labels/item.html", item=item, labels=labels, form=form)


@bp.post("/items/<code>/labels")
@needs(May.PRINT_LABELS)
@writes
def reprint(code: str) -> Any:
    """Print another label for an item, voiding the older ones where there is a reason to."""
    form = ReprintForm()
    if not form.validate():
        return _item_page(code, form), 422
    try:
        made = actions.print_labels(
            [item_by_code(code)],
            layout=form.layout.data,
            start=form.first,
            voiding=form.voiding,
            by=who(),
            at=now(),
        )
    except Refused as why:
        return _item_page(code, form.refused(why)), why.status
    flash("A new label is ready to print.")
    return redirect(url_for(".run", code=made.code), 303)


@bp.get("/items/<code>/labels/<issue>/void")
@needs(May.PRINT_LABELS)
def voiding(code: str, issue: str) -> Any:
    """Ask why a label is to be voided."""
    item = item_by_code(code)
    label = queries.label_of(item, issue)
    return page("labels/void.html", item=item, label=label, form=VoidForm())


@bp.post("/items/<code>/labels/<issue>/void")
@needs(May.PRINT_LABELS)
@writes
def void(code: str, issue: str) -> Any:
    """Let a label be believed no more."""
    item, form = item_by_code(code), VoidForm()
    label = queries.label_of(item, issue)
    if not form.validate():
        return page("labels/void.html", item=item, label=label, form=form), 422
    actions.void_label(label, reason=VoidReason(form.reason.data), by=who(), at=now())
    flash(f"Label {label.issue} of {item.code} is void. Whoever scans it is told so.")
    return redirect(url_for(".item_labels", code=item.code), 303)


@bp.get("/scan")
@needs(May.SEE_ITEMS)
def scan() -> Any:
    """One field for the hand scanner; what it reads leads to the item's passport."""
    if not request.args.get("scanned", "").strip():
        return page("labels/scan.html", form=ScanForm(formdata=None), why=None)
    form = ScanForm(request.args, meta={"csrf": False})
    try:
        item = queries.item_scanned(request.args["scanned"])
    except Refused as why:
        return page("labels/scan.html", form=form, why=why), why.status
    return redirect(url_for("equipment.item", code=item.code))


@bp.get("/slips/<code>.pdf")
@needs(May.SEE_CLIENTS, May.SEE_EVERY_CLIENT, May.PICK, May.DO_VISITS)
@looks
def slip(code: str) -> Any:
    """The client's copy of what was lent."""
    order = order_for_slip(code.upper(), viewer=who(), on=london_day(now()))
    look("client", order.client.code)
    return pdf_answer(slip_pdf(slip_of(order)), f"slip-{order.code}.pdf")
