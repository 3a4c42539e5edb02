"""Labels by the thousand: made once, piece by piece, or said not to be made."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from core.codes import new_code
from core.db import db
from core.errors import Invalid, NotAllowed, NotFound
from equipment.models import Item
from labels.batches import actions, queries
from labels.batches.actions import ask_for_labels, ask_for_the_rest, make_piece
from labels.batches.models import LabelBatch
from labels.layouts import LAYOUTS
from labels.models import Label
from labels.rules import address
from people.jobs.actions import cancel
from people.jobs.jobs import next_piece
from people.rules import May, Role, may
from tests.builders import NOON, a_depot, a_member_of_staff, a_store, an_item, some_items
from tests.labels.papers import squares
from tests.labels.test_printing import labels_of

SignIn = Callable[..., FlaskClient]


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of at most eight labels, so that a few items are many pieces."""
    monkeypatch.setattr(actions, "MOST_LABELS", 8)


def a_batch(items: list[Item], **but: Any) -> LabelBatch:
    facts: dict[str, Any] = {"layout": "roll-50x25", "start": 1, "again": False, "at": NOON}
    facts["by"] = but.get("by") or a_member_of_staff(Role.WAREHOUSE)
    return ask_for_labels([one.id for one in items], **{**facts, **but})


def labels_there() -> int:
    return db.session.scalar(select(func.count(Label.id))) or 0


def test_a_batch_is_made_in_runs_each_item_once_in_its_order(app: Flask) -> None:
    items = some_items(20)
    batch = a_batch(items)
    while next_piece(batch.job_id, at=NOON) and not batch.job.ended:
        pass
    assert (batch.job.state, batch.job.done) == ("finished", 20)
    runs = queries.runs_of(batch)
    assert [count for _, count in runs] == [8, 8, 4]
    made = [label.item for run, _ in runs for label in run.labels]
    assert made == items


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
@pytest.mark.parametrize("most", [500, 65])
def test_a_run_ends_with_a_sheets_last_label(layout: Any, most: int) -> None:
    for start in (1, 2, layout.per_sheet):
        count = layout.on_whole_sheets(start, most)
        assert 1 <= count <= most
        assert (start - 1 + count) % layout.per_sheet == 0


def test_the_next_run_goes_on_with_a_new_sheet(app: Flask) -> None:
    batch = a_batch(some_items(12), layout="a4-8", start=3)
    for _ in range(3):
        next_piece(batch.job_id, at=NOON)
    assert [(run.start, count) for run, count in queries.runs_of(batch)] == [(3, 6), (1, 6)]


def test_a_batch_called_off_says_what_was_not_made_and_the_rest_is_made_once(
    app: Flask, as_: SignIn
) -> None:
    items, sam = some_items(20), as_(Role.WAREHOUSE)
    batch = a_batch(items, by=sam.staff)  # type: ignore[attr-defined]
    next_piece(batch.job_id, at=NOON)
    path = f"/labels/many/{batch.job.code}"
    assert "Call it off" in sam.get(path).text
    assert sam.post(f"{path}/rest").status_code == 409
    cancel(batch.job, by=batch.job.by, at=NOON)
    assert next_piece(batch.job_id, at=NOON) is None
    told = sam.get(path).text
    assert "12 labels were not made" in told
    assert "No sheet has them" in told
    answer = sam.post(f"{path}/rest")
    assert answer.status_code == 303
    rest = queries.batch_by_code(answer.location.rsplit("/", 1)[1])
    assert (rest.job.total, rest.start) == (12, 1)
    for _ in range(3):
        next_piece(rest.job_id, at=NOON)
    assert rest.job.state == "finished"
    assert labels_there() == 20
    assert len(set(db.session.scalars(select(Label.item_id)))) == 20
    assert "12 labels made" in sam.get(answer.location).text


def test_of_a_batch_that_is_whole_nothing_is_left(app: Flask) -> None:
    batch = a_batch(some_items(3))
    for _ in range(2):
        next_piece(batch.job_id, at=NOON)
    with pytest.raises(NotAllowed, match="Every label"):
        ask_for_the_rest(batch, by=batch.job.by, at=NOON)


def test_two_batches_of_the_same_items_label_each_once(app: Flask) -> None:
    items = some_items(10)
    one, other = a_batch(items), a_batch(items)
    for _ in range(3):
        next_piece(one.job_id, at=NOON)
        next_piece(other.job_id, at=NOON)
    assert one.job.state == other.job.state == "finished"
    assert labels_there() == 10
    again = a_batch(items, again=True)
    for _ in range(3):
        next_piece(again.job_id, at=NOON)
    assert labels_there() == 20
    assert {label.issue for run, _ in queries.runs_of(again) for label in run.labels} == {2}


