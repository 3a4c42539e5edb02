"""Agreements as dated versions: drafted, agreed by each partner's finance, in force, superseded."""

import itertools
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from core.db import db
from core.errors import Forbidden, Invalid, NotAllowed, NotFound, TakenByAnother
from core.money import Pence, percent, pounds
from funding import actions as money
from funding.agreements.queries import host_on, stock_model_on, stretches, terms_of
from funding.agreements.rules import Terms, YearEnd
from funding.agreements.versions import actions
from funding.agreements.versions.comparison import differences
from funding.agreements.versions.models import AgreementVersion, VersionMove
from funding.agreements.versions.queries import (
    events_for,
    places,
    version_by_code,
    version_on,
    versions,
)
from funding.agreements.versions.rules import (
    VERSION_LIFE,
    DraftedEnd,
    DraftedPrice,
    DraftedRule,
    Figures,
    VersionEvent,
    VersionStatus,
    instalments,
    quarters,
)
from funding.models import Fund, Partner
from funding.queries import activity_price, budgets, partners, ruling_for
from funding.rules import Basis, EntryKind, Facts, RulePart, StockModel
from people.models import Organisation, Staff
from people.rules import Kind, Role
from tests.builders import (
    NOON,
    TODAY,
    a_fund,
    a_member_of_staff,
    a_merger,
    a_partner,
    a_rule,
    an_organisation,
)

NEXT = date(2026, 7, 1)


@dataclass
class Table:
    """Two partners who make an agreement, their finance, and who keeps it."""

    fund: Fund
    body: Organisation
    council: Organisation
    body_finance: Staff
    council_finance: Staff
    keeper: Staff

    def draft(self, from_on: date = TODAY) -> AgreementVersion:
        return actions.draft_version(self.fund, from_on=from_on, by=self.keeper, at=NOON)

    def agree(self, version: AgreementVersion, *who: Staff) -> None:
        for one in who or (self.body_finance, self.council_finance):
            actions.agree(version, revision=version.revision, by=one, at=NOON)

    def put_in_force(self, version: AgreementVersion) -> AgreementVersion:
        actions.put_in_force(version, revision=version.revision, by=self.keeper, at=NOON)
        db.session.execute(text("set constraints all immediate"))  # what a commit would ask
        db.session.execute(text("set constraints all deferred"))
        return version

    def in_force(self, from_on: date = TODAY) -> AgreementVersion:
        version = self.draft(from_on)
        self.agree(version)
        return self.put_in_force(version)

    def puts_in(self, version: AgreementVersion, who: Organisation, **figures: object) -> None:
        actions.set_contribution(
            version, who, Figures(**figures), by=self.keeper, at=NOON  # type: ignore[arg-type]
        )  # fmt: skip


@pytest.fixture
def table(app: Flask) -> Table:
    fund = a_fund()
    body = a_partner(fund).organisation
    council = a_partner(fund, organisation=an_organisation(kind=Kind.COUNCIL)).organisation
    return Table(
        fund, body, council,
        a_member_of_staff(Role.FINANCE, organisation=body),
        a_member_of_staff(Role.FINANCE, organisation=council),
        a_member_of_staff(Role.ADMINISTRATOR),
    )  # fmt: skip


# Contributions and instalments


def test_the_published_sums_add_up_in_one_agreement(table: Table) -> None:
    """Haringey: 7.2 + 3.6 = 10.8, and with 1.1 more 11.9, in millions of pounds."""
    version = table.draft()
    table.puts_in(version, table.body, last_year=Pence(7_200_000_00))
    table.puts_in(version, table.council, last_year=Pence(3_600_000_00))
    assert version.pence == 10_800_000_00
    third = an_organisation()
    table.puts_in(version, third, planned=Pence(1_100_000_00))
    assert version.pence == 11_900_000_00
    assert pounds(version.pence) == "£11,900,000.00"


