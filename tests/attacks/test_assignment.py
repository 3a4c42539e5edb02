"""A form changes what it asks for and nothing else, whatever else is posted with it."""

import json
import re
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Enum as Listed

from core.codes import is_code
from core.db import Model, db
from people.rules import Role
from tests.attacks.world import (
    Act,
    Rows,
    World,
    acts,
    browser_of,
    changed,
    posts,
    rows,
    undone,
)

SCOPED = {"client", "orders", "order_line", "loan", "visit", "visit_line", "entry", "return"}
Change = dict[tuple[str, str], dict[str, Any]]


def every_column(world: World) -> dict[str, list[str]]:
    """Every column and relationship of every model, with what somebody would like it to be."""
    theirs, wanted = world.theirs, dict[str, list[str]]()
    for mapper in Model.registry.mappers:
        for column in mapper.columns:
            for key in column.foreign_keys:
                wanted.setdefault(column.key, []).append(
                    str(theirs.ids.get(key.column.table.name, 1))
                )
            if not column.foreign_keys:
                wanted.setdefault(column.key, []).append(_wish(column.type))
        for relation in mapper.relationships:
            code = theirs.codes.get(relation.mapper.local_table.name.removesuffix("s"), "1")
            wanted.setdefault(relation.key, []).append(code)
    return wanted


def _wish(kind: Any) -> str:
    if isinstance(kind, Listed):
        return str(list(kind.enums)[-1])
    wishes: dict[type, str] = {bool: "y", int: "7", date: "2020-01-01", dict: "{}"}
    wishes[datetime] = "2020-01-01T00:00:00"
    return wishes.get(kind.python_type, "FORGED")


def sent(app: Flask, world: World, act: Act, extra: dict[str, Any]) -> tuple[int, Rows]:
    """What a form is answered, and what the database holds then."""
    browser = browser_of(app, world.ours.staff[act.role])
    answer = browser.post(act.address(app), data={**extra, **act.form})
    return answer.status_code, rows()


def plain(before: Rows, known: set[Any], change: Change) -> list[str]:
    """A change as lines, without what is drawn or counted anew each time."""
    lines = []
    for (table, key), columns in change.items():
        named = key if (table, key) in before else "new"
        shown = {
            name: _masked(name, value, table, before, known) for name, value in columns.items()
        }
        lines.append(f"{table} {named} {sorted(shown.items())}")
    return sorted(lines)


def _masked(name: str, value: Any, table: str, before: Rows, known: set[Any]) -> str:
    if name in ("session_key", "password_hash", "giai", "uid") and value:
        return "drawn"
    text = str(value)
    if re.fullmatch(r"\d{4}-\d\d-\d\dT.*", text):
        return "a moment"
    target = {f.parent.name: f.column.table.name for f in db.metadata.tables[table].foreign_keys}
    if name == "id" or (name in target and (target[name], text) not in before):
        return "new" if value is not None else "none"
    words = [("CODE" if is_code(w) and w not in known else w) for w in text.split()]
    return " ".join(words)


def test_every_form_of_the_product_is_attacked_here(app: Flask, world: World) -> None:
    listed = {act.endpoint for act in acts(world)}
    assert listed == {rule.endpoint for rule in posts(app)}


def test_every_act_can_be_done_by_who_may(app: Flask, world: World) -> None:
    # Searches and extracts only read; the month whose turn it is is being closed; no agreement
    # of this world shares a gain; what a device sends is no form.
    reads = {
        "loans.find_clients": 200, "funding.begin_closing": 409, "reports.share_gain": 422,
        "scanning.take_scans": 422, "people.find_staff": 200, "reports.take_extract": 200,
    }  # fmt: skip
    idle = {"people.sign_out", "people.sign_in_now", "returns.open_item", "loans.give_out"}
    idle |= reads.keys()
    before, not_done = rows(), []
    for act in acts(world):
        with undone():
            status, after = sent(app, world, act, {})
            done = changed(before, after) or act.endpoint in idle
            if status != reads.get(act.endpoint, 303) or not done:
                not_done.append((act, status))
    assert not not_done


def test_posting_every_column_of_every_model_changes_no_more_than_the_form(
    app: Flask, world: World
) -> None:
    forged = every_column(world)
    assert len(forged) > 150
    before, more = rows(), []
    known = {json.loads(row).get("code") for row in before.values()}
    for act in acts(world):
        with undone():
            _, after = sent(app, world, act, {})
            honest = plain(before, known, changed(before, after))
        with undone():
            _, after = sent(app, world, act, forged)
            if (forged_change := plain(before, known, changed(before, after))) != honest:
                more.append((act.endpoint, set(forged_change) ^ set(honest)))
    assert not more


def their_numbers(world: World) -> set[tuple[str, str]]:
    return {(table, str(number)) for table, number in world.theirs.ids.items() if table in SCOPED}


def touches(change: Change, theirs: set[tuple[str, str]]) -> list[str]:
    """Which of their rows a change alters or points at."""
    found = [f"{table} {key}" for table, key in change if (table, key) in theirs]
    for (table, _), columns in change.items():
        for key in db.metadata.tables[table].foreign_keys:
            points = (key.column.table.name, str(columns.get(key.parent.name)))
            if points in theirs:
                found.append(f"{table}.{key.parent.name} = {points}")
    return found


@pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.AUTHORISER, Role.DRIVER])
def test_no_field_of_any_form_takes_another_organisations_row(
    app: Flask, world: World, role: Role
) -> None:
    theirs = their_numbers(world)
    named = sorted({*world.theirs.codes.values(), *(number for _, number in theirs)})
    before = rows()
    for act in acts(world):
        for field in act.form if act.role is role and act.scoped else ():
            for one in named:
                with undone():
                    wrong = replace(act, form={**act.form, field: one})
                    browser = browser_of(app, world.ours.staff[role])
                    answer = browser.post(wrong.address(app), data=wrong.form)
                    change = {} if answer.status_code >= 400 else changed(before, rows())
                assert not touches(change, theirs), f"{act.endpoint} with {field}={one}"
                if any(columns.get(field) == one for columns in change.values()):
                    break  # a field of plain text: what it says points at nothing


def test_every_key_that_leads_to_another_row_was_attacked(app: Flask, world: World) -> None:
    forged = every_column(world)
    for table in db.metadata.tables.values():
        for key in table.foreign_keys:
            assert key.parent.name in forged or "group" in key.parent.name, key
