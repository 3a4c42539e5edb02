"""An extract is taken, checked against its sums, and tells of nobody."""

import csv
import io
import re
import zipfile
from hashlib import sha256

import pytest
from sqlalchemy import select

from core.db import db
from loans.models import Client
from people.models import AuditRow
from people.rules import May, Role, may
from reports.extracts import written
from tests import builders
from tests.reports.story import Pool, noon
from tests.reports.suppression.test_views import APRIL, lend_to_people

YEAR = {"first": "2026", "last": "2026"}


@pytest.fixture
def pool(app):
    """Six people of one age and place, each with a commode; one of them has another beside it."""
    pool = Pool()
    commode = builders.a_product()
    builders.some_items(7, commode, at=noon(APRIL.replace(day=1)))
    lend_to_people(pool, 6, APRIL, commode)
    pool.back(pool.lend(commode, APRIL), APRIL.replace(day=20))
    return pool


def take(client, **asked):
    answer = client.post("/board/extracts", data={**YEAR, **asked})
    assert answer.status_code == 200
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    answer.close()
    return archive


def rows(archive, name="person-years-2026-2026.csv"):
    return list(csv.DictReader(io.StringIO(archive.read(name).decode())))


def test_a_row_is_what_a_year_of_one_person_came_to(pool, as_):
    found = rows(take(as_(Role.BOARD)))
    assert len(found) == 6
    assert {(row["year"], row["age_band"], row["product_group"]) for row in found} == {
        ("2026", "85 and over", "toileting")
    }
    assert sorted(row["loans_begun"] for row in found) == ["1"] * 5 + ["2"]
    assert sorted(row["loans_returned"] for row in found) == ["0"] * 5 + ["1"]
    assert all(int(row["cost_pence"]) % 10_00 == 0 for row in found)
    assert len({row["pseudonym"] for row in found}) == 6
    assert {row["partner"] for row in found} == {pool.body.official_code}


def test_nothing_in_an_extract_names_anybody_and_two_do_not_link(pool, as_):
    chair = as_(Role.BOARD)
    first, second = take(chair), take(chair)
    assert not {row["pseudonym"] for row in rows(first)} & {r["pseudonym"] for r in rows(second)}
    everything = "".join(first.read(name).decode() for name in first.namelist())
    for client in db.session.scalars(select(Client)):
        for told in (client.family_name, client.code, client.postcode, str(client.born_on)):
            assert told not in everything


def test_the_codebook_explains_every_column_and_the_sums_hold(pool, as_):
    archive = take(as_(Role.BOARD))
    book = rows(archive, "codebook.csv")
    explained = [row["column"] for row in book if row["column"] != "(file)"]
    assert explained == list(rows(archive)[0])
    for line in archive.read("SHA256SUMS").decode().splitlines():
        digest, name = line.split("  ")
        assert sha256(archive.read(name)).hexdigest() == digest


def test_a_partner_with_few_people_is_left_out(pool, as_, monkeypatch):
    monkeypatch.setattr(written, "told_as", lambda people: dict.fromkeys(people))
    archive = take(as_(Role.BOARD))
    assert rows(archive) == []
    assert "6" in archive.read("codebook.csv").decode()


def test_who_took_which_rows_is_kept_in_the_audit_trail_and_the_key_nowhere(pool, as_):
    chair = as_(Role.BOARD)
    archive = take(chair)
    kept = db.session.scalars(select(AuditRow).order_by(AuditRow.id.desc())).first()
    digest = sha256(archive.read("person-years-2026-2026.csv")).hexdigest()
    assert kept.act == "reports.take_extract"
    assert kept.changes["extract"] == [f"person-years-2026-2026.zip 6 rows sha256 {digest}"]


def test_a_partners_own_reader_takes_their_own_people_alone(pool, as_):
    assert len(rows(take(as_(Role.FINANCE, organisation=pool.council)))) == 6
    assert rows(take(as_(Role.FINANCE))) == [], "another organisation's: nothing"


@pytest.mark.parametrize("role", [role for role in Role if not may(role, May.EXTRACT)])
def test_nobody_else_takes_one(app, as_, role):
    client = as_(role)
    assert client.get("/board/extracts").status_code == 403
    assert client.post("/board/extracts", data=YEAR).status_code == 403


def test_years_that_cannot_be_read_are_said_beside_their_field(app, as_):
    answer = as_(Role.BOARD).post("/board/extracts", data={"first": "soon", "last": "2026"})
    assert answer.status_code == 422
    assert "four digits" in answer.text
    assert 'value="soon"' in answer.text
    page = as_(Role.BOARD).get("/board/extracts")
    assert re.search(r"<th[^>]*>\s*pseudonym", page.text)


def test_the_command_line_writes_the_same_for_whoever_may(pool, app, tmp_path):
    by = builders.a_member_of_staff(Role.BOARD)
    path = tmp_path / "extract.zip"
    run = app.test_cli_runner().invoke
    done = run(args=["extracts", "take", "2026", "2026", "--by", by.email, "--to", str(path)])
    assert done.exit_code == 0, done.output
    assert len(rows(zipfile.ZipFile(path))) == 6
    driver = builders.a_member_of_staff(Role.DRIVER)
    for email, year in ((driver.email, "2026"), ("nobody@example.org", "2026"), (by.email, "x")):
        refused = run(args=["extracts", "take", year, "2026", "--by", email,
                            "--to", str(tmp_path / "none.zip")])  # fmt: skip
        assert refused.exit_code == 1
    assert not (tmp_path / "none.zip").exists()
