"""No request costs more because somebody asks for more, or because there is more."""

import resource
import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from wtforms import IntegerField

from core.clock import now
from core.db import db, transaction
from people.rules import Role
from tests import builders
from tests.attacks.world import World, acts, browser_of, pages, undone
from tests.conftest import EachRequestAlone, an_app
from tests.heard import statements
from tests.web.test_every_route import every_form

ODD_NUMBERS = ["-1", "0", "1000000000", "9" * 30, "1e309", "NaN", "Infinity", "0x7fffffff"]
CEILING = 64 * 1024  # more memory than any of them may take, in kilobytes


def number_fields() -> set[str]:
    """The name of every field of every form that takes a whole number."""
    return {
        name
        for form in every_form()
        for name in dir(form)
        if issubclass(getattr(getattr(form, name), "field_class", type), IntegerField)
    }


def test_no_number_makes_a_request_large_or_slow(app: Flask, world: World) -> None:
    numbers, tried = number_fields(), 0
    assert {"start", "quantity", "position"} <= numbers
    began, memory = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for act in acts(world):
        for field in numbers & act.form.keys():
            for odd in ODD_NUMBERS:
                browser = browser_of(app, world.ours.staff[act.role])
                with undone():
                    answer = browser.post(act.address(app), data={**act.form, field: odd})
                assert answer.status_code < 500, f"{act.endpoint} with {field}={odd}"
                tried += 1
    assert tried > 50
    assert (time.perf_counter() - began) / tried < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < CEILING


# How often each page asks the database


def asked_by_page(app: Flask, world: World, role: Role) -> dict[str, int]:
    """How many statements each page without a code takes, of a process that has answered it before.

    The first time it may read what it keeps from then on.
    """
    browser, counted = browser_of(app, world.ours.staff[role]), {}
    for rule, address in pages(app, world, role):
        if not rule.arguments:
            browser.get(address, buffered=True)
            with statements() as seen:
                browser.get(address, buffered=True)
            counted[address] = len(seen)
    return counted


def test_no_list_asks_the_database_more_often_when_it_is_longer(app: Flask, world: World) -> None:
    roles = (Role.AUTHORISER, Role.WAREHOUSE, Role.SCHEDULER, Role.FINANCE)
    before = {role: asked_by_page(app, world, role) for role in roles}
    for _ in range(3):
        builders.a_loan(at=now())
        builders.an_order(products=[builders.a_product(special=True)], at=now())
        builders.a_visit(builders.an_order(at=now()), at=now())
        builders.a_return(at=now())
    db.session.commit()
    db.session.remove()
    for role in roles:
        after = asked_by_page(app, world, role)
        assert {where: n for where, n in after.items() if n > before[role][where]} == {}, role
        assert max(after.values()) < 60


# How the database finds things among many


ROWS = 20_000
# Each kind of thing that there will be many of: how one becomes many, from the last there is.
MANY = (
    """insert into item (code, product_id, giai, status, since, place_id, paid, times_lent,
         recycled, needs_cleaning, needs_repair, version)
       select lpad(to_hex(n), 8, 'z'), product_id, '9521234Z' || n, status, since, place_id, paid,
         0, false, false, false, 1 from item, generate_series(1, {rows}) n where code = :item""",
    """insert into item_move (item_id, event, was, became, at, by_id, value, recycled, because)
       select i.id, m.event, m.was, m.became, m.at, m.by_id, m.value, m.recycled, null
       from item i, (select * from item_move limit 1) m where i.giai like '9521234Z%'""",
    """insert into client (code, family_name, given_name, born_on, address, postcode, telephone,
         crew_note, registered_by_id, registered_at, body_id, version)
       select lpad(to_hex(n), 8, 'z'), md5(n::text), md5((n * 7)::text), born_on, address,
         'LE1 1AA', '', '', registered_by_id, registered_at, body_id, 1
       from client, generate_series(1, {rows}) n where code = :client""",
    """insert into orders (code, client_id, prescriber_id, fund_id, status, need, speed, note,
         created_at, placed_at, address, postcode, body_id, version)
       select lpad(to_hex(c.id), 8, 'z'), c.id, o.prescriber_id, o.fund_id, 'delivered', o.need,
         o.speed, '', o.created_at, o.created_at, o.address, o.postcode, c.body_id, 1
       from client c, (select * from orders limit 1) o where c.postcode = 'LE1 1AA'""",
    """insert into order_line (order_id, product_id, quantity, price, delivered_at, version)
       select o.id, l.product_id, 1, l.price, o.created_at, 1
       from orders o, (select * from order_line limit 1) l where o.code like 'z%'""",
    """insert into loan (code, item_id, client_id, line_id, fund_id, product_id, price, recycled,
         began_at, ended_at, lost, version, facts)
       select lpad(to_hex(l.id), 8, 'z'), i.id, o.client_id, l.id, o.fund_id, l.product_id, l.price,
         false, o.created_at, o.created_at + interval '1 day', false, 1, '{{}}'
       from (select *, row_number() over (order by id) as n from order_line
             where delivered_at is not null) l
       join orders o on o.id = l.order_id and o.code like 'z%'
       join (select *, row_number() over (order by id) as n from item
             where giai like '9521234Z%') i on i.n = l.n""",
    """insert into audit_row (at, by_id, act, changes)
       select now(), null, 'test', '{{}}'::jsonb from generate_series(1, {rows})""",
)  # fmt: skip


