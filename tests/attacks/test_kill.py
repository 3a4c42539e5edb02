"""The server is killed in the middle of an act: all of it is there afterwards, or nothing."""

import pytest
from flask import Flask

from core.db import db
from funding.checks import ledger_faults
from labels.batches import actions as batches
from people.jobs.jobs import next_piece, work
from people.jobs.models import Job
from people.rules import Role
from tests import builders
from tests.attacks.killing import (
    cookie_of,
    killed_in_the_middle,
    prepare,
    worker_killed_in_the_middle,
)
from tests.attacks.world import checksums

RETURN = {
    "as the item moves": ("item_move", ""),
    "as the charge is posted": ("posting", ""),
    "as it commits": ("return", "deferrable initially deferred"),
}
BATCH = {
    "as the run is made": ("print_run", ""),
    "as its labels are": ("label", ""),
    "as it commits": ("print_run", "deferrable initially deferred"),
}
PRINT = {
    "as it commits": ("print_run", "deferrable initially deferred"),
}


def numbers(app: Flask) -> dict[str, int]:
    """How many rows of each kind there are."""
    with app.app_context():
        counted = {
            name: db.session.execute(db.text(f'select count(*) from "{name}"')).scalar_one()
            for name in ("return", "entry", "item_move", "print_run", "label", "audit_row")
        }
        counted["ended"] = db.session.execute(
            db.text("select count(*) from loan where ended_at is not null")
        ).scalar_one()
        db.session.remove()
    return counted


@pytest.mark.parametrize("stage", RETURN)
def test_a_return_that_is_cut_off_is_whole_or_not_there_and_scans_again_once(
    store: Flask, fresh_url: str, stage: str
) -> None:
    def build() -> tuple[str, str]:
        return builders.a_loan().item.code, builders.a_member_of_staff(Role.WAREHOUSE).get_id()

    code, session = prepare(store, build)
    cookie, before = cookie_of(store, session), numbers(store)
    with store.app_context():
        was = checksums()
    form = {"mode": "receive", "scanned": code, "once": "c" * 32}
    killed_in_the_middle(fresh_url, RETURN[stage], cookie, "/scanning", "/scanning", form)
    after = numbers(store)
    # A commit that had begun may still come through when nobody listens: then it is whole.
    whole = after["return"] == before["return"] + 1
    if not whole:
        with store.app_context():
            assert checksums() == was, "part of it was done"
    scanned = scan_again(store, cookie, form)
    assert scanned == 303, "the same form, sent again, is answered as if nothing had happened"
    done = numbers(store)
    assert (done["return"], done["ended"]) == (before["return"] + 1, 1)
    assert done["entry"] == before["entry"] + 1
    assert done["item_move"] == before["item_move"] + 2
    assert done["audit_row"] == before["audit_row"] + 1
    with store.app_context():
        assert ledger_faults() == []
    assert scan_again(store, cookie, {"mode": "receive", "scanned": code}) == 409
    assert numbers(store) == done


def scan_again(store: Flask, cookie: str, form: dict[str, str]) -> int:
    """What the next scan is answered, by a server that has come up again."""
    browser = store.test_client()
    browser.set_cookie("session", cookie.removeprefix("session="))
    return browser.post("/scanning", data=form).status_code


@pytest.mark.parametrize("stage", PRINT)
def test_a_sheet_of_labels_that_is_cut_off_is_made_once_or_not_at_all(
    store: Flask, fresh_url: str, stage: str
) -> None:
    def build() -> tuple[list[str], str]:
        items = builders.some_items(5)
        return [one.code for one in items], builders.a_member_of_staff(Role.WAREHOUSE).get_id()

    codes, session = prepare(store, build)
    cookie = cookie_of(store, session)
    form = {"items": " ".join(codes), "layout": "a4-24", "start": "1", "once": "d" * 32}
    killed_in_the_middle(fresh_url, PRINT[stage], cookie, "/labels/new", "/labels", form)
    after = numbers(store)
    assert (after["print_run"], after["label"]) in ((0, 0), (1, 5))
    browser = store.test_client()
    browser.set_cookie("session", cookie.removeprefix("session="))
    for _ in range(2):
        assert browser.post("/labels", data=form).status_code == 303
    done = numbers(store)
    assert (done["print_run"], done["label"]) == (1, 5)


@pytest.mark.parametrize("stage", BATCH)
def test_a_batch_of_labels_whose_worker_dies_is_made_once_by_the_next(
    store: Flask, fresh_url: str, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    monkeypatch.setattr(batches, "MOST_LABELS", 4)

    def build() -> int:
        by = builders.a_member_of_staff(Role.WAREHOUSE)
        ids = [one.id for one in builders.some_items(10)]
        asked = {"layout": "roll-50x25", "start": 1, "again": False}
        batch = batches.ask_for_labels(ids, **asked, by=by, at=builders.NOON)
        next_piece(batch.job_id, at=builders.NOON)
        return batch.job_id

    number = prepare(store, build)
    worker_killed_in_the_middle(fresh_url, BATCH[stage])
    with store.app_context():
        job = db.session.get_one(Job, number)
        # A commit that had begun may still come through: then the whole piece is there.
        assert (job.done, job.state) in ((4, "under way"), (10, "under way"))
        assert numbers(store)["label"] == job.done, "progress and what was made are one"
        work(once=True)
        done = numbers(store)
        assert db.session.get_one(Job, number).state == "finished"
        assert done["label"] == 10
        asked = "select count(distinct item_id) from label"
        assert db.session.execute(db.text(asked)).scalar_one() == 10
        db.session.remove()
