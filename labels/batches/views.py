"""Pages of batches: asking for many labels, seeing them come, printing their sheets."""

from typing import Any

from flask import Blueprint, flash, redirect, url_for

from core.clock import now
from core.errors import NotFound, Refused
from labels.batches import actions, queries
from labels.batches.forms import BatchForm
from labels.layouts import LAYOUTS
from people.access import needs, who
from people.rules import May
from web.pages import page
from web.writes import writes

bp = Blueprint("batches", __name__, template_folder="../templates")


@bp.get("/labels/many")
@needs(May.PRINT_LABELS)
def many() -> Any:
    """Which items to label at once, and the latest batches."""
    return _many(BatchForm())


def _many(form: BatchForm) -> str:
    return page("batches/many.html", form=form, batches=queries.batches())


@bp.post("/labels/many")
@needs(May.PRINT_LABELS)
@writes
def ask() -> Any:
    """Ask for the labels; a job makes them."""
    form = BatchForm()
    if not form.validate():
        return _many(form), 422
    again = bool(form.again.data)
    product = (form.product.data or "").replace(" ", "").upper()
    found = queries.items_standing(store_code=form.store.data, product_code=product, again=again)
    try:
        batch = actions.ask_for_labels(
            found, layout=form.layout.data, start=form.first, again=again, by=who(), at=now()
        )
    except Refused as why:
        return _many(form.refused(why)), why.status
    return redirect(url_for(".batch", code=batch.job.code), 303)


@bp.get("/labels/many/<code>")
@needs(May.PRINT_LABELS)
def batch(code: str) -> Any:
    """How far a batch has come, and its sheets."""
    return _batch(code)


def _batch(code: str) -> str:
    found = queries.batch_by_code(code)
    runs = queries.runs_of(found)
    made = sum(count for _, count in runs)
    return page(
        "batches/batch.html",
        batch=found,
        job=found.job,
        runs=runs,
        made=made,
        layout=LAYOUTS[found.layout],
        mine=found.job.by_id == who().id,
    )


@bp.post("/labels/many/<code>/rest")
@needs(May.PRINT_LABELS)
@writes
def rest(code: str) -> Any:
    """Ask anew for what a batch has not made."""
    found = queries.batch_by_code(code)
    try:
        again = actions.ask_for_the_rest(found, by=who(), at=now())
    except NotFound:
        raise
    except Refused as why:
        flash(why.sentence, "important")
        return _batch(code), why.status
    return redirect(url_for(".batch", code=again.job.code), 303)
