"""Which stores and places there are to print labels for."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from core.db import db
from equipment.models import Store
from equipment.rules import StoreKind


def stores_with_places() -> Sequence[Store]:
    """Every store with its places, the depot first."""
    return db.session.scalars(
        select(Store)
        .options(selectinload(Store.places))
        .order_by(Store.kind != StoreKind.DEPOT, Store.kind, Store.name)
    ).all()
