"""The page on which new goods come in."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from core.clock import london_day, now
from core.codes import new_code
from core.errors import Refused
from equipment import actions, chosen, queries
from equipment.blueprint import bp
from equipment.forms import GoodsInForm, place_options
from equipment.models import Item, Product
from equipment.rules import Side, Tracking
from equipment.stores import queries as stock
from people.access import needs, who
from people.rules import May
from web.filters import counted
from web.furnish import address_of
from web.pages import page
from web.writes import writes

Answer = Any
FIT_AN_ADDRESS = 400  # more codes than that would make it too long


@bp.get("/goods-in")
@needs(May.RECEIVE_GOODS)
def goods_in() -> Answer:
    """What has come in?"""
    form = GoodsInForm()
    form.product.data = request.args.get("product", "")
    return _goods_in_page(form)


def _goods_in_page(form: GoodsInForm) -> str:
    form.product.choices = [SelectChoice("", "Choose a product")] + [
        SelectChoice(one.code, one.name) for one in queries.products_matching()
    ]
    form.place.choices = place_options(stock.places(Side.CLEAN))
    return page("equipment/goods_in.html", form=form)


@bp.post("/goods-in")
@needs(May.RECEIVE_GOODS)
@writes
def receive_goods() -> Answer:
    """Make items of what came in, and go on to their labels."""
    form, batch = GoodsInForm(), new_code()
    if not form.validate():
        return _goods_in_page(form), 422
    try:
        product = chosen.product_chosen(form.product.data)
        items = actions.receive_goods(
            product,
            form.quantity.data,
            place=chosen.place_by_code(form.place.data or ""),
            paid=form.paid.data,
            serials=(form.serials.data or "").splitlines(),
            because=batch,
            by=who(),
            at=now(),
        )
    except Refused as why:
        return _goods_in_page(form.refused(why)), why.status
    flash(f"{counted(form.quantity.data, 'piece')} of {product.name} taken in.")
    return redirect(_where_next(product, items, batch), 303)


def _where_next(product: Product, items: Sequence[Item], batch: str) -> str:
    """The labels of the new items; the product where a consumable has none."""
    if product.tracking is Tracking.CONSUMABLE:
        return url_for(".product", code=product.code)
    if len(items) <= FIT_AN_ADDRESS:
        labels = address_of("labels.new", items=" ".join(item.code for item in items))
    else:
        today = london_day(now()).isoformat()
        labels = address_of("labels.new", product=product.code, batch=today)
    return labels or url_for(".items", batch=batch)
