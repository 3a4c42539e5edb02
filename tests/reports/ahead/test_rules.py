"""What is expected of months to come, from how many, between what, and how it would have done."""

import ast
import random
from math import pi, sin
from pathlib import Path

import pytest

from reports.ahead.fitted import fit
from reports.ahead.rules import AHEAD, Method, Rough, method_for, outlook, tried


def months_of(count, *, level=100, growth=0.0, wave=0.0, seed=1):
    """Counts with a yearly wave and a growth, and the scatter of chance."""
    chance = random.Random(seed)
    means = [
        level * (1 + growth) ** (place / 12) * (1 + wave * sin(2 * pi * place / 12))
        for place in range(count)
    ]
    return [max(0, round(chance.gauss(mean, mean**0.5))) for mean in means]


def never(history, method):
    raise AssertionError("nothing is fitted to so few months")


def test_five_months_are_too_few_to_say_anything():
    assert outlook([10, 12, 11, 9, 10], never) is None
    assert tried([10, 12, 11, 9, 10], never) is None


@pytest.mark.parametrize(
    ("count", "method"),
    [(6, Method.MEAN), (23, Method.MEAN), (24, Method.SEASONS), (36, Method.GROWTH)],
)
def test_the_more_months_are_known_the_more_is_said(count, method):
    assert method_for([10] * count) is method


def test_where_most_months_have_nothing_no_season_is_looked_for():
    assert method_for([0, 0, 1] * 12) is Method.MEAN
    assert method_for([0] * 48) is Method.MEAN


def test_the_mean_of_six_months_by_hand():
    """Mean 10, variance 10 by chance at least, Student's t with five degrees 1.476.

    A month: 1.476 × √(10 × 7/6) = 5.04; all twelve: 1.476 × √(10 × (12 + 144/6)) = 28.0.
    """
    told = outlook([10, 12, 8, 10, 11, 9], never)
    assert told.method is Method.MEAN
    assert (told.months[0].expected, told.months[0].low, told.months[0].high) == (10, 4, 16)
    assert (told.whole.expected, told.whole.low, told.whole.high) == (120, 91, 149)


def test_only_the_last_twelve_months_make_the_mean():
    assert outlook([1000] * 5 + [10] * 12, never).whole.expected == 120


def test_months_that_are_all_alike_still_vary_by_chance():
    told = outlook([9] * 12, never)
    assert told.months[0].low < 9 < told.months[0].high


def test_nothing_is_never_less_than_nothing():
    told = outlook([0, 0, 0, 1, 0, 0, 0, 0], never)
    assert all(one.low == 0 and one.expected == 0 for one in told.months)
    assert outlook([0] * 30, never).whole.high == 0


@pytest.mark.parametrize("history", [[7] * 24, [5] * 12 + [500] * 12, [30] * 24 + [0] * 12])
def test_odd_histories_are_borne_without_an_error_or_a_warning(history):
    told = outlook(history, fit)
    assert all(0 <= one.low <= one.expected <= one.high for one in told.months)


def test_growth_and_season_go_on():
    history = months_of(48, level=400, growth=0.10, wave=0.15)
    told = outlook(history, fit)
    assert told.method is Method.GROWTH
    assert told.whole.expected == pytest.approx(sum(history[-12:]) * 1.10, rel=0.05)
    high, low = (sum(one.expected for one in told.months[at : at + 3]) for at in (2, 8))
    assert high > low


def test_the_same_months_give_the_same_figures():
    history = months_of(36)
    assert outlook(history, fit) == outlook(history, fit)


def test_the_range_of_a_year_knows_that_its_months_err_together():
    """Narrower than all months wrong at once, wider than as if each were wrong by itself."""
    told = outlook(months_of(30, wave=0.1), fit)
    halves = [(one.high - one.low) / 2 for one in told.months]
    alone = sum(half**2 for half in halves) ** 0.5
    assert alone < (told.whole.high - told.whole.low) / 2 < sum(halves)


def test_about_four_months_in_five_end_inside_the_range():
    inside = counted = 0
    for seed in range(8):
        history = months_of(42, level=60, wave=0.1, seed=seed)
        told = outlook(history[:30], fit)
        pairs = zip(told.months, history[30:], strict=True)
        inside += sum(one.low <= came <= one.high for one, came in pairs)
        counted += AHEAD
    assert 0.65 < inside / counted < 0.95


def test_the_method_is_tried_on_a_year_that_is_over():
    told = tried([10] * 12 + [12] * 12, never)
    assert told.method is Method.MEAN
    assert len(told.came) == 12
    assert told.off == 17  # 2 of 12 every month
    assert told.off_by_last_year == 17
    assert told.inside == 12


def test_with_less_than_a_year_and_a_half_it_is_tried_on_half_a_year():
    told = tried([10] * 6 + [20] * 6, never)
    assert len(told.came) == 6
    assert told.off == 50
    assert told.off_by_last_year is None
    assert told.inside == 0


def test_months_with_nothing_give_no_share_that_was_off():
    assert tried([3] * 6 + [0] * 6, never).off is None


def test_a_fit_that_is_given_is_the_one_that_is_asked():
    given = Rough([5.0] * AHEAD, [1.0] * AHEAD, 100.0)
    told = outlook([4] * 24, lambda history, method: given)
    assert told.method is Method.SEASONS
    assert told.whole.expected == 60


def test_the_program_starts_without_the_forecasting_library():
    """It takes seconds and much memory: whoever asks for no forecast does not pay for it."""
    root = Path(__file__).parents[3]
    named = [
        path for path in root.glob("[a-z]*/**/*.py")
        if path.relative_to(root).parts[0] != "tests" and "statsmodels" in path.read_text()
    ]  # fmt: skip
    doors = [path for path in named if "import" in _lines_with(path)]
    assert [path.relative_to(root).as_posix() for path in doors] == ["reports/ahead/fitted.py"]
    outermost = ast.parse(doors[0].read_text()).body
    assert not any("statsmodels" in ast.unparse(one) for one in outermost if _imports(one))


def _lines_with(path):
    return " ".join(line for line in path.read_text().splitlines() if "statsmodels" in line)


def _imports(statement):
    return isinstance(statement, ast.Import | ast.ImportFrom)
