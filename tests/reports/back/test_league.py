"""The league of teams: above chance, within it and below, and nobody told from a small team."""

import csv
import io

from people.rules import Role
from reports.back.league import league, league_rows
from tests.reports.back.test_list import said
from tests.reports.funnel.test_places_page import some_places


def test_teams_stand_in_three_divisions_and_only_far_from_chance_is_above_or_below():
    usual = [(100 + step, 200) for step in range(-5, 5)]
    told = some_places((150, 200), *usual, (55, 200))
    names = {one.name: [team.place.name for team in one.teams] for one in league(told)}
    assert list(names) == ["Above", "Within chance", "Below"]
    assert (names["Above"], names["Below"]) == (["Place 1"], ["Place 12"])
    assert names["Within chance"] == [f"Place {number}" for number in range(11, 1, -1)]
    (within,) = (one for one in league(told) if one.name == "Within chance")
    assert "the order here says nothing" in within.sentence
    assert len(league_rows(league(told))) == 12


def test_where_nothing_was_lent_there_is_no_league(app, as_):
    assert "nothing that may be told" in said(as_(Role.BOARD).get("/back/league"))


def test_the_league_opens_for_the_board_and_as_a_file(app, as_):
    chair = as_(Role.BOARD)
    assert chair.get("/back/league?by=practice").status_code == 200
    file = chair.get("/back/league?as=csv").text.removeprefix("\ufeff")
    assert next(csv.reader(io.StringIO(file)))[:2] == ["Division", "Team"]
    assert as_(Role.SCHEDULER).get("/back/league").status_code == 403
