"""GS1 codes are accepted and refused as the standard says, whatever makers and phones make of them.

Where the published test vectors of the GS1 Syntax Engine and Dictionary lie beside the project,
every one of them is tried; those below are our own and are tried always.
"""

import csv
from pathlib import Path

import pytest

from labels.gs1 import NotGS1, checks_out, digital_link, elements, is_gtin

PUBLISHED = Path(__file__).parents[3] / "shared" / "data" / "06_codes"
GOOD = {
    "https://a/8004/9521234HJKM2345": {"8004": "9521234HJKM2345"},
    "HTTPS://A.EXAMPLE/8004/9521234HJKM2345": {"8004": "9521234HJKM2345"},
    "https://a/414/9521234000006/254/HJKM2345": {"414": "9521234000006", "254": "HJKM2345"},
    "https://a/x/y/01/09520123456788/21/A%2F1?17=260229": None,
    "https://a/01/09520123456788/21/A%2F1?17=260228#top": {
        "01": "09520123456788",
        "21": "A/1",
        "17": "260228",
    },
    "https://a/01/09520123456788?17=260200": {"01": "09520123456788", "17": "260200"},
    "https://a/01/09520123456788?7006=260200": None,
    "https://a/01/09520123456789": None,
    "https://a/01/9520123456788": None,
    "https://a/01/09520123456788?21=A": None,
    "https://a/01/09520123456788/21/A/21/B": None,
    "https://a/01/09520123456788?99=A&99=B": None,
    "https://a/01/09520123456788?89=A": None,
    "https://a/414/9521234000007": None,
    "https://a/414/9521234000006?254=HJKM2345": None,
    "https://[a/8004/9521234HJKM2345": None,
    "HtTpS://a/8004/9521234HJKM2345": None,
    "ftp://a/8004/9521234HJKM2345": None,
    "https://a/8004/": None,
    "https://a/8004": None,
    "https://a b/8004/9521234HJKM2345": None,
}


def published(name: str) -> list[dict[str, str]]:
    """The vectors of a published file; skips the test where it does not lie beside the project."""
    path = PUBLISHED / name
    if not path.exists():
        pytest.skip("the published vectors are not beside the project")
    with path.open(newline="") as lines:
        return list(csv.DictReader(lines))


def read(link: str, *, early: bool = False) -> dict[str, str] | None:
    try:
        return digital_link(link, early=early)
    except NotGS1:
        return None


@pytest.mark.parametrize("link", GOOD)
def test_a_digital_link_holds_what_it_says_or_is_refused(link: str) -> None:
    assert read(link) == GOOD[link]


@pytest.mark.parametrize(
    ("link", "held"),
    [
        ("https://a/gtin/09520123456788/ser/A1", {"01": "09520123456788", "21": "A1"}),
        ("https://a/01/9520123456788", {"01": "09520123456788"}),
        ("https://a/01/9520123456789", None),
        ("https://a/giai/9521234HJKM2345?01=9520123456788", None),
    ],
)
def test_the_standards_first_version_is_told_apart(link: str, held: dict[str, str] | None) -> None:
    assert read(link) is None
    if held:
        assert read(link, early=True) == held


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("(01)09520123456788(21)A1", {"01": "09520123456788", "21": "A1"}),
        ("(01) 09520123456788 (21) A1", {"01": "09520123456788", "21": "A1"}),
        ("0109520123456788172602282112\x1d10B", {
            "01": "09520123456788", "17": "260228", "21": "12", "10": "B",
        }),
        ("4149521234000006254HJKM2345", {"414": "9521234000006", "254": "HJKM2345"}),
        ("(01)09520123456789", None),
        ("(01)09520123456788(01)09520123456795", None),
        ("(17)260229", None),
        ("(1)5", None),
        ("", None),
        ("hello", None),
    ],
)  # fmt: skip
def test_an_element_string_is_read_with_and_without_brackets(
    text: str, held: dict[str, str] | None
) -> None:
    try:
        found = elements(text)
    except NotGS1:
        found = None
    assert found == held


@pytest.mark.parametrize("gtin", ["02345673", "416000336108", "1234567890128", "12345678901231"])
def test_every_wrong_digit_of_a_gtin_is_noticed(gtin: str) -> None:
    assert is_gtin(gtin)
    for where, right in enumerate(gtin):
        for wrong in set("0123456789") - {right}:
            assert not is_gtin(gtin[:where] + wrong + gtin[where + 1 :])


@pytest.mark.parametrize("text", ["", "0", "1234567", "１２３４", "1234567A", "12345678901"])
def test_what_is_no_number_of_a_gtins_length_is_none(text: str) -> None:
    assert not is_gtin(text)


def test_every_published_digital_link_is_accepted_or_refused_as_listed() -> None:
    for row in published("gs1_digital_link_parse_vectors.csv"):
        early = "1" in (row["flag_zero_suppressed_gtin"], row["flag_convenience_alphas"])
        held = read(row["uri"], early=early)
        assert (held is not None) == (row["should_succeed"] == "true"), row
        written = "".join(f"{ai}{value}" for ai, value in (held or {}).items())
        assert written == row["expected_unbracketed_caret_is_FNC1"].replace("^", ""), row


def test_every_published_check_digit_and_date_is_accepted_or_refused_as_listed() -> None:
    for row in published("gs1_lint_vectors.csv"):
        given, linter = row["input"], row["linter"]
        good = checks_out(given) if linter == "csum" else is_date(given, day=linter == "yymmdd")
        assert good == (row["result"] == "pass"), row


def is_date(given: str, *, day: bool) -> bool:
    """Whether a code may say this where a date stands, one that needs its day or not."""
    ai = "7006" if day else "17"
    try:
        return elements(f"({ai}){given}") == {ai: given}
    except NotGS1:
        return False
