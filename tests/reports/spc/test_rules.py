"""The control chart reckons as NHS *Making Data Count* does, to the published figures."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.spc.rules import (
    Assurance,
    Better,
    Limits,
    Rule,
    Variation,
    assurance,
    limits_of,
    sevens_in_a_trend,
    sevens_on_a_side,
    twos_of_three,
    xmr,
)

VECTORS = Path(__file__).parents[4] / "shared/data/09_spc/ptd_unit_vectors.json"
TWENTY = (
    "-0.56047565 -0.23017749 1.55870831 0.07050839 0.12928774 1.71506499 0.46091621 -1.26506123 "
    "-0.68685285 -0.44566197 1.2240818 0.35981383 0.40077145 0.11068272 -0.55584113 1.78691314 "
    "0.49785048 -1.96661716 0.7013559 -0.47279141"
)
PUBLISHED = [Fraction(text) for text in TWENTY.split()]
WITH_AN_OUTLIER = [*PUBLISHED[:14], Fraction(10), *PUBLISHED[15:]]
series = st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=60)


def whole(limits: Limits) -> list[float]:
    return [round(float(one), 6) for one in (limits.mean, limits.lower, limits.upper)]


@pytest.mark.parametrize(
    ("values", "screened", "mean", "lower", "upper"),
    [
        (PUBLISHED, True, 0.1416238, -3.01138, 3.294627),
        (WITH_AN_OUTLIER, True, 0.6694159, -2.383666, 3.722497),
        (WITH_AN_OUTLIER, False, 0.6694159, -4.596625, 5.935457),
    ],
)
def test_the_published_limits_come_out(values, screened, mean, lower, upper):
    assert whole(limits_of(values, screened=screened)) == pytest.approx(
        [mean, lower, upper], abs=1e-6
    )


def test_nothing_in_the_published_series_is_more_than_chance():
    assert {point.variation for point in xmr(PUBLISHED)} == {Variation.COMMON}


def test_the_one_far_out_is_beyond_a_limit_and_only_it():
    told = [point.rules for point in xmr(WITH_AN_OUTLIER)]
    assert told == [(Rule.BEYOND,) if place == 14 else () for place in range(20)]


def test_as_far_up_as_down_is_chance_in_a_swinging_series():
    values = [Fraction(one) for one in [1, -1] * 7] + [Fraction("5.5"), Fraction("-5.5")]
    assert [point.variation for point in xmr(values)[-2:]] == [Variation.COMMON] * 2


@pytest.mark.parametrize(
    ("sides", "flags"),
    [
        ([1] * 6, [0] * 6),
        ([1] * 8 + [-1], [0] * 6 + [1, 1, 0]),
        ([-1] * 8 + [1], [0] * 6 + [1, 1, 0]),
        ([0] * 8, [0] * 8),
    ],
)
def test_the_seventh_on_one_side_is_told(sides, flags):
    assert sevens_on_a_side(sides) == [bool(flag) for flag in flags]


@pytest.mark.parametrize(
    ("values", "flags"),
    [
        ([1, 2, 3, 4, 5, 6], [0] * 6),
        ([1, 2, 3, 3, 4, 5, 6], [0] * 7),
        ([1, 2, 3, 4, 5, 6, 7], [0] * 6 + [1]),
        ([2, 1, 2, 3, 4, 5, 6, 7, 3], [0] * 7 + [1, 0]),
        ([7, 6, 5, 4, 3, 2, 1], [0] * 6 + [-1]),
    ],
)
def test_the_seventh_going_one_way_is_told(values, flags):
    assert sevens_in_a_trend(values) == flags


@pytest.mark.parametrize(
    ("near", "sides", "flags"),
    [
        ([1, 0, 1], [1] * 3, [1] * 3),
        ([0, 0, 1, 0, 1, 0, 0], [1] * 7, [0, 0, 1, 1, 1, 0, 0]),
        ([0, 0, 1, 1, 0, 0, 0], [1] * 7, [0, 1, 1, 1, 1, 0, 0]),
        ([1, 0, 1], [1, -1, 1], [0] * 3),
        ([1, 1], [1, 1], [0, 0]),
    ],
)
def test_two_of_three_near_one_limit_are_told(near, sides, flags):
    assert twos_of_three([bool(one) for one in near], sides) == [bool(flag) for flag in flags]


@pytest.mark.parametrize(
    ("lower", "upper", "higher", "lower_is_better"),
    [
        (1, 3, Assurance.FAILS, Assurance.PASSES),
        (5, 7, Assurance.PASSES, Assurance.FAILS),
        (1, 5, Assurance.RANDOM, Assurance.RANDOM),
    ],
)
def test_a_target_outside_the_limits_is_always_met_or_never(lower, upper, higher, lower_is_better):
    limits = Limits(Fraction(lower + upper, 2), Fraction(upper - lower, 2))
    assert assurance(limits, 4, Better.HIGHER) is higher
    assert assurance(limits, 4, Better.LOWER) is lower_is_better


def test_what_is_good_depends_on_the_way_a_measure_ought_to_go():
    values = [*[5, 6] * 8, 60]
    told = {better: xmr(values, better)[-1].variation for better in Better}
    assert told == {
        Better.HIGHER: Variation.IMPROVEMENT,
        Better.LOWER: Variation.CONCERN,
        Better.NEITHER: Variation.NEUTRAL,
    }


def test_after_a_step_the_limits_begin_anew():
    values = [*[10, 12] * 6, *[30, 32] * 6]
    assert any(point.rules for point in xmr(values))
    stepped = xmr(values, anew=[12])
    assert not any(point.rules for point in stepped)
    assert (stepped[0].limits.mean, stepped[-1].limits.mean) == (11, 31)


def test_a_series_that_never_changes_has_no_signal():
    assert not any(point.rules for point in xmr([7] * 30))


def test_no_values_have_no_limits():
    with pytest.raises(ValueError, match="limits need values"):
        limits_of([])
    assert xmr([]) == []


@given(series, st.integers(-1000, 1000))
def test_moving_every_value_moves_the_limits_and_no_verdict(values, by):
    before, after = xmr(values), xmr([value + by for value in values])
    assert [point.rules for point in before] == [point.rules for point in after]
    assert after[0].limits.mean == before[0].limits.mean + by
    assert after[0].limits.reach == before[0].limits.reach


@given(series)
def test_the_mirror_image_has_the_same_signals_with_good_and_bad_changed(values):
    here = xmr(values, Better.HIGHER)
    there = xmr([-value for value in values], Better.LOWER)
    assert [(p.rules, p.variation) for p in here] == [(p.rules, p.variation) for p in there]


@given(series)
def test_screening_never_widens_the_limits_and_beyond_means_beyond(values):
    assert limits_of(values).reach <= limits_of(values, screened=False).reach
    for point in xmr(values):
        outside = not point.limits.lower <= point.value <= point.limits.upper
        assert (Rule.BEYOND in point.rules) == outside


@pytest.mark.skipif(not VECTORS.exists(), reason="the published vectors are not beside the project")
def test_every_listed_vector_is_classified_as_listed():
    told: dict[str, list[dict[str, Any]]] = json.loads(VECTORS.read_text(), parse_float=Fraction)
    for one in told["xmr_snapshots"]:
        limits = limits_of(one["y"], screened=one["screen_outliers"])
        for ours, theirs in (("mean", "mean"), ("lower", "lpl"), ("upper", "upl")):
            assert float(getattr(limits, ours)) == pytest.approx(float(one[theirs]), abs=1e-6)
        if one.get("all") == "Common Cause":
            assert not any(point.rules for point in xmr(one["y"]))
    for one in told["two_in_three"]:
        near = [bool(flag) for flag in one["close"]]
        assert [int(flag) for flag in twos_of_three(near, one["side"])] == one["two_in_three"]
    for one in told["seven_trend"]:
        assert sevens_in_a_trend(one["y"]) == one["flag"]
    for one in told["seven_one_side"]:
        assert [int(flag) for flag in sevens_on_a_side(one["side"])] == one["flag"]
    names = {"consistent_fail": "FAILS", "consistent_pass": "PASSES", "inconsistent": "RANDOM"}
    for one in told["assurance"]:
        middle = Fraction(one["lpl"] + one["upl"], 2)
        limits = Limits(middle, one["upl"] - middle)
        for way, better in (("increase", Better.HIGHER), ("decrease", Better.LOWER)):
            assert assurance(limits, one["target"], better) is Assurance[names[one[way]]]
    assert [p.variation for p in xmr(told["symmetric_case"]["y"])[-2:]] == [Variation.COMMON] * 2
