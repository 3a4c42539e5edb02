"""A year as lines of a table: each partner month by month, and everybody together."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from core.clock import months_later
from core.money import Pence
from funding.alerts.rules import Watched
from funding.rules import SETTLING
from people.models import Staff
from reports.budget import queries
from reports.budget.queries import Payer, Place, Year
from reports.budget.rules import FEWEST_MONTHS, MONTHS, NOTHING, Forecast, forecast, spent_already


@dataclass(frozen=True)
class Line:
    """A partner's year, or that of everybody looked at: month by month, to the penny."""

    name: str
    payer: Payer | None  # none: everybody looked at
    months: tuple[date, ...]  # those looked at
    budget: Pence
    spent: tuple[Pence, ...]  # in each month looked at
    by_account: Mapping[int, Pence]  # what each account spent in them all
    settled: Pence  # laid on it in them to close earlier years, which is no spending of this one
    committed: tuple[Pence, ...]  # when each ended
    accrued: Pence
    forecasts: tuple[tuple[Forecast, ...] | None, ...]  # as it stood after each whole month

    @property
    def code(self) -> str:
        """How the partner stands in an address; nothing for everybody."""
        return self.payer.organisation.code if self.payer else ""

    @property
    def whole(self) -> int:
        """How many of the months looked at are over."""
        return len(self.forecasts)

    @property
    def year_months(self) -> tuple[date, ...]:
        """The twelve months of the year."""
        return tuple(months_later(self.months[0], place) for place in range(MONTHS))

    @property
    def actual(self) -> Pence:
        """What the ledger holds of the months looked at."""
        return Pence(sum(self.spent))

    @property
    def ordered(self) -> Pence:
        """What is ordered and not delivered when the last of them ends."""
        return self.committed[-1] if self.committed else NOTHING

    @property
    def ahead(self) -> tuple[Forecast, ...] | None:
        """What the year will have come to at the end of each month left; none if it cannot be said.

        Nothing is left of a year that is over: then it is empty.
        """
        return self.forecasts[-1] if self.forecasts else None

    @property
    def outturn(self) -> Forecast | None:
        """What the year is expected to come to; what it came to once it is over."""
        if self.whole == MONTHS:
            return Forecast(self.actual, self.actual, self.actual)
        return self.ahead[-1] if self.ahead else None

    @property
    def under(self) -> Pence | None:
        """How far the year is expected to stay under the budget; less than nothing: over it."""
        if self.outturn is None or not self.budget:
            return None
        return Pence(self.budget - self.outturn.outturn)

    def to_date(self, place: int) -> Pence:
        """What was spent from April to the end of a month, by its place in the year."""
        return Pence(sum(self.spent[: place + 1]))

    def reached(self, watched: Watched) -> list[Pence | None]:
        """What is watched as it stood at the end of each month looked at."""
        if watched is Watched.SPENT:
            return [self.to_date(place) for place in range(len(self.spent))]
        said: list[Pence | None] = []
        for place, one in enumerate(self.forecasts):
            over = self.to_date(place) if place + 1 == MONTHS else None
            said.append(one[-1].outturn if one else over)
        return said


@dataclass(frozen=True)
class Books:
    """What was read of a year: each question asked once."""

    year: Year
    payers: Sequence[Payer]
    spent: Mapping[Place, Pence]
    accrued: Mapping[int, Pence]
    began: date | None  # the first month the ledger holds anything of
    shape: Sequence[Fraction] | None  # the seasons of the year before
    ordered: Mapping[Place, Pence]

    def by_month(
        self, found: Mapping[Place, Pence], whose: Container[int | None], group: str | None = None
    ) -> tuple[Pence, ...]:
        """What some of those who pay have in each month looked at, maybe of one product group.

        What settles an earlier year counts only where its own group is asked for.
        """
        of_month = dict.fromkeys(self.year.months, NOTHING)
        for (who, month, of), pence in found.items():
            if who in whose and (of == group or (group is None and of != SETTLING)):
                of_month[month] = Pence(of_month[month] + pence)
        return tuple(of_month.values())


def read(
    year: Year,
    *,
    viewer: Staff,
    ordered: Mapping[Place, Pence] | None = None,
    payers: Sequence[Payer] | None = None,
) -> Books:
    """What the ledger says of a year, of those whose money the viewer may see.

    `payers` are those, where they have been asked for already.
    """
    return Books(
        year=year,
        payers=queries.payers(year, viewer=viewer) if payers is None else payers,
        spent=queries.spent(year, viewer=viewer),
        accrued=queries.accrued(year, viewer=viewer),
        began=queries.ledger_began(year.fund.id),
        shape=queries.seasons(year),
        ordered=ordered or {},
    )


