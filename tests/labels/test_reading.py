"""What a label holds, and what is read back from whatever a scanner or a person gives."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.codes import ALPHABET, check_character, is_code
from labels.codes import MOST_TO_READ, read_label
from labels.rules import UnreadableLabel, address, giai

PREFIX = "9521234"
CODE = "HJKM234" + check_character("HJKM234")
GIAI = giai(PREFIX, CODE)
WRONG = CODE[:-1] + ("2" if CODE[-1] != "2" else "3")

codes = st.text(ALPHABET, min_size=7, max_size=7).map(lambda body: body + check_character(body))
bases = st.sampled_from(
    [
        "http://localhost:8000",
        "https://cs.example.org",
        "https://cs.example.org/kit/",
        "HTTPS://X.Y",
    ]
)
symbologies = st.sampled_from(["", "]Q1", "]C1", "]d2", "]Q3", "]e0"])


@given(codes, bases, st.integers(1, 9999), symbologies, st.booleans(), st.text(" \r\n\t"))
def test_our_address_is_read_back_in_any_case_and_behind_any_symbology(
    code: str, base: str, issue: int, symbology: str, upper: bool, blanks: str
) -> None:
    link = address(base, giai(PREFIX, code), issue)
    scanned = blanks + symbology + (link.upper() if upper else link) + blanks
    assert read_label(scanned, PREFIX) == (code, issue)


@given(
    codes,
    st.sampled_from(["(8004){}", "8004{}", "(8004) {}", "{}", "8004{}\x1d21123"]),
    symbologies,
)
def test_element_strings_and_the_bare_identifier_name_the_item(
    code: str, shape: str, symbology: str
) -> None:
    assert read_label(symbology + shape.format(giai(PREFIX, code)), PREFIX) == (code, None)
    assert read_label(symbology + shape.format(giai(PREFIX, code).lower()), PREFIX) == (code, None)


@given(codes, st.sampled_from(["{a}{b}", "{a} {b}", "{a}-{b}", " {a} {b}\r\n"]))
def test_the_eight_characters_may_be_typed_as_they_are_printed(code: str, shape: str) -> None:
    typed = shape.format(a=code[:4], b=code[4:])
    assert read_label(typed, PREFIX) == read_label(typed.lower(), PREFIX) == (code, None)


@given(st.text(max_size=MOST_TO_READ + 50))
def test_whatever_is_scanned_there_is_an_item_or_a_sentence(scanned: str) -> None:
    with contextlib.suppress(UnreadableLabel):
        code, issue = read_label(scanned, PREFIX)
        assert is_code(code)
        assert issue is None or 1 <= issue <= 9999


# Addresses that are valid GS1 Digital Links, by their shape: stems, queries, fragments, upper case.
@pytest.mark.parametrize(
    "link",
    [
        f"HTTP://a/8004/{GIAI}",
        f"https://a/stem/8004/{GIAI}",
        f"https://a/a/longer/stem/8004/{GIAI}?",
        f"https://192.0.2.1/8004/{GIAI}",
        f"https://xn--fsq.xn--0zwm56d/8004/{GIAI}",
        f"https://a/8004/{GIAI}?99=ABC&98=XYZ",
        f"https://a/8004/{GIAI}?&&&99=ABC&&&&&&98=XYZ&&&",
        f"https://a/8004/{GIAI}?singleton&99=ABC",
        f"https://a/8004/{GIAI}#fragment",
        f"https://a/8004/{GIAI}/",
    ],
)
def test_a_digital_link_is_read_whatever_stands_around_its_identifier(link: str) -> None:
    assert read_label(link, PREFIX) == (CODE, 1)


@pytest.mark.parametrize(
    ("scanned", "says"),
    [
        ("", "Nothing was scanned"),
        (" \r\n", "Nothing was scanned"),
        ("]Q1", "Nothing was scanned"),
        ("17", "not one of our labels"),
        ('{"stockitem": 17}', "not one of our labels"),
        ("' or 1=1 --", "not one of our labels"),
        ("http://a/b", "leads somewhere else"),
        ("https://example.org/menu.pdf", "leads somewhere else"),
        (f"javascript://a/8004/{GIAI}", "leads somewhere else"),
        (f"https://$ a/8004/{GIAI}", "leads somewhere else"),
        ("5012345678900", "maker's barcode"),
        ("]E05012345678900", "maker's barcode"),
        ("https://a/01/12312312312333", "maker's barcode"),
        ("(01)12312312312333", "maker's barcode"),
        ("]d20112312312312333", "maker's barcode"),
        ("https://a/8004/9520614141234567", "another organisation"),
        ("80049520614141234567", "another organisation"),
        (f"https://a/8004/{GIAI}2", "not one of our labels"),
        (f"https://a/8004/{PREFIX}", "not one of our labels"),
        (f"https://a/8004/{PREFIX}{WRONG}", "two are swapped"),
        (WRONG, "two are swapped"),
        ("HJKM-23A5", "never used"),
        (f"https://a/8004/{GIAI}?l=0", "not one of our labels"),
        (f"https://a/8004/{GIAI}?l=-1", "not one of our labels"),
        (f"https://a/8004/{GIAI}?l=1e309", "not one of our labels"),
        (f"https://a/8004/{GIAI}?l=99999", "not one of our labels"),
        ("9" * (MOST_TO_READ + 1), "far too long"),
    ],
)
def test_what_is_no_label_of_ours_gets_a_sentence(scanned: str, says: str) -> None:
    with pytest.raises(UnreadableLabel, match=says):
        read_label(scanned, PREFIX)


def test_the_first_label_has_no_number_and_later_ones_do() -> None:
    assert address("https://cs.example.org/", GIAI) == f"https://cs.example.org/8004/{GIAI}"
    assert address("https://cs.example.org", GIAI, 2) == f"https://cs.example.org/8004/{GIAI}?l=2"
