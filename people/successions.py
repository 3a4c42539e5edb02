"""Who stands where another stood: the chains of succession, followed by day.

A body may pass to several on one day, by weights: what was its share is then theirs in proportion.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from math import lcm

Row = tuple[int, int, date, int]


class Successions:
    """Every succession there is, read once and followed in memory: the table is small."""

    def __init__(self, rows: Iterable[Row]) -> None:
        """Take rows of predecessor, successor, the day the one becomes the other, and weight."""
        self._since: dict[int, date] = {}
        self._next: dict[int, dict[int, int]] = {}
        self._before: dict[int, list[int]] = {}
        self._found: dict[tuple[int, date], Mapping[int, int]] = {}
        for predecessor, successor, on, weight in rows:
            self._since[predecessor] = on
            self._next.setdefault(predecessor, {})[successor] = weight
            self._before.setdefault(successor, []).append(predecessor)

    def has_passed(self, organisation: int, on: date) -> bool:
        """Whether anybody stands in this body's place on a day."""
        since = self._since.get(organisation)
        return since is not None and since <= on

    def heirs(self, organisation: int, on: date) -> Mapping[int, int]:
        """Everybody who stands there on a day, by weights in lowest terms; itself where nobody."""
        if not self.has_passed(organisation, on):
            return {organisation: 1}
        key = (organisation, on)
        if key not in self._found:
            parts = self._parts(organisation, on, frozenset())
            whole = lcm(*(part.denominator for part in parts.values()))
            self._found[key] = {who: int(part * whole) for who, part in sorted(parts.items())}
        return self._found[key]

    def _parts(self, organisation: int, on: date, passed: frozenset[int]) -> dict[int, Fraction]:
        """How much of a body each of its heirs is, whichever way it came to them."""
        if not self.has_passed(organisation, on) or organisation in passed:
            return {organisation: Fraction(1)}
        following, found = self._next[organisation], dict[int, Fraction]()
        for successor, weight in following.items():
            share = Fraction(weight, sum(following.values()))
            for who, part in self._parts(successor, on, passed | {organisation}).items():
                found[who] = found.get(who, Fraction(0)) + share * part
        return found

    def successor(self, organisation: int, on: date) -> int:
        """The one body that stands there on a day; where there are several, the last that was one.

        Itself where it has no successor.
        """
        passed = {organisation}
        while self.has_passed(organisation, on):
            following = self._next[organisation]
            if len(following) > 1:
                following = dict(self.heirs(organisation, on))
            if len(following) > 1 or passed & following.keys():
                break
            organisation = next(iter(following))
            passed.add(organisation)
        return organisation

    def lineage(self, organisation: int, on: date) -> frozenset[int]:
        """The body that stands there on a day, and everybody it has come from, in part or whole."""
        found = {self.successor(organisation, on)}
        waiting = list(found)
        while waiting:
            for predecessor in self._before.get(waiting.pop(), ()):
                if self.has_passed(predecessor, on) and predecessor not in found:
                    found.add(predecessor)
                    waiting.append(predecessor)
        return frozenset(found)

    def follows(self, organisation: int, another: int) -> bool:
        """Whether one body is, on any day, what another becomes in part or whole."""
        return organisation == another or organisation in self.heirs(another, date.max)
