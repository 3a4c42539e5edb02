"""Registers are taken in as often as one likes, all of a file or nothing of it."""

from datetime import date

import pytest
from sqlalchemy import func, select

from core.db import db
from people import imports
from people.cli import people
from people.models import AuditRow, Organisation, PostcodeArea
from people.passwords import fits
from people.queries import (
    account_of,
    body_of_practice,
    council_of_postcode,
    organisation_by_official_code,
)
from people.registers import read_organisations, read_postcodes
from people.rules import Kind, Role
from tests.builders import NOON, TODAY, a_member_of_staff, an_organisation

BODIES = """kind,code,name,opened,closed
ccg,04K,NHS Example City,2013-04-01,2020-04-01
council,E06000018,Example City,1998-04-01,
"""


def a_practice_line(code="C84001", body="04K", joined="20130401", left="", closed=""):
    cells = [""] * 27
    cells[0], cells[1], cells[10], cells[11] = code, "MADE UP SURGERY", "19740401", closed
    cells[14], cells[15], cells[16] = body, joined, left
    return ",".join(cells) + "\n"


@pytest.fixture
def admin(app):
    return a_member_of_staff(Role.ADMINISTRATOR, email="ann@example.test")


@pytest.fixture
def run(app, admin, tmp_path):
    db.session.commit()

    def run(command, content, *more, by="ann@example.test"):
        file = tmp_path / "register.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        args = [command, str(file), "--by", by, *more]
        answer = app.test_cli_runner().invoke(people, args)
        db.session.expire_all()
        return answer

    return run


def take(text, by):
    return imports.take_organisations(read_organisations(text.splitlines(True)), by=by, at=NOON)


def test_organisations_are_taken_in_once(app, admin):
    first, second = take(BODIES, admin), take(BODIES, admin)
    assert (first.added, second.added, second.unchanged) == (2, 0, 2)
    city = organisation_by_official_code("04K")
    assert (city.kind, city.closed_on) == (Kind.CCG, date(2020, 4, 1))
    assert organisation_by_official_code("E06000018").gss_code == "E06000018"


def test_a_new_name_is_taken_over_and_the_code_says_whose(app, admin):
    take(BODIES, admin)
    assert take(BODIES.replace("NHS Example City", "NHS Renamed"), admin).changed == 1
    assert organisation_by_official_code("04K").name == "NHS Renamed"


def test_practices_come_with_the_body_they_belong_to_and_move(app, admin):
    take(BODIES, admin)
    newer = an_organisation(ods_code="52R", kind=Kind.ICB)
    take(a_practice_line(), admin)
    practice = organisation_by_official_code("C84001")
    assert (practice.kind, practice.name) == (Kind.PRACTICE, "Made Up Surgery")
    assert body_of_practice(practice.id, TODAY).ods_code == "04K"
    take(a_practice_line(body="52R", joined="20200401"), admin)
    assert body_of_practice(practice.id, date(2020, 3, 31)).ods_code == "04K"
    assert body_of_practice(practice.id, TODAY) is newer


def test_a_practice_whose_body_is_not_here_is_named(app, admin):
    taken = take(a_practice_line(body="99X"), admin)
    assert taken.added == 1
    assert taken.left_out == ["C84001: belongs to 99X, which is not here yet."]


def test_a_code_that_is_here_as_another_kind_is_left_alone(app, admin):
    an_organisation(ods_code="04K", kind=Kind.TRUST, name="A trust")
    taken = take(BODIES, admin)
    assert "another kind" in taken.left_out[0]
    assert organisation_by_official_code("04K").name == "A trust"


def test_postcodes_are_placed_with_the_first_code_that_is_a_council_here(app, admin):
    city = an_organisation(kind=Kind.COUNCIL, ods_code=None, gss_code="E06000018")
    county = an_organisation(kind=Kind.COUNCIL, ods_code=None, gss_code="E10000024")
    lines = [
        "pc,county,district\n",
        "NG1 1AA,,E06000018\n",
        "NG15 1AA,E10000024,E07000173\n",
        "DN1 1AA,,E08000017\n",
        "nonsense,,E06000018\n",
    ]
    read = list(read_postcodes(lines, "pc", ["county", "district"]))
    taken = imports.take_postcodes(read, by=admin, at=NOON)
    assert (taken.added, taken.unchanged, len(taken.left_out)) == (2, 0, 2)
    assert council_of_postcode("ng11aa") is city
    assert council_of_postcode("NG15 1AA") is county
    assert imports.take_postcodes(read, by=admin, at=NOON).unchanged == 2


def test_the_commands_say_what_they_did_and_leave_one_row_of_the_trail(run, admin):
    answer = run("import-organisations", BODIES)
    assert answer.output == "2 added, 0 changed, 0 as they were.\n"
    answer = run("import-postcodes", "postcode,council\nNG1 1AA,E06000018\n")
    assert answer.output == "1 added, 0 changed, 0 as they were.\n"
    rows = db.session.scalars(select(AuditRow).order_by(AuditRow.id)).all()
    assert [(row.act, row.by_id) for row in rows] == [
        ("people import-organisations", admin.id),
        ("people import-postcodes", admin.id),
    ]


@pytest.mark.parametrize(
    "content",
    ["", "name\nx\n", BODIES + "kingdom,1,x,2020-04-01,\n", BODIES + "ccg,05A,x,soon,\n",
     BODIES + "ccg\n", b"\xff\xfe\x00binary", a_practice_line(joined="yesterday")],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_whole_with_a_sentence(run, content):
    before = db.session.scalar(select(func.count()).select_from(Organisation))
    answer = run("import-organisations", content)
    assert answer.exit_code == 1
    assert answer.output.startswith("Error: ")
    assert db.session.scalar(select(func.count()).select_from(Organisation)) == before


def test_a_missing_column_is_named(run):
    answer = run("import-postcodes", "postcode,x\nNG1 1AA,E06000018\n", "--council", "gss")
    assert answer.output == "Error: There is no column called gss in the file.\n"
    assert db.session.scalar(select(func.count()).select_from(PostcodeArea)) == 0


def test_nobody_imports_without_being_an_administrator(run):
    a_member_of_staff(Role.DRIVER, email="dan@example.test")
    db.session.commit()
    assert run("import-organisations", BODIES, by="dan@example.test").exit_code == 1
    assert run("import-organisations", BODIES, by="nobody@example.test").exit_code == 1


def test_the_first_administrator_comes_from_the_command_line(app):
    def add(email, *more):
        args = ["add-administrator", "--name", "Ann Example", "--email", email, *more]
        typed = "quiet purple lamp\n" * 2
        return app.test_cli_runner().invoke(people, args, input=typed)

    assert add("ann.e@example.test").exit_code == 0
    assert fits(account_of("ann.e@example.test").password_hash, "quiet purple lamp")
    assert add("bo@example.test").exit_code == 1
    assert add("bo@example.test", "--by", "ann.e@example.test").exit_code == 0
    db.session.expire_all()
    rows = db.session.scalars(select(AuditRow)).all()
    assert {row.by_id for row in rows} == {account_of("ann.e@example.test").id}


def test_old_tries_to_sign_in_are_forgotten_by_command(app):
    db.session.commit()
    answer = app.test_cli_runner().invoke(people, ["forget-tries"])
    assert answer.output == "0 forgotten.\n"