def test_the_same_sum_is_told_as_arithmetic_for_one_partner(table: Table) -> None:
    version = table.draft()
    table.puts_in(
        version, table.body, last_year=Pence(7_200_000_00), recurrent=Pence(3_600_000_00),
        planned=Pence(1_100_000_00),
    )  # fmt: skip
    (body,) = [one for one in version.contributions if one.organisation_id == table.body.id]
    assert body.arithmetic == (
        "£7,200,000.00 last year + £3,600,000.00 recurrent changes "
        "+ £1,100,000.00 planned changes = £11,900,000.00"
    )


def test_the_citys_part_of_the_pool_is_as_published(table: Table) -> None:
    """Peterborough and Cambridgeshire: £520k of £8.7m is 5.98 %."""
    version = table.draft()
    table.puts_in(version, table.body, last_year=Pence(8_180_000_00))
    table.puts_in(version, table.council, last_year=Pence(520_000_00))
    assert percent(520_000_00, version.pence) == "5.98%"


def test_inflation_and_efficiency_are_amounts_with_a_note(table: Table) -> None:
    version = table.draft()
    table.puts_in(
        version, table.body, last_year=Pence(100_00), recurrent=Pence(-5_00),
        inflation=Pence(3_01), inflation_note="3%", efficiency=Pence(1_01), efficiency_note="1%",
    )  # fmt: skip
    (body,) = [one for one in version.contributions if one.organisation_id == table.body.id]
    assert body.pence == 97_00
    assert body.arithmetic == (
        "£100.00 last year − £5.00 recurrent changes + £3.01 inflation (3%) "
        "− £1.01 efficiency (1%) = £97.00"
    )


@pytest.mark.parametrize(
    ("figures", "field"),
    [
        ({"last_year": Pence(-1)}, "last_year"),
        ({"efficiency": Pence(-1)}, "efficiency"),
        ({"last_year": Pence(1), "efficiency": Pence(2)}, "efficiency"),
        ({"last_year": Pence(1), "recurrent": Pence(-2)}, "efficiency"),
    ],
)
def test_a_contribution_below_nothing_is_refused(
    table: Table, figures: dict[str, Pence], field: str
) -> None:
    with pytest.raises(Invalid) as why:
        table.puts_in(table.draft(), table.body, **figures)
    assert why.value.field == field


def test_four_equal_instalments_sum_to_the_penny(table: Table) -> None:
    version = table.draft(date(2026, 6, 1))
    table.puts_in(version, table.body, last_year=Pence(100_03))
    (body,) = [one for one in places(version) if one.organisation.id == table.body.id]
    assert body.paid == {
        date(2026, 6, 1): 25_01,
        date(2026, 9, 1): 25_01,
        date(2026, 12, 1): 25_01,
        date(2027, 3, 1): 25_00,
    }


@pytest.mark.parametrize("pence", [0, 1, 3, 7_300_000_00, 10**13 + 1])
@pytest.mark.parametrize("count", [1, 4, 7, 12])
def test_instalments_sum_exactly_whatever_the_days(pence: int, count: int) -> None:
    days = [TODAY + timedelta(days=20 * step) for step in range(count)]
    paid = instalments(Pence(pence), days)
    assert sum(paid.values()) == pence
    assert max(paid.values()) - min(paid.values()) <= 1
    assert list(paid) == days


def test_no_day_of_payment_no_instalment() -> None:
    assert instalments(Pence(1_00), []) == {}


def test_quarters_fall_on_the_last_day_where_a_month_is_short() -> None:
    assert quarters(date(2026, 11, 30))[1] == date(2027, 2, 28)


# Terms


def terms(table: Table, version: AgreementVersion, said: Terms, **but: object) -> None:
    facts = {"from_on": version.from_on, "host": version.host, "days": quarters(version.from_on)}
    actions.set_terms(version, said, **{**facts, **but}, by=table.keeper, at=NOON)  # type: ignore[arg-type]


