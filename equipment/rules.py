"""The item's life cycle and its gates, and the words of the catalogue."""

from enum import StrEnum

from core.status import Moves


class Group(StrEnum):
    """The product groups the field uses."""

    BEDS = "beds and rails"
    PRESSURE = "pressure care"
    HOISTS = "hoists, slings and transfer"
    BATHING = "bathing"
    TOILETING = "toileting"
    SEATING = "seating"
    WALKING = "walking"
    DAILY_LIVING = "daily living"
    SENSORY = "sensory"
    RAMPS = "ramps and rails"
    CHILDREN = "children's"
    BARIATRIC = "bariatric"
    TELECARE = "telecare"


class Tracking(StrEnum):
    """How closely a product is followed."""

    SERIALISED = "serialised"
    LABELLED = "labelled"
    CONSUMABLE = "consumable"


class CareClass(StrEnum):
    """Who a product is for, as agreements divide it."""

    HEALTH = "health"
    SOCIAL = "social care"
    JOINT = "joint"


class Cleaning(StrEnum):
    """How a product is decontaminated."""

    WIPE = "detergent wipe"
    WASH = "thermal wash"
    STEAM = "steam"
    LAUNDER = "laundry"


class TestKind(StrEnum):
    """A test an item must have passed and that runs out."""

    __test__ = False  # not one of pytest's

    LOLER = "LOLER"
    PAT = "PAT"
    SERVICE = "service"


class Relation(StrEnum):
    """How one product stands to another."""

    COMPATIBLE = "compatible with"
    NEVER_WITH = "never with"
    SUBSTITUTE = "substitute for"


class StoreKind(StrEnum):
    """What a store is."""

    DEPOT = "depot"
    SATELLITE = "satellite"
    VAN = "van"


class Side(StrEnum):
    """Dirty and clean never share a place."""

    CLEAN = "clean"
    DIRTY = "dirty"


class Status(StrEnum):
    """Where an item stands in its life."""

    ORDERED = "ordered"
    AVAILABLE = "available"
    ALLOCATED = "allocated"
    PICKED = "picked"
    OUT_FOR_DELIVERY = "out_for_delivery"
    ON_LOAN = "on_loan"
    COLLECTION_BOOKED = "collection_booked"
    COLLECTED = "collected"
    QUARANTINE = "quarantine"
    INSPECTED = "inspected"
    DECONTAMINATED = "decontaminated"
    REPAIRED = "repaired"
    TESTED = "tested"
    ON_HOLD = "on_hold"
    SCRAPPED = "scrapped"
    STRIPPED = "stripped"
    LOST = "lost"
    WRITTEN_OFF = "written_off"
    RETURNED_TO_OWNER = "returned_to_owner"


class Event(StrEnum):
    """What happens to an item."""

    RECEIVE = "receive"
    ALLOCATE = "allocate"
    RELEASE = "release"
    PICK = "pick"
    PUT_BACK = "put_back"
    LOAD = "load"
    BRING_BACK = "bring_back"
    DELIVER = "deliver"
    BOOK_COLLECTION = "book_collection"
    CANCEL_COLLECTION = "cancel_collection"
    COLLECT = "collect"
    BOOK_IN = "book_in"
    INSPECT = "inspect"
    CLEAN = "clean"
    REPAIR = "repair"
    TEST = "test"
    FAIL_TEST = "fail_test"
    PUT_AWAY = "put_away"
    HOLD = "hold"
    END_HOLD = "end_hold"
    SCRAP = "scrap"
    STRIP = "strip"
    LOSE = "lose"
    FIND = "find"
    WRITE_OFF = "write_off"
    HAND_TO_OWNER = "hand_to_owner"
    MOVE = "move"


_S, _E = Status, Event
_WORKSHOP = (_S.QUARANTINE, _S.INSPECTED, _S.DECONTAMINATED, _S.REPAIRED, _S.TESTED)

LIFE: Moves[Status, Event] = Moves(
    {
        (_S.ORDERED, _E.RECEIVE): _S.AVAILABLE,
        (_S.AVAILABLE, _E.ALLOCATE): _S.ALLOCATED,
        (_S.ALLOCATED, _E.PICK): _S.PICKED,
        (_S.ALLOCATED, _E.RELEASE): _S.AVAILABLE,
        (_S.PICKED, _E.LOAD): _S.OUT_FOR_DELIVERY,
        (_S.PICKED, _E.PUT_BACK): _S.ALLOCATED,
        (_S.PICKED, _E.RELEASE): _S.AVAILABLE,
        (_S.OUT_FOR_DELIVERY, _E.DELIVER): _S.ON_LOAN,
        (_S.OUT_FOR_DELIVERY, _E.BRING_BACK): _S.PICKED,
        (_S.ON_LOAN, _E.BOOK_COLLECTION): _S.COLLECTION_BOOKED,
        (_S.ON_LOAN, _E.COLLECT): _S.COLLECTED,
        (_S.COLLECTION_BOOKED, _E.COLLECT): _S.COLLECTED,
        (_S.COLLECTION_BOOKED, _E.CANCEL_COLLECTION): _S.ON_LOAN,
        (_S.COLLECTED, _E.BOOK_IN): _S.QUARANTINE,
        (_S.QUARANTINE, _E.INSPECT): _S.INSPECTED,
        (_S.INSPECTED, _E.CLEAN): _S.DECONTAMINATED,
        (_S.DECONTAMINATED, _E.REPAIR): _S.REPAIRED,
        (_S.DECONTAMINATED, _E.TEST): _S.TESTED,
        (_S.DECONTAMINATED, _E.FAIL_TEST): _S.DECONTAMINATED,
        (_S.REPAIRED, _E.TEST): _S.TESTED,
        (_S.REPAIRED, _E.FAIL_TEST): _S.DECONTAMINATED,
        (_S.TESTED, _E.PUT_AWAY): _S.AVAILABLE,
        **{(was, _E.HOLD): _S.ON_HOLD for was in (_S.AVAILABLE, *_WORKSHOP)},
        (_S.ON_HOLD, _E.END_HOLD): _S.QUARANTINE,
        **{(was, _E.SCRAP): _S.SCRAPPED for was in (_S.AVAILABLE, *_WORKSHOP, _S.ON_HOLD)},
        **{(was, _E.STRIP): _S.STRIPPED for was in (*_WORKSHOP, _S.ON_HOLD)},
        **{
            (was, _E.LOSE): _S.LOST
            for was in (
                _S.AVAILABLE,
                _S.ON_LOAN,
                _S.COLLECTION_BOOKED,
                _S.COLLECTED,
                *_WORKSHOP,
                _S.ON_HOLD,
            )
        },
        (_S.LOST, _E.FIND): _S.QUARANTINE,
        (_S.LOST, _E.WRITE_OFF): _S.WRITTEN_OFF,
        (_S.WRITTEN_OFF, _E.FIND): _S.QUARANTINE,
        **{
            (was, _E.HAND_TO_OWNER): _S.RETURNED_TO_OWNER
            for was in (_S.QUARANTINE, _S.INSPECTED, _S.DECONTAMINATED, _S.TESTED)
        },
        # From one place to another on the same side: the status stays.
        **{(was, _E.MOVE): was for was in (_S.AVAILABLE, _S.ALLOCATED, *_WORKSHOP, _S.ON_HOLD)},
    }
)

