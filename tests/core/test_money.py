"""Whole pence: nothing lost in a split, nobody treated worse than a penny."""

import json
from fractions import Fraction
from math import lcm
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.money import LARGEST, Pence, percent, pounds, read_pounds, share_of, split

VECTORS = Path(__file__).parents[3] / "shared/data/08_money/allocation_vectors.json"
amounts = st.integers(-(10**12), 10**12).map(Pence)
weights = st.dictionaries(
    st.integers(1, 99), st.integers(0, 10**6), min_size=1, max_size=12
).filter(lambda one: sum(one.values()) > 0)


def test_a_real_budget_splits_by_the_practices_of_seven_bodies() -> None:
    practices = {"A": 9, "B": 26, "C": 14, "D": 51, "E": 17, "F": 12, "G": 12}
    assert split(Pence(7_163_049_00), practices) == {
        "A": 457_215_89,
        "B": 1_320_845_92,
        "C": 711_224_72,
        "D": 2_590_890_07,
        "E": 863_630_02,
        "F": 609_621_19,
        "G": 609_621_19,
    }


def test_a_budget_splits_between_two() -> None:
    assert split(Pence(7_300_000_00), {"A": 13, "B": 11}) == {"A": 3_954_166_67, "B": 3_345_833_33}


def test_a_credit_gives_back_exactly_what_the_charge_took() -> None:
    practices = {"A": 9, "B": 26, "C": 14, "D": 51, "E": 17, "F": 12, "G": 12}
    charged = split(Pence(7_163_049_00), practices)
    assert split(Pence(-7_163_049_00), practices) == {key: -part for key, part in charged.items()}


@given(amounts, weights)
def test_the_parts_sum_to_the_amount(amount: Pence, shares: dict[int, int]) -> None:
    assert sum(split(amount, shares).values()) == amount


@given(amounts, weights)
def test_a_negative_amount_gives_the_negatives(amount: Pence, shares: dict[int, int]) -> None:
    turned = split(Pence(-amount), shares)
    assert turned == {key: -part for key, part in split(amount, shares).items()}


@given(amounts, weights)
def test_everybody_is_within_a_penny_of_the_exact_share(
    amount: Pence, shares: dict[int, int]
) -> None:
    whole = sum(shares.values())
    for key, part in split(amount, shares).items():
        assert abs(part - Fraction(amount * shares[key], whole)) < 1


@given(st.lists(amounts, max_size=60), weights)
def test_carried_remainders_keep_everybody_within_a_penny_for_ever(
    bills: list[Pence], shares: dict[int, int]
) -> None:
    carried: dict[int, int] = {}
    paid = dict.fromkeys(shares, 0)
    for bill in bills:
        parts = split(bill, shares, carried)
        assert sum(parts.values()) == bill
        for key, part in parts.items():
            paid[key] += part
    whole = sum(shares.values())
    for key, weight in shares.items():
        exact = Fraction(sum(bills) * weight, whole)
        assert abs(exact - paid[key]) < 1
        assert Fraction(carried.get(key, 0), whole) == exact - paid[key]


def test_ten_thousand_odd_pennies_leave_nobody_a_penny_from_the_exact_share() -> None:
    practices = {"A": 9, "B": 26, "C": 14, "D": 51, "E": 17, "F": 12, "G": 12}
    carried: dict[str, int] = {}
    paid, spent = dict.fromkeys(practices, 0), 0
    for number in range(10_000):
        bill = Pence(2 * (number * 7919 % 5000) + 1)
        spent += bill
        for key, part in split(bill, practices, carried).items():
            paid[key] += part
        for key, weight in practices.items():
            assert abs(Fraction(spent * weight, 141) - paid[key]) < 1
    assert sum(paid.values()) == spent


@pytest.mark.parametrize("shares", [{}, {"A": 0}, {"A": 2, "B": -1}])
def test_a_split_needs_somebody_to_pay(shares: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        split(Pence(100), shares)


def test_what_is_carried_for_others_is_not_mixed_in() -> None:
    with pytest.raises(ValueError, match="other keys"):
        split(Pence(1), {"A": 1, "B": 1}, {"A": 1})


def vectors() -> list[dict[str, Any]]:
    return json.loads(VECTORS.read_text()) if VECTORS.exists() else []


def whole_weights(given: list[int | str]) -> dict[int, int]:
    """Weights written as decimals, as whole numbers in the same proportion."""
    exact = [Fraction(weight) for weight in given]
    scale = lcm(*(weight.denominator for weight in exact))
    return {place: int(weight * scale) for place, weight in enumerate(exact)}


@pytest.mark.skipif(not VECTORS.exists(), reason="the vectors of other libraries are not here")
def test_the_published_vectors_of_other_libraries_hold() -> None:
    free = 0
    for vector in vectors():
        shares = whole_weights(vector["weights"])
        total = Pence(vector["total"])
        parts = split(total, shares)
        assert sum(parts.values()) == total
        exact = vector["hamilton_exact"]
        if vector["tie_free"]:
            free += 1
            assert list(parts.values()) == exact, vector["cite"]
        for key, weight in shares.items():
            share = Fraction(total * weight, sum(shares.values()))
            assert abs(parts[key] - share) < 1, vector["cite"]
    assert free > 0


@pytest.mark.parametrize(
    ("typed", "pence"),
    [
        ("1234.50", 1234_50),
        ("£1,234.50", 1234_50),
        (" 1234 ", 1234_00),
        ("0.05", 5),
        ("-3.10", -3_10),
        ("−£3.10", -3_10),
        ("1,234,567.89", 1234567_89),
    ],
)
def test_amounts_are_read_as_people_write_them(typed: str, pence: int) -> None:
    assert read_pounds(typed) == pence


@pytest.mark.parametrize(
    "typed", ["", "£1,234.5", "12.345", "12,34", "1e3", "NaN", "ten", "٣", "1.2.3", "--1", "£", "½"]
)
def test_anything_else_is_answered_with_a_sentence(typed: str) -> None:
    with pytest.raises(Invalid, match=r"Write the amount in pounds and pence"):
        read_pounds(typed)


def test_an_amount_larger_than_any_fund_is_refused() -> None:
    with pytest.raises(Invalid, match="larger"):
        read_pounds("9" * 30)


@given(st.integers(-LARGEST, LARGEST))
def test_what_is_written_reads_back(pence: int) -> None:
    assert read_pounds(pounds(pence)) == pence


def test_amounts_are_written_as_people_do() -> None:
    assert [pounds(p) for p in (0, 5, -5, 1234_50, -1234567_00)] == [
        "£0.00", "£0.05", "−£0.05", "£1,234.50", "−£1,234,567.00",
    ]  # fmt: skip


def test_a_share_is_written_as_a_percentage() -> None:
    assert percent(520_000, 8_700_000) == "5.98%"
    assert percent(1, 0) == "–"
    assert percent(-1, 3) == "−33.33%"


def test_half_a_penny_rounds_away_from_nothing() -> None:
    assert (share_of(Pence(5), 50), share_of(Pence(-5), 50), share_of(Pence(4), 50)) == (3, -3, 2)
