"""Pages of the catalogue: search it, see a product, change it, price it, relate it."""

from typing import Any

from flask import flash, redirect, request, url_for

from core.clock import london_day, now
from core.errors import Invalid, Refused
from core.money import pounds
from equipment import actions, asked, chosen, queries
from equipment.blueprint import bp
from equipment.catalogue import actions as upkeep
from equipment.catalogue.queries import relations_of
from equipment.forms import (
    CatalogueFilter,
    ChangeProductForm,
    NewProductForm,
    PartForm,
    PriceForm,
    RelationForm,
)
from equipment.models import Product
from equipment.rules import Group, Relation, Tracking
from equipment.stores import queries as stock
from people.access import needs, who
from people.rules import May
from web.pages import page
from web.paging import paged, sorting
from web.writes import writes

Answer = Any


@bp.get("/catalogue")
@needs(May.SEE_CATALOGUE)
def catalogue() -> Answer:
    """What is there to lend, is it free, what does it cost?"""
    group, tracking = asked.word("group", Group), asked.word("tracking", Tracking)
    sort = sorting({"name": Product.name, "group": Product.group}, "name")
    found = queries.catalogue_lines(asked.text(), group, tracking)
    products = paged(found.order_by(*queries.likest(asked.text()), sort.order, Product.id))
    numbers, today = [product.id for product in products], london_day(now())
    return page(
        "equipment/catalogue.html",
        products=products,
        free=queries.free_counts(numbers, today),
        prices=queries.prices_on(numbers, today),
        form=CatalogueFilter(request.args, meta={"csrf": False}),
        sort=sort,
    )


@bp.get("/catalogue/new")
@needs(May.KEEP_CATALOGUE)
def new_product() -> Answer:
    """A new line of the catalogue."""
    return page("equipment/product_form.html", form=NewProductForm(), product=None)


@bp.post("/catalogue/new")
@needs(May.KEEP_CATALOGUE)
@writes
def add_product() -> Answer:
    """Put a product into the catalogue."""
    form = NewProductForm()
    if not form.validate():
        return page("equipment/product_form.html", form=form, product=None), 422
    terms: dict[str, Any] = {"price": form.price.data, "from_on": form.from_on.data}
    try:
        product = actions.add_product(**form.fields(), **terms, by=who(), at=now())
    except Refused as why:
        form.refused(why)
        return page("equipment/product_form.html", form=form, product=None), why.status
    flash(f"{product.name} is in the catalogue.")
    return redirect(url_for(".product", code=product.code), 303)


@bp.get("/catalogue/<code>")
@needs(May.SEE_CATALOGUE)
def product(code: str) -> Answer:
    """Everything about one product."""
    return _product_page(queries.product_by_code(code), RelationForm(), PartForm())


def _product_page(product: Product, relation: RelationForm, part: PartForm) -> str:
    today = london_day(now())
    return page(
        "equipment/product.html",
        product=product,
        counts=stock.counts_of(product),
        quantities=stock.quantities_of(product),
        free=queries.free_counts([product.id], today)[product.id],
        price=queries.prices_on([product.id], today).get(product.id),
        parts_list=stock.parts_of(product),
        relations={str(kind): found for kind, found in relations_of(product).items()},
        test_plan=[(kind, f"Every {n} months") for kind, n in product.test_plan.items()],
        relation_form=relation,
        part_form=part,
        today=today,
    )


@bp.get("/catalogue/<code>/change")
@needs(May.KEEP_CATALOGUE)
def change_product(code: str) -> Answer:
    """The product as a form."""
    product = queries.product_by_code(code)
    return page("equipment/product_form.html", form=ChangeProductForm(obj=product), product=product)


@bp.post("/catalogue/<code>/change")
@needs(May.KEEP_CATALOGUE)
@writes
def save_product(code: str) -> Answer:
    """Keep what was changed."""
    product, form = queries.product_by_code(code), ChangeProductForm()
    if not form.validate():
        return page("equipment/product_form.html", form=form, product=product), 422
    try:
        upkeep.change_product(product, **form.fields(), by=who(), at=now())
    except Refused as why:
        form.refused(why)
        return page("equipment/product_form.html", form=form, product=product), why.status
    flash(f"{product.name} is changed.")
    return redirect(url_for(".product", code=product.code), 303)


@bp.get("/catalogue/<code>/price")
@needs(May.KEEP_CATALOGUE)
def new_price(code: str) -> Answer:
    """A new price from a day on."""
    return page(
        "equipment/price_form.html", form=PriceForm(), product=queries.product_by_code(code)
    )


@bp.post("/catalogue/<code>/price")
@needs(May.KEEP_CATALOGUE)
@writes
def set_price(code: str) -> Answer:
    """Give the product its new price."""
    product, form = queries.product_by_code(code), PriceForm()
    if not form.validate():
        return page("equipment/price_form.html", form=form, product=product), 422
    try:
        price = actions.set_price(
            product, form.price.data, from_on=form.from_on.data, by=who(), at=now()
        )
    except Refused as why:
        return page(
            "equipment/price_form.html", form=form.refused(why), product=product
        ), why.status
    flash(f"{product.name} costs {pounds(price.pence)} from then on.")
    return redirect(url_for(".product", code=product.code), 303)


@bp.post("/catalogue/<code>/relations")
@needs(May.KEEP_CATALOGUE)
@writes
def relate(code: str) -> Answer:
    """Say how another product stands to this one."""
    product, form = queries.product_by_code(code), RelationForm()
    if not form.validate():
        return _product_page(product, form, PartForm(formdata=None)), 422
    try:
        other = chosen.product_named(form.other.data)
        # "This product is a substitute for that one" reads the same way round as it is kept.
        actions.relate(product, other, form.relation.data, by=who(), at=now())
    except Refused as why:
        return _product_page(product, form.refused(why), PartForm(formdata=None)), why.status
    flash(f"{product.name} is {form.relation.data.value} {other.name}.")
    return redirect(url_for(".product", code=product.code), 303)


@bp.post("/catalogue/<code>/relations/<other>/<relation>/remove")
@needs(May.KEEP_CATALOGUE)
@writes
def unrelate(code: str, other: str, relation: str) -> Answer:
    """Take a relation back."""
    product, second = queries.product_by_code(code), queries.product_by_code(other)
    upkeep.unrelate(product, second, asked.one_of(relation, Relation), by=who(), at=now())
    flash(f"{product.name} and {second.name} are no longer related like this.")
    return redirect(url_for(".product", code=product.code), 303)


@bp.post("/catalogue/<code>/parts")
@needs(May.KEEP_CATALOGUE)
@writes
def set_part(code: str) -> Answer:
    """Say how many of a part belong to the product."""
    product, form = queries.product_by_code(code), PartForm()
    if not form.validate() or form.quantity.data is None:
        return _product_page(product, RelationForm(formdata=None), form), 422
    try:
        upkeep.set_part(product, form.name.data, form.quantity.data, by=who(), at=now())
    except Invalid as why:
        return _product_page(product, RelationForm(formdata=None), form.refused(why)), why.status
    flash(f"The parts of {product.name} are changed.")
    return redirect(url_for(".product", code=product.code), 303)
