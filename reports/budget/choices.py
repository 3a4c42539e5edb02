"""What may be chosen on the budget's pages, and what was: up to which month, and whose."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.clock import last_of_month, month_of, months_later
from core.errors import Invalid, Refused
from funding.models import Fund
from funding.purse import purse_of
from people.models import Organisation, Staff
from reports.budget import queries
from reports.budget.forms import BudgetForm
from reports.budget.queries import Payer, Whose, Year
from reports.forms import EVERY, PARKED
from reports.periods import Period, read_month

LONGEST = 119
NOT_BEGUN = "That month has not begun yet. Choose this month or an earlier one."


@dataclass(frozen=True)
class Asked:
    """The filled form, the year it asks for, and whom it keeps to."""

    form: BudgetForm
    year: Year
    payers: Sequence[Payer]  # of that year, whose money the viewer may see
    partner: Organisation | None = None
    parked: bool = False
    status: int = 200

    @property
    def whose(self) -> Whose:
        """Whose part the rows are kept to."""
        return Whose(self.partner.id if self.partner else None, self.parked)

    @property
    def address(self) -> dict[str, str]:
        """The choice as it stands in an address."""
        whom = {"partner": self.form.partner.data} if self.form.partner.data else {}
        return {"month": f"{self.year.last:%Y-%m}", **whom}

    @property
    def period(self) -> str:
        """The months looked at, in words."""
        return str(Period(self.year.first, last_of_month(self.year.last)))

    @property
    def words(self) -> str:
        """The choice as a heading says it."""
        named = [self.period]
        if self.parked:
            named.append("what nobody pays for yet")
        if self.partner:
            named.append(self.partner.name)
        return ", ".join(named)


def asked(arguments: Any, fund: Fund, *, viewer: Staff, on: date) -> Asked:
    """What an address asks for; this month and everybody, and why, where it cannot be read."""
    this = Year(fund, month_of(on), on)
    payers = queries.payers(this, viewer=viewer)
    partners = {payer.organisation.code: payer.organisation for payer in payers}
    parked = purse_of(viewer, on).every
    form = _form(arguments, this, partners, parked)
    if not form.validate():
        return _everybody(form, this, payers)
    month = read_month(form.month.data)
    if month > on:
        return _everybody(form.refused(Invalid(NOT_BEGUN, field="month")), this, payers)
    year, whose = Year(fund, month, on), form.partner.data
    if year.first != this.first:  # other budgets were agreed
        payers = queries.payers(year, viewer=viewer)
    return Asked(form, year, payers, partners.get(whose), whose == PARKED)


def _everybody(form: BudgetForm, this: Year, payers: Sequence[Payer]) -> Asked:
    """What is shown beside what was wrong."""
    form.partner.data = EVERY
    return Asked(form, this, payers, status=422)


def _form(
    arguments: Any, this: Year, partners: dict[str, Organisation], parked: bool
) -> BudgetForm:
    """The filters with their lists, filled from an address; this month where it says none."""
    form = BudgetForm(arguments or None)
    form.month.data = form.month.data or f"{this.last:%Y-%m}"
    form.partner.data = form.partner.data or EVERY
    form.month.choices = _months(form.month.data, this)
    names = [(code, partner.name) for code, partner in partners.items()]
    nobody = [(PARKED, "Nobody yet (parked)")] if parked else []
    form.partner.choices = [(EVERY, "Every partner"), *names, *nobody]
    return form


def _months(chosen: str, this: Year) -> list[tuple[str, str]]:
    """The months there is anything to see in, newest first, and the one chosen."""
    began = queries.ledger_began(this.fund.id) or this.last
    first = max(min(began, this.first), months_later(this.last, -LONGEST))
    known = {f"{month:%Y-%m}" for month in Period(first, this.on).months()}
    with suppress(Refused):
        known.add(f"{read_month(chosen):%Y-%m}")
    return [(text, f"{read_month(text):%B %Y}") for text in sorted(known, reverse=True)]
