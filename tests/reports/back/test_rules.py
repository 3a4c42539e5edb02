"""The rule by which loans are worth asking for, by hand."""

import pytest

from reports.back.queries import Part, small_together
from reports.back.rules import CHANCE, REASONS, Reason, chance, expected


def test_the_strongest_reason_counts_and_each_further_one_a_little():
    assert chance([]) == 0
    assert chance([Reason.SILENT]) == 20
    assert chance([Reason.SILENT, Reason.OLD]) == 40
    assert chance([Reason.DIED]) == 90
    assert chance([Reason.DIED, Reason.OLD, Reason.SILENT]) == 95


def test_every_reason_has_its_words_and_its_chance():
    assert set(REASONS) == set(CHANCE) == set(Reason)


@pytest.mark.parametrize(
    ("value", "chances", "share", "pence"),
    [
        (60_00, 40, 90_00, 21_60),  # £60.00 × 40 in 100 × 90% is £21.60
        (1_650_00, 30, 93_37, 462_18),  # £462.1815
        (1, 50, 100_00, 1),  # half a penny goes up
        (1, 49, 100_00, 0),
        (0, 95, 100_00, 0),
    ],
)
def test_what_asking_is_expected_to_bring_is_whole_pence(value, chances, share, pence):
    assert expected(value, chances, share) == pence


def parts(*counts):
    return [Part(f"NG{n}", count, count * 100, count * 50) for n, count in enumerate(counts, 1)]


def test_small_areas_stand_together_and_never_one_alone():
    told = [(one.name, one.count) for one in small_together(parts(40, 30, 9))]
    assert told == [("NG1", 40), ("2 with few each", 39)]
    told = [(one.name, one.count) for one in small_together(parts(40, 3, 9))]
    assert told == [("NG1", 40), ("2 with few each", 12)]
    assert [one.count for one in small_together(parts(40, 30))] == [40, 30]
    assert small_together([]) == []
