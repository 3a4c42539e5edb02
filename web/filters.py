"""How a page writes money, days, moments, ages and words."""

from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any

from core.clock import LONDON, london_day, now
from core.money import percent, pounds


def day(when: date | datetime | None) -> str:
    """A day as people write it (3 October 2026); a moment's day in London; nothing for None."""
    if not when:
        return ""
    on = london_day(when) if isinstance(when, datetime) else when
    return f"{on.day} {on:%B} {on.year}"


def moment(when: datetime | None) -> str:
    """A moment with its time in London (3 October 2026 at 14:05); nothing for None."""
    return f"{day(when)} at {when.astimezone(LONDON):%H:%M}" if when else ""


def age(since: date | datetime | timedelta | None) -> str:
    """How long ago something was, in one unit (2 days, 5 minutes); nothing for None."""
    if since is None or since == "":
        return ""
    return _spell(_elapsed(since))


def ago(since: date | datetime | timedelta | None) -> str:
    """How long ago something was, as the end of a sentence (2 days ago, today, just now)."""
    if since is None or since == "":
        return ""
    spelt = _spell(_elapsed(since))
    return spelt if spelt in ("today", "just now") else f"{spelt} ago"


def _elapsed(since: date | datetime | timedelta) -> timedelta | int:
    """The time that has passed: whole days for a day, a span for a moment."""
    if isinstance(since, timedelta):
        return since
    if isinstance(since, datetime):
        return now() - (since if since.tzinfo else since.replace(tzinfo=UTC))
    return (london_day(now()) - since).days


def _spell(passed: timedelta | int) -> str:
    if isinstance(passed, int):
        return "today" if passed <= 0 else _days(passed)
    seconds = int(passed.total_seconds())
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return _count(seconds // 60, "minute")
    if seconds < 86400:
        return _count(seconds // 3600, "hour")
    return _days(seconds // 86400)


def _days(count: int) -> str:
    if count < 60:
        return _count(count, "day")
    return _count(count // 30, "month") if count < 730 else _count(count // 365, "year")


def _count(number: int, unit: str) -> str:
    return f"{number:,} {unit}" if number == 1 else f"{number:,} {unit}s"


def words(member: Any) -> str:
    """A status, event or role as a person reads it: out_for_delivery is “out for delivery”."""
    if not member:
        return ""
    value = member.value if isinstance(member, Enum) else member
    return str(value).replace("_", " ")


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: 1 item, 2 items, 3 bodies."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


FILTERS = {
    "age": age,
    "ago": ago,
    "counted": counted,
    "day": day,
    "moment": moment,
    "percent": percent,
    "pounds": pounds,
    "words": words,
}
