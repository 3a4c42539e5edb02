"""Every change and every look leaves one row that nobody can change; a refusal none."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from core.clock import now, start_of
from core.db import db, transaction
from people import actions, audit
from people.models import AuditRow, Organisation
from people.queries import audit_rows
from people.rules import Kind, Role
from tests.builders import NOON, TODAY, a_member_of_staff, an_organisation
from tests.heard import statements


def trail():
    return db.session.scalars(select(AuditRow).order_by(AuditRow.id)).all()


def a_row(**but):
    row = AuditRow(**{"at": NOON, "act": "test", "changes": {}, **but})
    db.session.add(row)
    db.session.flush()
    return row


@pytest.mark.parametrize(
    "change",
    [
        lambda: db.session.execute(update(AuditRow).values(act="forged")),
        lambda: db.session.execute(delete(AuditRow)),
        lambda: db.session.execute(text("truncate audit_row")),
        lambda: (setattr(trail()[0], "act", "forged"), db.session.flush()),
        lambda: (db.session.delete(trail()[0]), db.session.flush()),
    ],
    ids=["update", "delete", "truncate", "through a row", "deleting a row"],
)
def test_the_database_refuses_to_change_the_trail(app, change):
    a_row()
    with pytest.raises(DBAPIError, match="append-only"), db.session.begin_nested():
        change()
    db.session.expire_all()
    assert [row.act for row in trail()] == ["test"]


def test_a_form_that_is_answered_leaves_one_row_with_codes_and_no_content(app, as_):
    client = as_(Role.ADMINISTRATOR)
    send = {
        "name": "Very Private Name",
        "email": "private@example.test",
        "role": "driver",
        "password": "quiet purple lamp",
    }
    answer = client.post("/people/new", data=send)
    code = answer.location.rsplit("/", 1)[1]
    [row] = trail()
    assert (row.act, row.by_id) == ("people.add_staff", client.staff.id)
    assert row.changes == {"staff": [code]}
    assert row.request_id
    assert "rivate" not in str(row.changes) + row.act
    assert abs(row.at - now()) < timedelta(minutes=1)


def test_a_form_that_is_refused_leaves_none(app, as_):
    client = as_(Role.ADMINISTRATOR)
    assert client.post("/people/new", data={"name": "Only a name"}).status_code == 422
    assert client.post(f"/people/{client.staff.code}/close").status_code == 409
    assert as_(Role.DRIVER).post("/people/new").status_code == 403
    assert app.test_client().post("/people/new").status_code == 303
    assert trail() == []


def test_looking_around_leaves_none(app, as_):
    client = as_(Role.ADMINISTRATOR)
    for address in ("/people", "/organisations", "/audit", "/account", "/roles"):
        assert client.get(address).status_code == 200
    assert trail() == []


def test_a_look_at_a_record_leaves_one(app):
    by = a_member_of_staff()
    db.session.commit()
    with transaction("loans.client"):
        audit.acting(by)
        audit.look("client", "C7KX23MP")
        audit.look("client", "C7KX23MP")
    [row] = trail()
    assert (row.act, row.by_id, row.changes) == ("loans.client", by.id, {"client": ["C7KX23MP"]})


def test_a_command_says_who_and_when(app):
    by = a_member_of_staff(Role.ADMINISTRATOR)
    db.session.commit()
    with transaction("a command"):
        audit.acting(by, NOON)
        body = actions.add_organisation(name="Body", kind=Kind.ICB, opened_on=TODAY, by=by, at=NOON)
    [row] = trail()
    assert (row.by_id, row.at, row.changes) == (by.id, NOON, {"organisation": [body.code]})


def test_what_was_rolled_back_to_a_savepoint_is_not_told(app):
    db.session.commit()
    with transaction("a command"):
        kept = an_organisation()
        within = db.session.begin_nested()
        an_organisation()
        within.rollback()
        also = an_organisation()
    [row] = trail()
    assert row.changes == {"organisation": [kept.code, also.code]}


def test_nothing_of_one_transaction_is_told_of_the_next(app):
    by = a_member_of_staff()
    db.session.commit()
    with transaction("is undone") as mine:
        audit.acting(by)
        an_organisation()
        mine.undo()
    with transaction("nothing"):
        pass
    with transaction("second"):
        body = an_organisation()
    [row] = trail()
    assert (row.act, row.by_id, row.changes) == ("second", None, {"organisation": [body.code]})


def test_a_row_that_was_looked_at_but_not_changed_is_not_told(app):
    body = an_organisation()
    db.session.commit()
    with transaction("nothing"):
        body.name = str(body.name)
        db.session.get(Organisation, body.id)
    assert trail() == []


def test_rows_without_a_code_are_told_by_number(app):
    older, newer = an_organisation(), an_organisation()
    db.session.commit()
    with transaction("merger"):
        row = actions.succeed(older, newer, on=TODAY, by=a_member_of_staff(), at=NOON)
    [told] = trail()
    assert told.changes["succession"] == [f"#{row.id}"]
    assert told.changes["organisation"].count(older.code) == 1


def test_many_rows_at_once_are_told_by_their_number(app):
    council = an_organisation(kind=Kind.COUNCIL)
    db.session.commit()
    with transaction("postcodes"):
        areas = {f"NG{n}": council for n in range(1, 31)}
        actions.place_postcodes(areas, by=a_member_of_staff(), at=NOON)
    assert trail()[0].changes["postcode_area"] == ["+30"]


def test_a_statement_that_writes_without_a_flush_is_told_too(app):
    an_organisation()
    db.session.commit()
    with transaction("renaming"):
        db.session.execute(update(Organisation).values(name="One name"))
    assert trail()[0].changes == {"organisation": ["*"]}


def test_the_trail_is_found_by_person_act_code_and_day(app):
    admin, other = a_member_of_staff(Role.ADMINISTRATOR), a_member_of_staff()
    one = a_row(by_id=other.id, changes={"client": ["C7KX23MP"], "item": ["22222222"]})
    two = a_row(act="labels.scan", at=NOON + timedelta(days=1), changes={"item": ["33333333"]})

    def found(**asked):
        return db.session.scalars(audit_rows(admin, **asked)).all()

    assert found() == [two, one]
    assert found(by=other) == [one]
    assert found(act="labels.scan") == [two]
    assert found(code="C7KX23MP") == found(code="22222222") == [one]
    assert found(code='" || true') == found(code="C7KX23M") == []
    assert found(until=start_of(TODAY + timedelta(days=1))) == [one]
    assert found(from_at=start_of(TODAY + timedelta(days=1))) == [two]


def test_a_code_is_found_by_the_index(app):
    db.session.execute(text("set local enable_seqscan = off"))
    db.session.execute(text("set local enable_indexscan = off"))
    asked = audit_rows(a_member_of_staff(Role.ADMINISTRATOR), code="C7KX23MP").order_by(None)
    asked = asked.with_only_columns(func.count())
    statement = asked.compile(db.engine, compile_kwargs={"literal_binds": True})
    plan = "\n".join(db.session.scalars(text(f"explain {statement}".replace(":", r"\:"))))
    assert "ix_audit_row_changes" in plan


def test_nobody_but_administrators_sees_the_trail(app):
    a_row()
    for role in set(Role) - {Role.ADMINISTRATOR}:
        assert db.session.scalars(audit_rows(a_member_of_staff(role))).all() == []


def test_the_page_shows_who_did_what_by_code(app, as_):
    client, other = as_(Role.ADMINISTRATOR), a_member_of_staff()
    a_row(by_id=other.id, act="labels.scan", changes={"item": ["22222222"]})
    a_row(act="elsewhere")
    page = client.get(f"/audit?code=22222222&by={other.code}&day=2026-06-01").text
    assert other.name in page
    assert "22222222" in page
    assert "elsewhere" not in page
    assert "The trail shows nothing like this" in client.get("/audit?day=2026-06-02").text


@pytest.mark.parametrize(
    "asked",
    [
        "day=yesterday",
        "by=nobody@example.test",
        "by=22222222",
        "code=%22",
        "page=99999",
        "act=" + "x" * 101,
    ],
)
def test_a_strange_question_to_the_trail_is_answered_with_a_sentence(app, as_, asked):
    assert as_(Role.ADMINISTRATOR).get(f"/audit?{asked}").status_code in (200, 422)


def test_reading_the_trail_asks_the_same_few_questions_however_long_it_is(app, as_):
    client = as_(Role.ADMINISTRATOR)
    people = [a_member_of_staff() for _ in range(30)]

    def questions():
        with statements() as asked:
            client.get("/audit")
            client.get("/people")
        return len(asked)

    a_row(by_id=people[0].id)
    few = questions()
    for one in people:
        a_row(by_id=one.id, changes={"item": ["22222222"]})
    assert questions() == few > 0
