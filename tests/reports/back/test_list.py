"""The list of equipment to ask back: what stands on it, why, for whom, and what it is worth."""

import csv
import io
import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import select

from core.clock import now
from core.db import db
from equipment.actions import relate
from equipment.rules import Group, Relation
from loans import actions as lending
from loans.rules import BackReason, Need
from logistics.actions import finish
from logistics.requests.rules import RequestKind
from logistics.requests.sending import Said, send
from people.models import AuditRow
from people.rules import Role
from reports.back import queries
from reports.back.rules import REASONS, Reason, chance, expected, sentence
from tests import builders

LONG_AGO = timedelta(days=400)


def said(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def rows_of(answer):
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


@pytest.fixture
def at(app) -> datetime:
    return now()


@pytest.fixture
def scheduler(at):
    return builders.a_member_of_staff(Role.SCHEDULER)


def lent(at, ago=LONG_AGO, client=None, **but):
    """A loan begun a while ago, to stay independent unless something else is said."""
    facts = {"need": Need.INDEPENDENCE, **but}
    return builders.a_loan(client, at=at - ago, **facts)


def listed(viewer, at):
    found = queries.to_ask_back(viewer=viewer, at=at)
    rows = db.session.execute(queries.shown(found, by_street=False))
    return {row.loan: row for row in rows}


def reasons(row):
    return {reason for reason in Reason if row._mapping[reason.value]}


def test_what_is_new_and_needed_is_not_on_the_list(at, scheduler):
    lent(at, timedelta(days=20))
    assert listed(scheduler, at) == {}


def test_a_loan_nothing_was_heard_of_for_six_months_is_silent(at, scheduler):
    quiet = lent(at)
    row = listed(scheduler, at)[quiet.code]
    assert reasons(row) == {Reason.SILENT}
    assert (row.value, row.chance, row.share) == (60_00, 20, 90_00)
    assert row.score == expected(row.value, 20, 90_00) == 10_80


@pytest.mark.parametrize("sign", ["an order", "a visit", "a message"])
def test_whoever_was_heard_of_is_not_silent(at, scheduler, sign):
    quiet = lent(at)
    recently = at - timedelta(days=30)
    if sign == "an order":
        builders.an_order(quiet.client, at=recently)
    elif sign == "a visit":
        visit = builders.a_visit(
            builders.an_order(quiet.client, at=at - LONG_AGO), at=recently, out=True
        )
        finish(visit, done={line.id for line in visit.lines}, received_by="Daughter",
               unsigned_because="", instructions_given=True, note="", by=visit.driver,
               at=recently)  # fmt: skip
    else:
        send(quiet.item, RequestKind.FAULT, Said(words="It creaks", name="Joan"),
             origin="192.0.2.9", at=recently)  # fmt: skip
    assert quiet.code not in listed(scheduler, at)


def test_after_a_death_what_is_still_out_comes_first(at, scheduler):
    lent(at)
    left = lent(at, timedelta(days=20))
    lending.record_death(left.client, (at - timedelta(days=3)).date(), by=scheduler, at=at)
    codes = list(listed(scheduler, at))
    assert codes[0] == left.code
    assert reasons(listed(scheduler, at)[left.code]) == {Reason.DIED}


def test_who_moved_or_gave_something_else_back_for_that_may_not_need_the_rest(at, scheduler):
    recent = timedelta(days=20)
    moved, stays = lent(at, recent), lent(at, recent)
    moved.client.postcode = "NG1 9ZZ"
    other = builders.a_loan(stays.client, at=at - recent)
    lending.ask_back(other, BackReason.CARE_HOME, by=scheduler, at=at - timedelta(days=2))
    found = listed(scheduler, at)
    assert reasons(found[moved.code]) == {Reason.MOVED}
    assert reasons(found[stays.code]) == {Reason.MOVED}
    assert other.code not in found, "what was asked back already is on another list"


def test_what_was_lent_again_or_replaced_is_asked_for(at, scheduler):
    frame, newer = (builders.an_item(at=at - LONG_AGO).product for _ in range(2))
    relate(newer, frame, Relation.SUBSTITUTE, by=scheduler, at=at - LONG_AGO)
    first = builders.a_loan(products=[frame], at=at - timedelta(days=60))
    builders.some_items(1, frame, at=at - LONG_AGO)
    builders.a_loan(first.client, products=[newer], at=at - timedelta(days=10))
    found = listed(scheduler, at)
    assert {code: reasons(row) for code, row in found.items()} == {first.code: {Reason.TWICE}}


def test_what_was_lent_for_a_short_time_is_asked_for_when_that_is_over(at, scheduler):
    over = lent(at, timedelta(days=120), need=Need.DISCHARGE)
    lent(at, timedelta(days=60), need=Need.DISCHARGE)
    lent(at, timedelta(days=120), need=Need.END_OF_LIFE)
    found = listed(scheduler, at)
    assert {code: reasons(row) for code, row in found.items()} == {over.code: {Reason.SHORT}}


def test_what_is_out_longer_than_most_of_its_group_is_asked_for(at, scheduler):
    commode = builders.an_item(at=at - LONG_AGO).product
    builders.some_items(23, commode, at=at - LONG_AGO)
    began = at - timedelta(days=100)
    loans = [
        builders.a_loan(products=[commode], need=Need.INDEPENDENCE, at=began) for _ in range(24)
    ]
    for loan in loans[:14]:
        builders.a_return(loan, at=began + timedelta(days=40))
    found = listed(scheduler, at)
    assert set(found) == {loan.code for loan in loans[14:]}
    assert all(reasons(row) == {Reason.OLD} for row in found.values())
    assert queries.known(at).half_back == {Group.TOILETING: 2}


def test_the_database_reckons_as_the_rule_does(at, scheduler):
    for number in range(6):
        loan = lent(at, need=Need.DISCHARGE, products=[
            builders.an_item(builders.a_product(price=333_33 + number), at=at - LONG_AGO).product
        ])  # fmt: skip
        if number % 2:
            loan.client.postcode = "NG1 9ZZ"
    found = listed(scheduler, at)
    assert len(found) == 6
    for row in found.values():
        assert row.chance == chance(reasons(row))
        assert row.score == expected(row.value, row.chance, row.share)


def test_what_the_rates_leave_out_and_what_was_asked_for_is_not_on_the_list(at, scheduler):
    lent(at, products=[
        builders.an_item(builders.a_product(single_patient=True), at=at - LONG_AGO).product
    ])  # fmt: skip
    ended, asked, by_label = lent(at), lent(at), lent(at)
    builders.a_return(ended, at=at)
    lending.ask_back(asked, BackReason.NOT_NEEDED, by=scheduler, at=at)
    send(by_label.item, RequestKind.COLLECTION, Said(words="Please", name="Joan"),
         origin="192.0.2.9", at=at)  # fmt: skip
    assert listed(scheduler, at) == {}


def test_a_prescriber_finds_only_their_own_clients_and_the_board_no_home(at, as_):
    loan = lent(at)
    own = as_(builders.a_prescriber())
    assert "1 Test Street" in said(own.get("/back"))
    assert loan.code in own.get("/back.csv").text
    stranger = as_(Role.PRESCRIBER)
    assert "1 Test Street" not in said(stranger.get("/back"))
    assert "Nothing is out" in said(stranger.get("/back"))
    assert rows_of(stranger.get("/back.csv")) == []
    chair = as_(Role.BOARD, organisation=builders.a_pool().body)
    answer = chair.get("/back")
    assert "1 loan with a reason to ask, worth £60.00" in said(answer)
    assert "fewer than 10" in said(answer)
    for file in (answer, chair.get("/back.csv")):
        assert not [word for word in ("Test Street", "NG1 5FS", "Madeup") if word in file.text]
    (row,) = rows_of(chair.get("/back.csv"))
    assert (row["Loan"], row["Value in pence"]) == (loan.code, "6000")
    assert list(row) == ["Loan", "Item", "Product", "Product group", "Lent on", "Value in pence"]
    assert "expected to bring" not in said(answer), "of one loan the sum would tell why"
    assert "in 100" not in said(answer).partition("The loans")[2].partition("How the")[0]
    assert as_(Role.WAREHOUSE).get("/back").status_code == 403
    finance = as_(Role.FINANCE)  # of an organisation that pays for nothing here
    assert "Nothing is out" in said(finance.get("/back"))


def test_every_home_that_is_shown_is_in_the_trail(at, as_):
    loan = lent(at)
    plans = as_(Role.SCHEDULER)
    for address in ("/back", "/back.csv"):
        plans.get(address).close()
        row = db.session.scalars(select(AuditRow).order_by(AuditRow.id.desc())).first()
        assert row.changes == {"client": [loan.client.code]}, address
    chair = as_(Role.BOARD, organisation=builders.a_pool().body)
    before = db.session.query(AuditRow).count()
    chair.get("/back").close()
    assert db.session.query(AuditRow).count() == before


def test_the_list_narrows_by_who_pays_what_it_is_why_and_where(at, as_):
    here = lent(at)
    a_seat = builders.a_product(price=400_00, group=Group.SEATING)
    there = lent(at, client=builders.a_client(postcode="NG7 1AA", at=at - LONG_AGO),
                 products=[builders.an_item(a_seat, at=at - LONG_AGO).product])  # fmt: skip
    there.client.died_on = at.date()
    plans, pool = as_(Role.SCHEDULER), builders.a_pool()
    for asked, codes in (
        ("", {here.code, there.code}),
        (f"partner={pool.body.code}", {here.code, there.code}),
        (f"partner={pool.council.code}", set()),
        ("group=toileting", {here.code}),
        (f"team={pool.body.code}", {here.code, there.code}),
        ("reason=died", {there.code}),
        ("area=NG7", {there.code}),
    ):
        assert {row["Loan"] for row in rows_of(plans.get(f"/back.csv?{asked}"))} == codes, asked
    by_street = [row["Loan"] for row in rows_of(plans.get("/back.csv?by=street"))]
    assert by_street == [here.code, there.code]
    by_value = [row["Loan"] for row in rows_of(plans.get("/back.csv"))]
    assert by_value == [there.code, here.code]


@pytest.mark.parametrize("field", ["partner", "group", "team", "reason", "area", "by"])
def test_a_filter_that_is_none_is_refused_beside_its_field(at, as_, field):
    lent(at)
    plans = as_(Role.SCHEDULER)
    file = plans.get(f"/back.csv?{field}=nonsense")
    assert (file.status_code, rows_of(file)) == (422, [])
    answer = plans.get(f"/back?{field}=nonsense")
    assert answer.status_code == 422
    assert "Choose one of those in the list." in said(answer)
    assert "1 loan with a reason" in said(answer)


@pytest.mark.parametrize("asked", ["team={team}", "reason=died"])
def test_the_board_is_not_shown_the_loans_of_a_team_or_a_reason(at, as_, asked):
    lent(at)
    pool = builders.a_pool()
    chair = as_(Role.BOARD, organisation=pool.body)
    asked = asked.format(team=pool.body.code)
    assert chair.get(f"/back?{asked}").status_code == 422
    assert rows_of(chair.get(f"/back.csv?{asked}")) == []


def test_the_board_is_told_of_reasons_and_places_of_the_whole_alone(at, as_):
    lent(at)
    chair = as_(Role.BOARD, organisation=builders.a_pool().body)
    assert "What speaks for asking" in said(chair.get("/back"))
    assert "What speaks for asking" not in said(chair.get("/back?group=toileting"))


def test_the_words_of_a_reason_stand_beside_the_loan(at, as_):
    lent(at)
    assert f"{REASONS[Reason.SILENT]}." in said(as_(Role.SCHEDULER).get("/back"))
    assert sentence([Reason.SILENT, Reason.SHORT]) == (
        "It was lent for a short time only; nothing was heard since: no visit, no order, no "
        "message."
    )
    assert sentence([]) == ""
