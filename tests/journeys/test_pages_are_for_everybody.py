"""Every page that a role can open, at a desk and on a phone: axe, width, script or none."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import ViewportSize

from people.rules import Role
from tests.journeys.conftest import Person, SignedIn, look_closely

MOST = 60
DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


def kind_of(address: str) -> str:
    """Pages that differ only by what they show are of one kind."""
    code_or_number = r"[2-9CDFHJKMNPRTVWXY]{8}|\d{4}-\d\d(-\d\d)?|\d+"
    return re.sub(code_or_number, "*", address.split("?")[0].split("#")[0])


def walk(person: Person) -> Iterator[str]:
    """Follow links from the start page; answers one page of every kind, opened."""
    seen: set[str] = set()
    waiting = ["/"]
    while waiting and len(seen) < MOST:
        address = waiting.pop(0)
        if kind_of(address) in seen or re.search(
            r"\.(csv|json|pdf|xlsx)|/static/|^/8004/", address
        ):
            continue
        seen.add(kind_of(address))
        answer = person.page.goto(person.world + address)
        assert answer is not None
        assert answer.status == 200, f"a link leads to {address}: {answer.status}"
        links = person.page.locator("a[href^='/']")
        waiting += links.evaluate_all("links => links.map(link => link.getAttribute('href'))")
        yield address


@pytest.mark.browser
@pytest.mark.parametrize("role", Role)
def test_axe_finds_nothing_on_any_page_and_nothing_is_wider_than_a_phone(
    signed_in: SignedIn, role: Role
) -> None:
    found: list[str] = []
    looked_at = 0
    with signed_in(role, viewport=PHONE) as person:
        for address in walk(person):
            looked_at += 1
            wide = person.page.evaluate("document.documentElement.scrollWidth")
            if wide > PHONE["width"]:
                found.append(f"{address} is {wide} pixels wide on a phone")
            person.page.set_viewport_size(DESK)
            found += look_closely(person.page)
            person.page.set_viewport_size(PHONE)
    assert looked_at >= 5
    assert not found, "\n".join(found)


def test_the_sign_in_page_and_the_public_page_have_no_findings(
    signed_in: SignedIn,
) -> None:
    with signed_in(Role.WAREHOUSE) as sam:
        sam.opens("/items")
        with sam.page.expect_navigation():
            sam.page.locator("table a[href^='/items/']").first.click()
        code = sam.page.url.rsplit("/", 1)[-1]
    with signed_in(None) as family:
        found = []
        for address in ("/sign-in", f"/8004/9521234{code}"):
            family.opens(address)
            found += look_closely(family.page)
        assert not found, "\n".join(found)
        assert "0115" in family.reads, "whom to ring"
        assert not re.search(r"loan|order|NG\d", family.reads), "nothing of any person"


def test_a_return_is_booked_in_without_javascript(signed_in: SignedIn) -> None:
    with signed_in(Role.WAREHOUSE, java_script_enabled=False) as sam:
        sam.opens("/items?status=on_loan")
        item = sam.page.locator("table a[href^='/items/']").first.inner_text()
        sam.opens("/returns/").fills("Scan the label", item).presses("Receive")
        assert item in sam.reads
        sam.opens(f"/items/{item}")
        assert "quarantine" in sam.reads.lower()


def test_a_client_is_found_without_javascript_and_nothing_of_them_is_in_the_address(
    signed_in: SignedIn,
) -> None:
    with signed_in(Role.PRESCRIBER, java_script_enabled=False) as nadia:
        nadia.opens("/clients").fills("Name, NHS number", "NG8").presses("Search")
        assert nadia.page.url == f"{nadia.world}/clients"
        assert "Clients found" in nadia.reads
        assert nadia.page.get_by_label("Name, NHS number").input_value() == "NG8"


def test_what_a_search_finds_has_no_findings_at_a_desk_or_on_a_phone(signed_in: SignedIn) -> None:
    found = []
    for width in (1280, 390):
        with signed_in(Role.PRESCRIBER, viewport={"width": width, "height": 844}) as nadia:
            for sought in ("a", "Nobody at all", ""):
                nadia.opens("/clients").fills("Name, NHS number", sought).presses("Search")
                found += look_closely(nadia.page)
                assert nadia.page.evaluate("document.documentElement.scrollWidth") <= width
    assert not found, "\n".join(found)


def test_a_page_fits_a_phone_while_the_design_systems_script_is_still_on_its_way(
    signed_in: SignedIn,
) -> None:
    with signed_in(Role.SCHEDULER, viewport={"width": 390, "height": 844}) as ravi:
        ravi.page.route("**/nhsuk-frontend.min.js", lambda _: None)  # it never comes
        ravi.opens("/items")
        assert ravi.page.evaluate("document.documentElement.scrollWidth") <= 390
        assert ravi.page.get_by_role("link", name="Visits").first.is_visible()


def enter(person: Person) -> None:
    """Press Enter, and wait for the page it leads to."""
    with person.page.expect_navigation():
        person.page.keyboard.press("Enter")


def test_an_order_is_placed_by_keyboard_alone(signed_in: SignedIn) -> None:
    with signed_in(Role.PRESCRIBER) as nadia:
        nadia.opens("/catalogue")
        nadia.page.keyboard.press("Tab")
        focused = nadia.page.evaluate("document.activeElement.textContent.trim()")
        assert focused == "Skip to main content"
        nadia.opens("/clients")
        nadia.page.get_by_label("Name, NHS number").focus()
        nadia.page.keyboard.type("NG8")
        enter(nadia)
        nadia.page.locator("table a[href^='/clients/']").first.focus()
        enter(nadia)
        nadia.page.get_by_role("button", name="Order for this client").focus()
        enter(nadia)
        nadia.page.get_by_label("Why it is needed").focus()
        nadia.page.keyboard.type("Falls")
        nadia.page.get_by_role("button", name="Choose equipment").focus()
        enter(nadia)
        nadia.page.get_by_label("What the client needs").focus()
        nadia.page.keyboard.type("perching stool")
        enter(nadia)
        nadia.page.get_by_role("button", name=re.compile("^Add ")).first.focus()
        enter(nadia)
        nadia.page.get_by_role("button", name="Place the order").focus()
        enter(nadia)
        assert "Place the order" not in nadia.reads
