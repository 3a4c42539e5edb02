"""The rules of the lock, of origins and of where sign-in may lead."""

from datetime import UTC, datetime, timedelta

import pytest

from people.guessing import FIRST_LOCK, caller, local_path, locked_until, origin_of

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def after(*minutes):
    return [NOON + timedelta(minutes=m) for m in minutes]


def test_a_lock_begins_with_the_fifth_failure_in_a_quarter_of_an_hour():
    assert locked_until(after(0, 1, 2, 3), 5) is None
    assert locked_until(after(0, 4, 8, 12, 16), 5) is None
    assert locked_until(after(0, 1, 2, 3, 4), 5) == NOON + timedelta(minutes=5)


def test_each_failure_after_a_lock_begins_another_twice_as_long():
    failures, lengths = after(0, 0, 0, 0, 0), []
    for _ in range(9):
        ends = locked_until(failures, 5)
        lengths.append((ends - failures[-1]) / FIRST_LOCK)
        failures.append(ends + timedelta(seconds=1))
    assert lengths == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_who_waits_a_quarter_of_an_hour_begins_again():
    ends = locked_until(after(0, 0, 0, 0, 0), 5)
    later = ends + timedelta(minutes=15)
    assert locked_until([*after(0, 0, 0, 0, 0), later], 5) == ends


def test_a_day_of_guessing_gets_at_most_a_few_dozen_tries():
    failures, at = [], NOON
    while at < NOON + timedelta(days=1):
        ends = locked_until(failures, 5)
        at = max(at, ends) if ends else at
        failures.append(at)
    assert len(failures) < 45


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("", "unknown"),
        (None, "unknown"),
        ("x" * 500, "unknown"),
    ],
)
def test_an_origin_is_an_address_or_a_network(address, origin):
    assert origin_of(address) == origin


def test_only_our_proxies_are_believed():
    assert caller("192.0.2.1", "203.0.113.9", ()) == "192.0.2.1"
    assert caller("192.0.2.1", "203.0.113.9", {"192.0.2.1"}) == "203.0.113.9"
    assert (
        caller("192.0.2.1", "203.0.113.9, 192.0.2.2", {"192.0.2.1", "192.0.2.2"}) == "203.0.113.9"
    )
    assert caller("192.0.2.1", "", {"192.0.2.1"}) == "192.0.2.1"
    assert caller("192.0.2.1", "rubbish", {"192.0.2.1"}) == "unknown"


def test_only_paths_of_ours_are_followed():
    assert local_path("/orders/waiting?page=2") == "/orders/waiting?page=2"
    for away in ("//evil.test", "/\\evil.test", "https://evil.test", "/a\r\nb", "/a b", "", "a"):
        assert local_path(away) is None
