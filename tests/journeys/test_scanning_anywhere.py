"""Scanning with a hand scanner and with the camera, with signal, without it, and in between."""

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Dialog, Locator, Route

from demo.sign_ins import PASSWORD, SIGN_INS
from people.rules import Role
from tests.journeys.conftest import Person, SignedIn, look_closely
from tests.journeys.films import show

LINE_DOWN = "internetdisconnected"
SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "06_codes" / "zxing-cpp_samples"
KINDS = [
    zxingcpp.BarcodeFormat.QRCode,
    zxingcpp.BarcodeFormat.DataMatrix,
    zxingcpp.BarcodeFormat.Code128,
    zxingcpp.BarcodeFormat.EAN13,
    zxingcpp.BarcodeFormat.DataBarExpanded,
]
READS = """async ([module, pictures]) => {
  const read = (await import(module)).reader();
  const found = [];
  for (const picture of pictures) {
    const bytes = Uint8Array.from(atob(picture), (sign) => sign.charCodeAt(0));
    found.push(await read(await createImageBitmap(new Blob([bytes]))));
  }
  return found;
}"""
CODE = re.compile(r"\b[2-9CDFHJKMNPRTVWXY]{8}\b")


def lent(person: Person, count: int) -> list[str]:
    """Codes of items that are with clients."""
    person.opens("/items?status=on_loan")
    codes = CODE.findall(person.page.locator("table").first.inner_text())
    assert len(codes) >= count
    return codes[:count]


def at_the_page(person: Person, mode: str = "receive") -> Person:
    """Open the scanning page, and wait until it may do without signal."""
    person.opens(f"/scanning?mode={mode}")
    shown(part(person, "device"))
    person.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return person


def part(person: Person, name: str) -> Locator:
    return person.page.locator(f"[data-part={name}]")


def shown(what: Locator) -> Locator:
    what.wait_for(state="visible")
    return what


def scan(person: Person, text: str) -> None:
    """What a hand scanner does."""
    person.page.keyboard.type(text)
    person.page.keyboard.press("Enter")


def large(person: Person, *said: str) -> None:
    """Wait until the large result says all of this."""
    result = person.page.locator(".app-result")
    for words in said:
        result = result.filter(has_text=words)
    shown(result)


def done(person: Person, code: str) -> None:
    """Wait until the list says that an item's scan was done."""
    shown(part(person, "list").locator("tr", has_text=code).filter(has_text="Done"))


def signal(person: Person, *, there: bool) -> None:
    person.page.context.set_offline(not there)


def reopened(person: Person) -> Person:
    """Close the page, as when the telephone is put away, and open it again."""
    person.page.close()
    person.page = person.page.context.new_page()
    person.page.set_default_timeout(15_000)
    person.page.goto(person.world + "/scanning?mode=receive")
    shown(part(person, "device"))
    return person


def booked_in(person: Person, code: str) -> int:
    """How often an item was booked in today, as the server lists it."""
    person.opens("/scanning?mode=receive")
    listed = person.page.locator("[data-without-script] tr", has_text=code)
    return listed.filter(has_text="booked in").count()


@contextmanager
def answers(person: Person) -> Iterator[list[dict[str, Any]]]:
    """What the server answers to scans that are sent meanwhile."""
    came: list[dict[str, Any]] = []

    def note(route: Route) -> None:
        answer = route.fetch()
        came.extend(answer.json()["answers"])
        route.fulfill(response=answer)

    person.page.route("**/scanning/scans", note)
    yield came
    person.page.unroute("**/scanning/scans")


def test_a_label_moved_before_the_camera_books_the_return(signed_in: SignedIn, film: Path) -> None:
    with signed_in(Role.WAREHOUSE, viewport={"width": 390, "height": 844}) as sam:
        code = lent(sam, 1)[0]
        show(film, code)
        at_the_page(sam)
        sam.page.get_by_role("button", name="Use the camera").click()
        large(sam, "Done", code)
        assert look_closely(sam.page) == []
        assert sam.page.evaluate("document.documentElement.scrollWidth") <= 390
        sam.page.get_by_role("button", name="Stop the camera").click()
        part(sam, "viewfinder").wait_for(state="hidden")
        assert booked_in(sam, code) == 1


