"""Which items a batch of labels is for, and how far a batch has come."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from core.codes import is_code
from core.db import db
from core.errors import NotFound
from equipment.models import Item, Place, Product, Store
from labels.batches.models import LabelBatch
from labels.models import Label, PrintRun
from people.jobs.models import Job


def items_standing(*, store_code: str, product_code: str, again: bool) -> Sequence[int]:
    """The numbers of the items that stand in a store, shelf by shelf and product by product.

    In every store and of every product where no code is given; those without a label alone, unless
    `again`.
    """
    asked = select(Item.id).join(Item.product).join(Place, Place.id == Item.place_id)
    asked = asked.join(Place.store)
    if store_code:
        asked = asked.where(Store.code == store_code)
    if product_code:
        asked = asked.where(Product.code == product_code)
    if not again:
        asked = asked.where(~select(Label.id).where(Label.item_id == Item.id).exists())
    order = (Store.name, Place.name, Product.name, Item.code)
    return db.session.scalars(asked.order_by(*order)).all()


def batch_by_code(code: str) -> LabelBatch:
    """A batch by the code of its job. Raises NotFound."""
    batch, wanted = None, code.upper()
    if is_code(wanted):
        batch = db.session.scalar(
            select(LabelBatch)
            .join(LabelBatch.job)
            .options(contains_eager(LabelBatch.job).joinedload(Job.by))
            .where(Job.code == wanted)
        )
    if batch is None:
        raise NotFound("There is no such batch of labels. Look at the list of batches.")
    return batch


def batches(limit: int = 30) -> Sequence[LabelBatch]:
    """The latest batches."""
    return db.session.scalars(
        select(LabelBatch)
        .options(joinedload(LabelBatch.job).joinedload(Job.by))
        .order_by(LabelBatch.job_id.desc())
        .limit(limit)
    ).all()


def runs_of(batch: LabelBatch) -> Sequence[tuple[PrintRun, int]]:
    """The print runs made of a batch, the first at the top, each with how many labels it has."""
    rows = db.session.execute(
        select(PrintRun, func.count(Label.id))
        .join(Label)
        .where(PrintRun.batch_id == batch.job_id)
        .group_by(PrintRun.id)
        .order_by(PrintRun.id)
    )
    return [(run, count) for run, count in rows]