def test_a_piece_that_fails_leaves_no_run_and_is_made_by_the_next(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = a_batch(some_items(10))
    next_piece(batch.job_id, at=NOON)

    def dies(*_: object, **__: object) -> None:
        raise RuntimeError("the power is gone")

    with monkeypatch.context() as patch:
        patch.setattr(actions, "print_labels", dies)
        with pytest.raises(RuntimeError), db.session.begin_nested():
            next_piece(batch.job_id, at=NOON)
    db.session.expire_all()
    assert (batch.job.done, labels_there()) == (8, 8)
    next_piece(batch.job_id, at=NOON)
    assert (batch.job.done, labels_there()) == (10, 10)


def test_whoever_may_not_print_any_more_has_nothing_made(app: Flask) -> None:
    sam = a_member_of_staff(Role.WAREHOUSE)
    batch = a_batch(some_items(2), by=sam)
    sam.role = Role.BOARD
    with pytest.raises(NotAllowed, match="may not print"):
        make_piece(batch.job, by=sam, at=NOON)
    assert labels_there() == 0


def test_only_what_stands_there_and_has_no_label_is_found(app: Flask) -> None:
    here, there = some_items(3), a_store()
    labels_of(here[0])
    code = a_depot().code
    product = here[0].product.code

    def found(**but: Any) -> set[int]:
        facts = {"store_code": "", "product_code": "", "again": False, **but}
        return set(queries.items_standing(**facts))

    ids = {one.id for one in here}
    assert found() == found(store_code=code) == ids - {here[0].id}
    assert found(again=True) == found(again=True, product_code=product) == ids
    assert found(store_code=there.code) == found(product_code="HJKM2345") == set()


def test_a_store_is_labelled_from_the_page(app: Flask, as_: SignIn) -> None:
    items, sam = some_items(3), as_(Role.WAREHOUSE)
    form = {"store": a_depot().code, "product": "", "layout": "a4-8", "start": "1"}
    answer = sam.post("/labels/many", data=form)
    assert answer.status_code == 303
    batch = queries.batch_by_code(answer.location.rsplit("/", 1)[1])
    assert "Look again" in sam.get(answer.location).text
    for _ in range(2):
        next_piece(batch.job_id, at=NOON)
    [(run, _)] = queries.runs_of(batch)
    assert run.code in sam.get(answer.location).text
    paper = sam.get(f"/labels/runs/{run.code}.pdf").data
    assert set(squares(paper)) == {address("http://localhost:8000", one.giai) for one in items}
    assert batch.job.code in sam.get("/labels/many").text
    assert "without a label" in sam.post("/labels/many", data=form).text


@pytest.mark.parametrize(
    ("but", "says"),
    [
        ({"start": "0"}, "labels 1 to 24"),
        ({"start": "1000000000"}, "labels 1 to 24"),
        ({"start": "1e309"}, "Write a whole number"),
        ({"layout": "x"}, "Choose one from the list"),
        ({"store": "HJKM2345"}, "Choose one from the list"),
        ({"product": "x" * 21}, "eight characters"),
        ({"product": "' or 1=1"}, "without a label"),
    ],
)
def test_what_no_batch_could_be_gets_a_sentence(
    app: Flask, as_: SignIn, but: dict[str, str], says: str
) -> None:
    an_item()
    form = {"store": "", "product": "", "layout": "a4-24", "start": "1", **but}
    answer = as_(Role.WAREHOUSE).post("/labels/many", data=form)
    assert answer.status_code == 422
    assert says in answer.text
    assert db.session.scalar(select(func.count(LabelBatch.job_id))) == 0


def test_a_batch_has_an_upper_bound(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_IN_A_BATCH", 2)
    with pytest.raises(Invalid, match="a batch holds 2"):
        a_batch(some_items(3))


@pytest.mark.parametrize("role", [one for one in Role if not may(one, May.PRINT_LABELS)])
def test_who_may_not_print_labels_asks_for_no_batch(app: Flask, as_: SignIn, role: Role) -> None:
    batch, nosy = a_batch(some_items(1)), as_(role)
    for path in ("/labels/many", f"/labels/many/{batch.job.code}"):
        assert nosy.get(path).status_code == 403
    assert nosy.post("/labels/many").status_code == 403
    assert nosy.post(f"/labels/many/{batch.job.code}/rest").status_code == 403


@pytest.mark.parametrize("code", ["1", "HJKM2345", "x" * 300, "None"])
def test_a_batch_nobody_knows_is_not_found(app: Flask, as_: SignIn, code: str) -> None:
    sam = as_(Role.WAREHOUSE)
    assert sam.get(f"/labels/many/{code}").status_code == 404
    assert sam.post(f"/labels/many/{code}/rest").status_code == 404
    with pytest.raises(NotFound):
        queries.batch_by_code(new_code())
