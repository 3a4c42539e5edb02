"""Labels, print runs, and the item a label stands for."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import assert_never

from flask import current_app
from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from core.clock import london_day, start_of
from core.codes import is_code
from core.db import db
from core.errors import Invalid, NotAllowed, NotFound, Refused
from equipment.models import Item, ItemMove, Place, Product, Store
from equipment.queries import item_by_code, item_of_maker, tidy
from equipment.rules import Event
from equipment.stores.queries import place_in, store_by_gln
from labels.codes import (
    MAKERS_BARCODE,
    ItemLabel,
    Line,
    MakersCode,
    PlaceLabel,
    code_in,
    issue_in,
    read_scan,
)
from labels.models import Label, PrintRun
from labels.rules import MOST_LABELS, SCAN_OURS, Command, UnreadableLabel

_ISSUE = re.compile(r"[1-9]\d{0,3}", re.ASCII)
UNKNOWN = "We do not know this label. Look again at the eight characters beside the square."
UNKNOWN_MAKERS = (
    f"That is a maker's barcode, and no item of ours has its serial number. {SCAN_OURS}"
)


class VoidedLabel(NotAllowed):
    """The label was voided: the item has another, or this one is on the wrong thing (409)."""


def item_scanned(scanned: str, *, locked: bool = False) -> Item:
    """The item whose label was scanned or typed; `locked`, so that nobody else can move it now.

    Raises what `thing_scanned` raises, and UnreadableLabel for what is no item.
    """
    thing = thing_scanned(scanned, locked=locked)
    if isinstance(thing, Item):
        return thing
    what = "a command" if isinstance(thing, Command) else "the label of a place"
    raise UnreadableLabel(f"That is {what}, not the label of an item. {SCAN_OURS}")


def thing_scanned(scanned: str, *, locked: bool = False) -> Item | Place | Store | Command:
    """What was scanned or typed; an item `locked`, so that nobody else can move it now.

    A maker's code leads to the one item of ours with that serial number. Raises UnreadableLabel
    (422), NotFound (404) where nothing of ours has this label, and VoidedLabel (409) where the
    label itself is void.
    """
    match read_scan(scanned, current_app.config["GS1_COMPANY_PREFIX"]):
        case ItemLabel(code, issue):
            return _item(code, issue, locked)
        case PlaceLabel(gln, place_code):
            return place_in(gln, place_code) if place_code else store_by_gln(gln)
        case MakersCode(gtin, serial):
            return _item_of_maker(gtin, serial, locked)
        case Command() as command:
            return command
        case never:
            assert_never(never)


def _item(code: str, issue: int | None, locked: bool) -> Item:
    try:
        item = item_by_code(code, locked=locked)
    except NotFound:
        raise NotFound(UNKNOWN, field="scanned") from None
    if issue is not None:
        _refuse_void(item, issue)
    return item


def _item_of_maker(gtin: str, serial: str | None, locked: bool) -> Item:
    if serial is None:
        raise UnreadableLabel(MAKERS_BARCODE)
    item = item_of_maker(gtin, serial.replace("\x00", ""), locked=locked)
    if item is None:
        raise NotFound(UNKNOWN_MAKERS, field="scanned")
    return item


def _refuse_void(item: Item, issue: int) -> None:
    label = db.session.scalar(select(Label).where(Label.item_id == item.id, Label.issue == issue))
    _check_good(label, issue)


def _check_good(label: Label | None, issue: int) -> None:
    if label is None and issue > 1:
        raise NotFound(UNKNOWN, field="scanned")
    if label is not None and label.voided_at is not None:
        on = london_day(label.voided_at)
        raise VoidedLabel(
            f"This label was voided on {on:%-d %B %Y} ({label.void_reason}). Take it off. "
            "Scan the item's newer label, or ask the depot to print one.",
            field="scanned",
        )


def item_of_public(giai: str, query: str) -> Item | None:
    """The item a public address stands for; none if unknown, void, foreign or no address of ours.

    `query` is what stands behind the address's question mark.
    """
    try:
        code = code_in(giai, current_app.config["GS1_COMPANY_PREFIX"])
        item, issue = item_by_code(code), issue_in(query)
        _refuse_void(item, issue)
    except (UnreadableLabel, NotFound, VoidedLabel):
        return None
    return item


def store_of_public(gln: str) -> Store | None:
    """The store a public address stands for; none where there is no such one."""
    return db.session.scalar(select(Store).where(Store.gln == tidy(gln)))


def place_of_public(gln: str, code: str) -> Place | None:
    """The place a public address stands for; none where there is no such one."""
    try:
        return place_in(tidy(gln), tidy(code).upper())
    except NotFound:
        return None


def items_to_label(lines: Sequence[Line]) -> list[Item]:
    """The items of all these lines, in their order, each once, read as `item_scanned` reads one.

    A line that is wrong refuses all of them, and the sentence names it: Invalid (422), NotFound
    (404) or VoidedLabel (409).
    """
    scans = []
    for line in lines:
        with _naming(line):
            scans.append(read_scan(line.text, current_app.config["GS1_COMPANY_PREFIX"]))
    labels = [scan for scan in scans if isinstance(scan, ItemLabel)]
    codes = {label.code for label in labels}
    check_count(len(codes) + len(set(scans) - set(labels)))
    ours, printed = _by_code(codes), _printed(labels)
    items = []
    for line, scan in zip(lines, scans, strict=True):
        with _naming(line):
            if isinstance(scan, ItemLabel):
                items.append(_good(scan, ours, printed))
            else:
                items.append(item_scanned(line.text))
    return list(dict.fromkeys(items))


@contextmanager
def _naming(line: Line) -> Iterator[None]:
    """Name the line in whatever is refused because of it."""
    try:
        yield
    except Refused as why:
        why.sentence, why.field = f"{line.name}: {why.sentence}", "items"
        raise


def _by_code(codes: Collection[str]) -> dict[str, Item]:
    asked = select(Item).where(Item.code.in_(codes)).options(joinedload(Item.product))
    return {item.code: item for item in db.session.scalars(asked)}


def _printed(labels: Collection[ItemLabel]) -> dict[tuple[str, int], Label]:
    """The labels scanned, by item's code and number, that ever were in a print run."""
    numbered = {(label.code, label.issue) for label in labels if label.issue is not None}
    asked = select(Item.code, Label).join(Label.item)
    rows = db.session.execute(asked.where(tuple_(Item.code, Label.issue).in_(numbered)))
    return {(code, label.issue): label for code, label in rows}


