"""Whoever stands in an extract stands there with at least four others like them."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from reports.extracts.rules import (
    NOT_TOLD,
    Alike,
    few,
    nearest,
    pseudonym,
    read_years,
    told_as,
)
from reports.suppression.rules import FEWEST

classes = st.builds(
    Alike,
    st.sampled_from([2024, 2025]),
    st.sampled_from([1, 2, None]),
    st.sampled_from(["0 to 17", "65 to 74", "85 and over"]),
    st.sampled_from(["walking", "bathing", "seating"]),
)
counts = st.dictionaries(classes, st.integers(1, 12), max_size=18)


@given(counts)
def test_at_least_five_are_alike_in_all_that_is_told(people):
    told = told_as(people)
    together = Counter()
    for one, count in people.items():
        if told[one] is not None:
            together[told[one]] += count
    assert all(count >= FEWEST for count in together.values())


@given(counts)
def test_nobody_is_left_out_but_of_a_partner_with_fewer_than_five_in_a_year(people):
    told = told_as(people)
    sizes = Counter()
    for one, count in people.items():
        sizes[one.year, one.partner] += count
    for one in people:
        assert (told[one] is None) == (sizes[one.year, one.partner] < FEWEST)


def test_small_groups_are_told_without_their_group_and_small_bands_without_their_band():
    def alike(band, group):
        return Alike(2025, 1, band, group)

    people = {
        alike("85 and over", "walking"): 20,
        alike("85 and over", "bathing"): 2,
        alike("85 and over", "seating"): 3,
        alike("0 to 17", "walking"): 1,
        alike("65 to 74", "seating"): 6,
    }
    told = told_as(people)
    assert told[alike("85 and over", "walking")] == alike("85 and over", "walking")
    assert told[alike("85 and over", "bathing")] == alike("85 and over", NOT_TOLD)
    assert told[alike("0 to 17", "walking")] == alike(NOT_TOLD, NOT_TOLD)
    assert told[alike("65 to 74", "seating")] == alike(NOT_TOLD, NOT_TOLD), "never one alone"


def test_a_pseudonym_links_neither_to_another_year_nor_to_another_extract():
    names = {pseudonym(key, year, 7) for key in (b"one", b"other") for year in (2024, 2025)}
    assert len(names) == 4
    assert pseudonym(b"one", 2024, 7) == pseudonym(b"one", 2024, 7)
    assert "7" * 3 not in pseudonym(b"one", 2024, 777)


def test_costs_are_to_the_nearest_ten_pounds():
    assert [nearest(pence) for pence in (4_99, 5_00, 14_99, -4_99, 0)] == [0, 10_00, 10_00, 0, 0]


@pytest.mark.parametrize(
    "asked", [" 2025", "2025 20x5", "2025 2024", "2020 2025", "١٩٩٩ 2000", "1000 1001"]
)
def test_years_that_are_none_or_too_many_are_refused(asked):
    with pytest.raises(Invalid):
        read_years(*asked.split(" "))


def test_how_many_were_left_out_is_not_told_of_a_few():
    assert few(0) == few(4) == "fewer than 5, or none"
    assert few(1200) == "1,200"
