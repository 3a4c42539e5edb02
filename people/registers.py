"""Reading the registers that others publish: organisations, practices and postcodes as CSV."""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from core.errors import Invalid
from people.rules import Kind

# The ODS file of practices comes without headings; its columns never changed places.
_EPRACCUR = {
    "code": 0,
    "name": 1,
    "opened": 10,
    "closed": 11,
    "commissioner": 14,
    "joined": 15,
    "left": 16,
}
_WIDTH = 27
_ACRONYMS = {"NHS", "GP", "PCN"}
_NEEDED = {"kind", "code", "name", "opened"}


@dataclass(frozen=True)
class Entered:
    """One organisation as a register gives it, and for a practice the body it belongs to."""

    kind: Kind
    code: str
    name: str
    opened_on: date
    closed_on: date | None = None
    body: str = ""
    joined_on: date | None = None

    @property
    def gss_code(self) -> str | None:
        """Its code, where it is a council's."""
        return self.code if self.kind is Kind.COUNCIL else None

    @property
    def ods_code(self) -> str | None:
        """Its code, where it is not a council's."""
        return None if self.kind is Kind.COUNCIL else self.code


def read_organisations(lines: Iterable[str]) -> Iterator[Entered]:
    """The organisations of a register: ours (kind,code,name,opened,closed) or ODS's of practices.

    Raises Invalid with the number of the line that cannot be read.
    """
    rows = csv.reader(lines)
    first = next(rows, [])
    headings = [cell.strip().lower() for cell in first]
    if len(first) == _WIDTH:
        yield from _numbered(_practice, [] if "name" in headings else [first], rows)
    elif set(headings) >= _NEEDED:
        yield from _numbered(partial(_organisation, headings), [], rows)
    else:
        raise Invalid("The first line must name the columns: kind,code,name,opened,closed.")


def read_postcodes(
    lines: Iterable[str], column: str, council_columns: Iterable[str]
) -> Iterator[tuple[str, list[str]]]:
    """The postcodes of a register, each with the codes that may be its council's, best first."""
    rows = csv.DictReader(lines)
    wanted = list(council_columns)
    missing = {column, *wanted} - set(rows.fieldnames or ())
    if missing:
        raise Invalid(f"There is no column called {', '.join(sorted(missing))} in the file.")
    for row in rows:
        yield row[column] or "", [row[name] for name in wanted if row[name]]


def _numbered(
    read: Callable[[list[str]], Entered], first: list[list[str]], rows: Iterator[list[str]]
) -> Iterator[Entered]:
    for number, row in enumerate((*first, *rows), start=1 if first else 2):
        if not any(row):
            continue
        try:
            yield read(row)
        except (ValueError, IndexError, KeyError) as error:
            raise Invalid(f"Line {number} cannot be read: {error}.") from None


def _practice(row: list[str]) -> Entered:
    cells = {name: row[place].strip() for name, place in _EPRACCUR.items()}
    belongs = bool(cells["commissioner"]) and not cells["left"]
    return Entered(
        kind=Kind.PRACTICE,
        code=cells["code"].upper(),
        name=_cased(cells["name"]),
        opened_on=_day(cells["opened"]),
        closed_on=_day_or_none(cells["closed"]),
        body=cells["commissioner"].upper() if belongs else "",
        joined_on=_day_or_none(cells["joined"]),
    )


def _organisation(headings: list[str], cells: list[str]) -> Entered:
    row = dict(zip(headings, cells, strict=False))
    return Entered(
        kind=Kind(row["kind"].strip().lower()),
        code=row["code"].strip().upper(),
        name=row["name"].strip(),
        opened_on=_day(row["opened"].strip()),
        closed_on=_day_or_none((row.get("closed") or "").strip()),
    )


def _cased(name: str) -> str:
    """Registers shout; people do not."""
    if not name.isupper():
        return name
    return " ".join(word if word in _ACRONYMS else word.capitalize() for word in name.split())


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _day_or_none(text: str) -> date | None:
    return _day(text) if text else None
