"""Tables as a spreadsheet: amounts are numbers, days are dates, and no text is ever a formula."""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from zipfile import ZipFile

from flask import Response
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from core.clock import LONDON
from web.bundles import MADE, bundled
from web.csvs import tidy_name

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MONEY = '"£"#,##0.00;\\-"£"#,##0.00'
DAY, MOMENT = "d mmm yyyy", "d mmm yyyy hh:mm"
WIDEST = 60
# What XML cannot hold.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 32_767  # characters a cell holds
_SAVED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


Looks = dict[tuple[type | str, bool], Any]


class Heavy(tuple[Any, ...]):
    """A row that is printed bold: a total."""

    __slots__ = ()


@dataclass(frozen=True)
class Number:
    """A number that is shown in a way of its own: a share as 0.00%."""

    value: Decimal
    shown: str


@dataclass(frozen=True)
class Sheet:
    """One sheet: lines that say what it is, the heads of its columns, its rows."""

    name: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Any]]
    said: Sequence[str] = ()
    widths: Sequence[int] = ()  # in characters; where none is given, as wide as the head


def workbook(title: str, sheets: Sequence[Sheet]) -> bytes:
    """The sheets as an XLSX file; the same sheets give the same bytes.

    Decimals are pounds with two decimals, days and moments (London) are dates, text stays text.
    """
    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = _legible(title), ""
    book.properties.created = MADE.replace(tzinfo=None)
    for sheet in sheets:
        _fill(book.create_sheet(sheet.name), sheet)
    out = io.BytesIO()
    book.save(out)
    return _timeless(out.getvalue())


def _fill(page: Any, sheet: Sheet) -> None:
    above = len(sheet.said) + (1 if sheet.said else 0)
    for place, head in enumerate(sheet.heads):
        given = sheet.widths[place] if place < len(sheet.widths) else len(head) + 3
        page.column_dimensions[get_column_letter(place + 1)].width = min(given, WIDEST)
    page.freeze_panes = f"A{above + 2}"
    for line in sheet.said:
        page.append([_cell(page, line, {}, heavy=line is sheet.said[0])])
    if sheet.said:
        page.append([])
    page.append([_cell(page, head, {}, heavy=True) for head in sheet.heads])
    looks: Looks = {}
    for row in sheet.rows:
        page.append([_cell(page, value, looks, heavy=isinstance(row, Heavy)) for value in row])


def _cell(page: Any, value: Any, looks: Looks, *, heavy: bool = False) -> Any:
    """A cell that looks as others of its type do: a look is put together once a sheet."""
    cell: Any = WriteOnlyCell(page, _value(value))
    if isinstance(cell.value, str):
        cell.data_type = "s"  # also what begins like a formula or reads like an error
    key = value.shown if isinstance(value, Number) else type(value), heavy
    if key not in looks:
        looks[key] = _styled(cell, value, heavy)._style
    cell._style = looks[key]
    return cell


def _styled(cell: Any, value: Any, heavy: bool) -> Any:
    if isinstance(cell.value, str):
        cell.quotePrefix = True
    elif isinstance(value, Decimal):
        cell.number_format = MONEY
    elif isinstance(value, Number):
        cell.number_format = value.shown
    elif isinstance(value, date):
        cell.number_format = MOMENT if isinstance(value, datetime) else DAY
    if heavy:
        cell.font = Font(bold=True)
    return cell


def _value(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(LONDON).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, Number):
        return value.value
    if value is None or isinstance(value, int | Decimal | date):
        return value
    return _legible(str(value.value if isinstance(value, Enum) else value)) or None


def _legible(text: str) -> str:
    return _UNWRITABLE.sub("", text)[:_LONGEST]


def _timeless(made: bytes) -> bytes:
    """The same file without the moment it was saved at."""
    with ZipFile(io.BytesIO(made)) as was:
        return bundled(_parts(was))


def _parts(was: ZipFile) -> Iterator[tuple[str, bytes]]:
    for name in was.namelist():
        content = was.read(name)
        if name == "docProps/core.xml":
            content = _SAVED.sub(rb"\g<1>" + f"{MADE:%Y-%m-%dT%H:%M:%SZ}".encode(), content)
        yield name, content


def xlsx_answer(name: str, made: bytes) -> Response:
    """A spreadsheet as a file to download, called `name`.xlsx."""
    answer = Response(made, mimetype=MIMETYPE)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{tidy_name(name)}.xlsx")
    return answer
