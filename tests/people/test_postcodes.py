"""Which council a postcode lies in is told by its longest known beginning."""

import pytest

from core.errors import Invalid
from people import actions
from people.postcodes import read_postcode
from people.queries import council_of_postcode
from people.rules import Kind
from tests.builders import NOON, a_member_of_staff, an_organisation


def place(areas):
    return actions.place_postcodes(areas, by=a_member_of_staff(), at=NOON)


@pytest.fixture
def city(app):
    return an_organisation(kind=Kind.COUNCIL, ods_code=None, gss_code="E06000018")


@pytest.fixture
def county(app):
    return an_organisation(kind=Kind.COUNCIL, ods_code=None, gss_code="E10000024")


def test_the_longest_beginning_wins(city, county):
    place({"NG5": county, "NG5 1": city, "NG5 1AA": county})
    assert council_of_postcode("NG5 2AA") is county
    assert council_of_postcode("ng51zz") is city
    assert council_of_postcode("NG5 1AA") is county


def test_a_short_outward_code_is_not_the_beginning_of_a_longer_one(city, county):
    place({"NG1": city})
    assert council_of_postcode("NG1 1AA") is city
    assert council_of_postcode("NG11 1AA") is None
    assert council_of_postcode("NG12 3BB") is None


def test_a_sector_and_an_outward_code_written_alike_are_two_things(city, county):
    place({"NG1 1": city, "NG11": county})
    assert council_of_postcode("NG1 1AA") is city
    assert council_of_postcode("NG11 8AA") is county


def test_placing_again_replaces(city, county):
    assert place({"NG1": city, "NG2": city}) == 2
    place({"NG1": county})
    assert council_of_postcode("NG1 1AA") is county
    assert council_of_postcode("NG2 1AA") is city


@pytest.mark.parametrize(
    "rubbish", ["", "NG", "NG1", "1AA", "NG1 1AA 1", "\0", "NG1 1A\0", "NG1 1CO", "🦽" * 9]
)
def test_what_is_no_postcode_lies_nowhere(city, rubbish):
    place({"NG1": city})
    assert council_of_postcode(rubbish) is None


@pytest.mark.parametrize("rubbish", ["", "N G", "NG1 1A", "hello", "NG123"])
def test_what_begins_no_postcode_is_refused_with_a_sentence(city, rubbish):
    with pytest.raises(Invalid, match="begins no postcode"):
        place({rubbish: city})


def test_only_councils_have_postcodes(app):
    with pytest.raises(Invalid, match="not a council"):
        place({"NG1": an_organisation()})


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("ng15fs", "NG1 5FS"),
        (" NG1  5FS ", "NG1 5FS"),
        ("s1 2ab", "S1 2AB"),
        ("DN22 7XX", "DN22 7XX"),
        ("sw1a 1aa", "SW1A 1AA"),
    ],
)
def test_a_postcode_is_written_as_the_post_writes_it(typed: str, written: str) -> None:
    assert read_postcode(typed) == written


@pytest.mark.parametrize(
    "typed", ["", "NG1", "NG1 5F", "5FS NG1", "NG1 5CI", "ＮＧ１ ５ＦＳ", "1" * 400]
)
def test_half_a_postcode_is_no_postcode(typed: str) -> None:
    with pytest.raises(Invalid) as why:
        read_postcode(typed)
    assert why.value.field == "postcode"
