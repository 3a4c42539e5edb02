"""Printing labels and voiding them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import update

from core.db import add, db
from core.errors import NotAllowed
from equipment.models import Item
from labels.layouts import check_start, layout_by_key
from labels.models import Label, PrintRun
from labels.queries import check_count, latest_issues
from labels.rules import VoidReason
from people.models import Staff


def print_labels(
    items: Collection[Item],
    *,
    layout: str,
    start: int,
    by: Staff,
    at: datetime,
    voiding: VoidReason | None = None,
) -> PrintRun:
    """Give each item its next label, all on one sheet that starts at its first free label.

    `voiding` voids the older labels of these items and says why. Two people who print for the same
    item at the same moment cannot both: the slower one is told.
    """
    each_once = list({item.id: item for item in items}.values())
    check_count(len(each_once))
    check_start(start, layout_by_key(layout))
    if voiding is not None:
        _void_older(each_once, voiding, by, at)
    latest = latest_issues([item.id for item in each_once])
    labels = [
        Label(item=item, issue=latest.get(item.id, 0) + 1, product_name=item.product.name)
        for item in each_once
    ]
    return add(PrintRun(at=at, by=by, layout=layout, start=start, labels=labels))


def say_printed(run: PrintRun, *, by: Staff, at: datetime) -> None:
    """Note that the sheet came out of the printer; said again, the first time stays."""
    if run.printed_at is None:
        run.printed_at, run.printed_by = at, by
        db.session.flush()


def void_label(label: Label, *, reason: VoidReason, by: Staff, at: datetime) -> None:
    """Let a label be believed no more: whoever scans it is told so. Raises NotAllowed if it is."""
    if label.voided_at is not None:
        raise NotAllowed("This label is void already.")
    label.voided_at, label.voided_by, label.void_reason = at, by, reason
    db.session.flush()


def _void_older(items: Collection[Item], reason: VoidReason, by: Staff, at: datetime) -> None:
    older = (
        update(Label)
        .where(Label.item_id.in_([item.id for item in items]), Label.voided_at.is_(None))
        .values(
            voided_at=at,
            voided_by_id=by.id,
            void_reason=reason,
            version=Label.version + 1,
        )
    )
    db.session.execute(older, execution_options={"synchronize_session": "fetch"})