def _good(
    scan: ItemLabel, ours: Mapping[str, Item], printed: Mapping[tuple[str, int], Label]
) -> Item:
    """The item of a label among those looked up already. Raises NotFound and VoidedLabel."""
    if scan.code not in ours:
        raise NotFound(
            "This is not an item of ours, so nothing was printed. "
            "Take it out of the list and try again."
        )
    if scan.issue is not None:
        _check_good(printed.get((scan.code, scan.issue)), scan.issue)
    return ours[scan.code]


def check_count(count: int) -> None:
    """Refuse a run of nothing and one of more than a run may hold."""
    if count < 1:
        raise Invalid("Give at least one item to print a label for.", field="items")
    if count > MOST_LABELS:
        raise Invalid(
            f"A run holds at most {MOST_LABELS} labels. Print these in several runs.",
            field="items",
        )


def codes_received(product_code: str, on: date) -> list[str]:
    """The codes of the items of a product that were received on a day, in the order they came."""
    if not is_code(product_code):
        return []
    received = (
        select(Item.code)
        .join(ItemMove, ItemMove.item_id == Item.id)
        .join(Product, Product.id == Item.product_id)
        .where(Product.code == product_code, ItemMove.event == Event.RECEIVE)
        .where(ItemMove.at >= start_of(on), ItemMove.at < start_of(on + timedelta(days=1)))
        .order_by(ItemMove.id)
        .limit(MOST_LABELS + 1)
    )
    return list(db.session.scalars(received))


def run_by_code(code: str) -> PrintRun:
    """A print run with its labels and their items. Raises NotFound."""
    asked = code.upper()
    run = None
    if is_code(asked):
        run = db.session.scalar(
            select(PrintRun)
            .where(PrintRun.code == asked)
            .options(
                joinedload(PrintRun.by),
                joinedload(PrintRun.printed_by),
                selectinload(PrintRun.labels).joinedload(Label.item).joinedload(Item.product),
            )
        )
    if run is None:
        raise NotFound("There is no print run with this code. Look at the list of print runs.")
    return run


def latest_runs(limit: int = 50) -> Sequence[tuple[PrintRun, int, int]]:
    """The latest print runs, each with how many labels it has and how many of them are void."""
    rows = db.session.execute(
        select(PrintRun, func.count(Label.id), func.count(Label.voided_at))
        .join(Label)
        .options(joinedload(PrintRun.by))
        .group_by(PrintRun.id)
        .order_by(PrintRun.id.desc())
        .limit(limit)
    )
    return [(run, labels, void) for run, labels, void in rows]


def labels_of(item: Item) -> Sequence[Label]:
    """Every label an item has had, the latest first."""
    return db.session.scalars(
        select(Label)
        .join(Label.run)
        .where(Label.item_id == item.id)
        .options(contains_eager(Label.run).joinedload(PrintRun.by), joinedload(Label.voided_by))
        .order_by(Label.issue.desc())
    ).all()


def label_of(item: Item, issue: str) -> Label:
    """One label of an item by its number, as an address gives it. Raises NotFound."""
    label = None
    if _ISSUE.fullmatch(issue):
        asked = select(Label).where(Label.item_id == item.id, Label.issue == int(issue))
        label = db.session.scalar(asked)
    if label is None:
        raise NotFound("This item has no label of that number.")
    return label


def latest_issues(item_ids: Collection[int]) -> dict[int, int]:
    """The number of each item's latest label; items without any are left out."""
    return {item_id: latest for item_id, (latest, _) in _issues(item_ids).items()}


def good_issues(item_ids: Collection[int]) -> dict[int, int]:
    """The number of the label to scan of each item: its latest that is not void.

    The first for items that never had one; items whose labels are all void are left out.
    """
    known = _issues(item_ids)
    numbers = {item_id: known.get(item_id, (1, 1))[1] for item_id in item_ids}
    return {item_id: number for item_id, number in numbers.items() if number is not None}


def _issues(item_ids: Collection[int]) -> dict[int, tuple[int, int | None]]:
    rows = db.session.execute(
        select(
            Label.item_id,
            func.max(Label.issue),
            func.max(Label.issue).filter(Label.voided_at.is_(None)),
        )
        .where(Label.item_id.in_(item_ids))
        .group_by(Label.item_id)
    )
    return {item_id: (latest, good) for item_id, latest, good in rows}
