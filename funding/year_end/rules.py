"""How a year is settled, what the provider gains and what heads would pay: pure, whole pence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from core.clock import financial_year
from core.errors import Invalid, NotFound
from core.money import Pence, percent, pounds, share_of, split
from funding.agreements.rules import Terms, YearEnd
from funding.rules import EntryKind

NOTHING = Pence(0)
FEWEST, MOST = 1950, 2150
WEIGHT_ONE = 10_000  # a weight of 1.0000: weights are kept in ten-thousandths
# What closes a year is not what the year was charged.
CLOSING_KINDS = (EntryKind.YEAR_END, EntryKind.GAIN_SHARE)


@dataclass(frozen=True)
class Year:
    """A financial year, known by the year it begins in: 2026 is 1 April 2026 to 31 March 2027."""

    begins: int

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.begins, 4, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.begins + 1, 3, 31)

    @property
    def after(self) -> date:
        """The first day that is not in it any more."""
        return date(self.begins + 1, 4, 1)

    @property
    def source(self) -> str:
        """How the causes of its own entries begin."""
        return f"year {self.begins}/"

    @property
    def subject(self) -> str:
        """What its own entries are about, as the list of entries finds them."""
        return f"YEAR {self.begins}"

    def __str__(self) -> str:
        """As people say it: 2026/27."""
        return f"{self.begins}/{(self.begins + 1) % 100:02d}"


def year_of(day: date) -> Year:
    """The financial year a day falls in."""
    return Year(financial_year(day)[0].year)


def read_year(text: str) -> Year:
    """The year an address names. Raises NotFound where it names none."""
    if len(text) != 4 or not text.isascii() or not text.isdigit():
        raise NotFound("There is no such year. Choose one from the list.")
    if not FEWEST <= int(text) <= MOST:
        raise NotFound("There is no such year. Choose one from the list.")
    return Year(int(text))


@dataclass(frozen=True)
class Borne:
    """One partner's year: what it put in, was charged, and is given of what was left."""

    contribution: Pence
    charged: Pence
    share: Pence  # of an underspend; less than nothing of an overspend

    @property
    def bears(self) -> Pence:
        """What the year costs it in the end: what it put in, less its share of what was left."""
        return Pence(self.contribution - self.share)

    @property
    def settles(self) -> Pence:
        """What settling adds to what it owes the pool, so that it has been charged what it bears.

        Less than nothing where it was charged more than it bears.
        """
        return Pence(self.bears - self.charged)


@dataclass(frozen=True)
class Settlement:
    """A whole year: what was brought into it, and every partner's part by organisation number."""

    brought: Pence  # what the year before carried forward
    partners: Mapping[int, Borne]

    @property
    def contributed(self) -> Pence:
        """What the partners put in."""
        return Pence(sum(one.contribution for one in self.partners.values()))

    @property
    def charged(self) -> Pence:
        """What the partners were charged, net of credits."""
        return Pence(sum(one.charged for one in self.partners.values()))

    @property
    def left(self) -> Pence:
        """The underspend; less than nothing is an overspend."""
        return Pence(self.brought + self.contributed - self.charged)

    @property
    def carried(self) -> Pence:
        """What is nobody's and opens the next year."""
        return Pence(self.left - sum(one.share for one in self.partners.values()))


def settlement(
    contributions: Mapping[int, Pence],
    charged: Mapping[int, Pence],
    terms: Terms,
    brought: Pence = NOTHING,
) -> Settlement:
    """The year settled by its terms. Raises Invalid where they cannot be followed."""
    everybody = [*contributions, *(who for who in charged if who not in contributions)]
    put_in = {who: contributions.get(who, NOTHING) for who in everybody}
    left = brought + sum(put_in.values()) - sum(charged.values())
    shares = shares_of(Pence(left), put_in, terms)
    return Settlement(
        brought,
        {who: Borne(put_in[who], charged.get(who, NOTHING), shares[who]) for who in everybody},
    )


def shares_of(left: Pence, put_in: Mapping[int, Pence], terms: Terms) -> dict[int, Pence]:
    """Whose an underspend is (an overspend is less than nothing): they sum to it exactly.

    Nobody's where it is carried forward. An overspend gives the exact negatives of an underspend.
    Raises Invalid where nobody puts anything in, or the terms leave out whom or what they need.
    """
    if sum(put_in.values()) <= 0:
        raise Invalid("No contribution is agreed for this year. Set the budgets first.")
    match terms.year_end:
        case YearEnd.CARRIED:
            return dict.fromkeys(put_in, NOTHING)
        case YearEnd.BY_CONTRIBUTION:
            return split(left, put_in)
        case YearEnd.LEAD:
            return {**dict.fromkeys(put_in, NOTHING), _lead(put_in, terms): left}
        case YearEnd.CAPPED:
            return _capped(left, put_in, terms)


