"""A measure's months as a control chart reads them, and the sentence that says what it shows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise, takewhile

from reports.spc.rules import (
    FEWEST,
    Assurance,
    Better,
    Limits,
    Point,
    Rule,
    Variation,
    assurance,
    xmr,
)
from reports.units import Number, Unit

NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()


@dataclass(frozen=True)
class Control:
    """Months with their points, and what the last of them says. Values are whole hundredths."""

    unit: Unit
    better: Better
    target: int | None
    points: Mapping[date, Point | None]  # none for a month that has no figure
    anew: Mapping[date, str]  # the months in which the limits begin anew, and why where it is said

    @property
    def told(self) -> list[tuple[date, Point]]:
        """The months that have a figure."""
        return [(month, point) for month, point in self.points.items() if point]

    @property
    def enough(self) -> bool:
        """Whether there are months enough for limits to mean anything."""
        return len(self.told) >= FEWEST

    @property
    def last(self) -> tuple[date, Point] | None:
        """The latest month that has a figure."""
        return self.told[-1] if self.told else None

    @property
    def limits(self) -> Limits | None:
        """The limits the latest month is judged by; none before there are months enough."""
        return self.last[1].limits if self.last and self.enough else None

    @property
    def variation(self) -> Variation | None:
        """What the latest month says of change; nothing before there are months enough."""
        return self.last[1].variation if self.last and self.enough else None

    @property
    def assurance(self) -> Assurance | None:
        """What may be expected of the target; nothing without one or without limits."""
        if self.target is None or self.limits is None:
            return None
        return assurance(self.limits, self.target, self.better)

    @property
    def high(self) -> bool:
        """Whether the latest month lies above the average: the letter of its icon."""
        return self.last is not None and self.last[1].side > 0

    def verdict(self, point: Point) -> str:
        """What a month's point says, for a table."""
        if not self.enough:
            return "Too few months to say"
        said = point.variation.capitalize()
        return f"{said}: {' and '.join(point.rules)}" if point.rules else said

    def told_of(self, month: date) -> str:
        """What a month's point says, and that the limits begin anew in it, with the reason."""
        point = self.points[month]
        said = self.verdict(point) if point else "No figure"
        if month not in self.anew:
            return said
        why = self.anew[month].rstrip(".")
        return f"{said}. Limits begin anew{f': {why}' if why else ''}"


def control(
    months: Mapping[date, int | None],
    unit: Unit,
    better: Better,
    *,
    target: int | None = None,
    anew: Mapping[date, str] | Collection[date] = (),
) -> Control:
    """The control chart of some months, those without a figure left open."""
    told = [month for month, value in months.items() if value is not None]
    values = [value for value in months.values() if value is not None]
    because = anew if isinstance(anew, Mapping) else dict.fromkeys(anew, "")
    steps = {_place(told, month): because[month] for month in sorted(because)}
    points = dict(zip(told, xmr(values, better, anew=steps), strict=True))
    begun = {told[step]: why for step, why in sorted(steps.items()) if step > 0}
    return Control(unit, better, target, {month: points.get(month) for month in months}, begun)


def _place(told: list[date], month: date) -> int:
    """Where the first month with a figure stands, from a month on; the beginning without one."""
    return next((at for at, one in enumerate(told) if one >= month), 0)


def sentence(name: str, chart: Control) -> str:
    """What a chart shows, in words: where the last month stands, and what to expect."""
    if chart.last is None:
        return f"{name}: there is no figure yet."
    month, point = chart.last
    stands = f"{name} stood at {chart.unit.written(point.value)} in {month:%B %Y}"
    if not chart.enough:
        count = NUMBERS[len(chart.told)]
        return (
            f"{stands}. There {'is' if count == 'one' else 'are'} only {count} whole"
            f" month{'' if count == 'one' else 's'}; limits are drawn from {NUMBERS[FEWEST]} on."
        )
    return f"{stands}: {_why(chart, point)}.{_verdict(point)}{_expected(chart)}{_anew(chart)}"


def _why(chart: Control, point: Point) -> str:
    """The first rule the last point breaks, as people say it."""
    unit, limits = chart.unit, point.limits
    above = point.side > 0
    reach = unit.written(limits.upper if above else limits.lower)
    if not point.rules:
        return (
            f"within the usual range of {unit.written(limits.lower)} to"
            f" {unit.written(limits.upper)}, so nothing has changed that chance does not explain"
        )
    said = {
        Rule.BEYOND: f"{'above the upper' if above else 'below the lower'} limit of {reach}",
        Rule.SIDE: (
            f"{_run(chart, side=True)} months in a row {'above' if above else 'below'} the"
            f" average of {unit.written(limits.mean)}"
        ),
        Rule.TREND: f"{_run(chart, side=False)} months in a row going one way",
        Rule.NEAR: f"two of three months near the {'upper' if above else 'lower'} limit of {reach}",
    }
    return said[point.rules[0]]


def _run(chart: Control, *, side: bool) -> str:
    """How many months up to the last are on its side of the average, or go its way."""
    latest = [point for _, point in reversed(chart.told)]
    ways = [_way(later.value, before.value) for later, before in pairwise(latest)]
    sides = [point.side for point in latest]
    alike = sides if side else [ways[0], *ways]
    count = len([*takewhile(lambda way: way == alike[0], alike)])
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def _way(later: Number, earlier: Number) -> int:
    return (later > earlier) - (later < earlier)


def _verdict(point: Point) -> str:
    return {
        Variation.IMPROVEMENT: " That is an improvement.",
        Variation.CONCERN: " That is a concern.",
    }.get(point.variation, "")


def _expected(chart: Control) -> str:
    """What may be expected of the target while nothing changes."""
    if chart.assurance is None:
        return ""
    target = f" The target of {chart.unit.written(chart.target)}"
    return {
        Assurance.PASSES: f"{target} is met month after month.",
        Assurance.FAILS: f"{target} will not be met while nothing changes.",
        Assurance.RANDOM: f"{target} is met in some months and missed in others.",
    }[chart.assurance]


def _anew(chart: Control) -> str:
    """Since when the limits are those they are, where they begin anew."""
    since = max(chart.anew, default=None)
    if since is None:
        return ""
    why = chart.anew[since].rstrip(".")
    return f" The limits begin anew in {since:%B %Y}{f': {why}' if why else ''}."
