"""Registering a client, changing what is known, recording a death."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from core.clock import london_day
from core.db import add, db
from core.errors import Forbidden, Invalid, TakenByAnother
from loans.clients.queries import nhs_number_taken
from loans.clients.rules import read_nhs_number
from loans.models import Client
from people.models import Organisation, Staff
from people.postcodes import read_postcode
from people.queries import body_of_practice, council_of_postcode

OLDEST = 130


@dataclass(frozen=True)
class Particulars:
    """What is known of a client, read and checked."""

    nhs_number: str | None
    family_name: str
    given_name: str
    born_on: date
    address: str
    postcode: str
    weight_kg: int | None
    telephone: str
    crew_note: str


def register_client(
    *,
    nhs_number: str | None,
    family_name: str,
    given_name: str,
    born_on: date,
    address: str,
    postcode: str,
    practice: Organisation | None,
    weight_kg: int | None = None,
    telephone: str = "",
    crew_note: str = "",
    by: Staff,
    at: datetime,
) -> Client:
    """Register somebody equipment is for; practice and postcode say whose client they are."""
    if by.organisation_id is None:
        raise Forbidden("Your account has no organisation. Ask an administrator to set it.")
    known = _read(
        Particulars(
            nhs_number, family_name, given_name, born_on, address, postcode, weight_kg,
            telephone, crew_note,
        ),
        on=london_day(at),
    )  # fmt: skip
    client = Client(**asdict(known), registered_by_id=by.organisation_id, registered_at=at)
    _place(client, practice, on=london_day(at))
    return add(client)


def change_client(
    client: Client,
    *,
    nhs_number: str | None,
    family_name: str,
    given_name: str,
    born_on: date,
    address: str,
    postcode: str,
    practice: Organisation | None,
    weight_kg: int | None = None,
    telephone: str = "",
    crew_note: str = "",
    seen_version: int | None = None,
    by: Staff,
    at: datetime,
) -> Client:
    """Change what is known of a client; orders already placed keep what they were placed with.

    `seen_version` is the version the person had before them: raises TakenByAnother when somebody
    has changed the client since.
    """
    if seen_version is not None and seen_version != client.version:
        raise TakenByAnother
    known = _read(
        Particulars(
            nhs_number, family_name, given_name, born_on, address, postcode, weight_kg,
            telephone, crew_note,
        ),
        on=london_day(at),
        but=client.id,
    )  # fmt: skip
    for name, value in asdict(known).items():
        setattr(client, name, value)
    _place(client, practice, on=london_day(at))
    db.session.flush()
    return client


def record_death(client: Client, died_on: date, *, by: Staff, at: datetime) -> Client:
    """Record that a client has died. Nothing more is ordered for them and no letter is written."""
    if died_on > london_day(at):
        raise Invalid("This day is still to come. Look at the date again.", field="died_on")
    if died_on < client.born_on:
        raise Invalid("This day is before the date of birth. Look again.", field="died_on")
    client.died_on = died_on
    db.session.flush()
    return client


def _read(typed: Particulars, *, on: date, but: int | None = None) -> Particulars:
    """The particulars tidied. Raises Invalid beside the first that cannot be."""
    number = read_nhs_number(typed.nhs_number or "")
    if number is not None and nhs_number_taken(number, but=but):
        raise Invalid(
            "A client with this NHS number is already registered. Search for the number; if"
            " nobody is found, another organisation looks after them: ring the store.",
            field="nhs_number",
        )
    _check_dates_and_weight(typed, on)
    return Particulars(
        nhs_number=number,
        family_name=_named(typed.family_name, "family_name"),
        given_name=_named(typed.given_name, "given_name"),
        born_on=typed.born_on,
        address=_lines(typed.address),
        postcode=read_postcode(typed.postcode),
        weight_kg=typed.weight_kg,
        telephone=typed.telephone.strip(),
        crew_note=typed.crew_note.strip(),
    )


def _check_dates_and_weight(typed: Particulars, on: date) -> None:
    if typed.born_on > on:
        raise Invalid("This day is still to come. Look at the date again.", field="born_on")
    if typed.born_on.year < on.year - OLDEST:
        raise Invalid("Nobody is that old. Look at the year again.", field="born_on")
    if typed.weight_kg is not None and not 1 <= typed.weight_kg <= 500:
        raise Invalid("Give the weight in whole kilograms, from 1 to 500.", field="weight_kg")


def _named(text: str, field: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise Invalid("Type the name.", field=field)
    return name


def _lines(text: str) -> str:
    lines = [" ".join(line.split()) for line in text.splitlines()]
    address = "\n".join(line for line in lines if line)
    if not address:
        raise Invalid("Type the address, without the postcode.", field="address")
    return address


def _place(client: Client, practice: Organisation | None, *, on: date) -> None:
    """Work out whose client this is: the body of the practice, the council of the postcode."""
    client.practice = practice
    client.body = body_of_practice(practice.id if practice else None, on)
    client.council = council_of_postcode(client.postcode)
