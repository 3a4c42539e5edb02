"""Who stands where another stood: the chains of succession, followed by day."""

from collections.abc import Iterable
from datetime import date


class Successions:
    """Every succession there is, read once and followed in memory: the table is small."""

    def __init__(self, rows: Iterable[tuple[int, int, date]]) -> None:
        """Take rows of predecessor, successor and the day from which the one is the other."""
        self._next: dict[int, tuple[int, date]] = {}
        self._before: dict[int, list[tuple[int, date]]] = {}
        for predecessor, successor, on in rows:
            self._next[predecessor] = (successor, on)
            self._before.setdefault(successor, []).append((predecessor, on))

    def successor(self, organisation: int, on: date) -> int:
        """Who stands there on a day: the end of the chain, or the same body where there is none."""
        passed = {organisation}
        while organisation in self._next:
            successor, since = self._next[organisation]
            if since > on or successor in passed:
                break
            passed.add(successor)
            organisation = successor
        return organisation

    def lineage(self, organisation: int, on: date) -> frozenset[int]:
        """Everyone whose successor on a day is the same body as this one's, that body included."""
        found = {self.successor(organisation, on)}
        waiting = list(found)
        while waiting:
            for predecessor, since in self._before.get(waiting.pop(), ()):
                if since <= on and predecessor not in found:
                    found.add(predecessor)
                    waiting.append(predecessor)
        return frozenset(found)

    def follows(self, organisation: int, another: int) -> bool:
        """Whether one body is, on any day, what another becomes."""
        return organisation in (another, self.successor(another, date.max))