def test_cut_off_in_the_middle_closed_and_opened_again_it_is_booked_in_exactly_once(
    signed_in: SignedIn, film: Path
) -> None:
    with signed_in(Role.WAREHOUSE) as sam:
        code = lent(sam, 1)[0]
        show(film, code)
        at_the_page(sam)

        def cut(route: Route) -> None:
            route.fetch()  # it arrives, and the answer does not
            signal(sam, there=False)
            route.abort(LINE_DOWN)

        sam.page.route("**/scanning/scans", cut)
        sam.page.get_by_role("button", name="Use the camera").click()
        large(sam, "Kept here")
        reopened(sam)
        assert "1 scan not sent yet" in shown(part(sam, "unsent")).inner_text()
        assert "Sam Okoro" in sam.reads
        signal(sam, there=True)
        part(sam, "unsent").wait_for(state="hidden")
        done(sam, code)
        assert booked_in(sam, code) == 1


def test_thirty_scans_without_signal_go_by_themselves_when_it_returns(signed_in: SignedIn) -> None:
    with signed_in(Role.WAREHOUSE) as sam:
        codes = lent(sam, 30)
        at_the_page(sam)
        signal(sam, there=False)
        sam.page.goto(sam.world + "/scanning?mode=receive")
        shown(part(sam, "device"))
        for code in codes:
            scan(sam, code)
        large(sam, "Kept here", codes[-1])
        assert "30 scans not sent yet" in shown(part(sam, "unsent")).inner_text()
        assert look_closely(sam.page) == [], "the page without signal"
        with answers(sam) as came:
            signal(sam, there=True)
            part(sam, "unsent").wait_for(state="hidden")
        assert sorted(one["item"] for one in came) == sorted(codes)
        assert {one["outcome"] for one in came} == {"done"}


def test_what_was_refused_while_nobody_looked_stays_until_it_was_seen(signed_in: SignedIn) -> None:
    with signed_in(Role.WAREHOUSE) as sam:
        code = lent(sam, 1)[0]
        at_the_page(sam)
        sam.page.route("**/scanning/scans", lambda route: route.abort(LINE_DOWN))
        scan(sam, "CDFHJKMA")
        scan(sam, code)
        large(sam, "Kept here", code)
        sam.page.unroute("**/scanning/scans")  # and nobody says that the line is back
        large(sam, "Done", code)
        for _ in range(2):
            assert "CDFHJKMA" in shown(part(sam, "unseen")).inner_text()
            assert look_closely(sam.page) == []
            reopened(sam)
        sam.page.get_by_role("button", name="I have seen these").press("Enter")
        part(sam, "unseen").wait_for(state="hidden")
        reopened(sam)
        assert part(sam, "unseen").is_hidden()


def sign_in_as(person: Person, role: Role) -> None:
    one = next(one for one in SIGN_INS if one.role is role)
    person.opens("/sign-in").fills("E-mail", one.email)
    person.page.locator("input[type=password]").fill(PASSWORD)
    person.presses("Sign in")


def test_what_one_person_scanned_is_never_sent_under_anothers_name(signed_in: SignedIn) -> None:
    with signed_in(Role.WAREHOUSE) as sam:
        code = lent(sam, 1)[0]
        at_the_page(sam)
        signal(sam, there=False)
        scan(sam, code)
        large(sam, "Kept here")
        asked: list[str] = []

        def go(dialog: Dialog) -> None:
            asked.append(dialog.message)
            dialog.accept()

        sam.page.on("dialog", go)
        sam.page.route("**/scanning/scans", lambda route: route.abort(LINE_DOWN))
        signal(sam, there=True)
        sam.presses("Sign out")
        assert "not sent yet: 1" in asked[0]
        sam.page.unroute("**/scanning/scans")

        sign_in_as(sam, Role.DRIVER)
        with answers(sam) as came:
            at_the_page(sam)
            assert "1 scan of somebody else" in shown(part(sam, "unsent")).inner_text()
            scan(sam, "CDFHJKMA")
            large(sam, "Not done")
        assert [one["outcome"] for one in came] == ["refused"]

        sam.presses("Sign out")
        sam.page.goto(sam.world + "/sign-in")
        sign_in_as(sam, Role.WAREHOUSE)
        at_the_page(sam)
        done(sam, code)
        assert booked_in(sam, code) == 1


