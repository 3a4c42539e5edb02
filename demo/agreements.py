"""What the partners agree for each financial year: drafted, agreed by their finance, in force."""

from collections.abc import Mapping
from datetime import date, datetime

from core.clock import months_later
from core.money import Pence, share_of, split
from demo.setting import Setting
from demo.sign_ins import HOST, PASSWORD
from funding.agreements.rules import Terms, YearEnd
from funding.agreements.versions.actions import (
    agree,
    draft_change,
    draft_version,
    put_in_force,
    set_contribution,
    set_group_budget,
    set_terms,
)
from funding.agreements.versions.models import AgreementVersion
from funding.agreements.versions.queries import own_places
from funding.agreements.versions.rules import DraftedPrice, Figures, quarters
from funding.rules import EntryKind
from people.actions import add_staff
from people.models import Staff
from people.rules import Role

# Whose finance does not sign in to the demonstration for anything else.
TREASURERS = {
    "E10000024": "Hope Treasurer", "04E": "Gil Treasurer", "04H": "Ivy Treasurer",
    "04L": "Jon Treasurer", "04M": "Kit Treasurer", "04N": "Lou Treasurer",
}  # fmt: skip
CAPPED_AT, THRESHOLD, GAIN = 10, 90, 25  # per cent
BUDGETED = {"beds and rails": 45, "pressure care": 30, "toileting": 25}
NEXT_PRICE = DraftedPrice(EntryKind.TEST, Pence(12_65))


def employ_treasurers(setting: Setting, at: datetime) -> None:
    """Somebody in the finance of every partner that has nobody there yet."""
    for code, name in TREASURERS.items():
        setting.staff[Role.FINANCE].append(
            add_staff(
                name=name, email=f"{name.lower().replace(' ', '.')}@example.test",
                password=PASSWORD, role=Role.FINANCE, organisation=setting.organisations[code],
                order_limit=Pence(0), by=setting.boss, at=at,
            )
        )  # fmt: skip


def agree_year(
    setting: Setting, year_from: date, parts: Mapping[str, Pence], at: datetime
) -> AgreementVersion:
    """The version of a year, in force from 1 April: inflation of 3 %, and as much saved."""
    by = setting.boss
    version = draft_version(setting.fund, from_on=year_from, by=by, at=at)
    for code, pence in parts.items():
        more = share_of(pence, 3)
        figures = Figures(
            last_year=pence, inflation=more, inflation_note="3%",
            efficiency=more, efficiency_note="3%",
        )  # fmt: skip
        set_contribution(version, setting.organisations[code], figures, by=by, at=at)
    host = setting.organisations[HOST]
    for group, pence in split(parts[HOST], BUDGETED).items():
        set_group_budget(version, host, group, pence, by=by, at=at)
    terms = Terms(YearEnd.CAPPED, host.id, CAPPED_AT, THRESHOLD, GAIN)
    set_terms(version, terms, from_on=year_from, host=host, days=quarters(year_from), by=by, at=at)
    for finance in setting.staff[Role.FINANCE]:
        _agree(version, finance, at)
    put_in_force(version, revision=version.revision, by=by, at=at)
    return version


def draft_next_year(setting: Setting, year_from: date, at: datetime) -> None:
    """The year after is a draft with a new price, to which one partner has agreed."""
    version = draft_version(
        setting.fund, from_on=months_later(year_from, 12), by=setting.boss, at=at
    )
    draft_change(version, NEXT_PRICE, by=setting.boss, at=at)
    _agree(version, setting.staff[Role.FINANCE][0], at)


def _agree(version: AgreementVersion, finance: Staff, at: datetime) -> None:
    """Agree for whoever of its own has not: bodies that have merged have one place."""
    waiting = set(own_places(version, viewer=finance, on=at.date()))
    waiting -= {one.organisation_id for one in version.consents if one.revision == version.revision}
    if waiting:
        agree(version, revision=version.revision, by=finance, at=at)
