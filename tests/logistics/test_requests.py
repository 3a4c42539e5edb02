"""What the public asks by a label, and what becomes of it."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core.clock import london_day, now
from core.codes import new_code
from core.db import db
from core.errors import Forbidden, Invalid, NotAllowed
from equipment.models import Item
from equipment.rules import Status
from labels.rules import VoidReason
from loans.actions import ask_back, record_death
from loans.rules import BackReason
from logistics.requests import actions
from logistics.requests.models import Request, RequestMove, RequestSent
from logistics.requests.rules import (
    LONGEST_WORDS,
    MOST_OF_AN_ITEM,
    MOST_OF_AN_ORIGIN,
    MOST_WORDS,
    RequestKind,
    RequestStatus,
    added,
)
from logistics.requests.sending import Said, forget, send
from people.models import AuditRow, Staff
from people.rules import Role
from tests.builders import (
    NOON,
    a_client,
    a_loan,
    a_member_of_staff,
    a_return,
    a_visit,
    an_item,
)
from tests.labels.test_printing import labels_of

SignIn = Callable[..., FlaskClient]
COLLECTION, FAULT, FOUND = RequestKind.COLLECTION, RequestKind.FAULT, RequestKind.FOUND
WAYS = {"collect": COLLECTION, "fault": FAULT, "found": FOUND}
LEFT = {"words": "Ring twice.", "name": "Joan Neighbour", "telephone": "0115 496 0123"}


def a_request(item: Item | None = None, kind: RequestKind = COLLECTION, **but: object) -> Request:
    at = but.pop("at", NOON)
    item = item or a_loan().item
    send(item, kind, Said(**{**LEFT, **but}), origin="192.0.2.1", at=at)  # type: ignore[arg-type]
    found = select(Request).where(Request.item_id == item.id, Request.kind == kind)
    return db.session.scalars(found.order_by(Request.id.desc())).first()  # type: ignore[return-value]


def taken_up(request: Request, by: Staff | None = None) -> tuple[Request, Staff]:
    role = Role.WAREHOUSE if request.kind is FAULT else Role.SCHEDULER
    by = by or a_member_of_staff(role)
    actions.take_up(request, by=by, at=NOON)
    return request, by


def requests_there() -> list[Request]:
    return list(db.session.scalars(select(Request).order_by(Request.id)))


# What the public sends


@pytest.mark.parametrize("way", WAYS)
def test_anybody_asks_by_a_label_and_is_thanked(app: Flask, way: str) -> None:
    item, anybody = an_item(), app.test_client()
    shown = anybody.get(f"/8004/{item.giai}/{way}")
    assert shown.status_code == 200
    assert f"/8004/{item.giai}/{way}" in anybody.get(f"/8004/{item.giai}").text
    answer = anybody.post(f"/8004/{item.giai}/{way}", data=LEFT)
    assert (answer.status_code, answer.location) == (303, f"/8004/{item.giai}/thanks")
    assert "We have your message" in anybody.get(answer.location).text
    (kept,) = requests_there()
    assert (kept.kind, kept.status, kept.item) == (WAYS[way], RequestStatus.NEW, item)
    assert (kept.words, kept.name, kept.telephone) == tuple(LEFT.values())


def test_a_daughter_is_answered_kindly_and_no_address_tells_why(app: Flask) -> None:
    item, daughter = a_loan().item, app.test_client()
    form = daughter.get(f"/8004/{item.giai}/collect").text
    assert "we are sorry for your loss. There is no hurry" in form
    answer = daughter.post(f"/8004/{item.giai}/collect", data={**LEFT, "reason": "died"})
    assert answer.location == f"/8004/{item.giai}/thanks"
    assert "We are sorry for your loss. There is no hurry." in daughter.get(answer.location).text
    assert "sorry for your loss" not in app.test_client().get(answer.location).text
    (kept,) = requests_there()
    assert kept.reason is BackReason.DIED


def test_the_answer_is_the_same_whatever_became_of_the_item(app: Flask) -> None:
    lent, booked = a_loan().item, a_visit(loan=a_loan()).lines[0].loan
    back, asked = a_return().item, a_loan()
    ask_back(asked, BackReason.MOVED, by=a_member_of_staff(), at=NOON)
    assert booked is not None
    again = a_request().item
    answers = set()
    for item in (an_item(), lent, booked.item, back, asked.item, again):
        anybody = app.test_client()
        pages = [
            anybody.get(f"/8004/{item.giai}/collect").text,
            anybody.post(f"/8004/{item.giai}/collect", data=LEFT).text,
            anybody.get(f"/8004/{item.giai}/thanks").text,
        ]
        told = "".join(pages).replace(item.giai, "…").replace(item.product.name, "…")
        answers.add(re.sub(r'value="[^"]*"', "", told))
    assert len(answers) == 1
    assert not re.search("Madeup|Test Street|NG1|on loan|lent to (?!people)", answers.pop())


def test_a_label_that_is_unknown_void_or_foreign_is_answered_alike_and_keeps_nothing(
    app: Flask,
) -> None:
    item = an_item()
    labels_of(item)
    labels_of(item, voiding=VoidReason.WRONG_ITEM, at=NOON)
    anybody, bodies = app.test_client(), set()
    for giai in (item.giai, f"9521234{new_code()}", "5012345HJKM2345", "1", "9" * 300):
        for way in (*WAYS, "thanks"):
            answers = [anybody.get(f"/8004/{giai}/{way}")]
            if way in WAYS:
                answers.append(anybody.post(f"/8004/{giai}/{way}", data=LEFT))
            for answer in answers:
                assert answer.status_code == 404
                bodies.add(answer.text)
    assert len(bodies) == 1
    assert requests_there() == []
    assert anybody.post(f"/8004/{item.giai}/collect?l=2", data=LEFT).status_code == 303


def test_asked_again_it_stays_one_request_and_fills_in_what_was_left_open(app: Flask) -> None:
    item = an_item()
    for said in (
        {"words": "Please come."},
        {"words": "Please come.", "name": "Joan", "reason": "moved"},
        {"words": "After ten.", "name": "Somebody else", "telephone": "0115 496 0123"},
    ):
        answer = app.test_client().post(f"/8004/{item.giai}/collect", data=said)
        assert answer.status_code == 303
    app.test_client().post(f"/8004/{item.giai}/fault", data=LEFT)
    collection, fault = requests_there()
    assert fault.kind is FAULT
    assert (collection.times, collection.words) == (3, "Please come.\n\nAfter ten.")
    assert (collection.name, collection.telephone) == ("Joan", "0115 496 0123")
    assert collection.reason is BackReason.MOVED


def test_words_said_again_never_grow_past_their_limit() -> None:
    words = ""
    for number in range(20):
        words = added(words, f"{number} " + "x" * LONGEST_WORDS)
    assert len(words) <= MOST_WORDS
    assert added(words, "") == words


def test_once_dealt_with_a_new_message_is_a_new_request(app: Flask) -> None:
    request, by = taken_up(a_request())
    actions.finish(request, because="Told them", by=by, at=NOON)
    again = a_request(request.item)
    assert again is not request
    assert again.status is RequestStatus.NEW


def test_too_many_from_one_place_are_asked_to_ring_and_not_kept(app: Flask) -> None:
    anybody = app.test_client()
    for _ in range(MOST_OF_AN_ORIGIN):
        assert anybody.post(f"/8004/{an_item().giai}/found", data=LEFT).status_code == 303
    before = len(requests_there()), db.session.query(AuditRow).count()
    for forged in ({}, {"X-Forwarded-For": "203.0.113.9"}, {"X-Real-IP": "203.0.113.9"}):
        answer = anybody.post(f"/8004/{an_item().giai}/found", data=LEFT, headers=forged)
        assert answer.status_code == 429
        assert "Please ring us" in answer.text
    assert (len(requests_there()), db.session.query(AuditRow).count()) == before
    elsewhere = {"REMOTE_ADDR": "198.51.100.7"}
    other = anybody.post(f"/8004/{an_item().giai}/found", data=LEFT, environ_overrides=elsewhere)
    assert other.status_code == 303


def test_too_many_about_one_item_are_asked_to_ring(app: Flask) -> None:
    item, anybody = an_item(), app.test_client()
    answers = [
        anybody.post(
            f"/8004/{item.giai}/found",
            data=LEFT,
            environ_overrides={"REMOTE_ADDR": f"198.51.100.{number}"},
        ).status_code
        for number in range(MOST_OF_AN_ITEM + 1)
    ]
    assert answers == [303] * MOST_OF_AN_ITEM + [429]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"telephone": "ring me"}, "Write a telephone number like 0115 496 0000"),
        ({"telephone": "12"}, "Write a telephone number"),
        ({"words": "x" * (LONGEST_WORDS + 1)}, "That is too long"),
        ({"name": "x" * 101}, "That is too long"),
        ({"reason": "recall"}, "Choose one of these"),
    ],
)
def test_what_cannot_be_taken_gets_a_sentence_and_stays(
    app: Flask, wrong: dict[str, str], said: str
) -> None:
    item = an_item()
    form = {**LEFT, "words": "Behind the shed", **wrong}
    answer = app.test_client().post(f"/8004/{item.giai}/collect", data=form)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Joan Neighbour" in answer.text or "name" in wrong
    assert requests_there() == []


@pytest.mark.parametrize("way", ["fault", "found"])
def test_a_fault_and_a_find_need_words(app: Flask, way: str) -> None:
    answer = app.test_client().post(f"/8004/{an_item().giai}/{way}", data={**LEFT, "words": " "})
    assert answer.status_code == 422
    assert "Please tell us w" in answer.text


def test_a_number_in_other_digits_is_kept_as_one_to_ring(app: Flask) -> None:
    form = {**LEFT, "telephone": "٠١١٥ ٤٩٦ ٠١٢٣"}
    assert app.test_client().post(f"/8004/{an_item().giai}/collect", data=form).status_code == 303
    assert requests_there()[0].telephone == "0115 496 0123"


def test_a_form_of_the_public_is_short(app: Flask) -> None:
    form = {**LEFT, "words": "x" * 40_000}
    answer = app.test_client().post(f"/8004/{an_item().giai}/collect", data=form)
    assert answer.status_code == 413


def test_what_is_written_is_shown_and_never_run(app: Flask, as_: SignIn) -> None:
    nasty = '"><img src=x onerror=alert(1)> {{7*7}} =1+1'
    request = a_request(words=nasty, name=nasty)
    page = as_(Role.SCHEDULER).get(f"/requests/{request.code}").text
    assert "<img src=x" not in page
    assert page.count("{{7*7}} =1+1") == 2


# What staff do


def test_each_role_reads_the_requests_it_can_do_something_about(app: Flask, as_: SignIn) -> None:
    collection, fault = a_request(), a_request(kind=FAULT)
    ravi, sam = as_(Role.SCHEDULER), as_(Role.WAREHOUSE)
    queue = ravi.get("/requests").text
    assert collection.code in queue
    assert fault.code in queue
    assert collection.code not in sam.get("/requests").text
    assert sam.get(f"/requests/{collection.code}").status_code == 404
    assert sam.get(f"/requests/{fault.code}").status_code == 200
    assert sam.get(f"/requests/{new_code()}").status_code == 404
    assert sam.get("/requests/x").status_code == 404
    assert as_(Role.DRIVER).get("/requests").status_code == 403
    nobodys = as_(Role.SCHEDULER, organisation=None)
    assert collection.code not in nobodys.get("/requests").text


def test_only_who_sees_clients_reads_who_sent_it_and_the_look_is_kept(
    app: Flask, as_: SignIn
) -> None:
    fault = a_request(kind=FAULT, words="The brake slips")
    page = as_(Role.WAREHOUSE).get(f"/requests/{fault.code}").text
    assert "The brake slips" in page
    assert "A scheduler can read it and ring" in page
    for name in ("Joan Neighbour", "0115 496 0123", "Madeup", "Test Street"):
        assert name not in page
    rows = db.session.query(AuditRow).count()
    page = as_(Role.SCHEDULER).get(f"/requests/{fault.code}").text
    assert "Joan Neighbour" in page
    (row,) = db.session.query(AuditRow).order_by(AuditRow.id).offset(rows)
    assert row.changes == {"request": [fault.code]}
    collection = a_request()
    assert "Madeup" in as_(Role.SCHEDULER).get(f"/requests/{collection.code}").text
    last = db.session.query(AuditRow).order_by(AuditRow.id.desc()).first()
    assert last is not None
    assert set(last.changes) == {"request", "client"}


def test_the_queue_names_nobody(app: Flask, as_: SignIn) -> None:
    a_request()
    queue = as_(Role.SCHEDULER).get("/requests").text
    assert not re.search("Joan|0115 496 0123|Ring twice|Madeup", queue.replace("0115 496 0000", ""))


def test_the_oldest_stands_first_and_the_start_page_counts_them(app: Flask, as_: SignIn) -> None:
    newer, older = a_request(at=NOON), a_request(at=NOON - timedelta(days=2))
    fault = a_request(kind=FAULT)
    queue = as_(Role.SCHEDULER).get("/requests").text
    assert queue.index(older.code) < queue.index(newer.code)
    start = as_(Role.SCHEDULER).get("/").text
    assert "Collections and finds that the public asks about" in start
    assert "Faults that the public reports" not in start
    assert "Faults that the public reports" in as_(Role.WAREHOUSE).get("/").text
    taken_up(fault)


def test_whoever_takes_a_request_up_is_named_and_a_second_is_told(app: Flask, as_: SignIn) -> None:
    request, ravi = a_request(), as_(Role.SCHEDULER)
    assert ravi.post(f"/requests/{request.code}/take-up").status_code == 303
    assert ravi.post(f"/requests/{request.code}/take-up").status_code == 409
    assert ravi.post(f"/requests/{request.code}/put-back").status_code == 303
    assert request.status is RequestStatus.NEW
    events = db.session.scalars(select(RequestMove.event).order_by(RequestMove.id)).all()
    assert [event.value for event in events] == ["take_up", "put_back"]


def test_nobody_takes_up_what_is_not_theirs(app: Flask, as_: SignIn) -> None:
    fault = a_request(kind=FAULT)
    ravi = as_(Role.SCHEDULER)
    for act in ("take-up", "put-back"):
        assert ravi.post(f"/requests/{fault.code}/{act}").status_code == 403
    for act in ("finish", "set-aside"):
        answer = ravi.post(f"/requests/{fault.code}/{act}", data={"because": "x"})
        assert answer.status_code == 403
    assert ravi.post(f"/requests/{fault.code}/stop").status_code == 403
    with pytest.raises(Forbidden):
        actions.take_up(fault, by=a_member_of_staff(Role.SCHEDULER), at=NOON)


def test_a_collection_is_planned_with_the_reason_that_was_given(app: Flask, as_: SignIn) -> None:
    loan = a_loan()
    request = a_request(loan.item, reason=BackReason.CARE_HOME)
    ravi = as_(Role.SCHEDULER)
    ravi.post(f"/requests/{request.code}/take-up")
    page = ravi.get(f"/requests/{request.code}").text
    assert '<option selected value="into care home">' in page
    assert f'value="{loan.code}" checked' in page
    driver = a_member_of_staff(Role.DRIVER)
    tomorrow = london_day(now()) + timedelta(days=1)
    form = {"loans": loan.code, "reason": "into care home", "due_on": tomorrow.isoformat(),
            "driver": driver.code, "died_on": ""}  # fmt: skip
    answer = ravi.post(f"/requests/{request.code}/plan", data=form)
    assert answer.status_code == 303
    assert "/visits/" in answer.location
    assert (loan.back_reason, loan.item.status) == (
        BackReason.CARE_HOME,
        Status.COLLECTION_BOOKED,
    )
    assert request.status is RequestStatus.DONE
    assert "Visit" in ravi.get(f"/requests/{request.code}").text


def test_after_a_death_its_day_is_recorded_first_and_everything_is_collected(
    app: Flask, as_: SignIn
) -> None:
    client = a_client()
    loans = [a_loan(client), a_loan(client)]
    request, ravi = a_request(loans[0].item, reason=BackReason.DIED), as_(Role.SCHEDULER)
    ravi.post(f"/requests/{request.code}/take-up")
    page = ravi.get(f"/requests/{request.code}").text
    assert "The sender says that the person has died" in page
    assert page.count('" checked') == 2, "all that the person had is offered"
    form = {"loans": [one.code for one in loans], "reason": "died", "driver": "",
            "due_on": (london_day(now()) + timedelta(days=3)).isoformat()}  # fmt: skip
    refused = ravi.post(f"/requests/{request.code}/plan", data=form)
    assert refused.status_code == 422
    assert "Ask the family for the day" in refused.text
    assert (client.died_on, loans[0].asked_back_at) == (None, None)
    day = london_day(now()) - timedelta(days=2)
    answer = ravi.post(f"/requests/{request.code}/plan", data={**form, "died_on": day.isoformat()})
    assert answer.status_code == 303
    assert client.died_on == day
    assert {one.back_reason for one in loans} == {BackReason.DIED}


def test_a_plan_that_is_refused_half_way_leaves_nothing(app: Flask, as_: SignIn) -> None:
    loan = a_loan()
    request, ravi = a_request(loan.item), as_(Role.SCHEDULER)
    ravi.post(f"/requests/{request.code}/take-up")
    form = {"loans": loan.code, "reason": "moved", "due_on": "2020-01-01", "driver": ""}
    answer = ravi.post(f"/requests/{request.code}/plan", data=form)
    assert answer.status_code == 422
    assert "That day has passed" in answer.text
    assert "asked back already" not in answer.text
    assert (loan.asked_back_at, request.status) == (None, RequestStatus.TAKEN_UP)
    foreign = {**form, "loans": a_loan().code, "due_on": "2099-01-01"}
    assert ravi.post(f"/requests/{request.code}/plan", data=foreign).status_code == 404
    nothing = {**form, "loans": []}
    assert ravi.post(f"/requests/{request.code}/plan", data=nothing).status_code == 422


def test_what_nobody_has_cannot_be_planned_and_says_so(app: Flask, as_: SignIn) -> None:
    request, ravi = a_request(an_item(), FOUND), as_(Role.SCHEDULER)
    ravi.post(f"/requests/{request.code}/take-up")
    page = ravi.get(f"/requests/{request.code}").text
    assert "It is with nobody" in page
    assert "Plan the collection" not in page
    ravi.post(f"/requests/{request.code}/plan", data={})
    page = ravi.get(f"/requests/{request.code}").text
    assert "there is nothing to collect by a visit" in page


def test_a_plan_needs_a_request_taken_up_and_something_to_fetch(app: Flask) -> None:
    loan, by = a_loan(), a_member_of_staff(Role.SCHEDULER)
    request = a_request(loan.item)
    facts = {"reason": BackReason.MOVED, "died_on": None, "due_on": date(2026, 6, 5),
             "driver": None, "by": by, "at": NOON}  # fmt: skip
    with pytest.raises(NotAllowed, match="Take this request up first"):
        actions.plan(request, [loan], **facts)  # type: ignore[arg-type]
    taken_up(request, by)
    with pytest.raises(Invalid, match="Tick what is to be collected"):
        actions.plan(request, [], **facts)  # type: ignore[arg-type]
    visit = actions.plan(request, [loan], **facts)  # type: ignore[arg-type]
    assert visit.lines[0].loan is loan


def test_a_faulty_item_that_we_have_is_held(app: Flask, as_: SignIn) -> None:
    request = a_request(an_item(), FAULT)
    sam = as_(Role.WAREHOUSE)
    sam.post(f"/requests/{request.code}/take-up")
    assert "Put it on hold" in sam.get(f"/requests/{request.code}").text
    assert sam.post(f"/requests/{request.code}/stop").status_code == 303
    assert request.item.status is Status.ON_HOLD
    assert request.item.hold_reason == f"Reported faulty, request {request.code}"
    assert request.status is RequestStatus.DONE


def test_a_faulty_item_that_is_lent_is_asked_back_and_waits_to_be_planned(
    app: Flask, as_: SignIn
) -> None:
    loan = a_loan()
    request, sam = a_request(loan.item, FAULT), as_(Role.WAREHOUSE)
    sam.post(f"/requests/{request.code}/take-up")
    page = sam.get(f"/requests/{request.code}").text
    assert "Ask it back as faulty" in page
    assert "Madeup" not in page
    assert sam.post(f"/requests/{request.code}/stop").status_code == 303
    assert loan.back_reason is BackReason.FAULTY
    assert "(faulty)" in as_(Role.SCHEDULER).get("/visits/").text


def test_what_is_on_its_way_cannot_be_stopped_from_here(app: Flask) -> None:
    loan = a_loan()
    ask_back(loan, BackReason.MOVED, by=a_member_of_staff(), at=NOON)
    request, by = taken_up(a_request(loan.item, FAULT))
    with pytest.raises(NotAllowed, match="cannot be stopped from here"):
        actions.stop(request, by=by, at=NOON)


def test_a_request_ends_with_a_word_on_it(app: Flask, as_: SignIn) -> None:
    request, ravi = a_request(), as_(Role.SCHEDULER)
    with pytest.raises(NotAllowed, match="“finish” is not possible"):
        actions.finish(request, because="x", by=a_member_of_staff(Role.SCHEDULER), at=NOON)
    empty = ravi.post(f"/requests/{request.code}/set-aside", data={"because": ""})
    assert empty.status_code == 422
    for act in (actions.finish, actions.set_aside):
        with pytest.raises(Invalid):
            act(request, because=" ", by=a_member_of_staff(Role.SCHEDULER), at=NOON)
    done = ravi.post(f"/requests/{request.code}/set-aside", data={"because": "Not ours"})
    assert done.status_code == 303
    assert request.status is RequestStatus.SET_ASIDE
    assert "Not ours" in ravi.get(f"/requests/{request.code}").text


def test_a_death_that_is_known_leaves_only_that_reason(app: Flask, as_: SignIn) -> None:
    loan = a_loan()
    record_death(loan.client, date(2026, 5, 30), by=a_member_of_staff(), at=NOON)
    request, ravi = a_request(loan.item), as_(Role.SCHEDULER)
    ravi.post(f"/requests/{request.code}/take-up")
    page = ravi.get(f"/requests/{request.code}").text
    assert re.findall(r'<option (?:selected )?value="([^"]+)">', page)[:1] == ["died"]
    assert "on which day" not in page


# Who asked is forgotten


def test_who_asked_is_forgotten_thirty_days_after_it_is_done(app: Flask, as_: SignIn) -> None:
    over, waits = taken_up(a_request())[0], a_request()
    actions.finish(over, because="Rang", by=a_member_of_staff(Role.SCHEDULER), at=NOON)
    month = timedelta(days=30)
    assert forget(at=NOON + month, kept_for=month)[0] == 0, "not a moment early"
    assert forget(at=NOON + month + timedelta(seconds=1), kept_for=month) == (1, 0)
    assert (over.words, over.name, over.telephone) == ("", "", "")
    assert waits.telephone
    assert "was deleted on 1 July 2026" in as_(Role.SCHEDULER).get(f"/requests/{over.code}").text
    assert db.session.query(RequestSent).count() == 0


def test_a_command_forgets_and_says_how_many(app: Flask) -> None:
    request, by = taken_up(a_request())
    actions.set_aside(request, because="Twice", by=by, at=NOON)
    db.session.commit()
    said = app.test_cli_runner().invoke(args=["requests", "forget"]).output
    assert said == "1 blanked, 1 forgotten.\n"