def test_a_session_that_has_ended_keeps_the_scans_and_says_so(signed_in: SignedIn) -> None:
    with signed_in(Role.WAREHOUSE) as sam:
        code = lent(sam, 1)[0]
        at_the_page(sam)
        sam.page.context.clear_cookies()
        scan(sam, code)
        assert "session has ended" in shown(part(sam, "unsent")).inner_text()
        sam.follows("Sign in again")
        sam.fills("E-mail", "sam.okoro@example.test")
        sam.page.locator("input[type=password]").fill(PASSWORD)
        sam.presses("Sign in")
        done(sam, code)


def test_scans_of_a_role_that_was_taken_away_are_not_done_and_it_is_said(
    signed_in: SignedIn,
) -> None:
    with signed_in(Role.SCHEDULER) as ravi, signed_in(Role.ADMINISTRATOR) as ada:
        at_the_page(ravi, "look-up")
        signal(ravi, there=False)
        scan(ravi, "CDFHJKM2")
        large(ravi, "Kept here")
        ada.opens("/people").follows("Ravi Menon")
        ada.page.get_by_label("Role", exact=True).select_option("prescriber")
        ada.presses("Save")
        signal(ravi, there=True)
        words = part(ravi, "unsent-words").filter(has_text="no longer includes scanning")
        assert "1 scan not sent yet" in shown(words).inner_text()


def test_a_hand_scanner_of_any_kind_is_understood_wherever_the_cursor_is(
    signed_in: SignedIn,
) -> None:
    with signed_in(Role.WAREHOUSE) as sam:
        at_the_page(sam, "look-up")
        one, two, three, four = lent(sam, 4)
        at_the_page(sam, "look-up")
        sam.page.keyboard.type(one)  # ends with nothing
        large(sam, "Done", one)
        sam.page.keyboard.type(two)
        sam.page.keyboard.press("Tab")
        large(sam, "Done", two)
        sam.page.get_by_role("link", name="Move").focus()
        scan(sam, "https://anywhere.example/do/put-away")
        large(sam, "Put away")
        places = sam.page.get_by_label("Place")
        shelf = places.locator("option").last.get_attribute("value")
        scan(sam, f"https://anywhere.example/414/9521234000018/254/{shelf}")
        large(sam, "Now", "Scan on")
        assert places.input_value() == shelf
        places.focus()
        scan(sam, "https://anywhere.example/do/look-up")
        large(sam, "Now", "Look up")
        scan(sam, f"https://anywhere.example/414/9521234000018/254/{shelf}")
        large(sam, "Not done", "does not use this place")
        sam.page.get_by_text("Hand scanner and sound").click()
        sam.page.get_by_label("types before each code").fill("<<")
        sam.page.get_by_label("types after each code").fill(">>")
        sam.page.get_by_label("types after each code").press("Tab")
        reopened(sam)
        sam.page.get_by_role("link", name="Look up").press("Enter")
        scan(sam, f"<<{three}>>")
        large(sam, "Done", three)
        scan(sam, four)
        large(sam, "Done", four)
        assert look_closely(sam.page) == []


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample pictures are not beside the project")
def test_the_camera_reads_whatever_zxing_reads(signed_in: SignedIn) -> None:
    pictures = sorted(SAMPLES.rglob("*.png")) + sorted(SAMPLES.rglob("*.webp"))
    assert len(pictures) >= 90
    with signed_in(Role.WAREHOUSE) as sam:
        at_the_page(sam)
        script = sam.page.locator("script[src$='/scanning.js']").get_attribute("src")
        assert script is not None
        sent = [base64.b64encode(picture.read_bytes()).decode() for picture in pictures]
        module = script.replace("scanning.js", "camera.js")
        found = sam.page.evaluate(READS, [module, sent])
    for picture, here in zip(pictures, found, strict=True):
        there = zxingcpp.read_barcodes(
            Image.open(picture).convert("RGB"),
            formats=KINDS,
            text_mode=zxingcpp.TextMode.Plain,
        )
        assert {code.text for code in there} <= set(here), picture.name
