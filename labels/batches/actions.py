"""Asking for a batch of labels, and making it piece by piece."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.db import add, db, write
from core.errors import Invalid, NotAllowed
from equipment.models import Item
from labels.actions import print_labels
from labels.batches.models import LabelBatch, LabelWanted
from labels.layouts import LAYOUTS, check_start, layout_by_key
from labels.queries import latest_issues
from labels.rules import MOST_LABELS
from people.jobs.actions import KINDS, ask
from people.jobs.models import Job
from people.models import Staff
from people.rules import May

KIND = "make labels"
MOST_IN_A_BATCH = 20_000
WRITTEN_AT_ONCE = 5_000


def ask_for_labels(
    item_ids: Sequence[int], *, layout: str, start: int, again: bool, by: Staff, at: datetime
) -> LabelBatch:
    """Ask for a label of each of these items, in this order; a job makes them.

    Unless `again`, an item that has a label by the time its turn comes gets no other: two batches
    asked for at once label nothing twice. Raises Invalid.
    """
    check_start(start, layout_by_key(layout))
    if not item_ids:
        raise Invalid("No item here is without a label. Choose another store, or all items.")
    if len(item_ids) > MOST_IN_A_BATCH:
        raise Invalid(
            f"That is {len(item_ids):,} labels, and a batch holds {MOST_IN_A_BATCH:,}. "
            "Choose one store after the other."
        )
    job = ask(KIND, f"Make {len(item_ids):,} labels", len(item_ids), by=by, at=at)
    batch = add(LabelBatch(job=job, layout=layout, start=start, again=again))
    for first in range(0, len(item_ids), WRITTEN_AT_ONCE):
        piece = enumerate(item_ids[first : first + WRITTEN_AT_ONCE], start=first)
        write(LabelWanted, *({"job_id": job.id, "place": n, "item_id": one} for n, one in piece))
    return batch


def ask_for_the_rest(batch: LabelBatch, *, by: Staff, at: datetime) -> LabelBatch:
    """Ask anew for what a batch that was called off or stopped has not made.

    Raises NotAllowed while its job goes on, and where nothing is left.
    """
    if not batch.job.ended:
        raise NotAllowed("This batch is being made already. Nothing more need be done.")
    rest = db.session.scalars(
        select(LabelWanted.item_id)
        .where(LabelWanted.job_id == batch.job_id, LabelWanted.place >= batch.job.done)
        .order_by(LabelWanted.place)
    ).all()
    if not rest:
        raise NotAllowed("Every label of this batch was made.")
    return ask_for_labels(rest, layout=batch.layout, start=1, again=batch.again, by=by, at=at)


def make_piece(job: Job, *, by: Staff, at: datetime) -> int:
    """Make the next labels of a batch, as one print run of whole sheets; how many items that was.

    The run and the job's progress are one transaction: cut off, the piece is made once or not yet.
    """
    if not by.may(May.PRINT_LABELS):
        raise NotAllowed(f"{by.name} may not print labels any more. Ask for the rest yourself.")
    batch = db.session.get_one(LabelBatch, job.id)
    start = batch.start if job.done == 0 else 1
    wanted = db.session.scalars(
        select(Item)
        .join(LabelWanted, LabelWanted.item_id == Item.id)
        .where(LabelWanted.job_id == job.id, LabelWanted.place >= job.done)
        .order_by(LabelWanted.place)
        .limit(LAYOUTS[batch.layout].on_whole_sheets(start, MOST_LABELS))
        .options(joinedload(Item.product))
    ).all()
    labelled = {} if batch.again else latest_issues([one.id for one in wanted])
    items = [one for one in wanted if one.id not in labelled]
    if items:
        run = print_labels(items, layout=batch.layout, start=start, by=by, at=at)
        run.batch_id = job.id
        db.session.flush()
    return len(wanted)


KINDS[KIND] = make_piece