def test_terms_hold_from_the_versions_day(table: Table) -> None:
    version = table.draft()
    said = Terms(YearEnd.CAPPED, table.council.id, 10, 90, 25)
    terms(table, version, said)
    assert terms_of(table.fund.id, TODAY) == Terms()
    table.agree(version)
    table.put_in_force(version)
    assert terms_of(table.fund.id, TODAY) == said
    assert terms_of(table.fund.id, TODAY - timedelta(days=1)) == Terms()


def test_host_and_stock_model_hold_from_the_versions_day_and_no_day_before(table: Table) -> None:
    fund, first, host = table.fund, table.fund.host, an_organisation()
    version = table.draft(NEXT)
    assert (version.host, version.stock_model) == (first, StockModel.CREDIT)
    terms(table, version, Terms(), host=host, stock_model=StockModel.RETAINED)
    told = {one.what: (one.was, one.becomes) for one in differences(version)}
    assert told["How equipment is paid for"][1] == "Retained stock"
    assert stock_model_on(fund, NEXT) is StockModel.CREDIT, "a draft holds on no day"
    table.agree(version)
    table.put_in_force(version)
    eve = NEXT - timedelta(days=1)
    assert (host_on(fund, eve), stock_model_on(fund, eve)) == (first, StockModel.CREDIT)
    assert (host_on(fund, NEXT), stock_model_on(fund, NEXT)) == (host, StockModel.RETAINED)
    back = table.draft(date(2026, 10, 1))
    assert back.stock_model is StockModel.RETAINED
    terms(table, back, Terms(), stock_model=StockModel.CREDIT)
    table.agree(back)
    table.put_in_force(back)
    assert stretches(fund, eve, date(2026, 12, 31)) == [
        (eve, eve, StockModel.CREDIT),
        (NEXT, date(2026, 9, 30), StockModel.RETAINED),
        (date(2026, 10, 1), date(2026, 12, 31), StockModel.CREDIT),
    ]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (Terms(YearEnd.CAPPED, 1), "cap_percent"),
        (Terms(YearEnd.LEAD, 1, cap_percent=10), "cap_percent"),
        (Terms(YearEnd.LEAD), "lead"),
        (Terms(YearEnd.CAPPED, None, 10), "lead"),
        (Terms(gain_percent=10), "gain_percent"),
        (Terms(gain_threshold_percent=10), "gain_percent"),
    ],
)
def test_half_said_terms_are_refused(table: Table, said: Terms, field: str) -> None:
    with pytest.raises(Invalid) as why:
        terms(table, table.draft(), said)
    assert why.value.field == field


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ([TODAY - timedelta(days=1)], "before the version begins"),
        ([TODAY, TODAY], "written twice"),
        ([TODAY + timedelta(days=step) for step in range(25)], "at most 24 days"),
    ],
)
def test_days_of_payment_that_cannot_be_are_refused(
    table: Table, days: list[date], sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence) as why:
        terms(table, table.draft(), Terms(), days=days)
    assert why.value.field == "days"


# Agreeing


def test_it_is_agreed_when_every_partner_has(table: Table) -> None:
    version = table.draft()
    table.agree(version, table.body_finance)
    assert version.status is VersionStatus.DRAFT
    table.agree(version, table.council_finance)
    assert version.status is VersionStatus.AGREED
    db.session.refresh(version)
    agreed = {one.organisation.id: one.consent.by_id for one in places(version) if one.consent}
    assert agreed == {
        table.body.id: table.body_finance.id,
        table.council.id: table.council_finance.id,
    }


def test_a_change_asks_everybody_anew(table: Table) -> None:
    version = table.draft()
    table.agree(version)
    table.puts_in(version, table.body, last_year=Pence(5_00))
    db.session.refresh(version)
    assert version.status is VersionStatus.DRAFT
    assert [one.consent for one in places(version)] == [None, None]
    assert len(version.consents) == 2  # what was agreed before is still on record
    table.agree(version)
    assert version.status is VersionStatus.AGREED


def test_nobody_agrees_to_what_they_have_not_read(table: Table) -> None:
    version = table.draft()
    read = version.revision
    table.puts_in(version, table.body, last_year=Pence(5_00))
    with pytest.raises(TakenByAnother, match="changed since you opened it"):
        actions.agree(version, revision=read, by=table.body_finance, at=NOON)


