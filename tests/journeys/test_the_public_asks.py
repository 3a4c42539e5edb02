"""A daughter scans her late father's equipment, and somebody comes for it."""

import re

from people.rules import Role
from tests.journeys.conftest import SignedIn, look_closely, today

PHONE = {"viewport": {"width": 390, "height": 844}}


def something_lent(signed_in: SignedIn) -> str:
    """The code of something that is with a client and was not asked back."""
    with signed_in(Role.SCHEDULER) as ravi:
        ravi.opens("/requests")
        asked = set(re.findall(r"[2-9CDFHJKMNPRTVWXY]{8}", ravi.reads))
        ravi.opens("/visits/")
        asked |= set(re.findall(r"[2-9CDFHJKMNPRTVWXY]{8}", ravi.reads))
        ravi.opens("/items?status=on_loan")
        links = ravi.page.locator("table a[href^='/items/']").all_inner_texts()
        return next(code for code in links if code not in asked)


def test_a_daughter_asks_and_the_scheduler_plans_the_visit(signed_in: SignedIn) -> None:
    item = something_lent(signed_in)
    with signed_in(None, java_script_enabled=False, **PHONE) as daughter:
        daughter.opens(f"/8004/9521234{item}").follows("Ask us to collect it")
        daughter.page.get_by_label("The person who used it has died").check()
        daughter.fills("When would it suit you", "Any day after the funeral, next Tuesday.")
        daughter.fills("Your name", "Joan Tallow").fills("Your telephone number", "01632 960145")
        daughter.presses("Send")
        assert "We are sorry for your loss. There is no hurry." in daughter.reads
        assert "Tallow" not in daughter.page.url

    with signed_in(Role.SCHEDULER) as ravi:
        ravi.opens("/").follows("Collections and finds that the public asks about")
        row = ravi.page.locator("tr", has_text=item)
        with ravi.page.expect_navigation():
            row.get_by_role("button", name="Take up").click()
        assert "The sender says that the person has died" in ravi.reads
        assert "Any day after the funeral" in ravi.reads
        assert "01632 960145" in ravi.reads
        assert ravi.page.get_by_label("Why it comes back").input_value() == "died"
        assert not look_closely(ravi.page)
        ravi.fills("If the person has died: on which day", today().isoformat())
        ravi.presses("Plan the collection")
        assert item in ravi.reads
        ravi.opens("/requests")
        assert "Dealt with lately" in ravi.reads


def test_the_public_pages_have_no_findings_in_any_language_or_width(signed_in: SignedIn) -> None:
    item, found = something_lent(signed_in), []
    for width in (1280, 390):
        with signed_in(None, viewport={"width": width, "height": 844}) as anybody:
            for page in ("", "/collect", "/fault", "/found", "/thanks"):
                for lang in ("en", "ar"):
                    anybody.opens(f"/8004/9521234{item}{page}?lang={lang}")
                    found += look_closely(anybody.page) if width == 390 else []
                    wide = anybody.page.evaluate("document.documentElement.scrollWidth")
                    assert wide <= width, f"{page} in {lang}: {wide}"
    assert not found, "\n".join(found)


def test_a_fault_is_reported_by_keyboard_alone(signed_in: SignedIn) -> None:
    item = something_lent(signed_in)
    with signed_in(None) as carer:
        carer.opens(f"/8004/9521234{item}/fault")
        carer.page.get_by_label("What is wrong with it?").focus()
        carer.page.keyboard.type("The brake slips.")
        carer.page.keyboard.press("Tab")
        carer.page.keyboard.press("Tab")
        with carer.page.expect_navigation():
            carer.page.keyboard.press("Enter")
        assert "We have your message" in carer.reads
