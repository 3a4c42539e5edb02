"""Scans sent twice, shuffled and by two devices leave what sending them once in order leaves."""

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from benchmarks.lent import copies, shared_by_two
from core.clock import now
from core.db import db
from core.money import Pence
from equipment.queries import place_for
from equipment.rules import Side
from funding.actions import set_activity_price
from funding.queries import ledger_faults
from funding.rules import EntryKind
from people.models import Staff
from people.rules import Role
from returns.scanning import batches
from returns.scanning.batches import take
from returns.scanning.fates import Turn
from returns.scanning.forms import Sent
from returns.scanning.rules import Mode
from tests import builders
from tests.attacks.world import undone
from tests.builders import NOON
from tests.returns.test_together import all_at_once, in_the_shop, shop

__all__ = ["shop"]

RETURNS, DELIVERIES, MOVES = 100, 5, 10
LATER = NOON + timedelta(days=3)

# Everything that scans change, but what is drawn (codes of returns) or counted (rows' numbers).
# Entries are compared one by one. Which partner bears the odd penny of which entry depends on the
# order, so of their postings the sums by partner are compared, and what each is still owed.
COMPARED = {
    "items": "select code, status, since, place_id, needs_cleaning, needs_repair, times_lent, "
    "recycled, version from item",
    "moves": "select item_id, event, was, became, at, by_id, place_id, value, recycled, "
    "case when event in ('collect', 'book_in') then 'return' else because end from item_move",
    "returns": 'select item_id, loan_id, received_at, received_by_id, decision from "return"',
    "loans": "select code, ended_at, lost, version from loan",
    "visits": "select code, status, version from visit",
    "entries": 'select source, kind, pence, "on", at, month, subject, memo, by_id, facts '
    "from entry",
    "balances": "select account_id, sum(pence), count(*) from posting group by 1",
    "remainders": "select shares, organisation_id, owed from remainder",
    "scans": "select uid, at, mode, place_id, scanned, by_id, outcome, item_id, did, to_settle "
    "from scan",
}


def left_behind() -> dict[str, list[str]]:
    """What the database holds, as it is compared."""
    db.session.expire_all()
    return {
        name: sorted(str(tuple(row)) for row in db.session.execute(text(asked)))
        for name, asked in COMPARED.items()
    }


@pytest.fixture
def shift(app: Flask) -> tuple[Staff, list[Sent]]:
    """A shift's scans in the order they were made: returns, picks, loads, moves, look-ups."""
    sam, first = builders.a_member_of_staff(Role.WAREHOUSE), shared_by_two()
    fund, by = builders.a_pool().fund, builders.a_member_of_staff(Role.ADMINISTRATOR)
    odd = Pence(12_51)  # cannot be split 60 to 40, so that remainders are carried
    set_activity_price(fund, EntryKind.COLLECTION, odd, from_on=builders.TODAY, by=by, at=NOON)
    made = [(Mode.RECEIVE, one.code, "") for one in copies(first, RETURNS)]
    for _ in range(DELIVERIES):
        item = builders.a_visit().lines[0].order_line.item
        made += [(Mode.PICK, item.code, ""), (Mode.LOAD, item.giai, "")]
    places = [place_for(builders.a_store(), Side.CLEAN).code for _ in range(2)]
    for number, item in enumerate(builders.some_items(MOVES)):
        made.append((Mode.MOVE, item.code, places[number % 2]))
        made.append((Mode.LOOK_UP, item.code, ""))
    scans = [
        Sent(uuid4(), uuid4(), NOON + timedelta(minutes=n), mode, place or None, code, sam.code)
        for n, (mode, code, place) in enumerate(made)
    ]
    db.session.flush()
    return sam, scans


def send(by: Staff, scans: Sequence[Sent], sizes: Callable[[], int]) -> None:
    """Send scans in batches of these sizes."""
    rest = list(scans)
    while rest:
        size = sizes()
        take(rest[:size], by=by, at=LATER)
        db.session.flush()
        rest = rest[size:]


def test_shuffled_and_sent_twice_by_two_devices_is_once_and_in_order(
    shift: tuple[Staff, list[Sent]],
) -> None:
    sam, scans = shift
    drawn = random.Random(7)
    with undone():
        send(db.session.merge(sam, load=False), scans, lambda: 1)
        in_order = left_behind()
    with undone():
        shuffled = [*scans, *scans]
        drawn.shuffle(shuffled)
        halves = [shuffled[::2], shuffled[1::2]]
        for half in halves:
            unique = list({one.uid: one for one in half}.values())
            send(db.session.merge(sam, load=False), unique, lambda: drawn.choice([1, 7, 40, 90]))
        assert ledger_faults() == []
        twice = left_behind()
    for name, rows in in_order.items():
        assert twice[name] == rows, name
    assert len(in_order["returns"]) == RETURNS
    assert not [row for row in in_order["scans"] if "'done'" not in row]


def test_many_together_leave_what_each_alone_leaves(
    shift: tuple[Staff, list[Sent]], monkeypatch: pytest.MonkeyPatch
) -> None:
    sam, scans = shift
    returns, together = scans[:RETURNS], []

    def counted(turns: Sequence[Turn], **how: Any) -> Any:
        done = receive(turns, **how)
        together.append(len(done))
        return done

    receive = batches.receive_together
    monkeypatch.setattr(batches, "receive_together", counted)
    with undone():
        send(db.session.merge(sam, load=False), returns, lambda: 500)
        at_once = left_behind()
    assert together == [RETURNS], "all of them were done together"
    with undone():
        send(db.session.merge(sam, load=False), returns, lambda: 1)
        alone = left_behind()
    assert at_once == alone


def test_one_that_cannot_be_done_keeps_no_other_from_being_done_together(
    shift: tuple[Staff, list[Sent]],
) -> None:
    sam, scans = shift
    db.session.execute(
        text("update loan set began_at = :late where code = (select max(code) from loan)"),
        {"late": LATER},
    )
    told = take(scans[:RETURNS], by=sam, at=LATER)
    assert sorted({one.outcome for one in told}) == ["done", "waiting"]
    assert sum(one.outcome == "done" for one in told) == RETURNS - 1


@pytest.mark.parametrize("devices", [2, 4])
def test_the_same_scans_from_several_devices_at_once_are_done_once(
    shop: Flask, devices: int
) -> None:
    def lent() -> tuple[str, str, list[str]]:
        sam, first = builders.a_member_of_staff(Role.WAREHOUSE), shared_by_two()
        return sam.get_id(), sam.code, [one.code for one in copies(first, 12)]

    session, sam, codes = in_the_shop(shop, lent)  # type: ignore[misc]
    at = (now() - timedelta(hours=1)).isoformat()
    facts = {"at": at, "mode": "receive", "place": None, "by": sam}
    scans = [{**facts, "id": str(uuid4()), "scanned": code} for code in codes]

    def sending(number: int) -> Callable[[], int]:
        browser: FlaskClient = shop.test_client()
        with browser.session_transaction() as kept:
            kept["_user_id"], kept["_fresh"] = session, True
        mine = random.Random(number).sample(scans, len(scans))
        batch = {"device": str(uuid4()), "scans": mine}

        def send() -> int:
            answer = browser.post("/scanning/scans", json=batch)
            return len([one for one in answer.json["answers"] if one["outcome"] == "done"])

        return send

    assert all_at_once([sending(number) for number in range(devices)]) == [12] * devices
    with shop.app_context():
        assert db.session.scalar(text('select count(*) from "return"')) == 12
        assert ledger_faults() == []
        db.session.remove()
