"""The intervals against those that were published."""

import pytest

from reports.back.campaigns.intervals import difference, share


# R. G. Newcombe, Two-sided confidence intervals for the single proportion, 1998, table I, method 3.
@pytest.mark.parametrize(
    ("top", "bottom", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_a_share_lies_between_the_published_limits(top, bottom, low, high):
    found = share(top, bottom)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


# R. G. Newcombe, Interval estimation for the difference between independent proportions, 1998,
# table II, method 10.
@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_a_difference_lies_between_the_published_limits(one, other, low, high):
    found = difference(share(*one), share(*other))
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    assert found.says_something == (low > 0)


def test_of_nothing_there_is_no_share():
    for top, bottom in ((0, 0), (2, 1), (-1, 3)):
        with pytest.raises(ValueError, match="so many of so many"):
            share(top, bottom)
