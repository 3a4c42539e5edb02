"""The first page of a pack in sentences, each made from its figures: change, matter, decision."""

from collections.abc import Iterator

from people.models import Staff
from reports.board import Board
from reports.decisions import raised
from reports.pack.money import spend_sentence
from reports.pack.parts import Block, Heading, Listed, Part, Said
from reports.spc.rules import Assurance, Variation
from web.filters import counted

NO_CHANGE = "No measure has moved more than chance explains, or there are too few months to say."
NO_DECISION = "Nothing in these figures asks for a decision."


def summary_part(board: Board, *, viewer: Staff) -> Part:
    """What stands, what changed, whether it matters, and what needs a decision."""
    spend = spend_sentence(board)
    changed = tuple(f"{one.measure.code} {sentence}" for one, sentence in board.news)
    asked = tuple(one.sentence for one in raised(board, viewer=viewer))
    blocks: list[Block] = [Said(board.headline)]
    blocks += [Said(spend)] if spend else []
    blocks += [Heading("What changed"), Listed(changed) if changed else Said(NO_CHANGE)]
    blocks += [Heading("Whether it matters"), Listed(tuple(_matters(board)))]
    blocks += [Heading("What needs a decision"), Listed(asked) if asked else Said(NO_DECISION)]
    return Part("Summary", tuple(blocks))


def _matters(board: Board) -> Iterator[str]:
    """How many measures are better, worse or as usual, and which targets will be met."""
    known = [one for one in board.charted if one.control.variation is not None]
    if not known:
        yield "There are too few months to tell change from chance."
    else:
        worse = sum(one.control.variation is Variation.CONCERN for one in known)
        better = sum(one.control.variation is Variation.IMPROVEMENT for one in known)
        usual = len(known) - worse - better
        yield (
            f"Of {counted(len(known), 'measure')} with enough months, {_so_many(better)} improved,"
            f" {_so_many(worse)} become a concern, and {_so_many(usual)} not changed."
        )
    for told, words in (
        (Assurance.PASSES, "Met month after month"),
        (Assurance.RANDOM, "Met in some months and missed in others"),
    ):
        named = [
            f"{one.measure.code} {one.name} ({one.measure.unit.short(one.measure.target)})"
            for one in board.charted
            if one.control.assurance is told and one.measure.target is not None
        ]
        if named:
            yield f"{words}: the target of {', '.join(named)}."


def _so_many(number: int) -> str:
    return "none has" if number == 0 else "one has" if number == 1 else f"{number} have"
