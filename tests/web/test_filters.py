"""Money, days, moments and ages as people write them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.clock import london_day, now
from people.rules import Role
from web.filters import age, ago, counted, day, moment, words


def test_days_and_moments_are_londons() -> None:
    late = datetime(2026, 6, 1, 23, 30, tzinfo=UTC)
    assert day(date(2026, 10, 3)) == "3 October 2026"
    assert day(late) == "2 June 2026"
    assert moment(late) == "2 June 2026 at 00:30"
    assert (day(None), moment(None), age(None), ago(None), words(None)) == ("",) * 5


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=5), "5 hours"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=75), "2 months"),
        (timedelta(days=800), "2 years"),
    ],
)
def test_ages_are_said_in_one_unit(passed: timedelta, said: str) -> None:
    assert age(passed) == said
    assert age(now() - passed) == said
    assert ago(passed) == (said if said == "just now" else f"{said} ago")


def test_a_day_is_today_or_days_ago() -> None:
    today = london_day(now())
    assert ago(today) == "today"
    assert ago(today - timedelta(days=1)) == "1 day ago"


def test_words_and_counts() -> None:
    assert words("out_for_delivery") == "out for delivery"
    assert words(Role.PRESCRIBER) == "prescriber"
    assert (counted(1, "item"), counted(1200, "item"), counted(2, "body", "bodies")) == (
        "1 item",
        "1,200 items",
        "2 bodies",
    )
