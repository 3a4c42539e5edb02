"""An address outlives the page: in a history, a log, a screenshot. Nobody stands in one."""

import re
from pathlib import Path

from flask import Flask

from people.rules import Role
from tests.attacks.test_injection import words_of
from tests.attacks.world import World, browser_of, pages
from tests.heard import statements

ROOT = Path(__file__).parents[2]
# The pages whose forms stand in the address ask for these, and for nothing of a client.
ASKED_IN_ADDRESSES = {
    "back/list.html": "loans by partner, group, team, reason and beginning of the postcode",
    "equipment/catalogue.html": "products",
    "equipment/items.html": "items by product, state and store",
    "funding/disputes.html": "open disputes or all",
    "funding/entries.html": "entries by month, partner and kind",
    "funding/invoices.html": "a month",
    "funding/overview.html": "a month",
    "funding/prices.html": "a day",
    "what_if/outcome.html": "a partner",
    "depot/choose.html": "stores, places and commands to label",
    "labels/scan.html": "the label of an item",
    "loans/basket.html": "products",
    "loans/orders.html": "orders by state",
    "people/audit.html": "rows by member of staff, act, code and day",
    "people/organisations.html": "organisations",
    "people/staff.html": "members of staff",
    "reports/ahead.html": "a product group",
    "reports/ahead_scenario.html": "a growth, a reissue share and a number of years",
    "reports/budget.html": "a month",
    "reports/pack.html": "a month, a partner and a product group",
    "reports/parts.html": "months and partners",
    "reports/stock_models.html": "a year",
}


def test_no_address_looks_for_a_client(app: Flask, world: World) -> None:
    asked = dict.fromkeys([*words_of(app), "sought"], "NameOurs")
    tried = 0
    for role in Role:
        browser = browser_of(app, world.ours.staff[role])
        for _, address in pages(app, world, role):
            with statements() as seen:
                browser.get(address, query_string=asked, buffered=True)
            looked = [
                said
                for said, values in seen
                if "NameOurs" in repr(values) and re.search(r"\b(from|join) client\b", said.lower())
            ]
            assert not looked, f"{role} at {address}"
            tried += 1
    assert tried > 100


def test_the_forms_that_stand_in_an_address_ask_for_nothing_of_a_client() -> None:
    found = set()
    for path in sorted(ROOT.glob("*/templates/**/*.html")):
        text = path.read_text()
        in_address = re.search(r'ui\.filters\(|method="get"', text)
        forms = re.findall(r"<form[^>]*>", text)
        if in_address or any("method=" not in form for form in forms):
            found.add("/".join(path.parts[-2:]))
    assert found - {"components/ui.html"} == ASKED_IN_ADDRESSES.keys()


def test_no_page_leads_to_an_address_that_names_anybody(app: Flask, world: World) -> None:
    people = ("NameOurs", "Ada", "NameTheirs", "@", "%40")
    followed = 0
    for role in Role:
        browser = browser_of(app, world.ours.staff[role])
        for _, address in pages(app, world, role):
            page = browser.get(address, buffered=True)
            links = re.findall(rb'(?:href|action)="(/[^"]*)"', page.data)
            for link in {one.decode() for one in links}:
                assert not [name for name in people if name in link], f"{link} on {address}"
                followed += 1
    assert followed > 500
