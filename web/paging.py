"""Rows a page at a time, sorted by what a page allows: all read from the address, none believed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request, url_for
from sqlalchemy import Select

from core.db import db

T = TypeVar("T")
SIZE = 50
LAST = 100_000
_WHOLE = re.compile(r"[1-9]\d{0,5}", re.ASCII)


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some of the rows, and the way to those before and after."""

    rows: Sequence[T]
    number: int = 1
    size: int = SIZE
    more: bool = False
    total: int | None = None

    def __iter__(self) -> Iterator[T]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __bool__(self) -> bool:
        return True

    @property
    def here(self) -> str:
        """Which rows these are, in words."""
        first = (self.number - 1) * self.size + 1
        last = first + len(self.rows) - 1
        whole = f" of {self.total:,}" if self.total is not None else ""
        return f"{first:,} to {last:,}{whole}" if self.rows else "No more rows"

    @property
    def previous_url(self) -> str:
        """The address of the page before, or nothing."""
        return this_address(page=self.number - 1) if self.number > 1 else ""

    @property
    def next_url(self) -> str:
        """The address of the page after, or nothing."""
        return this_address(page=self.number + 1) if self.more else ""


def page_number() -> int:
    """Which page the address asks for; the first where it says nothing readable."""
    asked = request.args.get("page", "")
    return min(int(asked), LAST) if _WHOLE.fullmatch(asked) else 1


def paged(statement: Select[Any], *, size: int = SIZE) -> Page[Any]:
    """The page of a query that the address asks for: one query, whatever the number of rows.

    Order the statement by something unique last, or rows may show on two pages. A statement of one
    entity or column gives those, another gives rows.
    """
    number = page_number()
    found = db.session.execute(statement.limit(size + 1).offset((number - 1) * size)).unique()
    single = len(statement.column_descriptions) == 1
    rows = list(found.scalars()) if single else list(found)
    return Page(rows[:size], number, size, more=len(rows) > size)


def page_of(rows: Sequence[T], *, size: int = SIZE) -> Page[T]:
    """The page that the address asks for of rows that are all here already."""
    number = page_number()
    first = (number - 1) * size
    return Page(rows[first : first + size], number, size, first + size < len(rows), len(rows))


def this_address(**changes: Any) -> str:
    """This page's own address with some of what it asks for changed; None takes one away."""
    asked: dict[str, Any] = {**request.args.to_dict(flat=False), **changes}
    kept = {name: value for name, value in asked.items() if value is not None}
    # A name that is also part of the path, or that url_for itself reads, is no query of ours.
    own = {*(request.view_args or {}), "endpoint"}
    wanted = {name: value for name, value in kept.items() if name not in own and name[:1] != "_"}
    return url_for(request.endpoint or "", **{**wanted, **(request.view_args or {})})


@dataclass(frozen=True)
class Sorting:
    """How rows are sorted: one of the columns a page allows, up or down."""

    allowed: Mapping[str, Any]
    name: str
    down: bool

    @property
    def order(self) -> Any:
        """What to hand to `order_by`."""
        column = self.allowed[self.name]
        return column.desc() if self.down else column.asc()

    def head(self, name: str, text: str) -> tuple[str, str, str]:
        """A table's heading that sorts by this column: its text, its address, its direction."""
        mine = name == self.name
        turned = f"-{name}" if mine and not self.down else name
        direction = ("descending" if self.down else "ascending") if mine else ""
        return text, this_address(sort=turned, page=None), direction


def sorting(allowed: Mapping[str, Any], default: str) -> Sorting:
    """What `?sort=` asks for, if it is allowed: `?sort=name`, or `?sort=-name` for downwards."""
    asked = request.args.get("sort", default)
    if asked.removeprefix("-") not in allowed:
        asked = default
    return Sorting(allowed, asked.removeprefix("-"), asked.startswith("-"))
