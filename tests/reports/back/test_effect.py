"""From the list to a campaign, and what the campaign brought back."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from core.clock import london_day, now
from core.db import db
from equipment.actions import move_item
from equipment.rules import Event
from loans import actions as lending
from logistics.actions import finish
from people.rules import Role
from reports.back.campaigns.effect import effect, points
from returns import actions as workshop
from returns.campaigns import actions
from returns.campaigns.models import Campaign, CampaignLoan
from returns.campaigns.rules import AskStatus, Kind, Plan, Worth
from tests import builders
from tests.reports.back.test_list import lent, rows_of, said

FORM = {"name": "Spring letters", "kind": "letters", "days": "42"}


@pytest.fixture
def at(app) -> datetime:
    return now()


@pytest.fixture
def plans(as_):
    return as_(Role.SCHEDULER)


def campaigns():
    return db.session.scalars(select(Campaign).order_by(Campaign.id)).all()


def lines(campaign):
    found = db.session.scalars(select(CampaignLoan).where(CampaignLoan.campaign_id == campaign.id))
    return found.all()


def test_a_campaign_covers_what_the_filter_finds_and_takes_it_off_the_list(at, plans):
    here = lent(at)
    lent(at, client=builders.a_client(postcode="NG7 1AA", at=at - timedelta(days=400)))
    page = said(plans.get("/back?area=NG1"))
    assert "Start a campaign for 1 loan" in page
    assert "1 loan worth £60.00: NG1." in said(plans.get("/back/campaign?area=NG1"))
    answer = plans.post("/back/campaign?area=NG1", data=FORM)
    (campaign,) = campaigns()
    assert answer.headers["Location"] == f"/campaigns/{campaign.code}"
    (line,) = lines(campaign)
    assert (line.loan.code, line.because, line.score) == (
        here.code, "Nothing was heard since: no visit, no order, no message.", 10_80,
    )  # fmt: skip
    assert campaign.covers == "NG1"
    assert "1 loan with a reason to ask" in said(plans.get("/back"))
    assert here.code not in plans.get("/back.csv").text


def test_only_so_many_are_covered_those_from_which_most_is_to_be_had(at, plans):
    lent(at)
    dear = lent(at, products=[
        builders.an_item(builders.a_product(price=300_00), at=at - timedelta(days=400)).product
    ])  # fmt: skip
    plans.post("/back/campaign", data={**FORM, "most": "1"})
    assert [line.loan.code for line in lines(campaigns()[0])] == [dear.code]


def test_two_who_start_the_same_campaign_ask_nobody_twice(at, plans, as_):
    lent(at)
    assert plans.post("/back/campaign", data=FORM).status_code == 303
    again = as_(Role.SCHEDULER).post("/back/campaign", data={**FORM, "name": "Another"})
    assert again.status_code == 409
    assert "None of these loans is left" in said(again)
    same = as_(Role.SCHEDULER).post("/back/campaign", data=FORM)
    assert same.status_code == 409
    assert "There is a campaign of this name" in said(same)
    assert len(campaigns()) == 1


@pytest.mark.parametrize(
    ("but", "sentence"),
    [
        ({"name": ""}, "Give the campaign a name."),
        ({"kind": "smoke signals"}, "Choose"),
        ({"days": "soon"}, "Write a whole number"),
        ({"days": "3"}, "Choose between 7 and 365 days."),
        ({"held_out": "60"}, "Hold out between 0 and 50"),
        ({"held_out": "20"}, "Write any word to draw by"),
        ({"cost": "much"}, "pounds and pence"),
        ({"kind": "amnesty day"}, "Say where equipment can be brought."),
        ({"place": "Town hall"}, "Only an amnesty day has a place"),
        ({"on": "2026-02-31"}, "date"),
        ({"most": "0"}, "Write at least 1."),
    ],
)
def test_a_campaign_that_cannot_be_is_refused_beside_its_field(at, plans, but, sentence):
    lent(at)
    answer = plans.post("/back/campaign", data={**FORM, **but})
    assert answer.status_code == 422
    assert sentence in said(answer)
    assert campaigns() == []


def test_a_filter_that_is_none_starts_nothing(at, plans):
    lent(at)
    assert plans.post("/back/campaign?area=nowhere", data=FORM).status_code == 422
    assert campaigns() == []


def test_only_who_plans_visits_starts_a_campaign(at, as_):
    for role in (Role.PRESCRIBER, Role.BOARD, Role.WAREHOUSE):
        assert as_(role).post("/back/campaign", data=FORM).status_code == 403


def a_campaign_of(count, at, **but):
    """A campaign for one loan of each of so many clients, begun ten days ago."""
    began = at - timedelta(days=10)
    product = builders.an_item(at=at - timedelta(days=400)).product
    if count > 1:
        builders.some_items(count - 1, product, at=at - timedelta(days=400))
    loans = [
        builders.a_loan(
            builders.a_client(at=at - timedelta(days=400)),
            products=[product],
            at=at - timedelta(days=300),
        )
        for _ in range(count)
    ]
    by = builders.a_member_of_staff(Role.SCHEDULER)
    facts = {"name": "Spring", "kind": Kind.LETTERS, "covers": "all", **but}
    chosen = [Worth(loan.id, 10_80, "Why.") for loan in loans]
    return actions.start(Plan(**facts), chosen, by=by, at=began)


def give_back(campaign, *, asked, held, at):
    """So many of those asked and of those held out come back two days ago."""
    two_days_ago = at - timedelta(days=2)
    for status, count in ((AskStatus.TO_ASK, asked), (AskStatus.HELD_OUT, held)):
        mine = [line for line in lines(campaign) if line.status is status]
        for line in mine[:count]:
            builders.a_return(line.loan, at=two_days_ago)


@pytest.fixture
def spring(at):
    """Forty clients, half of them held out: twelve of those asked gave back, two of the others."""
    campaign = a_campaign_of(40, at, held_out=50, seed="spring", cost=35_00)
    give_back(campaign, asked=12, held=2, at=at)
    return campaign


def test_asked_and_held_out_stand_beside_each_other_with_their_difference(at, plans, spring):
    told = effect(spring, viewer=plans.staff, at=at)
    assert (told.asked.clients, told.asked.clients_back) == (20, 12)
    assert (told.held.clients, told.held.clients_back) == (20, 2)
    assert (told.asked.value, told.asked.value_back) == (20 * 60_00, 12 * 60_00)
    assert told.asked.score == 20 * 10_80
    assert told.more is not None
    assert [points(part) for part in (told.more.told, told.more.low, told.more.high)] == [
        "50.0", "20.7", "69.5",
    ]  # fmt: skip
    assert told.worth == (600_00, round(told.more.low * 1200_00), round(told.more.high * 1200_00))
    page = said(plans.get(f"/back/effect/{spring.code}"))
    assert "Asking made a difference so far: 50.0 in 100 clients more" in page
    assert "between 20.7 and 69.5" in page
    assert "£35.00" in page


def test_each_figure_opens_the_rows_it_counts(at, plans, spring):
    address = f"/back/effect/{spring.code}/rows"
    for part, count in (("asked", 20), ("asked-back", 12), ("held", 20), ("held-back", 2)):
        rows = rows_of(plans.get(f"{address}?part={part}&as=csv"))
        assert len(rows) == count, part
        assert sum(int(row["Value in pence"]) for row in rows) == count * 60_00
        assert plans.get(f"{address}?part={part}").status_code == 200
    for part in ("nonsense", "day", "day-back"):
        assert plans.get(f"{address}?part={part}").status_code == 404


def test_what_came_back_too_late_or_was_lost_is_not_counted(at, plans):
    campaign = a_campaign_of(2, at, days=7)
    first, second = (line.loan for line in lines(campaign))
    builders.a_return(first, at=at)  # on the tenth day
    lending.end(second, by=plans.staff, at=at - timedelta(days=5), lost=True)
    told = effect(campaign, viewer=plans.staff, at=at)
    assert (told.asked.loans_back, told.over) == (0, True)


def test_a_day_counts_to_its_end(at, plans):
    campaign = a_campaign_of(1, at, days=7)
    (line,) = lines(campaign)
    builders.a_return(line.loan, at=at - timedelta(days=3))  # the seventh day
    assert effect(campaign, viewer=plans.staff, at=at).asked.loans_back == 1


def test_without_a_lot_nobody_says_what_it_added(at, plans):
    campaign = a_campaign_of(12, at)
    give_back(campaign, asked=6, held=0, at=at)
    told = effect(campaign, viewer=plans.staff, at=at)
    assert told.more is None
    assert "Nobody was held out" in told.sentence


def test_of_too_few_nothing_is_said(at, plans):
    campaign = a_campaign_of(12, at, held_out=50, seed="x")
    told = effect(campaign, viewer=plans.staff, at=at)
    assert (told.more, told.worth) == (None, None)
    assert "too few to say" in told.sentence


def test_no_difference_is_called_none(at, plans):
    campaign = a_campaign_of(20, at, held_out=50, seed="x")
    give_back(campaign, asked=3, held=2, at=at)
    told = effect(campaign, viewer=plans.staff, at=at)
    assert told.sentence.startswith("Asking made no difference that chance does not explain")


def test_clients_are_counted_and_not_their_things(at, plans):
    client = builders.a_client(at=at - timedelta(days=400))
    loans = [builders.a_loan(client, at=at - timedelta(days=300)) for _ in range(3)]
    chosen = [Worth(loan.id, 1, "Why.") for loan in loans]
    campaign = actions.start(
        Plan("One", Kind.TELEPHONE, "all"), chosen, by=plans.staff, at=at - timedelta(days=1)
    )
    builders.a_return(loans[0], at=at)
    arm = effect(campaign, viewer=plans.staff, at=at).asked
    assert (arm.clients, arm.clients_back, arm.loans, arm.loans_back) == (1, 1, 3, 1)


def test_the_board_reads_the_effect_and_no_few_people(at, as_, spring):
    pool = builders.a_pool()
    chair = as_(Role.BOARD, organisation=pool.body)
    page = chair.get(f"/back/effect/{spring.code}")
    assert "50.0 points" in said(page)
    assert "Madeup" not in page.text
    few = a_campaign_of(3, at, name="Few")
    assert "fewer than 10" in said(chair.get(f"/back/effect/{few.code}"))
    assert chair.get(f"/back/effect/{few.code}/rows?part=asked").status_code == 409
    finance = as_(Role.FINANCE)  # of a body that pays for none of it
    assert "60.00" not in said(finance.get(f"/back/effect/{spring.code}"))
    assert rows_of(finance.get(f"/back/effect/{spring.code}/rows?part=asked&as=csv")) == []


def test_an_amnesty_day_counts_what_was_brought_and_no_van_fetched(at, plans):
    campaign = a_campaign_of(4, at, kind=Kind.AMNESTY, place="Town hall", on=london_day(at))
    first, second, third, _ = (line.loan for line in lines(campaign))
    builders.a_return(first, at=at)
    unknown = builders.an_item(at=at - timedelta(days=50))
    lost = builders.a_member_of_staff()
    move_item(unknown, Event.LOSE, by=lost, at=at - timedelta(days=30), because="Not found")
    workshop.receive(unknown.code, by=lost, at=at)
    builders.a_return(third, at=at - timedelta(weeks=1))
    visit = builders.a_visit(loan=second, at=at - timedelta(hours=3), out=True)
    finish(visit, done={line.id for line in visit.lines}, received_by="Son", unsigned_because="",
           instructions_given=True, note="", by=visit.driver,
           at=at - timedelta(hours=2))  # fmt: skip
    workshop.receive(second.item.code, by=lost, at=at)
    day = effect(campaign, viewer=plans.staff, at=at).day
    assert day is not None
    assert (day.count, day.unknown, day.before) == (2, 1, 1)
    page = said(plans.get(f"/back/effect/{campaign.code}"))
    assert "2 items were brought to us that day" in page
    assert len(rows_of(plans.get(f"/back/effect/{campaign.code}/rows?part=day&as=csv"))) == 2
