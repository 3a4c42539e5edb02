"""Kinds of organisation, roles, and the one table of what each role may do."""

import re
from enum import StrEnum

from core.errors import Invalid


class Kind(StrEnum):
    """What an organisation is."""

    CCG = "ccg"
    ICB = "icb"
    COUNCIL = "council"
    PRACTICE = "practice"
    TRUST = "trust"
    PROVIDER = "provider"
    OTHER = "other"


class Role(StrEnum):
    """What a member of staff comes to do."""

    PRESCRIBER = "prescriber"
    AUTHORISER = "authoriser"
    WAREHOUSE = "warehouse"
    DRIVER = "driver"
    SCHEDULER = "scheduler"
    FINANCE = "finance"
    BOARD = "board"
    ADMINISTRATOR = "administrator"


class May(StrEnum):
    """One thing a role may or may not do."""

    SEE_CLIENTS = "see clients of their organisation"
    SEE_EVERY_CLIENT = "see every client"
    KEEP_CLIENTS = "register and change clients"
    ORDER = "order equipment"
    ASK_BACK = "ask for equipment to be collected"
    AUTHORISE = "approve or return orders"
    SEE_CATALOGUE = "see the catalogue"
    KEEP_CATALOGUE = "change the catalogue"
    SEE_ITEMS = "see items and stock"
    RECEIVE_GOODS = "take in new goods"
    MOVE_STOCK = "move, find, lose and scrap items"
    PRINT_LABELS = "print and void labels"
    PICK = "pick and load orders"
    RECEIVE_RETURNS = "book returns in"
    WORKSHOP = "inspect, clean, repair, test and put away"
    COUNT = "count what stands in a store"
    APPROVE_COUNTS = "approve what others counted"
    PLAN_VISITS = "plan deliveries and collections"
    DO_VISITS = "carry out visits"
    SEE_MONEY = "see their own organisation's money"
    SEE_ALL_MONEY = "see every partner's money"
    DISPUTE = "dispute lines of their own organisation's statements"
    KEEP_AGREEMENTS = "change agreements, rules and prices"
    SIGN_YEAR = "sign off a year that somebody else prepared"
    CLOSE_MONTHS = "close a month that somebody else has begun to close"
    AGREE = "agree to an agreement for their organisation"
    SEE_BOARD = "see the board's figures"
    VIRE = "propose to move their own organisation's budget"
    EXTRACT = "take extracts in which nobody can be told"
    MINUTE = "call the board's meetings, put motions and write the minutes"
    VOTE = "vote on the board for their own organisation"
    KEEP_PEOPLE = "keep accounts and organisations"
    SEE_AUDIT = "see the audit trail"


_SHOP_FLOOR = {May.SEE_CATALOGUE, May.SEE_ITEMS}

ROLES: dict[Role, frozenset[May]] = {
    Role.PRESCRIBER: frozenset(
        {May.SEE_CLIENTS, May.KEEP_CLIENTS, May.ORDER, May.ASK_BACK, May.SEE_CATALOGUE}
    ),
    Role.AUTHORISER: frozenset(
        {
            May.SEE_CLIENTS,
            May.KEEP_CLIENTS,
            May.ORDER,
            May.ASK_BACK,
            May.AUTHORISE,
            May.SEE_CATALOGUE,
            May.SEE_ITEMS,
        }
    ),
    Role.WAREHOUSE: frozenset(
        _SHOP_FLOOR
        | {
            May.RECEIVE_GOODS,
            May.MOVE_STOCK,
            May.PRINT_LABELS,
            May.PICK,
            May.RECEIVE_RETURNS,
            May.WORKSHOP,
            May.COUNT,
        }
    ),
    Role.DRIVER: frozenset(_SHOP_FLOOR | {May.DO_VISITS, May.RECEIVE_RETURNS, May.COUNT}),
    Role.SCHEDULER: frozenset(
        _SHOP_FLOOR | {May.PLAN_VISITS, May.DO_VISITS, May.PICK, May.SEE_EVERY_CLIENT}
    ),
    Role.FINANCE: frozenset(
        {
            May.SEE_MONEY,
            May.AGREE,
            May.DISPUTE,
            May.VIRE,
            May.CLOSE_MONTHS,
            May.SIGN_YEAR,
            May.APPROVE_COUNTS,
            May.SEE_CATALOGUE,
            May.SEE_BOARD,
            May.EXTRACT,
        }
    ),
    Role.BOARD: frozenset(
        {
            May.SEE_BOARD,
            May.EXTRACT,
            May.MINUTE,
            May.VOTE,
            May.SEE_ALL_MONEY,
            May.SEE_MONEY,
            May.SEE_CATALOGUE,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            May.KEEP_PEOPLE,
            May.SEE_AUDIT,
            May.SEE_CATALOGUE,
            May.KEEP_CATALOGUE,
            May.SEE_ITEMS,
            May.KEEP_AGREEMENTS,
            May.SIGN_YEAR,
            May.CLOSE_MONTHS,
            May.APPROVE_COUNTS,
        }
    ),
}


def may(role: Role, what: May) -> bool:
    """Whether a role may do something. What the table does not say is not allowed."""
    return what in ROLES[role]


_FAMILIES = (
    frozenset({Kind.CCG, Kind.ICB}),
    frozenset({Kind.COUNCIL}),
    frozenset({Kind.PRACTICE}),
    frozenset({Kind.TRUST, Kind.PROVIDER, Kind.OTHER}),
)


def may_follow(older: Kind, newer: Kind) -> bool:
    """Whether an organisation of one kind can stand where one of another kind stood."""
    return any(older in family and newer in family for family in _FAMILIES)


HEAVIEST = 1_000_000  # a weight of a successor: finer than any agreement shares anything
_HEIR = re.compile(r"([^\s,;:]{1,20})(?:[\s,;:]+(\d{1,9}))?", re.ASCII)


def read_heirs(text: str) -> list[tuple[str, int]]:
    """Codes of successors, one a line, and how much each takes on; one alone takes on the whole.

    Raises Invalid where a line is none, or several do not say how much.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    heirs = []
    for line in lines:
        read = _HEIR.fullmatch(line)
        if read is None:
            raise Invalid(
                f"“{line[:30]}” is no code and weight. Write it like E06000061 60.",
                field="successors",
            )
        if read[2] is None and len(lines) > 1:
            raise Invalid(
                f"Write behind {read[1]} how much it takes on, like {read[1]} 60.",
                field="successors",
            )
        heirs.append((read[1], int(read[2] or 1)))
    if not heirs:
        raise Invalid("Write the code of at least one successor.", field="successors")
    return heirs


def tidy_name(name: str) -> str:
    """A name without stray spaces. Raises Invalid where there is none, or it cannot be one."""
    tidy = " ".join(name.split())
    if not tidy:
        raise Invalid("Write a name.", field="name")
    if len(tidy) > 200 or not tidy.isprintable():
        raise Invalid("Write a name of at most 200 ordinary characters.", field="name")
    return tidy