def test_a_partner_agrees_once(table: Table) -> None:
    version = table.draft()
    table.agree(version, table.body_finance)
    with pytest.raises(NotAllowed, match="agreed to this version already"):
        table.agree(version, table.body_finance)


def test_who_has_no_place_cannot_agree(table: Table) -> None:
    version = table.draft()
    stranger = a_member_of_staff(Role.FINANCE)
    for who in (stranger, table.keeper, a_member_of_staff(Role.BOARD, organisation=table.body)):
        with pytest.raises(Forbidden, match="no place"):
            actions.agree(version, revision=version.revision, by=who, at=NOON)


def test_a_successors_finance_agrees_in_its_predecessors_place(table: Table) -> None:
    version, merged = table.draft(), an_organisation()
    a_merger(table.body.id, merged, on=TODAY)
    new = a_member_of_staff(Role.FINANCE, organisation=merged)
    table.agree(version, new, table.council_finance)
    assert version.status is VersionStatus.AGREED
    assert table.body.id in {one.organisation_id for one in version.consents}


def test_before_the_merger_the_successor_has_no_say(table: Table) -> None:
    version, merged = table.draft(), an_organisation()
    a_merger(table.body.id, merged, on=TODAY + timedelta(days=1))
    with pytest.raises(Forbidden):
        table.agree(version, a_member_of_staff(Role.FINANCE, organisation=merged))


def test_a_draft_begins_with_who_stands_there_on_its_day(table: Table) -> None:
    version, merged = table.draft(), an_organisation()
    table.puts_in(version, table.body, last_year=Pence(70_00))
    table.puts_in(version, table.council, last_year=Pence(30_00))
    table.agree(version)
    table.put_in_force(version)
    a_merger(table.body.id, merged, on=NEXT)
    later = table.draft(NEXT)
    assert {one.organisation_id: one.last_year for one in later.contributions} == {
        merged.id: 70_00, table.council.id: 30_00,
    }  # fmt: skip


def test_the_first_draft_begins_with_the_budgets_of_the_year_before(table: Table) -> None:
    money.set_budget(
        table.fund, table.body, Pence(9_00), year_from=date(2025, 4, 1), by=table.keeper, at=NOON
    )
    assert {one.organisation_id: one.last_year for one in table.draft().contributions} == {
        table.body.id: 9_00, table.council.id: 0,
    }  # fmt: skip


# In force


def test_a_newer_version_takes_the_place_of_the_older_from_its_day(table: Table) -> None:
    older = table.in_force(TODAY)
    newer = table.in_force(NEXT)
    assert (older.status, older.to_on) == (VersionStatus.SUPERSEDED, NEXT)
    assert version_on(table.fund.id, NEXT - timedelta(days=1)) == older
    assert version_on(table.fund.id, NEXT) == newer
    told = db.session.scalars(
        db.select(VersionMove.event).where(VersionMove.version_id == older.id)
    )
    assert list(told)[-3:] == [
        VersionEvent.COMPLETE, VersionEvent.PUT_IN_FORCE, VersionEvent.SUPERSEDE,
    ]  # fmt: skip


def test_only_what_everybody_agreed_comes_into_force(table: Table) -> None:
    version = table.draft()
    table.agree(version, table.body_finance)
    with pytest.raises(NotAllowed, match="This is draft"):
        table.put_in_force(version)


def test_a_version_does_not_begin_in_a_closed_month(table: Table) -> None:
    version = table.draft(date(2026, 4, 1))
    table.agree(version)
    table.fund.open_from = TODAY
    db.session.flush()
    with pytest.raises(Invalid, match=r"April 2026 is closed\. Choose a day from 1 June 2026 on"):
        table.put_in_force(version)
    with pytest.raises(Invalid, match="May 2026 is closed"):
        table.draft(date(2026, 5, 31))


