"""What every life cycle promises, whichever room it belongs to."""

from enum import StrEnum
from typing import Any

import pytest

from core.errors import NotAllowed
from core.status import Moves, words
from equipment.rules import LIFE, Event, Status
from funding.disputes.rules import DISPUTE_LIFE, DisputeEvent, DisputeStatus
from loans.rules import ORDER_LIFE, OrderEvent, OrderStatus
from logistics.requests.rules import REQUEST_LIFE, RequestEvent, RequestStatus
from logistics.rules import VISIT_LIFE, VisitEvent, VisitStatus

LIVES: list[tuple[Moves[Any, Any], type[StrEnum], type[StrEnum], StrEnum]] = [
    (LIFE, Status, Event, Status.ORDERED),
    (ORDER_LIFE, OrderStatus, OrderEvent, OrderStatus.DRAFT),
    (VISIT_LIFE, VisitStatus, VisitEvent, VisitStatus.PLANNED),
    (REQUEST_LIFE, RequestStatus, RequestEvent, RequestStatus.NEW),
    (DISPUTE_LIFE, DisputeStatus, DisputeEvent, DisputeStatus.RAISED),
]
PAIRS = [
    (life, status, event)
    for life, statuses, events, _ in LIVES
    for status in statuses
    for event in events
]


@pytest.mark.parametrize(("life", "status", "event"), PAIRS)
def test_every_status_and_event_either_moves_or_refuses_with_a_sentence(
    life: Moves[Any, Any], status: StrEnum, event: StrEnum
) -> None:
    if life.allows(status, event):
        assert life.after(status, event) in type(status)
        assert event in life.events_from(status)
    else:
        with pytest.raises(NotAllowed) as refusal:
            life.after(status, event)
        assert words(status) in refusal.value.sentence
        assert event not in life.events_from(status)


@pytest.mark.parametrize(("life", "statuses", "events", "first"), LIVES)
def test_every_status_can_be_reached_and_every_event_happens_somewhere(
    life: Moves[Any, Any], statuses: type[StrEnum], events: type[StrEnum], first: StrEnum
) -> None:
    reached = {first}
    while True:
        further = {became for (was, _), became in life.table.items() if was in reached} - reached
        if not further:
            break
        reached |= further
    assert reached == set(statuses)
    assert {event for _, event in life.table} == set(events)


def test_nothing_reaches_the_shelf_without_being_inspected_cleaned_and_tested() -> None:
    back_on_the_shelf = {
        was for (was, _), became in LIFE.table.items() if became is Status.AVAILABLE
    }
    assert back_on_the_shelf == {
        Status.ORDERED,  # new
        Status.ALLOCATED,  # never left
        Status.PICKED,  # never left
        Status.AVAILABLE,  # moved to another shelf
        Status.TESTED,
    }
    only_way = {
        Status.TESTED: {Status.DECONTAMINATED, Status.REPAIRED, Status.TESTED},
        Status.DECONTAMINATED: {Status.INSPECTED, Status.DECONTAMINATED, Status.REPAIRED},
        Status.INSPECTED: {Status.QUARANTINE, Status.INSPECTED},
    }
    for status, before in only_way.items():
        assert {was for (was, _), became in LIFE.table.items() if became is status} == before
