"""What the figures are, without a database."""

from datetime import date

import pytest

from core.errors import Invalid, NotFound
from core.money import Pence
from reports import periods
from reports.measures import MEASURES, measure_by_code
from reports.rules import Basis, Counted, Tally, change_in_words, figure, together
from reports.units import Unit


def test_the_published_return_rate_comes_out():
    counts = {Counted.RETURNED: Tally(271_000), Counted.ISSUED: Tally(431_000)}
    assert figure(MEASURES["R1"], counts).written(Basis.ITEMS) == "62.88%"
    assert figure(MEASURES["R1"], counts).hundredths(Basis.ITEMS) == 6288


def test_a_rate_of_nothing_is_a_dash_not_a_nought():
    assert figure(MEASURES["R5"], {}).written(Basis.VALUE) == "–"
    assert figure(MEASURES["R5"], {}).hundredths(Basis.VALUE) is None


def test_a_rate_may_pass_a_hundred():
    counts = {Counted.RETURNED: Tally(3), Counted.ISSUED: Tally(2)}
    assert figure(MEASURES["R1"], counts).written(Basis.ITEMS) == "150.00%"


def test_every_measure_says_how_it_is_counted():
    assert list(MEASURES)[:5] == ["R1", "R2", "R3", "R4", "R5"]
    for measure in MEASURES.values():
        assert measure.bottom is None or measure.of_money or "÷" in measure.formula
        assert measure.meaning
        assert measure.owner
        assert measure.exclusions
        assert (measure.target is None) == (measure.target_from == "")
        assert (measure.top is measure.bottom) == (measure.unit is Unit.DAYS)
        assert bool(measure.version) == (measure.unit is Unit.KILOGRAMS)


def test_a_measure_is_found_in_any_case_and_an_unknown_one_is_not():
    assert measure_by_code("r5") is MEASURES["R5"]
    with pytest.raises(NotFound):
        measure_by_code("R6")


def test_counts_of_months_add_up():
    one = {Counted.ISSUED: Tally(2, Pence(300))}
    two = {Counted.ISSUED: Tally(1, Pence(50)), Counted.RETURNED: Tally(1, Pence(50))}
    whole = together([one, two])
    assert whole == {Counted.ISSUED: Tally(3, Pence(350)), Counted.RETURNED: Tally(1, Pence(50))}


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (9512, 9500, "up 0.12 points on"),
        (9400, 9500, "down 1.00 points on"),
        (9500, 9500, "the same as"),
        (9500, None, ""),
    ],
)
def test_a_change_is_told_in_points(now, before, words):
    assert change_in_words(now, before) == words


def test_periods_are_whole_months_of_london():
    year = periods.year(date(2026, 6, 1))
    assert (year.first, year.last) == (date(2026, 4, 1), date(2027, 3, 31))
    assert year.begins.isoformat() == "2026-03-31T23:00:00+00:00"
    assert year.ends.isoformat() == "2027-03-31T23:00:00+00:00"
    assert len(list(year.months())) == 12
    assert str(year) == "April 2026 to March 2027"


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 4, 1), date(2026, 4, 1), date(2026, 6, 30)),
        (date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31)),
        (date(2027, 2, 10), date(2027, 1, 1), date(2027, 3, 31)),
    ],
)
def test_quarters_are_those_of_the_financial_year(day, first, last):
    quarter = periods.quarter(day)
    assert (quarter.first, quarter.last) == (first, last)


def test_a_period_does_not_run_backwards_or_for_ever():
    with pytest.raises(Invalid):
        periods.months(date(2026, 5, 1), date(2026, 4, 1))
    with pytest.raises(Invalid):
        periods.months(date(1960, 5, 1), date(2026, 4, 1))


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "202-04", "2026-4", "9999-01", "x" * 99])
def test_a_month_that_is_none_is_refused(text):
    with pytest.raises(Invalid):
        periods.read_month(text)
