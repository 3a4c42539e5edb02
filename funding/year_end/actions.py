"""What people do at the end of a year: settle it, share the gain, weigh heads, prepare and sign."""

from datetime import datetime
from math import gcd

from core.clock import london_day
from core.db import add, db
from core.errors import Forbidden, Invalid, NotAllowed
from core.money import pounds
from funding.ledger import post, post_all
from funding.models import Entry, Fund
from funding.rules import SETTLING, Charge, EntryKind
from funding.spend import contributions
from funding.year_end.figures import written
from funding.year_end.models import Capitation, PreparedYear, YearPack
from funding.year_end.queries import may_sign, pack_of, prepared_of
from funding.year_end.reckoning import (
    is_closed,
    posted_for,
    settled_years,
    settlement_of,
    sources_of,
    terms_of_year,
)
from funding.year_end.rules import (
    Reissue,
    Settlement,
    Year,
    gain_of,
    why,
    why_gain,
)
from funding.year_end.summing import figures_of
from people.models import Organisation, Staff
from people.queries import organisations_by_number


def settle(fund: Fund, year: Year, *, by: Staff, at: datetime) -> list[int]:
    """Lay a closed year's over- or underspend on the partners by the agreement's terms.

    One entry a partner brings what it was charged to what it bears; answers their numbers. Raises
    NotAllowed where the year is not closed, was settled or signed, or a later one was settled.
    """
    on = london_day(at)
    _still_open(fund, year)
    _check_unsettled(fund, year)
    whole = settlement_of(fund, year, on)
    _check_everybody_puts_in(whole)
    times = _times(fund, EntryKind.YEAR_END, year)
    names = organisations_by_number(whole.partners)
    charges = [
        Charge(
            fund_id=fund.id,
            kind=EntryKind.YEAR_END,
            pence=borne.settles,
            shares={who: 1},
            on=on,
            source=f"{year.source}{names[who].code}{times}",
            subject=year.subject,
            group=SETTLING,
            memo=f"Year {year} settled for {names[who].name}",
            arithmetic=why(borne, whole, terms_of_year(fund, year)),
        )
        for who, borne in whole.partners.items()
    ]
    return post_all(charges, by=by, at=at)


