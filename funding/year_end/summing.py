"""A year's figures summed from the ledger and the agreement, with the promises they must keep."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.db import db
from core.money import Pence, pounds
from funding.agreements.queries import host_on
from funding.checks import ledger_faults
from funding.invoices.models import Invoice
from funding.invoices.queries import months_to_bill
from funding.models import Account, Entry, Fund
from funding.periods.balances import balance_before
from funding.rules import AccountKind, EntryKind
from funding.tables import section
from funding.year_end.figures import BilledMonth, Figures, Gain, Kept, KindOfCharge, PartnerYear
from funding.year_end.queries import heads_of
from funding.year_end.reckoning import (
    charged_for,
    gathered,
    is_closed,
    parked_in,
    posted_for,
    settlement_of,
    standing,
    terms_of_year,
    up_to,
)
from funding.year_end.rules import (
    NOBODY,
    NOTHING,
    Borne,
    Settlement,
    Year,
    by_heads,
    terms_in_words,
)
from people.models import Organisation
from people.queries import organisations_by_number


def figures_of(fund: Fund, year: Year, on: date, *, proved: bool = True) -> Figures:
    """A year's figures as the rows stand, under whoever stands there on a day.

    `proved` puts the proof of the whole ledger among the checks; it reads every row. Raises Invalid
    where the terms cannot be followed.
    """
    whole = settlement_of(fund, year, on)
    lines = _lines(fund, year, on)
    partners = _partners(fund, year, on, whole, lines)
    return Figures(
        fund=fund.name,
        host=host_on(fund, year.last).name,
        year=year.begins,
        terms=_terms(fund, year, on),
        brought=whole.brought,
        contributed=whole.contributed,
        charged=whole.charged,
        left=whole.left,
        carried=whole.carried,
        parked=parked_in(fund, year),
        partners=partners,
        lines=[line for _, line in lines],
        gain=_gain(fund, year),
        checks=[*_checks(fund, year, whole, partners), *(_proof() if proved else ())],
        bills=_bills(fund, year),
        unbilled=[f"{one:%Y-%m}" for one in months_to_bill(fund) if year.first <= one <= year.last],
    )


def _terms(fund: Fund, year: Year, on: date) -> str:
    terms = up_to(terms_of_year(fund, year), on)
    lead = None if terms.lead_id is None else db.session.get_one(Organisation, terms.lead_id).name
    return terms_in_words(terms, lead)


def _partners(
    fund: Fund,
    year: Year,
    on: date,
    whole: Settlement,
    lines: Iterable[tuple[int, KindOfCharge]],
) -> list[PartnerYear]:
    settled = posted_for(fund, EntryKind.YEAR_END, year, on)
    gains = posted_for(fund, EntryKind.GAIN_SHARE, year, on)
    closing = _closing(fund, year, on)
    heads = heads_of(fund, year, on)
    known = set(whole.partners) <= set(heads)
    would = by_heads(whole.charged, {who: heads[who] for who in whole.partners}) if known else {}
    kinds = _sections(lines)
    found = []
    for body in organisations_by_number(whole.partners).values():
        borne, who = whole.partners[body.id], body.id
        weighs = heads.get(who, NOBODY)
        found.append(
            PartnerYear(
                code=body.code,
                official_code=body.official_code,
                name=body.name,
                **kinds.get(who, dict.fromkeys(("charges", "credits", "adjustments"), NOTHING)),
                **_money(borne),
                settled=settled.get(who, NOTHING),
                gain=gains.get(who, NOTHING),
                closing=closing.get(who, NOTHING),
                heads=weighs.population,
                weighed=weighs.weighed,
                by_heads=would.get(who),
            )
        )
    return found


def _money(borne: Borne) -> dict[str, Pence]:
    return {**vars(borne), "bears": borne.bears, "settles": borne.settles}


def _sections(lines: Iterable[tuple[int, KindOfCharge]]) -> dict[int, dict[str, Pence]]:
    """Charges, credits and everything else of each partner."""
    found: dict[int, dict[str, Pence]] = {}
    for who, line in lines:
        mine = found.setdefault(who, dict.fromkeys(("charges", "credits", "adjustments"), NOTHING))
        name = section(EntryKind(line.kind)).lower()
        mine[name] = Pence(mine[name] + line.pence)
    return found


def _lines(fund: Fund, year: Year, on: date) -> list[tuple[int, KindOfCharge]]:
    """What every partner was charged, by kind and product group, with those it succeeded."""
    sums: dict[tuple[int, EntryKind, str], tuple[int, int]] = {}
    for who, kind, group, count, pence in charged_for(fund, year):
        for stands, part in gathered([(who, pence)], on).items():
            counted, summed = sums.get((stands, kind, group), (0, 0))
            sums[stands, kind, group] = counted + count, summed + part
    bodies = organisations_by_number({who for who, _, _ in sums})
    codes = {who: body.code for who, body in bodies.items()}
    return [
        (who, KindOfCharge(codes[who], kind.value, group, count, Pence(pence)))
        for (who, kind, group), (count, pence) in sorted(
            sums.items(), key=lambda one: (codes[one[0][0]], *one[0][1:])
        )
    ]


def _closing(fund: Fund, year: Year, on: date) -> dict[int, Pence]:
    """What everybody owed the pool when the year ended."""
    accounts = db.session.execute(
        select(Account.organisation_id, Account.id).where(
            Account.fund_id == fund.id, Account.kind == AccountKind.PARTNER
        )
    )
    return gathered([(who, balance_before(number, year.after)) for who, number in accounts], on)


def _bills(fund: Fund, year: Year) -> list[BilledMonth]:
    found = db.session.scalars(
        select(Invoice)
        .where(Invoice.fund_id == fund.id, Invoice.month.between(year.first, year.last))
        .options(joinedload(Invoice.organisation))
        .order_by(Invoice.to_name, Invoice.organisation_id, Invoice.number)
    )
    return [
        BilledMonth(
            partner=one.organisation.code,
            name=one.to_name,
            official_code=one.to_code,
            number=one.named,
            month=f"{one.month:%Y-%m}",
            net=one.net,
            vat=one.vat,
            gross=one.gross,
        )
        for one in found
    ]


def _gain(fund: Fund, year: Year) -> Gain | None:
    entry = db.session.scalar(
        select(Entry).where(
            standing(fund, EntryKind.GAIN_SHARE),
            Entry.source.startswith(year.source, autoescape=True),
        )
    )
    return None if entry is None else Gain(entry.pence, entry.arithmetic, entry.id)


def _checks(
    fund: Fund, year: Year, whole: Settlement, partners: Iterable[PartnerYear]
) -> list[Kept]:
    parked = parked_in(fund, year)
    shared = sum(one.share for one in whole.partners.values())
    return [
        Kept(
            "Every month of the year is closed",
            [] if is_closed(fund, year) else [f"{year.last:%B %Y} is open."],
        ),
        Kept(
            "Somebody pays for every charge of the year",
            [f"{pounds(parked)} is parked."] if parked else [],
        ),
        Kept(
            "Everybody who was charged has a contribution",
            [f"{one.name} has none." for one in partners if one.charged and not one.contribution],
        ),
        Kept(
            "Contributions and what was brought in are what was charged, shared and carried",
            []
            if whole.brought + whole.contributed == whole.charged + shared + whole.carried
            else ["They are not."],
        ),
        Kept(
            "What was posted brings every partner to what it bears",
            [
                f"{one.name}: {pounds(one.settled)} posted, {pounds(one.settles)} due."
                for one in partners
                if one.settled != one.settles
            ],
        ),
    ]


def _proof() -> list[Kept]:
    return [Kept("Every promise of the ledger holds", ledger_faults())]
