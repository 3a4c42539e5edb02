"""Nobody can be told from what is told: not from a cell, nor from everything else together."""

from hypothesis import given
from hypothesis import strategies as st

from core.money import Pence
from reports.rules import Counted, Tally
from reports.suppression.rules import FEWEST, Seen, coarse, hidden, small, told

MOST = 30  # people at three places in a month: every way there is to spread so many
tables = st.lists(st.integers(0, 14), min_size=1, max_size=8).map(lambda row: dict(enumerate(row)))


def shown(counts):
    """What a reader sees of a month: every told count, and the whole."""
    gone = hidden({key: [count] for key, count in enumerate(counts)})
    # Nobody and not told look the same.
    return tuple(0 if key in gone else count for key, count in enumerate(counts)), sum(counts)


def test_whoever_knows_the_rule_the_whole_and_all_that_is_told_cannot_work_out_a_small_cell():
    every = [
        (one, two, whole - one - two)
        for whole in range(MOST + 1)
        for one in range(whole + 1)
        for two in range(whole - one + 1)
    ]
    worlds = {}
    for world in every:
        worlds.setdefault(shown(world), []).append(world)
    attacked = 0
    for world in every:
        alike = worlds[shown(world)]
        for place, count in enumerate(world):
            others_too = any(other for at, other in enumerate(world) if at != place)
            if small(count) and others_too:
                attacked += 1
                assert len({one[place] for one in alike}) > 1, (world, alike)
    assert attacked > 500


@given(tables)
def test_no_small_count_is_told_and_none_is_hidden_alone_or_with_too_few(table):
    gone = hidden({key: [count] for key, count in table.items()})
    assert not [count for key, count in table.items() if small(count) and key not in gone]
    unknown = [table[key] for key in gone if table[key]]
    left = [count for key, count in table.items() if count and key not in gone]
    if unknown and left:
        assert len(unknown) > 1
        assert max(unknown) >= FEWEST
        assert sum(unknown) >= 2 * FEWEST


@given(st.lists(st.tuples(*[st.integers(0, 12)] * 3), min_size=1, max_size=6))
def test_counts_that_stand_in_one_figure_are_told_together_or_not_at_all(rows):
    cells = dict(enumerate(rows))
    gone = hidden(cells)
    for column in range(3):
        unknown = [cells[key][column] for key in gone if cells[key][column]]
        left = [key for key in cells if key not in gone and cells[key][column]]
        assert not (unknown and left) or (len(unknown) > 1 and max(unknown) >= FEWEST)


def test_where_nothing_is_small_nothing_is_hidden():
    assert hidden({"a": [5], "b": [0], "c": [90]}) == frozenset()


def test_what_counts_the_same_people_is_hidden_where_they_are():
    # Every loan had a promised day, so whoever is told of those is told of the loans.
    def cell(issued, returned):
        every = {Counted.ISSUED: issued, Counted.PROMISED: issued, Counted.RETURNED: returned}
        return {counted: Seen(Tally(count), count) for counted, count in every.items()}

    for turn in map(str, range(20)):
        cells = {"few": cell(3, 0), "slow": cell(40, 2), "a": cell(30, 30), "b": cell(20, 20)}
        for tallies in told(cells, turn).values():
            assert (Counted.PROMISED in tallies) <= (Counted.ISSUED in tallies)


def test_one_person_with_many_things_is_still_one_person():
    many, few = Seen(Tally(30), 30), Seen(Tally(30), 1)
    cells = {
        place: {Counted.ISSUED: seen, Counted.REISSUED: Seen(Tally(2), 2)}
        for place, seen in {"large": many, "larger": Seen(Tally(40), 40), "one": few}.items()
    }
    kept = told(cells)
    assert kept["one"] == {}
    beside, left = sorted(("large", "larger"), key=lambda place: len(kept[place]))
    assert kept[beside] == {}, "else the one would be the whole less the rest"
    assert set(kept[left]) == {Counted.ISSUED, Counted.REISSUED}


def test_money_and_carbon_of_a_few_people_are_told_to_the_nearest_hundred():
    assert coarse(Counted.RETURNED, Tally(5, Pence(149_99), 7)) == Tally(5, Pence(100_00), 7)
    assert coarse(Counted.RETURNED, Tally(5, Pence(150_00))).pence == 200_00
    assert coarse(Counted.REISSUED, Tally(5, Pence(0), 149_999)).amount == 100_000


def test_a_sum_that_would_give_away_what_rates_leave_out_is_not_told():
    cell = {counted: Seen(Tally(9), 9) for counted in (Counted.LENT, Counted.ISSUED)}
    assert told({"one": cell})["one"] == {Counted.ISSUED: Tally(9)}