def share_gain(
    fund: Fund, year: Year, reissue: Reissue, *, source: str, by: Staff, at: datetime
) -> Entry:
    """Owe the provider its part of what recycling above the threshold avoided.

    The partners bear it by contribution. `source` says where the two figures were read. Raises
    Invalid where nothing is due, NotAllowed where the year is not closed, shared already or signed.
    """
    on = london_day(at)
    _still_open(fund, year)
    if posted_for(fund, EntryKind.GAIN_SHARE, year, on):
        raise NotAllowed(f"The gain of {year} has been shared already. Look at its entry.")
    put_in = contributions(fund.id, year.first, on)
    if sum(put_in.values()) <= 0:
        raise Invalid("No contribution is agreed for this year. Set the budgets first.")
    terms = terms_of_year(fund, year)
    whole = gcd(*put_in.values())
    charge = Charge(
        fund_id=fund.id,
        kind=EntryKind.GAIN_SHARE,
        pence=gain_of(reissue, terms),
        shares={who: put // whole for who, put in put_in.items() if put},
        on=on,
        source=f"{year.source}provider{_times(fund, EntryKind.GAIN_SHARE, year)}",
        subject=year.subject,
        group=SETTLING,
        memo=f"Gain of {year} shared with the provider",
        arithmetic=f"{why_gain(reissue, terms)} {source}",
    )
    return post(charge, by=by, at=at)


def weigh(
    fund: Fund,
    organisation: Organisation,
    year: Year,
    *,
    population: int,
    weight: int,
    by: Staff,
    at: datetime,
) -> Capitation:
    """Write down whom a partner answers for in a year and how much they weigh (10,000 is one).

    Changes nothing anybody pays.
    """
    _check_unsigned(fund, year)
    if population <= 0:
        raise Invalid("Write how many people it answers for.", field="population")
    if weight <= 0:
        raise Invalid("Write a weight above nothing, like 1.035.", field="weight")
    place = {"fund_id": fund.id, "organisation_id": organisation.id, "year_from": year.first}
    row = db.session.query(Capitation).filter_by(**place).one_or_none()
    if row is None:
        return add(Capitation(**place, population=population, weight=weight))
    row.population, row.weight = population, weight
    db.session.flush()
    return row


def prepare(fund: Fund, year: Year, *, by: Staff, at: datetime) -> PreparedYear:
    """Put the figures of a settled year forward for somebody else to sign."""
    _check_unsigned(fund, year)
    if year.begins not in settled_years(fund):
        raise NotAllowed(f"The year {year} is not settled yet. Settle it first.")
    figures, checksum = written(figures_of(fund, year, london_day(at)))
    return add(
        PreparedYear(
            fund_id=fund.id,
            year_from=year.first,
            figures=figures,
            checksum=checksum,
            by_id=by.id,
            at=at,
        )
    )


def sign(fund: Fund, year: Year, *, checksum: str, by: Staff, at: datetime) -> YearPack:
    """Sign off the figures somebody else prepared: from then on nothing changes them.

    `checksum` is of the figures the signer has read. Raises NotAllowed where it is signed already,
    nothing was prepared, the signer prepared it, the figures are not those any more, or a check on
    them is broken.
    """
    if not may_sign(fund, by, london_day(at)):
        raise Forbidden("Finance of the host partner or an administrator signs a year off.")
    _check_unsigned(fund, year)
    prepared = prepared_of(fund, year)
    if prepared is None:
        raise NotAllowed(f"Nobody has prepared the figures of {year} yet. Prepare them first.")
    if prepared.by_id == by.id:
        raise NotAllowed("You prepared these figures, so somebody else signs them.")
    figures = figures_of(fund, year, london_day(at))
    if not checksum == prepared.checksum == written(figures)[1]:
        raise NotAllowed(
            f"The figures have changed since {prepared.by.name} prepared those you read. "
            "Have them prepared again, and read them."
        )
    if figures.broken is not None:
        raise NotAllowed(f"It cannot be signed off: {figures.broken.told}")
    return add(
        YearPack(
            fund_id=fund.id,
            year_from=year.first,
            figures=prepared.figures,
            checksum=prepared.checksum,
            prepared_by_id=prepared.by_id,
            prepared_at=prepared.at,
            signed_by_id=by.id,
            signed_at=at,
        )
    )


def _still_open(fund: Fund, year: Year) -> None:
    """Its months closed, and not signed off."""
    if not is_closed(fund, year):
        raise NotAllowed(f"{year.last:%B %Y} is not closed yet. Close every month of {year} first.")
    _check_unsigned(fund, year)


def _check_unsigned(fund: Fund, year: Year) -> None:
    pack = pack_of(fund, year)
    if pack is not None:
        raise NotAllowed(
            f"The year {year} was signed off on {london_day(pack.signed_at):%-d %B %Y} by "
            f"{pack.signed_by.name}. It does not change any more."
        )


def _check_unsettled(fund: Fund, year: Year) -> None:
    settled = settled_years(fund)
    if year.begins in settled:
        raise NotAllowed(
            f"The year {year} has been settled already. "
            "Reverse each of its entries first if it must be settled anew."
        )
    later = [Year(begins) for begins in sorted(settled) if begins > year.begins]
    if later:
        raise NotAllowed(
            f"The year {later[0]} has been settled, with what this one brought into it. "
            f"Reverse its entries before you settle {year}."
        )


def _check_everybody_puts_in(whole: Settlement) -> None:
    names = organisations_by_number(whole.partners)
    for who, borne in whole.partners.items():
        if borne.charged and not borne.contribution:
            raise NotAllowed(
                f"{names[who].name} was charged {pounds(borne.charged)} in the year, and no "
                "contribution of it is agreed. Set its budget of the year first."
            )


def _times(fund: Fund, kind: EntryKind, year: Year) -> str:
    """What is added to a cause so that a year whose entries were all reversed may be done anew."""
    causes = sources_of(fund, kind, year)
    done = max((_time(cause) for cause in causes), default=0)
    return f"/{done + 1}" if done else ""


def _time(cause: str) -> int:
    """Which time a cause was: "year 2026/ABC" was the first, "year 2026/ABC/2" the second."""
    parts = cause.split("/")
    return int(parts[2]) if len(parts) > 2 else 1
