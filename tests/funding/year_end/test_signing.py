"""The pack of a year: prepared by one, signed by another, and never changed by anything after."""

import json
from datetime import date
from hashlib import sha256

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.clock import moment
from core.db import db
from core.errors import Forbidden, Invalid, NotAllowed
from funding.actions import reverse
from funding.invoices.actions import issue_invoices
from funding.parking.actions import lay
from funding.year_end import actions
from funding.year_end.figures import read, written
from funding.year_end.queries import pack_of, prepared_of
from funding.year_end.shown import Stage, shown, years
from funding.year_end.summing import figures_of
from people.actions import pass_on
from people.rules import Role
from tests.builders import NOON, TODAY, a_member_of_staff, a_merger, an_organisation
from tests.funding.year_end.story import MARCH, YEAR, Story


@pytest.fixture
def story(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Story:
    return Story(monkeypatch)


def test_figures_read_back_as_they_were_written(story: Story) -> None:
    story.settle()
    figures = figures_of(story.fund, YEAR, TODAY)
    whole, checksum = written(figures)
    assert read(whole) == figures
    assert written(read(whole)) == (whole, checksum)
    assert checksum == sha256(whole).hexdigest()


def test_the_figures_of_a_year_add_up(story: Story) -> None:
    story.charge({story.one.id: 60, story.two.id: 40}, 0)
    story.settle()
    figures = figures_of(story.fund, YEAR, TODAY)
    assert (figures.contributed, figures.charged, figures.left) == (500_00, 420_00, 80_00)
    assert sum(line.pence for line in figures.lines) == figures.charged
    for one in figures.partners:
        assert one.charges + one.credits + one.adjustments == one.charged == one.closing
        assert one.after == one.bears
    assert [check.name for check in figures.checks if not check.kept] == []
    assert figures.terms == "What is left, or short, is shared by contribution."


def test_a_partner_that_passed_to_several_leaves_each_its_part_to_the_penny(story: Story) -> None:
    weigh(story)
    heirs = [an_organisation(name=name, opened_on=TODAY) for name in ("Heir A", "Heir B")]
    pass_on(story.one, list(zip(heirs, (2, 1), strict=True)), on=TODAY, by=story.ada, at=NOON)
    story.settle()
    figures = figures_of(story.fund, YEAR, TODAY)
    parts = {one.name: (one.contribution, one.charged) for one in figures.partners}
    assert parts["Heir A"] == (66_67, 33_33)
    assert parts["Heir B"] == (33_33, 16_67)
    assert sum(line.pence for line in figures.lines) == figures.charged == 420_00
    assert sum(one.heads for one in figures.partners) == 331_069
    assert [check.faults for check in figures.checks if not check.kept] == []


def test_every_check_names_what_breaks_it(story: Story) -> None:
    story.reopen(date(2026, 3, 1))
    story.charge({}, 7_00, parked_because="Nobody")
    figures = figures_of(story.fund, YEAR, TODAY)
    broken = {check.name: check.faults for check in figures.checks if not check.kept}
    assert broken["Every month of the year is closed"] == ["March 2026 is open."]
    assert broken["Somebody pays for every charge of the year"] == ["£7.00 is parked."]
    due = broken["What was posted brings every partner to what it bears"]
    assert f"{story.one.name}: £0.00 posted, £34.00 due." in due


def test_a_year_is_prepared_by_one_and_signed_by_another(story: Story) -> None:
    story.settle()
    prepared = story.prepare()
    pack = story.sign()
    assert (pack.prepared_by, pack.signed_by) == (story.ada, story.fay)
    assert (pack.figures, pack.checksum) == (prepared.figures, prepared.checksum)
    assert json.loads(pack.figures)["charged"] == 420_00


def test_who_prepared_the_figures_does_not_sign_them(story: Story) -> None:
    story.settle()
    story.prepare()
    with pytest.raises(NotAllowed, match="somebody else signs"):
        story.sign(by=story.ada)
    assert pack_of(story.fund, YEAR) is None


def test_a_year_is_signed_once(story: Story) -> None:
    story.settle()
    story.prepare()
    story.sign()
    with pytest.raises(NotAllowed, match="was signed off on 1 June 2026 by Fay Linden"):
        story.sign()


def test_finance_of_another_partner_does_not_sign(story: Story) -> None:
    story.settle()
    story.prepare()
    for role, employer in ((Role.FINANCE, story.one), (Role.BOARD, story.host)):
        with pytest.raises(Forbidden, match="Finance of the host partner or an administrator"):
            story.sign(by=a_member_of_staff(role, organisation=employer))


def test_another_administrator_may_sign(story: Story) -> None:
    story.settle()
    story.prepare()
    other = a_member_of_staff(Role.ADMINISTRATOR, organisation=story.one)
    assert story.sign(by=other).signed_by == other


def test_finance_of_whom_the_host_became_may_sign(story: Story) -> None:
    story.settle()
    merged = an_organisation(name="New host", opened_on=date(2026, 5, 1))
    a_merger(story.host.id, merged, on=date(2026, 5, 1))
    story.prepare()
    signer = a_member_of_staff(Role.FINANCE, organisation=merged)
    assert story.sign(by=signer).signed_by == signer


def test_nothing_unprepared_or_unsettled_is_signed(story: Story) -> None:
    with pytest.raises(NotAllowed, match="Nobody has prepared"):
        story.sign()
    with pytest.raises(NotAllowed, match="is not settled yet"):
        story.prepare()


def test_figures_that_were_not_read_or_have_changed_are_not_signed(story: Story) -> None:
    story.settle()
    story.prepare()
    with pytest.raises(NotAllowed, match="The figures have changed since Ada Quill"):
        story.sign(checksum="0" * 64)
    story.puts_in(story.one, 101_00)
    with pytest.raises(NotAllowed, match="Have them prepared again"):
        story.sign()


def test_what_is_posted_later_never_changes_the_pack(story: Story) -> None:
    story.settle()
    story.prepare()
    pack = story.sign()
    before = shown(story.fund, YEAR, viewer=story.ada, on=TODAY).figures
    for entry in story.entries():
        reverse(entry, because="Too late", by=story.ada, at=NOON)
    story.puts_in(story.one, 999_00)
    db.session.expire_all()
    after = shown(story.fund, YEAR, viewer=story.ada, on=TODAY)
    assert after.stage is Stage.SIGNED
    assert after.figures == before
    assert sha256(pack.figures).hexdigest() == pack.checksum


def test_after_the_signature_nothing_of_the_year_is_done_again(story: Story) -> None:
    story.settle()
    story.prepare()
    story.sign()
    for entry in story.entries():
        reverse(entry, because="Too late", by=story.ada, at=NOON)
    for act in (story.settle, story.prepare, lambda: weigh(story)):
        with pytest.raises(NotAllowed, match="does not change any more"):
            act()


@pytest.mark.parametrize("table", ["year_pack", "prepared_year"])
def test_the_database_refuses_to_change_what_was_prepared_or_signed(
    story: Story, table: str
) -> None:
    story.settle()
    story.prepare()
    story.sign()
    for statement in (f"update {table} set checksum = ''", f"delete from {table}"):
        with pytest.raises(DBAPIError, match="append-only"), db.session.begin_nested():
            db.session.execute(text(statement))


def test_the_database_refuses_one_person_twice_and_a_wrong_checksum(story: Story) -> None:
    story.settle()
    story.prepare()
    row = """insert into year_pack (fund_id, year_from, figures, checksum, prepared_by_id,
        prepared_at, signed_by_id, signed_at)
        select fund_id, year_from, figures, {}, by_id, at, {}, at from prepared_year"""
    for checksum, signer, said in (
        ("checksum", "by_id", "two_people"),
        ("repeat('0', 64)", str(story.fay.id), "checksum_of_its_figures"),
    ):
        with pytest.raises(DBAPIError, match=said), db.session.begin_nested():
            db.session.execute(text(row.format(checksum, signer)))


def weigh(story: Story, population: int = 331_069, weight: int = 10_350) -> None:
    actions.weigh(
        story.fund, story.one, YEAR, population=population, weight=weight, by=story.ada, at=NOON
    )


def test_a_split_by_weighted_heads_stands_beside_the_actual_one(story: Story) -> None:
    weigh(story)
    assert not figures_of(story.fund, YEAR, TODAY).weighed
    for body, population in ((story.lead, 800_000), (story.two, 100_000)):
        actions.weigh(
            story.fund, body, YEAR, population=population, weight=10_000, by=story.ada, at=NOON
        )
    figures = figures_of(story.fund, YEAR, TODAY)
    assert figures.weighed
    assert sum(one.by_heads or 0 for one in figures.partners) == figures.charged == 420_00
    assert sum(one.difference or 0 for one in figures.partners) == 0
    one = next(one for one in figures.partners if one.name == "One")
    # 331,069 × 1.035 = 342,656.415 of 1,242,656.415 weighted heads, of £420.00
    assert (one.weight, one.by_heads) == ("1.0350", 115_81)


def test_heads_are_kept_once_a_partner_and_year(story: Story) -> None:
    weigh(story)
    weigh(story, population=1)
    weigh(story, population=2, weight=5)
    assert db.session.execute(text("select population, weight from capitation")).all() == [(2, 5)]
    for population, weight in ((0, 1), (1, 0), (-1, 1)):
        with pytest.raises(Invalid):
            weigh(story, population, weight)


def test_the_list_of_years_says_how_far_each_has_got(story: Story) -> None:
    def stage() -> Stage:
        rows = years(story.fund, TODAY)
        assert [row.year.begins for row in rows] == [2026, 2025]
        assert rows[0].stage is Stage.UNDER_WAY
        return rows[1].stage

    found = [stage()]
    for act in (story.settle, story.prepare, story.sign):
        act()
        found.append(stage())
    assert found == [Stage.CLOSED, Stage.SETTLED, Stage.PREPARED, Stage.SIGNED]


def test_figures_prepared_anew_take_the_place_of_those_before(story: Story) -> None:
    story.settle()
    first = story.prepare()
    weigh(story)
    later = actions.prepare(story.fund, YEAR, by=story.fay, at=moment(TODAY, 15))
    assert prepared_of(story.fund, YEAR) == later != first
    with pytest.raises(NotAllowed, match="somebody else signs"):
        story.sign(by=story.fay)
    assert story.sign(by=story.ada).prepared_by == story.fay


def test_figures_with_a_broken_check_are_not_signed_until_it_is_put_right(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = Story(monkeypatch, closed=False)
    parked = story.charge({}, 7_00, parked_because="Nobody")
    story.close()
    story.settle()
    story.prepare()
    with pytest.raises(NotAllowed, match=r"“Somebody pays for every charge of the year”.*£7\.00"):
        story.sign()
    assert pack_of(story.fund, YEAR) is None
    lay(parked, {story.one.id: 1}, because="It was theirs", by=story.ada, at=NOON)
    with pytest.raises(NotAllowed, match="Have them prepared again"):
        story.sign()
    prepared = story.prepare()
    assert read(prepared.figures).parked == 0
    story.sign()


def test_a_year_whose_settlement_was_partly_taken_back_is_not_signed(story: Story) -> None:
    story.settle()
    reverse(story.entries()[0], because="Wrong", by=story.ada, at=NOON)
    story.prepare()
    with pytest.raises(NotAllowed, match="What was posted brings every partner to what it bears"):
        story.sign()


def test_the_pack_lists_what_was_billed_and_what_was_not(story: Story) -> None:
    story.settle()
    assert read(story.prepare().figures).unbilled == ["2026-03"]
    issued = issue_invoices(story.fund, MARCH, by=story.ada, at=NOON)
    figures = read(story.prepare().figures)
    assert figures.unbilled == []
    assert {(one.number, one.partner, one.net, one.vat, one.gross) for one in figures.bills} == {
        (one.named, one.organisation.code, one.net, one.vat, one.gross) for one in issued
    }
    assert [(whole.name, whole.gross, len(bills)) for whole, bills in figures.billed] == [
        ("One", 50_00, 1),
        ("The host", 310_00, 1),
        ("Two", 60_00, 1),
    ]
    own = figures.seen({story.one.code})
    assert [one.name for one in own.bills] == ["One"]


def test_a_pack_signed_before_invoices_stood_in_it_is_still_read(story: Story) -> None:
    told = json.loads(written(figures_of(story.fund, YEAR, TODAY))[0])
    for name in ("bills", "unbilled"):
        del told[name]
    older = read(json.dumps(told).encode())
    assert (older.bills, older.unbilled, older.charged) == ([], [], 420_00)