def test_a_version_does_not_begin_before_the_one_in_force(table: Table) -> None:
    table.in_force(TODAY)
    with pytest.raises(Invalid, match="Version 1 is in force from 1 June 2026") as why:
        table.draft(TODAY)
    assert why.value.field == "from_on"


def test_what_is_in_force_is_not_changed(table: Table) -> None:
    version = table.in_force()
    with pytest.raises(NotAllowed, match="This is in force"):
        table.puts_in(version, table.body, last_year=Pence(1))


def test_contributions_become_the_budgets_of_the_year(table: Table) -> None:
    version = table.draft()
    table.puts_in(version, table.body, last_year=Pence(70_00))
    table.agree(version)
    table.put_in_force(version)
    board = a_member_of_staff(Role.BOARD)
    agreed = {one.organisation_id: one.pence for one in budgets(date(2026, 4, 1), viewer=board)}
    assert agreed == {table.body.id: 70_00, table.council.id: 0}


def test_who_has_a_place_joins_and_who_has_none_leaves_on_the_day(table: Table) -> None:
    version, new = table.draft(), an_organisation()
    table.puts_in(version, new, planned=Pence(1_00))
    actions.drop_contribution(version, table.council, by=table.keeper, at=NOON)
    table.agree(version, table.body_finance, a_member_of_staff(Role.FINANCE, organisation=new))
    table.put_in_force(version)
    before = {one.organisation_id for one in partners(table.fund.id, TODAY - timedelta(days=1))}
    assert before == {table.body.id, table.council.id}
    assert {one.organisation_id for one in partners(table.fund.id, TODAY)} == {
        table.body.id, new.id,
    }  # fmt: skip


def test_who_stands_in_a_partners_place_neither_joins_nor_leaves(table: Table) -> None:
    merged = an_organisation()
    a_merger(table.body.id, merged, on=TODAY)
    version = table.draft()
    new = a_member_of_staff(Role.FINANCE, organisation=merged)
    table.agree(version, new, table.council_finance)
    table.put_in_force(version)
    signed = db.session.scalars(db.select(Partner).where(Partner.fund_id == table.fund.id))
    assert {(one.organisation_id, one.to_on) for one in signed} == {
        (table.body.id, None), (table.council.id, None),
    }  # fmt: skip


def test_drafted_rules_and_prices_hold_from_the_versions_day(table: Table) -> None:
    for position, name in enumerate(("By practice", "Going", "Other"), start=1):
        a_rule(table.fund, name=name, position=position)
    version = table.draft()
    by = {"by": table.keeper, "at": NOON}
    always = (RulePart(Basis.FIXED, 1, table.council.id),)
    practice = (RulePart(Basis.PRACTICE, 60), RulePart(Basis.FIXED, 40, table.council.id))
    for change in (
        DraftedRule("Other", 1, always, "social care"),  # swaps positions with the other
        DraftedRule("By practice", 3, practice),
        DraftedEnd("Going"),
        DraftedPrice(EntryKind.CLEANING, Pence(9_99)),
    ):
        actions.draft_change(version, change, **by)
    day_before, body = TODAY - timedelta(days=1), table.body.id
    assert ruling_for(table.fund.id, Facts("health", body_id=body), TODAY).shares == {body: 100}
    table.agree(version)
    table.put_in_force(version)
    fund = table.fund.id
    assert ruling_for(fund, Facts("health", body_id=body), day_before).shares == {body: 100}
    assert ruling_for(fund, Facts("health", body_id=body), TODAY).shares == {
        body: 60,
        table.council.id: 40,
    }
    assert ruling_for(fund, Facts("social care", body_id=body), TODAY).shares == {
        table.council.id: 1
    }
    assert activity_price(fund, EntryKind.CLEANING, day_before) == 12_50
    assert activity_price(fund, EntryKind.CLEANING, TODAY) == 9_99


