"""What was one partner's, on whoever stands in its place: shares and pence, none of either lost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from math import lcm

from core.errors import NotAllowed
from core.money import Pence, split
from funding.rules import RulePart
from people.queries import successions
from people.successions import Successions

FINEST = 10**15  # parts of a whole: beyond it a penny's remainder would not fit its column
TOO_FINE = (
    "These shares have been passed on in parts too fine to reckon with. Ask an administrator to put"
    " a rule with simpler shares in force."
)


def succeeded(shares: Mapping[int, int], on: date) -> dict[int, int]:
    """The same shares on whoever stands in each sharer's place on a day, weights added up.

    Where several stand there, they weigh together what the one did: all weights are multiplied by
    the least number that leaves them whole. Raises NotAllowed where they become too fine.
    """
    return shared(shares, successions(), on)


def shared(shares: Mapping[int, int], chains: Successions, on: date) -> dict[int, int]:
    """The same shares on whoever stands in each sharer's place, as these successions have it."""
    if not any(chains.has_passed(who, on) for who in shares):
        return dict(shares)
    passed: dict[int, Fraction] = {}
    for who, weight in shares.items():
        for heir, part in _parts(chains.heirs(who, on)).items():
            passed[heir] = passed.get(heir, Fraction(0)) + weight * part
    times = _times(passed)
    if times * sum(shares.values()) > FINEST:
        raise NotAllowed(TOO_FINE)
    return {who: int(weight * times) for who, weight in passed.items()}


def pence_passed(sums: Iterable[tuple[int, int]], on: date) -> dict[int, Pence]:
    """Sums of pence by partner, added up under whoever stands in each place on a day, exactly."""
    chains = successions()
    found: dict[int, Pence] = {}
    for who, pence in sums:
        for heir, part in split(Pence(int(pence)), chains.heirs(who, on)).items():
            found[heir] = Pence(found.get(heir, 0) + part)
    return found


def parts_passed(parts: Sequence[RulePart], on: date) -> tuple[RulePart, ...]:
    """The parts of a rule with everybody they name replaced by who stands there on a day."""
    chains = successions()
    named = [one.organisation_id for one in parts if one.organisation_id is not None]
    if not any(chains.has_passed(who, on) for who in named):
        return tuple(parts)
    heirs = [_heirs_of_part(one, chains, on) for one in parts]
    weights = [
        one.weight * part for one, of in zip(parts, heirs, strict=True) for part in of.values()
    ]
    times = lcm(*(weight.denominator for weight in weights))
    return tuple(
        replace(one, organisation_id=who, weight=int(one.weight * part * times))
        for one, of in zip(parts, heirs, strict=True)
        for who, part in of.items()
    )


def _heirs_of_part(part: RulePart, chains: Successions, on: date) -> dict[int | None, Fraction]:
    if part.organisation_id is None:
        return {None: Fraction(1)}
    found = _parts(chains.heirs(part.organisation_id, on))
    return {who: of_part for who, of_part in found.items()}  # noqa: C416 - keys may be None


@dataclass(frozen=True)
class Laid:
    """What one line of an entry lays on an account, and the share that made it."""

    who: int | None  # none: an account that is nobody's
    account: int | None  # none: that of who stands there now, which may have to be opened
    pence: Pence
    weight: int | None = None
    of_weights: int | None = None


def passed_on(lines: Sequence[Laid], chains: Successions, on: date) -> list[Laid]:
    """The lines of an entry on whoever stands in each place on a day, and their pence with them.

    Line by line while each has one heir. Where one has several, they share its pence by their
    weights, summing to it exactly, and everybody has one line: the weights are those that a new
    charge by the same shares would have. Raises NotAllowed where they become too fine.
    """
    parts = [{} if one.who is None else _parts(chains.heirs(one.who, on)) for one in lines]
    if all(len(heirs) < 2 for heirs in parts):
        return [_on_one(line, *heirs) for line, heirs in zip(lines, parts, strict=True)]
    pence: dict[int, Pence] = {}
    weights: dict[int, Fraction] = {}
    for line, heirs in zip(lines, parts, strict=True):
        for who, of_line in _split(line.pence, heirs).items() if heirs else ():
            pence[who] = Pence(pence.get(who, 0) + of_line)
            weights[who] = weights.get(who, Fraction(0)) + (line.weight or 0) * heirs[who]
    times, whole = _times(weights), max(line.of_weights or 0 for line in lines)
    if times * whole > FINEST:
        raise NotAllowed(TOO_FINE)
    shared = [
        Laid(who, None, pence[who], int(weight * times) or None, whole * times if weight else None)
        for who, weight in weights.items()
    ]
    return [*shared, *(line for line in lines if line.who is None)]


def _on_one(line: Laid, who: int | None = None) -> Laid:
    return line if who == line.who else replace(line, who=who, account=None)


def _split(pence: Pence, parts: Mapping[int, Fraction]) -> dict[int, Pence]:
    times = _times(parts)
    return split(pence, {who: int(part * times) for who, part in parts.items()})


def _times(parts: Mapping[int, Fraction]) -> int:
    """The least number by which parts become whole numbers."""
    return lcm(*(part.denominator for part in parts.values()))


def _parts(heirs: Mapping[int, int]) -> dict[int, Fraction]:
    whole = sum(heirs.values())
    return {who: Fraction(weight, whole) for who, weight in heirs.items()}
