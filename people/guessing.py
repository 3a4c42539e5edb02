"""Slowing those who guess passwords: when a lock begins, how it grows, where tries come from."""

import ipaddress
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
FIRST_LOCK, LONGEST_LOCK = timedelta(minutes=1), timedelta(hours=1)
REMEMBERED = timedelta(hours=24)
FAILURES_OF_AN_ACCOUNT, FAILURES_OF_AN_ORIGIN = 5, 20


def locked_until(failures: Sequence[datetime], limit: int) -> datetime | None:
    """When the last lock that these failures caused ends, if they caused one.

    A lock begins with the failure that reaches the limit within the window. Every failure that
    follows a lock within the window begins another, twice as long, up to an hour.
    """
    ends: datetime | None = None
    length = FIRST_LOCK
    ordered = sorted(failures)
    for number, failure in enumerate(ordered):
        again = ends is not None and failure - ends < WINDOW
        nth = number + 1 - limit
        many = nth >= 0 and failure - ordered[nth] < WINDOW
        if again:
            length = min(2 * length, LONGEST_LOCK)
        elif many:
            length = FIRST_LOCK
        if again or many:
            ends = failure + length
    return ends


def origin_of(address: str | None) -> str:
    """Where a try comes from: an IPv4 address, or the network an IPv6 address belongs to.

    One subscriber holds a whole IPv6 network of 64 bits, so a single address means nothing.
    """
    try:
        read = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(read, ipaddress.IPv4Address):
        return str(read)
    if read.ipv4_mapped is not None:
        return str(read.ipv4_mapped)
    return str(ipaddress.ip_network((int(read), 64), strict=False))


def caller(socket: str | None, forwarded: str, proxies: Collection[str]) -> str:
    """The origin of a request: its socket, unless that is a proxy of ours that says more."""
    if socket not in proxies:
        return origin_of(socket)
    said = [part.strip() for part in forwarded.split(",") if part.strip()]
    beyond = [part for part in said if part not in proxies]
    return origin_of(beyond[-1] if beyond else socket)


def local_path(text: str) -> str | None:
    """The path after sign-in, if it stays with us; anything that could lead away is none."""
    if not text.startswith("/") or text.startswith("//") or "\\" in text or len(text) > 500:
        return None
    return text if text.isprintable() and " " not in text else None
