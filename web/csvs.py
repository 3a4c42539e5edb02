"""Tables as files that open in a spreadsheet, without a cell ever being run as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from itertools import chain
from typing import Any

from flask import Response

from core.clock import LONDON

# A spreadsheet takes a cell that begins so for a formula; the last three are what some read as one
# of the others. A leading apostrophe is itself marked, so that reading gives the text back.
_ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "'", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?", re.ASCII)
_NAME = re.compile(r"[^A-Za-z0-9._-]+")


def cell(value: Any) -> str:
    """A value as the text of a cell. Text that a spreadsheet would run gets a leading apostrophe.

    Numbers stay numbers, negative ones too; days and moments are written as ISO 8601 (London).
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float | Decimal):
        return str(value)
    if isinstance(value, datetime):
        return (value.astimezone(LONDON) if value.tzinfo else value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    text = str(value.value if isinstance(value, Enum) else value).replace("\0", "")
    return f"'{text}" if text.startswith(_ACTIVE) and not _NUMBER.fullmatch(text) else text


def text_of(cell: str) -> str:
    """The text a cell was made from: its apostrophe, if `cell` put one there, taken off again."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_ACTIVE) else cell


class _Said:
    """A file that keeps nothing: what is written to it is answered at once."""

    def write(self, text: str) -> str:
        return text


def lines(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """A table as CSV text (RFC 4180), row by row: as long as it likes."""
    writer = csv.writer(_Said())
    for row in chain([heads], rows):
        yield writer.writerow([cell(value) for value in row])


def written(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table as CSV text (RFC 4180)."""
    return "".join(lines(heads, rows))


def read_back(text: str) -> list[list[str]]:
    """The rows of a CSV text of ours, heads first, each cell as it was before it was written."""
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    return [[text_of(cell) for cell in row] for row in rows]


def csv_answer(name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """A table as a file to download, called `name`.csv; UTF-8 with the mark that Excel asks for."""
    answer = Response("\ufeff" + written(heads, rows), mimetype="text/csv")
    tidy = tidy_name(name.removesuffix(".csv"))
    answer.headers.set("Content-Disposition", "attachment", filename=f"{tidy}.csv")
    return answer


def tidy_name(name: str) -> str:
    """A name any computer takes for a file's, without its ending."""
    return _NAME.sub("-", name).strip("-.")[:80] or "table"
