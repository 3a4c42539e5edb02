"""What another set of rules would have made of entries that were posted. No database here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from core.money import Pence, percent, split
from funding.rules import WrittenRule, in_lowest_terms, share_key

Lines = Mapping[int | None, Pence]  # by organisation's number; none is what is parked
MOST_RULES = 200  # more than any agreement has; each is asked of every charge


@dataclass(frozen=True)
class RuleSet:
    """Rules to be tried, and which of the agreement's own rules some of them still are."""

    rules: tuple[WrittenRule, ...]
    same_as: Mapping[int, int]  # a rule of the set → the agreement's rule with the same parts

    def keeps(self, rule: WrittenRule | None, cited_id: int | None) -> bool:
        """Whether a charge that cites a rule of the agreement would have fallen where it did."""
        if rule is None or cited_id is None:
            return rule is None and cited_id is None
        return self.same_as.get(rule.id) == cited_id


@dataclass(frozen=True)
class Posted:
    """An entry as it was posted: what fell on whom, by which shares."""

    id: int
    on: date
    pence: Pence
    rule_id: int | None
    reverses_id: int | None
    asked: str  # its facts as the ledger keeps them
    shares: Mapping[int, int]
    lines: Lines


@dataclass(frozen=True)
class Change:
    """An entry that would have fallen on others, or on the same otherwise."""

    posted: Posted
    rule_id: int | None  # of the rules tried
    shares: Mapping[int, int]
    lines: Lines
    parked_because: str = ""

    @property
    def differences(self) -> dict[int | None, Pence]:
        """What each would have paid more, or less than nothing; nobody who would pay the same."""
        whom = dict.fromkeys((*self.posted.lines, *self.lines))
        each = {w: self.lines.get(w, 0) - self.posted.lines.get(w, 0) for w in whom}
        return {w: Pence(pence) for w, pence in each.items() if pence}


def fall_alike(shares: Mapping[int, int], others: Mapping[int, int]) -> bool:
    """Whether two sets of shares lay the same on everybody: 60 and 40 fall like 3 and 2."""
    return in_lowest_terms(shares) == in_lowest_terms(others)


@dataclass
class Redrawing:
    """Entries drawn anew one after another, with remainders carried as the ledger carries them.

    Everybody is owed nothing where it begins, so that over all entries of the same shares nobody
    stands a penny from the exact sum.
    """

    carried: dict[str, dict[int, int]] = field(default_factory=dict)

    def split(self, pence: Pence, shares: Mapping[int, int]) -> Lines:
        """An amount by other shares; all of it parked where nobody has one."""
        if not shares:
            return {None: pence}
        parts = split(pence, shares, self._owed(shares))
        return {who: parts[who] for who in shares}

    def take_back(self, change: Change, heirs: Callable[[int], Mapping[int, int]]) -> Lines:
        """A drawn entry line by line with its sign turned, on whoever stands in each place."""
        lines: dict[int | None, Pence] = {}
        for who, pence in change.lines.items():
            if who is None:
                lines[None] = Pence(lines.get(None, 0) - pence)
                continue
            for whom, part in split(Pence(-pence), heirs(who)).items():
                lines[whom] = Pence(lines.get(whom, 0) + part)
        self._give_back(change)
        return lines

    def _give_back(self, change: Change) -> None:
        owed, whole = self._owed(change.shares), sum(change.shares.values())
        for who, weight in change.shares.items():
            owed[who] += change.lines.get(who, 0) * whole - change.posted.pence * weight

    def _owed(self, shares: Mapping[int, int]) -> dict[int, int]:
        return self.carried.setdefault(share_key(shares), dict.fromkeys(shares, 0))


def told(shares: Mapping[int, int], names: Mapping[int, str]) -> str:
    """Shares as people say them: "Made-up council 40%, Made-up NHS body 60%"."""
    if len(shares) == 1:
        return names[next(iter(shares))]
    whole = sum(shares.values())
    of_whole = {who: percent(weight, whole).replace(".00%", "%") for who, weight in shares.items()}
    return ", ".join(
        f"{name} {part}"
        for name, part in sorted((names[who], part) for who, part in of_whole.items())
    )
