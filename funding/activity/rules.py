"""The columns of an activity file and what may stand in them. No database here."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.errors import Invalid
from core.money import Pence, read_pounds
from funding.rules import CARE_CLASSES, CHARGES, EntryKind
from web.csvs import text_of

COLUMNS = (
    "reference",  # what makes the charge unique; the same one is never posted twice
    "day",  # 2026-05-31
    "kind",  # delivery, collection, cleaning…
    "amount",  # in pounds and pence
    "group",  # product group
    "class",  # health, social care or joint
    "need",
    "nhs body",  # ODS code of the body of the client's practice
    "council",  # GSS code of the council of the client's address
    "employer",  # ODS or GSS code of the prescriber's employer
    "loan",  # code of a loan or an order, if there is one
    "what for",
)
MUST = ("reference", "day", "kind", "amount")
LONGEST = {"reference": 60, "group": 60, "need": 40, "loan": 20, "what for": 200}
KINDS = {kind.value: kind for kind in CHARGES}
MOST_FAULTS = 20


@dataclass(frozen=True)
class Row:
    """One row of the file, read: organisations still by their official codes."""

    place: int  # the line of the file, the head being the first
    reference: str
    day: date
    kind: EntryKind
    pence: Pence
    group: str = ""
    care_class: str = ""
    need: str = ""
    body: str = ""
    council: str = ""
    employer: str = ""
    loan: str = ""
    memo: str = ""

    @property
    def source(self) -> str:
        """The cause this charge is posted for, once."""
        return f"activity {self.reference}"

    @property
    def codes(self) -> tuple[str, ...]:
        """The official codes it names."""
        return tuple(code for code in (self.body, self.council, self.employer) if code)


class Faulty(Exception):
    """A row that cannot be read: which, and why."""

    def __init__(self, place: int, sentence: str) -> None:
        super().__init__(sentence)
        self.told = f"Line {place}: {sentence}"


def read_activity(lines: Iterable[str]) -> tuple[list[Row], list[str]]:
    """The rows of a file, and what is wrong with those that cannot be read.

    Raises Invalid where the head does not name the columns it must.
    """
    table = csv.DictReader(line.replace("\x00", "") for line in lines)
    heads = [head.strip().lower() for head in table.fieldnames or ()]
    missing = [name for name in MUST if name not in heads]
    if missing:
        raise Invalid(f"The first line must name the columns {', '.join(MUST)}.", field="pasted")
    table.fieldnames = heads
    rows, faults = [], []
    for read in _each(table):
        if isinstance(read, Faulty):
            faults.append(read.told)
            if len(faults) == MOST_FAULTS:
                break
        else:
            rows.append(read)
    return rows, faults


def _each(table: "csv.DictReader[str]") -> Iterator[Row | Faulty]:
    try:
        for number, given in enumerate(table, start=2):
            try:
                yield _row(number, {k: text_of((v or "").strip()) for k, v in given.items() if k})
            except Faulty as fault:
                yield fault
    except csv.Error:
        yield Faulty(table.line_num, "This is not a table. Save it as CSV and try again.")


def _row(place: int, given: dict[str, str]) -> Row:
    for name in MUST:
        if not given.get(name):
            raise Faulty(place, f"There is no {name}.")
    for name, most in LONGEST.items():
        if len(given.get(name, "")) > most:
            raise Faulty(place, f"The {name} is longer than {most} characters.")
    kind = KINDS.get(given["kind"].lower())
    if kind is None:
        raise Faulty(place, f"“{given['kind'][:30]}” is no kind of charge. Write one of: "
                            f"{', '.join(KINDS)}.")  # fmt: skip
    care_class = given.get("class", "").lower()
    if care_class and care_class not in CARE_CLASSES:
        raise Faulty(place, f"The class is one of {', '.join(CARE_CLASSES)}.")
    return Row(
        place,
        given["reference"],
        _day(place, given["day"]),
        kind,
        _amount(place, given["amount"]),
        group=given.get("group", ""),
        care_class=care_class,
        need=given.get("need", "").lower(),
        body=given.get("nhs body", "").upper(),
        council=given.get("council", "").upper(),
        employer=given.get("employer", "").upper(),
        loan=given.get("loan", "").upper(),
        memo=given.get("what for", ""),
    )


def _day(place: int, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Faulty(place, "Write the day like 2026-05-31.") from None


def _amount(place: int, text: str) -> Pence:
    try:
        pence = read_pounds(text)
    except Invalid as why:
        raise Faulty(place, why.sentence) from why
    if pence == 0:
        raise Faulty(place, "A charge of nothing is not posted.")
    return pence


def kept(row: Row, numbers: dict[str, int]) -> dict[str, Any]:
    """A row as it waits: organisations by number."""
    return {
        "reference": row.reference,
        "day": row.day.isoformat(),
        "kind": row.kind.value,
        "pence": row.pence,
        "group": row.group,
        "care_class": row.care_class or None,
        "need": row.need or None,
        "body_id": numbers.get(row.body),
        "council_id": numbers.get(row.council),
        "employer_id": numbers.get(row.employer),
        "loan": row.loan,
        "memo": row.memo,
    }