def _capped(left: Pence, put_in: Mapping[int, Pence], terms: Terms) -> dict[int, Pence]:
    """By contribution, nobody beyond the cap; the lead partner takes the rest."""
    lead = _lead(put_in, terms)
    if terms.cap_percent is None:
        raise Invalid("The agreement says “up to a cap” and not how high. Write the cap first.")
    shares = split(left, put_in)
    for who, put in put_in.items():
        cap = put * terms.cap_percent // 100
        shares[who] = Pence(max(-cap, min(cap, shares[who])))
    shares[lead] = NOTHING
    shares[lead] = Pence(left - sum(shares.values()))
    return shares


def _lead(put_in: Mapping[int, Pence], terms: Terms) -> int:
    if terms.lead_id is None:
        raise Invalid("The agreement's terms name no lead partner. Name one first.")
    if terms.lead_id not in put_in:
        raise Invalid("The lead partner of the agreement's terms put nothing in that year.")
    return terms.lead_id


def terms_in_words(terms: Terms, lead: str | None) -> str:
    """What the agreement says of the end of a year, with the lead partner's name."""
    parts = {
        YearEnd.BY_CONTRIBUTION: "What is left, or short, is shared by contribution.",
        YearEnd.CAPPED: (
            f"What is left, or short, is shared by contribution up to {terms.cap_percent}% of it; "
            f"the rest is {lead}'s."
        ),
        YearEnd.LEAD: f"What is left, or short, is all {lead}'s.",
        YearEnd.CARRIED: "What is left, or short, is carried forward into the next year.",
    }
    if terms.gain_threshold_percent is None or terms.gain_percent is None:
        return parts[terms.year_end]
    return (
        f"{parts[terms.year_end]} Of what is reissued above {terms.gain_threshold_percent}% of all "
        f"that is issued, {terms.gain_percent}% is the provider's."
    )


def why(borne: Borne, whole: Settlement, terms: Terms) -> str:
    """The arithmetic of one partner's year-end entry, in words."""
    kind = "underspend" if whole.left >= 0 else "overspend"
    if terms.year_end is YearEnd.CARRIED:
        given = f"Of the {kind} of {pounds(abs(whole.left))} nothing is shared: it opens next year."
    else:
        given = (
            f"Of the {kind} of {pounds(abs(whole.left))}, {pounds(abs(borne.share))} is its share "
            f"({terms.year_end.value}; it put in {pounds(borne.contribution)} of "
            f"{pounds(whole.contributed)})."
        )
    sign = "−" if borne.share >= 0 else "+"
    return (
        f"{given} It bears {pounds(borne.contribution)} {sign} {pounds(abs(borne.share))} = "
        f"{pounds(borne.bears)}. It was charged {pounds(borne.charged)}: "
        f"{pounds(borne.bears)} − {pounds(borne.charged)} = {pounds(borne.settles)}."
    )


@dataclass(frozen=True)
class Reissue:
    """The reissue share of a year by value: what was issued from recycled stock, of all issued."""

    reissued: Pence
    issued: Pence

    @property
    def percent(self) -> str:
        """As people write it, with two decimals."""
        return percent(self.reissued, self.issued)

    def hundredths_above(self, threshold: int) -> int:
        """What was reissued above a threshold in whole per cent, in hundredths of a penny."""
        return 100 * self.reissued - threshold * self.issued


def gain_of(reissue: Reissue, terms: Terms) -> Pence:
    """What of a year's reissues above the threshold is the provider's; half a penny rounds up.

    Raises Invalid where the agreement shares no gain, the figures cannot be, or nothing is above.
    """
    threshold, part = terms.gain_threshold_percent, terms.gain_percent
    if threshold is None or part is None:
        raise Invalid("The agreement shares no gain with the provider.")
    if not 0 <= reissue.reissued <= reissue.issued:
        raise Invalid("What was reissued is between nothing and all that was issued.")
    above = reissue.hundredths_above(threshold)
    gain = share_of(above, part, 10_000)
    if above <= 0 or gain <= 0:
        raise Invalid(
            f"The reissue share was {reissue.percent}, not above the threshold of {threshold}%: "
            "nothing is due to the provider."
        )
    return gain


def why_gain(reissue: Reissue, terms: Terms) -> str:
    """The arithmetic of a gain share, in words."""
    above = reissue.hundredths_above(terms.gain_threshold_percent or 0)
    whole, rest = divmod(above, 100)
    exact = pounds(whole) + (f" and {rest}/100 of a penny" if rest else "")
    return (
        f"R5 by value: {pounds(reissue.reissued)} of {pounds(reissue.issued)} issued came from "
        f"recycled stock, {reissue.percent}. Above {terms.gain_threshold_percent}% lie {exact}; "
        f"{terms.gain_percent}% of it is the provider's."
    )


@dataclass(frozen=True)
class Heads:
    """Whom a partner answers for, and what they weigh together in ten-thousandths of a head."""

    population: int
    weighed: int

    def __add__(self, other: "Heads") -> "Heads":
        """Both together."""
        return Heads(self.population + other.population, self.weighed + other.weighed)


NOBODY = Heads(0, 0)


def by_heads(charged: Pence, heads: Mapping[int, Heads]) -> dict[int, Pence]:
    """What each partner would have paid had the year been split by weighted population.

    Sums to what was charged, to the penny.
    """
    return split(charged, {who: one.weighed for who, one in heads.items()})
