"""When an order is promised, and the checks as pure functions of facts."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import add_working_days, is_working_day, london_day, moment
from core.money import Pence
from loans.orders.queries import earliest_promise
from loans.orders.rules import LineFacts, OrderFacts, checks_of, promised_on
from loans.rules import ORDER_LIFE, WORKING_DAYS, CheckKind, OrderEvent, OrderStatus, Speed

MONDAY, FRIDAY, SATURDAY = date(2026, 6, 1), date(2026, 6, 5), date(2026, 6, 6)


@pytest.mark.parametrize(
    ("speed", "day", "hour", "promised"),
    [
        (Speed.FOUR_HOURS, MONDAY, 9, MONDAY),
        (Speed.SAME_DAY, MONDAY, 17, MONDAY),
        (Speed.SAME_DAY, SATURDAY, 9, date(2026, 6, 8)),
        (Speed.NEXT_DAY, MONDAY, 15, date(2026, 6, 2)),
        (Speed.NEXT_DAY, MONDAY, 16, date(2026, 6, 3)),
        (Speed.NEXT_DAY, FRIDAY, 15, date(2026, 6, 8)),
        (Speed.NEXT_DAY, FRIDAY, 16, date(2026, 6, 9)),
        (Speed.NEXT_DAY, SATURDAY, 9, date(2026, 6, 9)),
        (Speed.THREE_DAYS, MONDAY, 9, date(2026, 6, 4)),
        (Speed.FIVE_DAYS, MONDAY, 9, date(2026, 6, 8)),
        (Speed.SEVEN_DAYS, date(2026, 12, 22), 9, date(2027, 1, 5)),
        (Speed.SPECIAL, MONDAY, 9, date(2026, 6, 29)),
    ],
)
def test_the_promise_counts_working_days_from_when_it_was_agreed(
    speed: Speed, day: date, hour: int, promised: date
) -> None:
    assert promised_on(speed, moment(day, hour)) == promised


def test_four_in_the_afternoon_is_londons_in_winter_and_summer() -> None:
    winter, summer = (
        datetime(2026, 1, 5, 15, 30, tzinfo=UTC),
        datetime(2026, 6, 1, 15, 30, tzinfo=UTC),
    )
    assert promised_on(Speed.NEXT_DAY, winter) == date(2026, 1, 6)
    assert promised_on(Speed.NEXT_DAY, summer) == date(2026, 6, 3)


MOMENTS = st.timedeltas(timedelta(0), timedelta(days=15 * 365)).map(
    lambda passed: moment(date(2015, 1, 1)) + passed
)


@given(at=MOMENTS, later=st.timedeltas(timedelta(0), timedelta(days=10)))
@pytest.mark.parametrize("speed", Speed)
def test_a_later_order_is_never_promised_earlier(
    speed: Speed, at: datetime, later: timedelta
) -> None:
    promise = promised_on(speed, at)
    assert is_working_day(promise)
    assert promise >= add_working_days(london_day(at), WORKING_DAYS[speed])
    assert promised_on(speed, at + later) >= promise


def test_the_earliest_promise_is_that_of_a_working_morning() -> None:
    for speed in Speed:
        assert earliest_promise(speed, MONDAY) == promised_on(speed, moment(MONDAY, 9))


FREE = OrderFacts(may_order=True, limit=Pence(100), total=Pence(100), weight_kg=80, note="")
PLAIN = LineFacts(product_id=1, name="Stool")
TRAY = LineFacts(1, "Lap tray", safe_working_load_kg=10, carries_client=False)


def failing(line: LineFacts, order: OrderFacts) -> list[CheckKind]:
    return [one.kind for one in checks_of(line, order) if not one.passed]


def but(**facts: object) -> OrderFacts:
    return OrderFacts(**{**FREE.__dict__, **facts})


def test_every_check_answers_once_with_a_sentence() -> None:
    answers = checks_of(PLAIN, FREE)
    assert [one.kind for one in answers] == list(CheckKind)
    assert all(one.passed and one.sentence.endswith(".") for one in answers)


@pytest.mark.parametrize(
    ("line", "order", "wrong"),
    [
        (PLAIN, but(may_order=False), [CheckKind.RIGHT]),
        (LineFacts(1, "Stool", special=True), FREE, [CheckKind.RIGHT]),
        (PLAIN, but(total=Pence(101)), [CheckKind.LIMIT]),
        (LineFacts(1, "Stool", safe_working_load_kg=80), FREE, []),
        (LineFacts(1, "Stool", safe_working_load_kg=79), FREE, [CheckKind.WEIGHT]),
        (LineFacts(1, "Stool", safe_working_load_kg=79), but(weight_kg=None), [CheckKind.WEIGHT]),
        (PLAIN, but(weight_kg=None), []),
        (TRAY, FREE, []),
        (TRAY, but(weight_kg=None), []),
        (PLAIN, but(with_client=frozenset({1})), [CheckKind.DUPLICATE]),
        (
            PLAIN,
            but(never_with={1: frozenset({2})}, ordered=frozenset({1, 2}), names={2: "Rail"}),
            [CheckKind.COMPATIBLE],
        ),
        (PLAIN, but(never_with={1: frozenset({2})}, names={2: "Rail"}), []),
        (LineFacts(1, "Stool", assessment_needed=True), but(note=" \n"), [CheckKind.ASSESSMENT]),
        (LineFacts(1, "Stool", assessment_needed=True), but(note="Done"), []),
        (PLAIN, but(outside={1: "Outside the partners."}), [CheckKind.AREA]),
    ],
)
def test_each_check_fails_for_its_own_reason(
    line: LineFacts, order: OrderFacts, wrong: list[CheckKind]
) -> None:
    assert failing(line, order) == wrong


@pytest.mark.parametrize("status", OrderStatus)
@pytest.mark.parametrize("event", OrderEvent)
def test_what_an_order_may_do_in_each_state(status: OrderStatus, event: OrderEvent) -> None:
    open_states = (OrderStatus.DRAFT, OrderStatus.SENT_BACK)
    allowed = {
        OrderEvent.APPROVE_AT_ONCE: open_states,
        OrderEvent.REFER: open_states,
        OrderEvent.APPROVE: (OrderStatus.WAITING,),
        OrderEvent.SEND_BACK: (OrderStatus.WAITING,),
        OrderEvent.COMPLETE: (OrderStatus.APPROVED,),
        OrderEvent.CANCEL: (*open_states, OrderStatus.WAITING, OrderStatus.APPROVED),
    }
    assert ORDER_LIFE.allows(status, event) == (status in allowed[event])