@pytest.fixture
def many(fresh_url: str) -> Iterator[Flask]:
    """The application on a database of its own that will have many of everything."""
    made = an_app(fresh_url)
    made.test_client_class = EachRequestAlone
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


def many_of_everything(item: str, client: str) -> set[str]:
    """Make many of everything out of one; answers which tables are large now."""
    for made in MANY:
        db.session.execute(text(made.format(rows=ROWS)), {"item": item, "client": client})
    db.session.commit()
    db.session.execute(text("analyze"))
    db.session.commit()
    asked = "select relname from pg_class where reltuples > 10000 and relkind = 'r'"
    large = set(db.session.scalars(text(asked)))
    db.session.remove()
    return large


def test_hot_lookups_read_no_large_table_from_end_to_end(many: Flask) -> None:
    with transaction("test"):
        loan = builders.a_loan()
        loan.client.code = "23456787"  # one with digits, as nearly all have
        scans_it = builders.a_member_of_staff(Role.WAREHOUSE).get_id()
        orders_it = builders.a_prescriber().get_id()
        item, client, lent = builders.an_item().code, loan.client.code, loan.item.code
        loan_code, order, postcode = loan.code, loan.line.order.code, loan.client.postcode
    large = many_of_everything(item, client)
    assert {"item", "client", "orders", "loan", "order_line", "item_move", "audit_row"} <= large
    scanner, desk = browser_of(many, scans_it), browser_of(many, orders_it)
    slow, told = [], 0
    for browser, where, form in (
        (scanner, f"/scan?scanned={lent}", None),
        (scanner, f"/items/{lent}", None),
        (scanner, f"/8004/9521234{lent}", None),
        (desk, f"/clients/{client}", None),
        (desk, "/clients", {"sought": client}),
        (desk, "/clients", {"sought": postcode}),
        (desk, "/clients", {"sought": postcode.split()[0]}),
        (desk, f"/orders/{order}", None),
        (desk, f"/loans/{loan_code}", None),
        (scanner, "/scanning", {"mode": "receive", "scanned": lent}),
    ):
        with statements() as seen:
            method = "GET" if form is None else "POST"
            answer = browser.open(where, method=method, data=form, buffered=True)
        assert answer.status_code in (200, 302, 303), f"{where}: {answer.status}"
        told += len(seen)
        slow += [(where, table, said) for said, given in seen
                 for table in sequential(said, given, large)]  # fmt: skip
    assert told > 30
    assert not slow
    # Among so few a name may be quicker to read through; that it need not be is what matters.
    with statements() as seen:
        found = desk.post("/clients", data={"sought": "Madeup"}, buffered=True)
        assert found.status_code == 200
    for said, given in seen:
        assert not sequential(said, given, large, or_else=True)


def sequential(statement: str, given: Any, large: set[str], *, or_else: bool = False) -> list[str]:
    """The large tables that a statement reads from end to end; `or_else`: those it has to."""
    if not statement.lstrip().upper().startswith(("SELECT", "UPDATE", "WITH")):
        return []
    with db.engine.connect() as connection:
        if or_else:
            connection.execute(text("set local enable_seqscan = off"))
        told = connection.exec_driver_sql(f"explain (format json) {statement}", given).scalar_one()
        connection.rollback()
    return [table for table in scans(told[0]["Plan"]) if table in large]


def scans(plan: dict[str, Any]) -> Iterator[str]:
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for below in plan.get("Plans", ()):
        yield from scans(below)


def test_a_run_of_many_labels_stays_small(app: Flask, world: World) -> None:
    items = builders.some_items(500)
    form = {"items": " ".join(one.code for one in items), "layout": "a4-24", "start": "1"}
    db.session.commit()
    browser = browser_of(app, world.ours.staff[Role.WAREHOUSE])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer = browser.post("/labels", data=form)
    assert answer.status_code == 303
    paper = browser.get(f"{answer.location}.pdf", buffered=True)
    assert len(paper.data) < 4 * 1024 * 1024
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 2 * CEILING


@pytest.mark.parametrize("asked", ["page=99999999", "page=-1", "limit=1000000000", "size=1e309"])
def test_no_page_is_longer_because_its_address_says_so(
    app: Flask, world: World, asked: str
) -> None:
    browser = browser_of(app, world.ours.staff[Role.WAREHOUSE])
    for where in ("/items", "/labels/runs", "/stores", "/catalogue"):
        answer = browser.get(f"{where}?{asked}", buffered=True)
        assert answer.status_code in (200, 404, 422)
        assert len(answer.data) < 512 * 1024