# In our hands: the stock whose identity must hold. All else is with a client or gone.
IN_STOCK = frozenset(
    {
        _S.AVAILABLE,
        _S.ALLOCATED,
        _S.PICKED,
        _S.OUT_FOR_DELIVERY,
        _S.COLLECTED,
        *_WORKSHOP,
        _S.ON_HOLD,
    }
)
IN_WORKSHOP = frozenset(_WORKSHOP)
# Out of the circle. What was lost may yet be found.
GONE = frozenset({_S.SCRAPPED, _S.STRIPPED, _S.LOST, _S.WRITTEN_OFF, _S.RETURNED_TO_OWNER})
WITH_CLIENT = frozenset({_S.ON_LOAN, _S.COLLECTION_BOOKED})
# Stands on the dirty side: not yet decontaminated since it was last with a client.
DIRTY = frozenset({_S.COLLECTED, _S.QUARANTINE, _S.INSPECTED, _S.ON_HOLD})
CLEAN = frozenset(
    {
        _S.AVAILABLE,
        _S.ALLOCATED,
        _S.PICKED,
        _S.OUT_FOR_DELIVERY,
        _S.DECONTAMINATED,
        _S.REPAIRED,
        _S.TESTED,
    }
)
# On a van: in a place only where somebody says which.
ON_THE_ROAD = frozenset({_S.OUT_FOR_DELIVERY, _S.COLLECTED})
STANDS_SOMEWHERE = IN_STOCK - ON_THE_ROAD


def side_of(status: Status) -> Side:
    """The side on which an item in this state stands, where it stands anywhere."""
    return Side.DIRTY if status in DIRTY else Side.CLEAN


# What is done on an item's own page. The rest of its life happens where the work is: orders,
# visits and the workshop. What a client has is lost by ending the loan, not here.
_HERE: dict[Event, frozenset[Status]] = {
    _E.MOVE: STANDS_SOMEWHERE,
    _E.HOLD: STANDS_SOMEWHERE,
    _E.END_HOLD: frozenset({_S.ON_HOLD}),
    _E.LOSE: IN_STOCK,
    _E.FIND: frozenset({_S.LOST, _S.WRITTEN_OFF}),
    _E.WRITE_OFF: frozenset({_S.LOST}),
    _E.HAND_TO_OWNER: IN_STOCK,
    _E.SCRAP: frozenset({_S.AVAILABLE}),
}


def offered_here(status: Status) -> tuple[Event, ...]:
    """What an item's own page offers in this state, in the order of the table of moves."""
    return tuple(event for event in LIFE.events_from(status) if status in _HERE.get(event, ()))


def side_after(status: Status, event: Event) -> Side | None:
    """The side an item stands on after an event; none where it then stands nowhere."""
    became = LIFE.after(status, event)
    return side_of(became) if became in STANDS_SOMEWHERE else None


class Flow(StrEnum):
    """A term of the stock identity: how an item came into our hands or left them."""

    PURCHASED = "purchased"
    RETURNED = "returned"
    FOUND = "found"
    ISSUED = "issued"
    SCRAPPED = "scrapped"
    STRIPPED = "stripped"
    LOST = "lost"
    HANDED_BACK = "handed back to owner"


_FLOW_OF_EVENT = {
    _E.RECEIVE: Flow.PURCHASED,
    _E.COLLECT: Flow.RETURNED,
    _E.FIND: Flow.FOUND,
    _E.DELIVER: Flow.ISSUED,
    _E.SCRAP: Flow.SCRAPPED,
    _E.STRIP: Flow.STRIPPED,
    _E.LOSE: Flow.LOST,
    _E.HAND_TO_OWNER: Flow.HANDED_BACK,
}


def flow_of(was: Status, event: Event, became: Status) -> Flow | None:
    """The term of the stock identity a move counts under; none where it stays in or stays out."""
    if (was in IN_STOCK) == (became in IN_STOCK):
        return None
    return _FLOW_OF_EVENT[event]
