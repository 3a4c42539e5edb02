"""The chart says in words what it draws, and is drawn inside its frame."""

from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest

from core.clock import months_later
from reports.charts import NARROW, WIDE
from reports.drawing import apart, scale
from reports.spc.chart import BETTER, LABEL_GAP, WORSE, picture
from reports.spc.rules import Assurance, Better, Variation
from reports.spc.series import control, sentence
from reports.units import Unit

JANUARY = date(2025, 1, 1)
STEADY = [6000, 6200] * 8


def months(values):
    return {months_later(JANUARY, place): value for place, value in enumerate(values)}


def rates(values, **but):
    return control(months(values), Unit.PERCENT, but.pop("better", Better.HIGHER), **but)


def said(values, **but):
    return sentence("Return rate", rates(values, **but))


def test_a_steady_rate_is_told_as_nothing_but_chance():
    assert said(STEADY) == (
        "Return rate stood at 62.00% in April 2026: within the usual range of 55.68% to 66.32%,"
        " so nothing has changed that chance does not explain."
    )


def test_what_is_out_of_the_usual_is_judged_by_the_way_the_measure_ought_to_go():
    values = [*[6000, 5900] * 6, *[6900, 7000] * 4, 6900]
    assert said(values).endswith("That is an improvement.")
    assert said(values, better=Better.LOWER).endswith("That is a concern.")


def test_nine_months_a_little_above_the_average():
    values = [6000, 6300, 5900, 6200, 6000, 6300, 6200, 5900, *[6300, 6250] * 4, 6350]
    assert "nine months in a row above the average of" in said(values)


def test_seven_months_going_one_way_are_counted():
    values = [*[6000, 6400] * 6, 5900, 6000, 6100, 6200, 6300, 6400, 6450]
    assert "seven months in a row going one way" in said(values)


def test_a_month_beyond_a_limit_says_which():
    assert "below the lower limit of" in said([*STEADY, 2000])
    assert "above the upper limit of" in said([*STEADY, 9900])


def test_two_of_three_near_a_limit_say_so():
    values = [*[6000, 6400] * 8, 7150, 6400, 7150]
    assert "two of three months near the upper limit" in said(values)


@pytest.mark.parametrize(
    ("target", "words", "assured"),
    [
        (9500, "will not be met while nothing changes", Assurance.FAILS),
        (5000, "is met month after month", Assurance.PASSES),
        (6100, "is met in some months and missed in others", Assurance.RANDOM),
    ],
)
def test_what_to_expect_of_a_target_is_said(target, words, assured):
    assert words in said(STEADY, target=target)
    assert rates(STEADY, target=target).assurance is assured


def test_too_few_months_have_no_limits_and_no_verdict():
    chart = rates(STEADY[:11], target=9500)
    assert (chart.limits, chart.variation, chart.assurance) == (None, None, None)
    assert "only eleven whole months" in said(STEADY[:11])
    assert "only one whole month;" in said(STEADY[:1])
    assert chart.verdict(chart.last[1]) == "Too few months to say"
    assert said([None, None]) == "Return rate: there is no figure yet."
    assert said([]) == "Return rate: there is no figure yet."


def test_a_month_without_a_figure_leaves_a_gap_and_counts_for_nothing():
    values = [*STEADY[:8], None, *STEADY[8:]]
    assert rates(values).limits == rates(STEADY).limits
    lines = [
        s for s in picture(rates(values), WIDE).shapes if s.kind == "line" and len(s.places) > 2
    ]
    assert [len(one.places) for one in lines] == [8, 8]


def test_the_limits_begin_anew_where_a_step_is_marked():
    values = [*STEADY[:12], *[8000, 8200] * 6]
    stepped = rates(values, anew=[months_later(JANUARY, 12)])
    assert stepped.limits.mean == 8100
    assert stepped.variation is Variation.COMMON
    assert rates(values).variation is Variation.IMPROVEMENT
    assert set(stepped.anew) == {months_later(JANUARY, 12)}


@pytest.mark.parametrize(
    "values", [[], [None], [0], [5000], STEADY, [*STEADY, 0], [*STEADY, 99999]]
)
@pytest.mark.parametrize("frame", [WIDE, NARROW])
def test_every_shape_stands_inside_its_frame(values, frame):
    for shape in picture(rates(values, target=9500), frame).shapes:
        for x, y in shape.places:
            assert -10 <= x <= frame.width, shape
            assert 0 <= y <= frame.height, shape


def test_a_signal_has_a_shape_of_its_own_so_that_a_copy_in_black_can_be_read():
    better = [s for s in picture(rates([*STEADY, 9900]), WIDE).shapes if s.look == BETTER]
    worse = [s for s in picture(rates([*STEADY, 2000]), WIDE).shapes if s.look == WORSE]
    assert [len(shape.places) for shape in (better[-1], worse[-1])] == [4, 4]
    assert len({x for x, _ in better[-1].places}) == 3  # stands on its corner
    assert len({x for x, _ in worse[-1].places}) == 2


def test_the_lines_are_named_at_their_ends_and_no_name_covers_another():
    shapes = picture(rates(STEADY, target=6150), WIDE).shapes
    named = [s for s in shapes if s.text.startswith(("Average", "Upper", "Lower", "Target"))]
    heights = sorted(shape.y for shape in named)
    assert len(named) == 4
    assert all(b - a >= LABEL_GAP for a, b in pairwise(heights))


def test_a_share_is_drawn_to_all_and_no_further():
    levels = [s.text for s in picture(rates([9900, 9100] * 8), WIDE).shapes if s.text[:1].isdigit()]
    assert "100%" in levels
    assert "110%" not in levels


def test_labels_are_pushed_apart_and_stay_on_the_drawing():
    assert apart([10, 11, 300], 18, 10, 300) == [10, 28, 300]
    assert apart([300, 300], 18, 10, 300) == [282, 300]
    assert apart([], 18, 10, 300) == []


def test_a_scale_holds_its_values_between_round_numbers():
    for low, high in ((0, 1), (5712, 9913), (0, 0), (-40, 12)):
        space = scale(low, high, 16, 280)
        assert space.bottom <= low <= high <= space.top
        assert len(space.levels) <= 6


@pytest.mark.parametrize(
    ("unit", "figure", "written", "short"),
    [
        (Unit.PERCENT, 6288, "62.88%", "62.88%"),
        (Unit.PERCENT, 10_000, "100.00%", "100%"),
        (Unit.DAYS, 450, "4.50 days", "4.5"),
        (Unit.TIMES, 123_456, "1,234.56 times", "1,234.56"),
        (Unit.PERCENT, Fraction(-1, 3), "0.00%", "0%"),
        (Unit.DAYS, -150, "−1.50 days", "−1.5"),
    ],
)
def test_a_figure_is_written_in_its_unit(unit, figure, written, short):
    assert (unit.written(figure), unit.short(figure)) == (written, short)


def test_a_figure_of_nothing_is_a_dash_and_no_number():
    assert Unit.DAYS.of(5, 0) is None
    assert Unit.DAYS.written(None) == "–"
    assert Unit.PERCENT.of(271_000, 431_000) == 6288
    assert Unit.PERCENT.of(350, 450) == 7778
    assert Unit.DAYS.of(7, 2) == 350
