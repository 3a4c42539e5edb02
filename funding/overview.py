"""What must be in order before anybody relies on the figures: computed, each fault named."""

from dataclasses import dataclass
from datetime import date

from core.clock import financial_year
from core.money import pounds
from funding.checks import balance_faults, ledger_faults
from funding.entries import parked
from funding.models import Fund
from funding.prices.queries import activities_in_use
from funding.purse import purse_of
from funding.queries import agreed_price, book_of, budgets, partners
from funding.rules import CARE_CLASSES, Facts, first_that_fits
from people.models import Staff
from people.queries import heirs_of


@dataclass(frozen=True)
class Check:
    """One promise, and what breaks it; kept when nothing does."""

    name: str
    faults: tuple[str, ...]

    @property
    def kept(self) -> bool:
        """Whether nothing breaks it."""
        return not self.faults


def checks(fund: Fund, *, viewer: Staff, on: date) -> list[Check]:
    """The promises of the agreement, and those of the whole ledger for who sees the whole of it."""
    agreed = [
        _priced(fund, on),
        Check("A rule speaks of every class of care today", _unruled(fund, on)),
    ]
    if not purse_of(viewer, on).every:
        return agreed
    return [
        Check("The ledger balances to the penny", tuple(balance_faults())),
        Check("Somebody pays for every charge", _parked(viewer, on)),
        Check("Every partner has a budget for the year", _unbudgeted(fund, viewer, on)),
        *agreed,
    ]


def proof(*, viewer: Staff, on: date) -> Check | None:
    """Every promise of the ledger proved from its rows, for who sees the whole of it."""
    if not purse_of(viewer, on).every:
        return None
    return Check("Every promise of the ledger holds", tuple(ledger_faults()))


def _parked(viewer: Staff, on: date) -> tuple[str, ...]:
    waiting = parked(viewer=viewer, on=on)
    if not waiting.count:
        return ()
    return (f"{waiting.count:,} parked, {pounds(waiting.pence)} in all.",)


def _unbudgeted(fund: Fund, viewer: Staff, on: date) -> tuple[str, ...]:
    agreed = budgets(financial_year(on)[0], viewer=viewer, on=on)
    have = {heir for budget in agreed for heir in heirs_of(budget.organisation_id, on)}
    return tuple(
        f"{partner.organisation.name} has none."
        for partner in partners(fund.id, on)
        if not have >= heirs_of(partner.organisation_id, on).keys()
    )


def _priced(fund: Fund, on: date) -> Check:
    """Whether what the contract's work needs has a price: what is never done needs none."""
    used = activities_in_use(fund.id)
    missing = tuple(
        f"The agreement has no price for {kind.value} today. Ask an administrator to add it."
        for kind in used
        if agreed_price(fund.id, kind, on) is None
    )
    named = ", ".join(kind.value for kind in used)
    return Check(f"Every activity in use has a price today ({named})", missing)


def _unruled(fund: Fund, on: date) -> tuple[str, ...]:
    rules = book_of(fund.id).rules
    return tuple(
        f"No rule for {care_class}."
        for care_class in CARE_CLASSES
        if first_that_fits(rules, Facts(care_class=care_class), on) is None
    )
