"""The pages of the agreement's versions: what they show, whom they let in, what they refuse."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from core.db import db
from core.money import Pence
from funding.agreements.versions import actions
from funding.agreements.versions.models import AgreementVersion
from funding.agreements.versions.rules import Figures, VersionStatus
from funding.rules import EntryKind
from people.rules import ROLES, May, Role
from tests.builders import NOON, TODAY, a_fund, a_member_of_staff, a_partner, a_rule
from tests.conftest import EachRequestAlone

As = Callable[..., EachRequestAlone]
VERSIONS = "/funding/agreements/versions"
SEES = {May.SEE_MONEY, May.SEE_ALL_MONEY, May.KEEP_AGREEMENTS}
PARTS = ("terms", "contribution", "budget", "rule", "price", "end-of-rule")


class Story:
    """One partner, a rule that holds, and a draft from today."""

    def __init__(self) -> None:
        self.fund = a_fund()
        self.one = a_partner(self.fund).organisation
        self.rule = a_rule(self.fund, name="By practice", position=1)
        self.keeper = a_member_of_staff(Role.ADMINISTRATOR)
        self.draft = actions.draft_version(self.fund, from_on=TODAY, by=self.keeper, at=NOON)
        figures = Figures(Pence(100_00), inflation=Pence(3_00), inflation_note="3%")
        actions.set_contribution(self.draft, self.one, figures, by=self.keeper, at=NOON)
        self.code = self.draft.code
        db.session.commit()

    @property
    def address(self) -> str:
        return f"{VERSIONS}/{self.code}"

    @property
    def version(self) -> AgreementVersion:
        return db.session.scalars(db.select(AgreementVersion).filter_by(code=self.code)).one()


@pytest.fixture
def story(app: Flask) -> Story:
    return Story()


def words(answer: Any) -> str:
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("role", Role)
def test_each_role_opens_what_it_may(as_: As, story: Story, role: Role) -> None:
    client = as_(role, organisation=story.one)
    reads = 200 if ROLES[role] & SEES else 403
    keeps = 200 if May.KEEP_AGREEMENTS in ROLES[role] else 403
    for address in (VERSIONS, story.address):
        assert client.get(address).status_code == reads, address
    for address in (f"{VERSIONS}/new", *(f"{story.address}/change/{part}" for part in PARTS)):
        assert client.get(address).status_code == keeps, address


def test_the_page_shows_the_sum_its_parts_and_the_instalments(as_: As, story: Story) -> None:
    told = words(as_(Role.BOARD).get(story.address))
    assert "£100.00 last year + £3.00 inflation (3%) = £103.00" in told
    assert "100.00%" in told
    assert told.count("£25.75") == 4
    assert "Nobody has agreed to this version yet." in told


def test_a_version_goes_from_draft_to_force_by_its_buttons(as_: As, story: Story) -> None:
    finance, keeper = as_(Role.FINANCE, organisation=story.one), as_(Role.ADMINISTRATOR)
    revision = {"revision": story.version.revision}
    assert "Agree for your organisation" in words(finance.get(story.address))
    assert "Put in force" not in words(keeper.get(story.address))
    assert finance.post(f"{story.address}/agree", data=revision).status_code == 303
    told = words(keeper.get(story.address))
    assert "Put in force from 1 June 2026" in told
    assert finance.staff.name in told  # type: ignore[attr-defined]
    assert keeper.post(f"{story.address}/put-in-force", data=revision).status_code == 303
    assert story.version.status is VersionStatus.IN_FORCE
    told = words(keeper.get(story.address))
    assert "Change the terms" not in told
    assert "Superseded" not in told


def test_who_has_no_place_is_told_so(as_: As, story: Story) -> None:
    stranger = as_(Role.FINANCE)
    revision = {"revision": story.version.revision}
    assert stranger.get(story.address).status_code == 404
    assert stranger.post(f"{story.address}/agree", data=revision).status_code == 404
    assert "no version that you may read" in words(stranger.get(VERSIONS))


def test_an_older_revision_is_not_agreed_to(as_: As, story: Story) -> None:
    finance = as_(Role.FINANCE, organisation=story.one)
    answer = finance.post(f"{story.address}/agree", data={"revision": 1})
    assert answer.status_code == 409
    assert "changed since you opened it" in words(answer)
    assert finance.post(f"{story.address}/agree", data={"revision": ""}).status_code == 422


def test_what_is_refused_halfway_leaves_the_version_as_it_stood(as_: As, story: Story) -> None:
    keeper = as_(Role.ADMINISTRATOR)
    rule = {"name": "Another", "position": 1, "who_1": "GP practice", "weight_1": 1}
    assert keeper.post(f"{story.address}/change/rule", data=rule).status_code == 303
    finance = as_(Role.FINANCE, organisation=story.one)
    revision = {"revision": story.version.revision}
    finance.post(f"{story.address}/agree", data=revision)
    answer = keeper.post(f"{story.address}/put-in-force", data=revision)
    assert answer.status_code == 422
    assert "“By practice” stands at position 1 already" in words(answer)
    assert "Put in force from 1 June 2026" in words(answer)
    assert story.version.status is VersionStatus.AGREED


def test_a_version_is_drafted_on_its_page(as_: As, story: Story) -> None:
    keeper = as_(Role.ADMINISTRATOR)
    answer = keeper.post(f"{VERSIONS}/new", data={"from_on": "2027-04-01"})
    assert answer.status_code == 303
    assert "Version 2" in words(keeper.get(VERSIONS))
    assert keeper.post(f"{VERSIONS}/new", data={"from_on": "soon"}).status_code == 422


TERMS = {
    "from_on": "2026-06-01", "year_end": "by contribution up to a cap", "cap_percent": "10",
    "gain_threshold_percent": "90", "gain_percent": "25",
}  # fmt: skip


def test_terms_are_written_and_shown(as_: As, story: Story) -> None:
    keeper, lead = as_(Role.ADMINISTRATOR), story.one.code
    days = "1 June 2026\n01/12/2026\n2027-03-01\n"
    sent = {**TERMS, "host": lead, "lead": lead, "days": days}
    assert keeper.post(f"{story.address}/change/terms", data=sent).status_code == 303
    told = words(keeper.get(story.address))
    for said in (
        "10% of a partner&#39;s contribution", "25% of what recycling above 90% avoided",
        "1 December 2026", "£34.34", "£34.33",
    ):  # fmt: skip
        assert said in told, said
    form = words(keeper.get(f"{story.address}/change/terms"))
    assert "1 June 2026\n1 December 2026\n1 March 2027" in form


@pytest.mark.parametrize(
    ("part", "but", "sentence"),
    [
        ("terms", {"days": "the first of the month"}, "Write one day a line"),
        ("terms", {"days": "2026-05-01"}, "before the version begins"),
        ("terms", {"cap_percent": "101"}, "between 1 and 100"),
        ("terms", {"lead": ""}, "Choose the lead partner"),
        ("contribution", {"last_year": "12.345"}, "in pounds and pence"),
        ("contribution", {"last_year": "-1"}, "nothing or more"),
        ("contribution", {"efficiency": "1"}, "not less than nothing"),
        ("contribution", {"organisation": ""}, "Choose a partner"),
        ("budget", {"pence": "-1"}, "not less than nothing"),
        ("budget", {"pence": "1,234.5"}, "in pounds and pence"),
        ("rule", {"weight_1": ""}, "Write a whole number"),
        ("price", {"pence": ""}, "Write the amount"),
        ("end-of-rule", {"rule": ""}, "Choose a rule"),
    ],
)
def test_what_is_not_right_stays_and_is_told(
    as_: As, story: Story, part: str, but: dict[str, str], sentence: str
) -> None:
    one = story.one.code
    sent = {
        "terms": {**TERMS, "host": one, "lead": one},
        "contribution": {"organisation": one},
        "budget": {"organisation": one, "group": "bathing"},
        "rule": {"name": "New", "position": "2", "who_1": "GP practice", "weight_1": "1"},
        "price": {"kind": "cleaning"},
        "end-of-rule": {},
    }[part]
    client = as_(Role.ADMINISTRATOR)
    answer = client.post(f"{story.address}/change/{part}", data={**sent, **but})
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert story.version.revision == 2


def test_everything_that_is_drafted_can_be_taken_out(as_: As, story: Story) -> None:
    keeper, one = as_(Role.ADMINISTRATOR), story.one.code
    changes = {
        "budget": {"organisation": one, "group": "bathing", "pence": "7.00"},
        "price": {"kind": "cleaning", "pence": "9.99"},
        "end-of-rule": {"rule": "By practice"},
    }
    for part, sent in changes.items():
        assert keeper.post(f"{story.address}/change/{part}", data=sent).status_code == 303, part
    told = words(keeper.get(story.address))
    for said in ("Bathing", "£7.00", "Price of cleaning", "£12.50", "£9.99", "It ends"):
        assert said in told, said
    for sent in (
        {"what": "budget", "which": one, "group": "bathing"},
        {"what": "change", "which": f"price of {EntryKind.CLEANING.value}"},
        {"what": "change", "which": "rule By practice"},
        {"what": "contribution", "which": one},
    ):
        assert keeper.post(f"{story.address}/drop", data=sent).status_code == 303, sent
    version = story.version
    assert (version.budgets, version.changes, version.contributions) == ([], [], [])
    assert keeper.post(f"{story.address}/drop", data={"what": "all"}).status_code == 404


def test_a_contribution_is_changed_from_what_it_was(as_: As, story: Story) -> None:
    keeper = as_(Role.ADMINISTRATOR)
    form = words(keeper.get(f"{story.address}/change/contribution?partner={story.one.code}"))
    assert 'value="100.00"' in form
    assert 'value="3%"' in form


def test_there_is_no_other_part_of_a_version(as_: As, story: Story) -> None:
    client = as_(Role.ADMINISTRATOR)
    assert client.get(f"{story.address}/change/everything").status_code == 404
    assert client.post(f"{story.address}/change/everything").status_code == 404
