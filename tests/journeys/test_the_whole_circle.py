"""One item goes round once, each step by the person whose step it is, in a real browser."""

import re

from people.rules import Role
from tests.journeys.conftest import Person, SignedIn, today

PRODUCT = "Mobile hoist, electric, compact"


def order_a_hoist(prescriber: Person) -> tuple[str, str]:
    """Nadia orders a hoist for a client; answers the order's code and the client's address."""
    prescriber.opens("/clients").fills("Name, NHS number", "NG7").presses("Search")
    with prescriber.page.expect_navigation():
        prescriber.page.locator("table a[href^='/clients/']").first.click()
    client = prescriber.page.url.removeprefix(prescriber.world)
    prescriber.presses("Order for this client")
    prescriber.page.get_by_label("Why it is needed").select_option("Hospital discharge")
    prescriber.page.get_by_label("Same day").check()
    prescriber.presses("Choose equipment")
    prescriber.fills("What the client needs", "hoist compact").presses("Search")
    prescriber.presses(f"Add {PRODUCT}")
    assert "an authoriser decides" in prescriber.reads, "over the prescriber's limit"
    prescriber.presses("Place the order")
    code = prescriber.page.url.rstrip("/").rsplit("/", 1)[-1]
    assert "waiting for approval" in prescriber.reads.lower()
    return code, client


def test_one_hoist_goes_round(signed_in: SignedIn) -> None:
    with signed_in(Role.PRESCRIBER) as nadia:
        order, client = order_a_hoist(nadia)

    with signed_in(Role.AUTHORISER) as owen:
        owen.opens("/").opens("/orders/waiting")
        section = owen.page.locator("section", has_text=f"Order {order}")
        section.get_by_label("Reason").fill("Needed to go home from hospital.")
        with owen.page.expect_navigation():
            section.get_by_role("button", name="Approve").click()
        owen.opens(f"/orders/{order}")
        assert "approved" in owen.reads.lower()

    with signed_in(Role.SCHEDULER) as ravi:
        ravi.opens("/visits/")
        ravi.page.get_by_label("Day", exact=True).fill(today().isoformat())
        ravi.page.get_by_label("Driver").select_option("Dee Walsh")
        ravi.page.get_by_label(f"Plan order {order}", exact=True).check()
        ravi.presses("Plan what is ticked")

    with signed_in(Role.WAREHOUSE) as sam:
        sam.opens("/visits/picks")
        row = sam.page.locator("tr", has_text=order)
        hoist = re.search(r"[2-9CDFHJKMNPRTVWXY]{8}", row.locator("td").nth(1).inner_text())
        assert hoist is not None
        item = hoist[0]
        sam.fills("Label", item).presses("Pick", exact=True)
        sam.opens(f"/items/{item}")
        assert "picked" in sam.reads.lower()

    with signed_in(Role.DRIVER, viewport={"width": 390, "height": 844}) as dee:
        dee.opens("/visits/mine")
        open_visit(dee, order)
        dee.presses("Set out")
        dee.page.locator("input[type=checkbox][name=done]").first.check()
        dee.page.locator("input[name=received_by]").fill("Daughter")
        dee.page.locator("input[name=instructions_given]").check()
        dee.presses("Finish this visit")

    with signed_in(Role.PRESCRIBER) as nadia:
        nadia.opens(f"/orders/{order}")
        assert "delivered" in nadia.reads.lower()
        nadia.opens(client)
        nadia.page.get_by_label(re.compile(item)).check()
        nadia.page.get_by_label(re.compile("^Why")).select_option("No longer needed")
        nadia.presses("Ask for collection")
        assert "asked back" in nadia.reads.lower()

    with signed_in(Role.WAREHOUSE) as sam:
        sam.opens("/scanning?mode=receive")
        sam.scans(item).sees_done(item)
        sam.scans(item).sees_done(item)
        assert sam.opens(f"/items/{item}").reads.lower().count("booked in") <= 1

        sam.opens(f"/returns/items/{item}")
        sam.page.locator("input[name=condition]").first.check()
        sam.presses("Inspect")
        sam.opens(f"/returns/items/{item}").presses("Clean")
        sam.opens(f"/returns/items/{item}")
        for passed in sam.page.get_by_label("Passed").all():
            passed.check()
        sam.presses("Test")
        sam.opens(f"/returns/items/{item}").presses("Put away")
        sam.opens(f"/items/{item}")
        assert "available" in sam.reads.lower()

    with signed_in(Role.BOARD) as bea:
        bea.opens("/board")
        assert bea.page.get_by_text("Holds").count() >= 3, "ledger and stock stand"
        bea.opens("/funding/entries?kind=credit")
        assert "credit" in bea.reads.lower()


def open_visit(dee: Person, order: str) -> None:
    """From today's stops to the one that brings this order."""
    for link in [a.get_attribute("href") for a in dee.page.locator("main a").all()]:
        if link and re.fullmatch(r"/visits/[2-9A-Z]{8}", link):
            dee.opens(link)
            if order in dee.reads:
                return
    raise AssertionError(f"no stop of today brings order {order}")
