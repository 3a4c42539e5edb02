"""A month's activity from a file: all of it or nothing, attributed, and posted exactly once."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from core.db import db, transaction
from core.errors import Invalid, NotAllowed
from core.money import Pence
from funding.activity import actions
from funding.activity.actions import Faults, take_in
from funding.activity.rules import COLUMNS, read_activity
from funding.ledger import post
from funding.models import Entry
from funding.queries import ledger_faults
from funding.rules import Basis, EntryKind, RulePart
from people.jobs.jobs import next_piece, work
from people.jobs.models import Job
from people.rules import Kind, Role
from tests.builders import (
    NOON,
    a_charge,
    a_fund,
    a_member_of_staff,
    a_partner,
    a_rule,
    an_organisation,
)
from tests.conftest import an_app
from web.csvs import written

HEAD = ",".join(COLUMNS)


class Pool:
    """A fund whose one rule lays everything on the NHS body of the practice."""

    def __init__(self) -> None:
        self.fund = a_fund()
        self.body = a_partner(self.fund, organisation=an_organisation(kind=Kind.ICB)).organisation
        self.council = a_partner(
            self.fund, organisation=an_organisation(kind=Kind.COUNCIL)
        ).organisation
        parts = RulePart(Basis.PRACTICE, 60), RulePart(Basis.ADDRESS, 40)
        self.rule = a_rule(self.fund, name="Joint", parts=parts)
        self.by = a_member_of_staff(Role.ADMINISTRATOR)

    def row(self, number: int, **but: str) -> list[str]:
        given = {
            "reference": f"D-{number}",
            "day": "2026-05-04",
            "kind": "delivery",
            "amount": "21.31",
            "group": "beds and rails",
            "class": "joint",
            "nhs body": self.body.official_code,
            "council": self.council.official_code,
            **but,
        }
        return [given.get(name, "") for name in COLUMNS]

    def file(self, rows: int, **but: str) -> list[str]:
        table = written(COLUMNS, [self.row(number, **but) for number in range(rows)])
        return table.splitlines(keepends=True)


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Entry)) or 0


def test_a_file_is_attributed_and_posted_in_its_order(app: Flask, monkeypatch: Any) -> None:
    monkeypatch.setattr(actions, "AT_ONCE", 4)
    pool = Pool()
    job = take_in(pool.file(10), "may.csv", by=pool.by, at=NOON)
    assert (job.total, count()) == (10, 0)
    next_piece(job.id, at=NOON)
    assert (job.done, count()) == (4, 4)
    while not job.ended:
        next_piece(job.id, at=NOON)
    entries = db.session.scalars(select(Entry).order_by(Entry.id)).all()
    assert [one.source for one in entries] == [f"activity D-{n}" for n in range(10)]
    one = entries[0]
    assert (one.kind, one.pence, one.on) == (EntryKind.DELIVERY, 21_31, date(2026, 5, 4))
    assert (one.rule_id, one.facts["body_id"]) == (pool.rule.id, pool.body.id)
    assert ledger_faults() == []


def test_who_cannot_be_charged_is_parked_and_says_why(app: Flask) -> None:
    pool = Pool()
    job = take_in(pool.file(1, **{"nhs body": ""}), "may.csv", by=pool.by, at=NOON)
    next_piece(job.id, at=NOON)
    assert "GP practice is not known" in db.session.scalars(select(Entry)).one().parked_because


@pytest.mark.parametrize(
    ("but", "told"),
    [
        ({"reference": ""}, "Line 2: There is no reference."),
        ({"day": "4 May"}, "Line 2: Write the day like 2026-05-31."),
        ({"kind": "teleport"}, "Line 2: “teleport” is no kind of charge."),
        ({"amount": "21.3"}, "Line 2: Write the amount in pounds and pence"),
        ({"amount": "0"}, "Line 2: A charge of nothing is not posted."),
        ({"class": "luxury"}, "Line 2: The class is one of health, social care, joint."),
        ({"council": "E09999999"}, "Line 2: we know no organisation with the code “E09999999”."),
        ({"what for": "x" * 201}, "Line 2: The what for is longer than 200 characters."),
    ],
)
def test_a_line_that_is_wrong_takes_in_nothing(app: Flask, but: dict[str, str], told: str) -> None:
    pool = Pool()
    with pytest.raises(Faults) as why:
        take_in(pool.file(1, **but), "may.csv", by=pool.by, at=NOON)
    assert why.value.faults[0].startswith(told)
    assert not db.session.scalar(select(func.count()).select_from(Job))


def test_a_reference_counts_once(app: Flask) -> None:
    pool = Pool()
    with pytest.raises(Faults, match="line 2 has the same reference"):
        take_in(pool.file(2, reference="TWICE"), "may.csv", by=pool.by, at=NOON)
    job = take_in(pool.file(2), "may.csv", by=pool.by, at=NOON)
    while not job.ended:
        next_piece(job.id, at=NOON)
    with pytest.raises(Faults, match="D-0 was posted before"):
        take_in(pool.file(1), "again.csv", by=pool.by, at=NOON)
    assert count() == 2


def test_what_was_posted_meanwhile_stops_the_job_and_nothing_counts_twice(app: Flask) -> None:
    pool = Pool()
    job = take_in(pool.file(1), "may.csv", by=pool.by, at=NOON)
    post(
        a_charge(pool.fund, {pool.body.id: 1}, source="activity D-0", kind=EntryKind.DELIVERY),
        by=pool.by, at=NOON,
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="already been posted"):
        next_piece(job.id, at=NOON)
    assert count() == 1


@pytest.mark.parametrize("lines", [[], ["\n"], ["what,ever\n", "1,2\n"], ["\x00\x01\x02"]])
def test_a_file_without_the_columns_is_refused(app: Flask, lines: list[str]) -> None:
    with pytest.raises(Invalid, match="must name the columns"):
        read_activity(lines)


def test_an_empty_table_is_refused(app: Flask) -> None:
    pool = Pool()
    with pytest.raises(Invalid, match="no charge in this file"):
        take_in([HEAD + "\n"], "may.csv", by=pool.by, at=NOON)


def test_a_job_that_was_killed_goes_on_where_it_was(fresh_url: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(actions, "AT_ONCE", 4)
    app = an_app(fresh_url)
    with app.app_context():
        with transaction("test"):
            pool = Pool()
            number = take_in(pool.file(10), "may.csv", by=pool.by, at=NOON).id
        with transaction("test"):
            next_piece(number, at=NOON)
        with transaction("killed") as mine:
            next_piece(number, at=NOON)
            mine.undo()  # as when the process dies before the commit
        assert (db.session.get_one(Job, number).done, count()) == (4, 4)
        db.session.remove()
        work(once=True)
        assert (db.session.get_one(Job, number).state, count()) == ("finished", 10)
        assert ledger_faults() == []
        assert db.session.scalar(select(func.sum(Entry.pence))) == Pence(10 * 21_31)
        db.session.remove()
        db.engine.dispose()


def test_a_file_is_taken_in_on_its_page(app: Flask, as_: Any) -> None:
    pool = Pool()
    ada = as_(Role.ADMINISTRATOR)
    assert "reference, day, kind, amount" in ada.get("/funding/activity").get_data(as_text=True)
    assert ada.get("/funding/activity/example.csv").status_code == 200

    def send(lines: list[str]) -> Any:
        return ada.post("/funding/activity", data={"pasted": "".join(lines)})

    assert ada.post("/funding/activity").status_code == 422
    wrong = send(pool.file(3, amount="x"))
    assert wrong.status_code == 422
    told = wrong.get_data(as_text=True)
    assert "Line 4:" in told
    assert "D-2,2026-05-04" in told  # what was pasted stays
    right = send(pool.file(3))
    assert right.status_code == 303
    assert "0 of 3 done" in ada.get(right.location).get_data(as_text=True)
    assert as_(Role.FINANCE).get("/funding/activity").status_code == 403


def test_a_file_is_posted_from_the_command_line(app: Flask, tmp_path: Any) -> None:
    pool = Pool()
    file = tmp_path / "may.csv"
    file.write_text("".join(pool.file(3)))
    done = app.test_cli_runner().invoke(
        args=["ledger", "post-activity", str(file), "--by", pool.by.email]
    )
    assert done.exit_code == 0, done.output
    assert "3 charges posted" in done.output
    assert count() == 3
    again = app.test_cli_runner().invoke(
        args=["ledger", "post-activity", str(file), "--by", pool.by.email]
    )
    assert again.exit_code == 1
    assert "D-0 was posted before" in again.output
    nobody = app.test_cli_runner().invoke(
        args=["ledger", "post-activity", str(file), "--by", "nobody@example.test"]
    )
    assert nobody.exit_code == 1
