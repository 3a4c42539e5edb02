"""The life of a campaign and of each loan in it, who is held out, and what may be asked of whom."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256

from core.errors import Invalid
from core.money import Pence
from core.status import Moves


class Kind(StrEnum):
    """How a campaign asks."""

    LETTERS = "letters"
    TEXTS = "texts"
    TELEPHONE = "telephone"
    AMNESTY = "amnesty day"


WRITES = frozenset({Kind.LETTERS, Kind.TEXTS})  # to the person: never after a death
HAS_LETTERS = frozenset({Kind.LETTERS, Kind.AMNESTY})


class CampaignStatus(StrEnum):
    """Where a campaign stands."""

    RUNNING = "running"
    ENDED = "ended"


class CampaignEvent(StrEnum):
    """What happens to a campaign."""

    END = "end"


CAMPAIGN_LIFE: Moves[CampaignStatus, CampaignEvent] = Moves(
    {(CampaignStatus.RUNNING, CampaignEvent.END): CampaignStatus.ENDED}
)


class AskStatus(StrEnum):
    """Where a loan of a campaign stands."""

    HELD_OUT = "held_out"  # not asked for, so that one sees what comes back by itself
    TO_ASK = "to_ask"
    ASKED = "asked"
    COLLECT = "collect"
    STILL_NEEDED = "still_needed"
    NOT_REACHED = "not_reached"


class AskEvent(StrEnum):
    """What happens to a loan of a campaign."""

    ASK = "ask"
    COLLECT = "collect"
    STILL_NEEDED = "still_needed"
    NOT_REACHED = "not_reached"


_S, _E = AskStatus, AskEvent
ASK_LIFE: Moves[AskStatus, AskEvent] = Moves(
    {
        (_S.TO_ASK, _E.ASK): _S.ASKED,
        (_S.TO_ASK, _E.COLLECT): _S.COLLECT,
        (_S.TO_ASK, _E.STILL_NEEDED): _S.STILL_NEEDED,
        (_S.TO_ASK, _E.NOT_REACHED): _S.NOT_REACHED,
        (_S.ASKED, _E.COLLECT): _S.COLLECT,
        (_S.ASKED, _E.STILL_NEEDED): _S.STILL_NEEDED,
        (_S.ASKED, _E.NOT_REACHED): _S.NOT_REACHED,
        (_S.NOT_REACHED, _E.ASK): _S.ASKED,
        (_S.NOT_REACHED, _E.COLLECT): _S.COLLECT,
        (_S.NOT_REACHED, _E.STILL_NEEDED): _S.STILL_NEEDED,
        (_S.STILL_NEEDED, _E.COLLECT): _S.COLLECT,
    }
)
ANSWERS: dict[AskEvent, str] = {
    AskEvent.COLLECT: "We may collect it",
    AskEvent.STILL_NEEDED: "It is still needed",
    AskEvent.NOT_REACHED: "They cannot be reached",
    AskEvent.ASK: "Asked, and no answer yet",
}

NOTHING = Pence(0)
MOST_LOANS = 5_000
SHORTEST, LONGEST, USUAL_DAYS = 7, 365, 42
MOST_HELD_OUT = 50  # per cent


@dataclass(frozen=True)
class Worth:
    """A loan that a campaign asks for, and why."""

    loan_id: int
    score: Pence
    because: str


@dataclass(frozen=True)
class Plan:
    """What a campaign is, as it is fixed when it starts."""

    name: str
    kind: Kind
    covers: str  # how its loans were chosen, in words
    days: int = USUAL_DAYS  # after which what came back is counted
    held_out: int = 0  # per cent of its clients
    seed: str = ""
    cost: Pence = NOTHING
    place: str = ""  # of an amnesty day
    on: date | None = None

    def check(self, today: date) -> None:
        """Raise Invalid where it cannot be carried out as it stands."""
        if not self.name.strip():
            raise Invalid("Give the campaign a name.", field="name")
        if not SHORTEST <= self.days <= LONGEST:
            raise Invalid(f"Choose between {SHORTEST} and {LONGEST} days.", field="days")
        if not 0 <= self.held_out <= MOST_HELD_OUT:
            raise Invalid(f"Hold out between 0 and {MOST_HELD_OUT} in 100.", field="held_out")
        if self.held_out and not self.seed.strip():
            raise Invalid("Write any word to draw by, so that the draw can be done again.",
                          field="seed")  # fmt: skip
        if self.cost < 0:
            raise Invalid("A campaign costs nothing or more.", field="cost")
        self._check_day(today)

    def _check_day(self, today: date) -> None:
        if self.kind is not Kind.AMNESTY:
            if self.on or self.place:
                raise Invalid("Only an amnesty day has a place and a day.", field="place")
            return
        if not self.place.strip():
            raise Invalid("Say where equipment can be brought.", field="place")
        if self.on is None or self.on < today:
            raise Invalid("Choose a day that is not over.", field="on")


def held_out(clients: Iterable[str], percent: int, seed: str) -> frozenset[str]:
    """Whom nobody asks: so many in a hundred, drawn by a seed, the same for the same clients.

    Clients are drawn and not loans, because whoever is written to gives back all there is.
    """
    drawn = sorted(set(clients), key=lambda code: sha256(f"{seed}/{code}".encode()).digest())
    return frozenset(drawn[: len(drawn) * percent // 100])


_MOBILE = re.compile(r"(?:\+44|0044|0)(7\d{9})", re.ASCII)
_BETWEEN = str.maketrans("", "", " -().")
LONGEST_TEXT = 160


def mobile(telephone: str) -> str:
    """A mobile number that can be sent a text, as 07…; nothing where there is none."""
    found = _MOBILE.fullmatch(telephone.translate(_BETWEEN))
    return f"0{found[1]}" if found else ""


def text_words(service: str, telephone: str, names: list[str]) -> str:
    """A text that names nobody: what we lent, and what to do with it. At most 160 characters."""
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    for what in (f"the {names[0]}{more}", "the equipment"):
        said = (
            f"{service}: do you still need {what} we lent you? If so, keep it. If not, we collect "
            f"free. Ring {telephone}"
        )
        if len(said) <= LONGEST_TEXT:
            return said
    return f"Do you still need the equipment we lent you? If not, ring {telephone}"[:LONGEST_TEXT]
