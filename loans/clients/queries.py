"""Reads of clients. Every one takes the viewer and returns only whom they may see."""

from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    and_,
    cast,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.orm import joinedload

from core.codes import is_code
from core.db import db
from core.errors import NotFound
from loans.clients.rules import postcode_prefix
from loans.models import Client
from people.models import Organisation, Staff
from people.queries import body_standing, council_standing, scope_of, successor_of
from people.rules import May

NO_SUCH_CLIENT = "There is no client with this code whom you may see. Look at the code again."
# As their indexes have them, word for word.
_FULL_NAME: ColumnElement[str] = Client.family_name + literal_column("' '") + Client.given_name
_POSTCODE: ColumnElement[str] = func.replace(
    Client.postcode, literal_column("' '"), literal_column("''")
)


def visible(viewer: Staff, on: date) -> ColumnElement[bool]:
    """The condition on Client that holds for those a viewer may see.

    That is: whose NHS body, council or registering organisation is the viewer's employer, or was
    succeeded by it. A role that may not see clients, and a viewer without employer, see nobody.
    """
    if not (viewer.may(May.SEE_CLIENTS) or viewer.may(May.SEE_EVERY_CLIENT)):
        return false()
    scope = scope_of(viewer, on)
    if scope.every:
        return true()
    mine = tuple(sorted(scope.organisation_ids))
    if not mine:
        return false()
    return or_(
        Client.body_id.in_(mine), Client.council_id.in_(mine), Client.registered_by_id.in_(mine)
    )


def today() -> date:
    """The day it is in London, by the database's clock, for reads that are told no day."""
    day: date = db.session.scalars(
        select(cast(func.timezone("Europe/London", func.now()), Date))
    ).one()
    return day


def client_by_code(code: str, *, viewer: Staff, on: date) -> Client:
    """The client of this code. Raises NotFound alike for an unknown one and somebody else's."""
    found = None
    if is_code(code):
        found = db.session.scalar(
            select(Client)
            .where(Client.code == code, visible(viewer, on))
            .options(
                joinedload(Client.practice),
                joinedload(Client.body),
                joinedload(Client.council),
                joinedload(Client.registered_by),
            )
        )
    if found is None:
        raise NotFound(NO_SUCH_CLIENT)
    return found


def clients_matching(text: str, *, viewer: Staff, on: date, limit: int = 50) -> list[Client]:
    """Clients a viewer may see whose name, NHS number, code or postcode fits what was typed.

    By family name, those whose names only nearly fit last. Nothing typed gives everybody.
    """
    words = _words(text)
    query = (
        select(Client)
        .where(visible(viewer, on), _fits(words))
        .order_by(
            *([_holds(words).desc()] if words else []),
            func.lower(Client.family_name),
            func.lower(Client.given_name),
            Client.id,
        )
        .options(joinedload(Client.body))
        .limit(limit)
    )
    return list(db.session.scalars(query))


def _words(text: str) -> list[str]:
    return text.replace("\x00", "").split()[:8]


def _fits(words: list[str]) -> ColumnElement[bool]:
    if not words:
        return true()
    tidy = "".join(words).replace("-", "").upper()
    if len(tidy) == 10 and tidy.isascii() and tidy.isdigit():
        return Client.nhs_number == tidy
    prefix = postcode_prefix(tidy)
    if prefix is not None:  # no name holds a digit
        return _POSTCODE.startswith(prefix)
    if is_code(tidy):  # no name holds a digit, so a code with one is looked up as nothing else
        by_code = Client.code == tidy
        return by_code if any(map(str.isdigit, tidy)) else or_(by_code, _named(words))
    return _named(words)


def _named(words: list[str]) -> ColumnElement[bool]:
    """Every word is in the name, or the whole is so near that a slip explains it (trigrams)."""
    return or_(_holds(words), _FULL_NAME.op("%>")(" ".join(words)[:100]))


def _holds(words: list[str]) -> ColumnElement[bool]:
    holds: list[Any] = [_FULL_NAME.ilike(f"%{_meant(word)}%", escape="/") for word in words]
    return and_(*holds)


def _meant(word: str) -> str:
    """A word for a pattern in which % and _ mean themselves."""
    return word.replace("/", "//").replace("%", "/%").replace("_", "/_")


def nhs_number_taken(number: str, *, but: int | None = None) -> bool:
    """Whether a client, of whoever's, already has this NHS number (`but` leaves one id out)."""
    query = select(Client.id).where(Client.nhs_number == number, Client.id.is_distinct_from(but))
    return db.session.scalar(query) is not None


def funders_today(client: Client, on: date) -> tuple[str, str]:
    """The NHS body and the council that stand behind a client on a day, by name; empty where none.

    Where one has taken the place of the body that was recorded, the older name stands beside it.
    """
    body = body_standing(client.body_id, client.practice_id, on)
    council = council_standing(client.council_id, client.postcode, on)
    return _funder(client.body, body, on), _funder(client.council, council, on)


def _funder(recorded: Organisation | None, stands: int | None, on: date) -> str:
    if recorded is None or stands is None:
        return ""
    today = db.session.get_one(Organisation, successor_of(stands, on))
    return today.name if today is recorded else f"{today.name} (took over from {recorded.name})"