def test_a_later_change_about_the_same_takes_the_earlier_ones_place(table: Table) -> None:
    version, by = table.draft(), {"by": table.keeper, "at": NOON}
    for pence in (1_00, 2_00):
        actions.draft_change(version, DraftedPrice(EntryKind.TEST, Pence(pence)), **by)
    assert [one.change for one in version.changes] == [DraftedPrice(EntryKind.TEST, Pence(2_00))]
    actions.drop_change(version, "price of test", **by)
    assert version.changes == []


def test_what_the_live_agreement_refuses_keeps_the_version_out(table: Table) -> None:
    a_rule(table.fund, name="First", position=1)
    version = table.draft()
    change = DraftedRule("Second", 1, (RulePart(Basis.PRACTICE, 1),))
    actions.draft_change(version, change, by=table.keeper, at=NOON)
    table.agree(version)
    with pytest.raises(Invalid, match="“First” stands at position 1 already"):
        table.put_in_force(version)


# Budgets by product group


def test_a_budget_by_product_group_is_for_who_puts_in(table: Table) -> None:
    version, by = table.draft(), {"by": table.keeper, "at": NOON}
    for pence in (5_00, 6_00):
        actions.set_group_budget(version, table.body, "beds", Pence(pence), **by)
    assert [(one.group, one.pence) for one in version.budgets] == [("beds", 6_00)]
    for pence, field, who in ((-1, "pence", table.body), (1, "organisation", an_organisation())):
        with pytest.raises(Invalid) as why:
            actions.set_group_budget(version, who, "beds", Pence(pence), **by)
        assert why.value.field == field
    actions.set_group_budget(version, table.body, "beds", None, **by)
    assert version.budgets == []


# Who may read and do what


def test_a_partner_reads_the_whole_of_its_own_agreement_and_a_stranger_nothing(
    table: Table,
) -> None:
    version = table.draft()
    for who in (table.body_finance, table.keeper, a_member_of_staff(Role.BOARD)):
        assert version_by_code(version.code, viewer=who, on=TODAY) == version
        assert versions(table.fund.id, viewer=who, on=TODAY) == [version]
    for who in (a_member_of_staff(Role.FINANCE), a_member_of_staff(Role.PRESCRIBER)):
        assert versions(table.fund.id, viewer=who, on=TODAY) == []
        with pytest.raises(NotFound):
            version_by_code(version.code, viewer=who, on=TODAY)


def test_buttons_come_from_the_table_and_the_role(table: Table) -> None:
    version = table.draft()

    def offered(who: Staff) -> set[VersionEvent]:
        db.session.refresh(version)
        return events_for(version, viewer=who, on=TODAY)

    assert offered(table.keeper) == {VersionEvent.CHANGE}
    assert offered(table.body_finance) == {VersionEvent.AGREE}
    assert offered(a_member_of_staff(Role.BOARD)) == set()
    table.agree(version, table.body_finance)
    assert offered(table.body_finance) == set()
    table.agree(version, table.council_finance)
    assert offered(table.keeper) == {VersionEvent.CHANGE, VersionEvent.PUT_IN_FORCE}
    table.put_in_force(version)
    assert offered(table.keeper) == set()


@pytest.mark.parametrize(("status", "event"), list(itertools.product(VersionStatus, VersionEvent)))
def test_every_move_of_a_version_is_in_the_table_or_refused(
    status: VersionStatus, event: VersionEvent
) -> None:
    draft, agreed = VersionStatus.DRAFT, VersionStatus.AGREED
    allowed = {
        (draft, VersionEvent.CHANGE): draft,
        (draft, VersionEvent.AGREE): draft,
        (draft, VersionEvent.COMPLETE): agreed,
        (agreed, VersionEvent.CHANGE): draft,
        (agreed, VersionEvent.PUT_IN_FORCE): VersionStatus.IN_FORCE,
        (VersionStatus.IN_FORCE, VersionEvent.SUPERSEDE): VersionStatus.SUPERSEDED,
    }
    if (status, event) in allowed:
        assert VERSION_LIFE.after(status, event) is allowed[status, event]
    else:
        with pytest.raises(NotAllowed):
            VERSION_LIFE.after(status, event)
