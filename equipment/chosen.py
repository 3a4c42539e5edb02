"""What somebody chose in a form, found; each refusal beside its field."""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from core.db import db
from core.errors import Invalid
from equipment.models import Place, Product
from equipment.queries import read_address, tidy


def product_named(text: str) -> Product:
    """The product with exactly this name or code. Raises Invalid beside the field `other`."""
    words = tidy(text)
    found = db.session.scalar(
        select(Product).where(
            or_(func.lower(Product.name) == words.lower(), Product.code == words.upper())
        )
    )
    if found is None:
        raise Invalid("No product has this name or code. Look it up first.", field="other")
    return found


def product_chosen(code: str) -> Product:
    """The product chosen in a form. Raises Invalid beside the field `product`."""
    found = db.session.scalar(select(Product).where(Product.code == read_address(code or "")))
    if found is None:
        raise Invalid("Choose a product of the catalogue.", field="product")
    return found


def place_by_code(code: str) -> Place:
    """The place chosen in a form. Raises Invalid beside the field `place`."""
    found = db.session.scalar(
        select(Place).where(Place.code == read_address(code)).options(joinedload(Place.store))
    )
    if found is None:
        raise Invalid("Choose a place.", field="place")
    return found
