"""Pages for anybody speak the reader's language; pages for staff speak English."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient

from people.rules import Role
from tests.builders import an_item
from web.languages import CATALOGUES, LANGUAGES

ROOT = Path(__file__).parents[2]
OTHERS = [code for code in LANGUAGES if code != "en"]
HAS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
WORDS = {"_": None, "gettext": None, "lazy_gettext": None}


def catalogue(code: str) -> Catalog:
    with (CATALOGUES / code / "LC_MESSAGES" / "messages.po").open("rb") as read:
        return read_po(read, locale=code)


@pytest.fixture(scope="module")
def said() -> set[str]:
    """Every sentence of the pages that anybody may open."""
    found = {
        str(message)
        for room in ("web", "labels", "logistics")
        for _, _, message, *_ in extract_from_dir(
            str(ROOT / room), method_map=HAS, keywords=WORDS, comment_tags=()
        )
    }
    assert len(found) > 50
    return found


@pytest.mark.parametrize("code", OTHERS)
def test_every_sentence_of_the_public_is_translated(code: str, said: set[str]) -> None:
    known = {m.id: m for m in catalogue(code) if m.id}
    assert {one for one in known if known[one].string and not known[one].fuzzy} == said
    assert not [error for m in known.values() for error in m.check(catalogue(code))]


@pytest.mark.parametrize("code", OTHERS)
def test_what_is_read_at_run_time_is_what_stands_in_the_catalogue(code: str) -> None:
    made = io.BytesIO()
    write_mo(made, catalogue(code))
    kept = (CATALOGUES / code / "LC_MESSAGES" / "messages.mo").read_bytes()
    assert kept == made.getvalue(), "run `make words`"


@pytest.mark.parametrize(
    ("asked", "preferred", "tag"),
    [
        ("", "", "en-GB"),
        ("", "pl-PL,pl;q=0.9,en;q=0.5", "pl"),
        ("", "fr,cy", "en-GB"),
        ("en", "pl", "en-GB"),
        ("ar", "pl", "ar"),
        ("../../etc", "", "en-GB"),
        ("x" * 900, "pl", "pl"),
    ],
)
def test_the_address_decides_then_the_browser(
    app: Flask, asked: str, preferred: str, tag: str
) -> None:
    query = {"lang": asked} if asked else {}
    page = app.test_client().get(
        f"/8004/{an_item().giai}", query_string=query, headers={"Accept-Language": preferred}
    )
    assert f'<html lang="{tag}"' in page.text
    assert ('dir="rtl"' in page.text.split(">", 2)[1]) == (tag == "ar")


def test_the_language_that_was_chosen_goes_along_with_the_label(app: Flask) -> None:
    item, anna = an_item(), app.test_client()
    page = anna.get(f"/8004/{item.giai}?l=1&lang=pl").text
    assert 'href="?l=1&amp;lang=ar"' in page
    form = f"/8004/{item.giai}/collect?l=1&amp;lang=pl"
    assert form in page
    wrong = anna.post(form.replace("&amp;", "&"), data={"telephone": "x"})
    assert "Coś jest nie tak" in wrong.text
    assert "Proszę wpisać numer telefonu" in wrong.text
    right = anna.post(form.replace("&amp;", "&"), data={"words": "Dzień dobry"})
    assert right.location.endswith("/thanks?l=1&lang=pl")
    assert "Dziękujemy" in anna.get(right.location).text


def test_what_no_translator_has_checked_says_so(app: Flask) -> None:
    item, anybody = an_item(), app.test_client()
    for code, one in LANGUAGES.items():
        page = anybody.get(f"/8004/{item.giai}?lang={code}").text
        assert ("nie sprawdził jeszcze tłumacz" in page or "لم يراجع مترجم" in page) != one.checked


def test_a_page_for_staff_is_in_english(app: Flask, as_: Callable[..., FlaskClient]) -> None:
    page = as_(Role.SCHEDULER).get("/requests?lang=pl", headers={"Accept-Language": "ar"}).text
    assert '<html lang="en-GB" dir="ltr">' in page
    assert "Skip to main content" in page