def lines_of(books: Books) -> list[Line]:
    """A line for each partner, by name."""
    return [_line(payer, books) for payer in books.payers]


def _line(payer: Payer, books: Books) -> Line:
    year = books.year
    spent = books.by_month(books.spent, payer.numbers)
    start = _place(year, queries.first_month_of(payer, books.began))
    return Line(
        name=payer.organisation.name,
        payer=payer,
        months=year.months,
        budget=payer.budget,
        spent=spent,
        by_account={
            one.id: Pence(sum(books.by_month(books.spent, {one.id}))) for one in payer.accounts
        },
        settled=Pence(sum(books.by_month(books.spent, payer.numbers, SETTLING))),
        committed=books.by_month(books.ordered, {payer.organisation.id}),
        accrued=Pence(sum(books.accrued.get(one.id, 0) for one in payer.accounts)),
        forecasts=_forecasts(spent, year.whole, start, books.shape),
    )


def _place(year: Year, month: date | None) -> int:
    """A month's place in the year: nought for one before it."""
    if month is None or month <= year.first:
        return 0
    return (month.year - year.first.year) * 12 + month.month - year.first.month


def _forecasts(
    spent: Sequence[Pence], whole: int, start: int, shape: Sequence[Fraction] | None
) -> tuple[tuple[Forecast, ...] | None, ...]:
    """What could be forecast after each whole month, from the first that tells anything on.

    Only the last of them knows what the month under way has come to.
    """
    before = Pence(sum(spent[:start]))
    return tuple(
        forecast(
            spent[start:known],
            MONTHS - known,
            shape=shape[start:] if shape else None,
            before=before,
            begun=_begun(spent, known, whole),
        )
        if known >= start + FEWEST_MONTHS
        else None
        for known in range(1, whole + 1)
    )


def _begun(spent: Sequence[Pence], known: int, whole: int) -> Pence | None:
    """What the month under way has come to, where it is the next after those known."""
    return spent[known] if known == whole < len(spent) else None


def together(lines: Sequence[Line], books: Books) -> Line:
    """Everybody looked at as one line; the forecasts add up wherever each can be said."""
    year = books.year
    spent = _sums((line.spent for line in lines), len(year.months))
    start = min((_first_said(line) for line in lines), default=0)
    own = _forecasts(spent, year.whole, start, books.shape)
    floors = [
        spent_already(spent[:known], _begun(spent, known, year.whole))
        for known in range(1, year.whole + 1)
    ]
    return Line(
        name="All partners",
        payer=None,
        months=year.months,
        budget=Pence(sum(line.budget for line in lines)),
        spent=spent,
        by_account={},
        settled=Pence(sum(line.settled for line in lines)),
        committed=_sums((line.committed for line in lines), len(year.months)),
        accrued=Pence(sum(line.accrued for line in lines)),
        forecasts=tuple(
            _added_up(one, [line.forecasts[place] for line in lines], floors[place])
            for place, one in enumerate(own)
        ),
    )


def _sums(rows: Iterable[Sequence[Pence]], count: int) -> tuple[Pence, ...]:
    columns = list(zip(*rows, strict=True)) or [()] * count
    return tuple(Pence(sum(column)) for column in columns)


def _first_said(line: Line) -> int:
    """The place of the first month that tells something: three before it can first be said."""
    known = [place for place, one in enumerate(line.forecasts) if one is not None]
    return known[0] + 1 - FEWEST_MONTHS if known else 0


def _added_up(
    own: tuple[Forecast, ...] | None,
    parts: Sequence[tuple[Forecast, ...] | None],
    floor: Pence | None,
) -> tuple[Forecast, ...] | None:
    """The whole's own range around the sum of its parts, so that a column adds up to the penny."""
    said = [part for part in parts if part is not None]
    if own is None or not said or len(said) < len(parts):
        return own
    sums = [Pence(sum(one.outturn for one in month)) for month in zip(*said, strict=True)]
    return tuple(
        Forecast(
            whole, Pence(one.low + whole - one.outturn), Pence(one.high + whole - one.outturn)
        ).not_below(floor)
        for one, whole in zip(own, sums, strict=True)
    )
