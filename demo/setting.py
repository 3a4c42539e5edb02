"""What the year is played with: the catalogue, stores, stock, clients, and chance."""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from core.money import Pence, split
from demo.catalogue import COMPATIBLE, NEVER_WITH, SUBSTITUTES, Line, lines
from demo.people import Person, clients
from demo.sign_ins import PROVIDER
from equipment.actions import add_product, add_store, receive_goods, relate
from equipment.models import Place, Product, Store
from equipment.rules import Group, Relation, Side, StoreKind, Tracking
from funding.models import Fund, Partner
from labels.actions import print_labels
from loans.actions import register_client
from loans.models import Client
from people.models import Organisation, Staff
from people.queries import lineage_of
from people.rules import Role

OPENING_ITEMS = 1295
MONTHLY_ITEMS = 20
# How often a group is asked for, beside the others.
ASKED_FOR = {
    Group.WALKING: 80,
    Group.TOILETING: 60,
    Group.PRESSURE: 50,
    Group.BATHING: 40,
    Group.BEDS: 40,
    Group.HOISTS: 30,
    Group.SEATING: 20,
    Group.RAMPS: 15,
    Group.DAILY_LIVING: 30,
    Group.SENSORY: 10,
    Group.TELECARE: 15,
    Group.CHILDREN: 6,
    Group.BARIATRIC: 7,
}
T = TypeVar("T")
Later = Callable[[date, Callable[[datetime], None]], None]


@dataclass
class Setting:
    """Everything the year is played with."""

    chance: random.Random
    starts: date
    ends: date
    merger: date
    organisations: dict[str, Organisation] = field(default_factory=dict)
    practices: dict[tuple[str, int], Organisation] = field(default_factory=dict)
    staff: dict[Role, list[Staff]] = field(default_factory=lambda: defaultdict(list))
    products: list[tuple[Line, Product]] = field(default_factory=list)
    clients: list[tuple[Person, Client]] = field(default_factory=list)
    partners: dict[str, Partner] = field(default_factory=dict)
    bought: Counter[int] = field(default_factory=Counter)  # by the line of the catalogue
    fund: Fund = field(init=False)
    depot: Store = field(init=False)

    @property
    def boss(self) -> Staff:
        """The administrator."""
        return self.staff[Role.ADMINISTRATOR][0]

    def one_of(self, role: Role) -> Staff:
        """Somebody who does this work."""
        return self.chance.choice(self.staff[role])

    def staff_for(self, client: Client, role: Role, on: date) -> Staff:
        """Somebody of this role who may see this client."""
        theirs = {client.body_id, client.council_id, client.registered_by_id}
        fitting = [
            one
            for one in self.staff[role]
            if one.organisation_id in theirs or theirs & lineage_of(one.organisation_id or 0, on)
        ]
        return self.chance.choice(fitting or self.staff[role])

    def weighted(self, choices: tuple[tuple[T, int], ...]) -> T:
        """One of these, as often as its weight says."""
        values, weights = [one for one, _ in choices], [weight for _, weight in choices]
        return self.chance.choices(values, weights)[0]

    def serials(self, line: Line, count: int) -> list[str]:
        """The maker's serial numbers of the next so many, where they have any."""
        if line.tracking is not Tracking.SERIALISED:
            return []
        first = self.bought[line.number] + 1
        self.bought[line.number] += count
        return [f"SN{line.number:03d}-{number:04d}" for number in range(first, first + count)]

    def clean_place(self) -> Place:
        """The depot's clean side."""
        return next(place for place in self.depot.places if place.side is Side.CLEAN)

    def weight(self, line: Line) -> float:
        """How often a product is asked for, beside the others."""
        rare = 0.12 if "X" in line.flags else 1.0
        small = 0.3 if line.tracking is Tracking.CONSUMABLE else 1.0
        dear = math.sqrt(4000 / (4000 + line.price))
        return ASKED_FOR[line.group] * rare * small * dear


def fill_catalogue(setting: Setting, at: datetime) -> None:
    """The catalogue with its prices and relations."""
    by, from_on = setting.boss, setting.starts
    for line in lines():
        product = add_product(price=line.price, from_on=from_on, by=by, at=at, **line.fields)
        setting.products.append((line, product))
    named = {line.name: product for line, product in setting.products}
    for relation, pairs in (
        (Relation.NEVER_WITH, NEVER_WITH),
        (Relation.SUBSTITUTE, SUBSTITUTES),
        (Relation.COMPATIBLE, COMPATIBLE),
    ):
        for one, other in pairs:
            relate(named[one], named[other], relation, by=by, at=at)


def open_stores(setting: Setting, at: datetime) -> None:
    """The depot, a hospital's shelf and three vans."""
    by, provider = setting.boss, setting.organisations[PROVIDER]
    setting.depot = add_store(
        name="Depot", kind=StoreKind.DEPOT, organisation=provider, by=by, at=at
    )
    add_store(name="Hospital shelf", kind=StoreKind.SATELLITE, organisation=provider, by=by, at=at)
    for number in (1, 2, 3):
        add_store(name=f"Van {number}", kind=StoreKind.VAN, organisation=provider, by=by, at=at)


def take_in_goods(setting: Setting, count: int, at: datetime) -> None:
    """Buy so many items, and consumables, spread as they are asked for, and label every item."""
    by = setting.one_of(Role.WAREHOUSE)
    kept = [(ln, p) for ln, p in setting.products if ln.tracking is not Tracking.CONSUMABLE]
    weights = {p.id: int(setting.weight(ln) * 1000) for ln, p in kept}
    opening = count >= OPENING_ITEMS
    least = 2 if opening else 0
    shares = split(Pence(count - least * len(kept)), weights)
    for line, product in kept:
        wanted = shares[product.id] + least
        if wanted:
            items = receive_goods(
                product, wanted, place=setting.clean_place(), serials=setting.serials(line, wanted),
                by=by, at=at,
            )  # fmt: skip
            print_labels(items, layout="a4-24", start=1, by=by, at=at)
    for line, product in setting.products:
        if line.tracking is Tracking.CONSUMABLE:
            receive_goods(
                product, 200 if opening else 20, place=setting.clean_place(), by=by, at=at
            )


def register(setting: Setting, count: int, at: datetime) -> None:
    """Register so many clients, a few of them from over the border."""
    for index, person in enumerate(clients(count, setting.chance, setting.starts)):
        far = index % 75 == 74
        keeper = setting.chance.choice(setting.staff[Role.PRESCRIBER])
        client = register_client(
            nhs_number=person.nhs_number,
            family_name=person.family,
            given_name=person.given,
            born_on=person.born_on,
            address=person.address,
            postcode="DE55 4XX" if far else person.postcode,
            practice=setting.practices["15M99", 0] if far
            else setting.practices[person.body, person.practice],
            weight_kg=person.weight_kg,
            telephone=f"01632 960{setting.chance.randint(0, 999):03d}",
            crew_note=person.crew_note,
            by=keeper,
            at=at,
        )  # fmt: skip
        setting.clients.append((person, client))
