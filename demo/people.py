"""Made-up people and places: names by chance, practices that are nobody's, test NHS numbers."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

GIVEN = (
    "Ada Alan Alma Amir Ann Arthur Asha Beryl Brian Carol Cedric Chloe Clive Dora Doris Edith "
    "Edna Eileen Elsie Enid Eric Ethel Eva Farah Fred George Gita Gladys Gordon Grace Hana Harold "
    "Hazel Hilda Ida Imran Iris Ivy Jean Joan Joyce June Kamal Kath Keith Ken Leah Len Lily Lois "
    "Mabel Maeve Maud May Mina Mona Nell Nora Norman Olga Olive Omar Pearl Percy Polly Ralph Rani "
    "Rita Ron Rosa Roy Ruby Ruth Saira Sid Stan Sybil Tariq Ted Una Vera Viola Walter Wilf Winnie"
).split()
FAMILY = (
    "Abbot Adeyemi Alder Ashby Baines Barlow Beck Birch Blyth Bowden Brook Calder Carr Chaudhry "
    "Coates Copley Crane Dale Darby Dean Dobson Dunmore Eaves Ellery Fenn Field Finch Flint Forde "
    "Frost Garner Gill Goddard Hale Harrow Haworth Heath Holme Hurst Ilyas Ingham Jarvis Joyner "
    "Kaur Keen Kirkby Lacey Larch Leigh Lister Lockwood Marsh Mather Mistry Moss Naylor Nkemelu "
    "Norris Oakes Osman Parrish Patel Peel Pryor Quayle Raines Reid Ridley Rook Rowe Sahota Sands "
    "Sharpe Singh Stone Swift Tanner Thorne Tiwari Underhill Vance Wade Waldron Webb Wells Wynne"
).split()
STREETS = (
    "Alder Close|Beech Avenue|Bridge Street|Canal Side|Castle View|Chapel Lane|Church Walk|"
    "Colliery Row|Cross Hill|Dale Road|Elm Grove|Field View|Forest Road|Garden Street|Green Lane|"
    "Hawthorn Rise|High Street|Holly Road|Kiln Yard|Lace Street|Linden Grove|Main Road|Market Row|"
    "Meadow Lane|Mill Lane|Oak Drive|Orchard Way|Park Road|Poplar Street|Priory Road|Queen Street|"
    "Rectory Gardens|River View|Rowan Court|School Lane|Sherwood Street|Spring Bank|Station Road|"
    "The Crescent|Trent Lane|Union Street|Vicarage Lane|Wharf Road|Windmill Hill|Wood Street"
).split("|")

COUNCILS = {"E06000018": "Nottingham City Council", "E10000024": "Nottinghamshire County Council"}
CITY, COUNTY = COUNCILS


@dataclass(frozen=True)
class Body:
    """A clinical commissioning group of the reference service."""

    code: str
    name: str
    practices: int
    outward: dict[str, str]  # "NG17 1-5" → council


BODIES = (
    Body("02Q", "NHS Bassetlaw CCG", 9, {"S80 1-4": COUNTY, "S81 7-9": COUNTY, "DN22 6-8": COUNTY}),
    Body("04E", "NHS Mansfield and Ashfield CCG", 26,
         {"NG17 1-8": COUNTY, "NG18 1-5": COUNTY, "NG19 6-9": COUNTY}),
    Body("04H", "NHS Newark and Sherwood CCG", 14, {"NG24 1-4": COUNTY, "NG22 0-9": COUNTY}),
    Body("04K", "NHS Nottingham City CCG", 51,
         {"NG1 1-7": CITY, "NG3 1-7": CITY, "NG5 1-5": CITY, "NG7 1-7": CITY, "NG8 1-6": CITY}),
    Body("04L", "NHS Nottingham North and East CCG", 17,
         {"NG4 1-4": COUNTY, "NG5 6-9": COUNTY, "NG15 6-8": COUNTY}),
    Body("04M", "NHS Nottingham West CCG", 12, {"NG9 1-8": COUNTY, "NG16 1-3": COUNTY}),
    Body("04N", "NHS Rushcliffe CCG", 12, {"NG2 5-7": COUNTY, "NG12 2-5": COUNTY}),
)  # fmt: skip
MERGING = tuple(body.code for body in BODIES if body.code != "02Q")
MERGED = ("52R", "NHS Nottingham and Nottinghamshire CCG")


def sectors(body: Body) -> dict[str, str]:
    """Postcode sector ("NG17 3") → council."""
    made = {}
    for span, council in body.outward.items():
        outward, digits = span.split()
        first, last = digits.split("-")
        for digit in range(int(first), int(last) + 1):
            made[f"{outward} {digit}"] = council
    return made


@dataclass(frozen=True)
class Person:
    """A made-up client."""

    given: str
    family: str
    born_on: date
    nhs_number: str
    weight_kg: int
    address: str
    postcode: str
    body: str
    practice: int  # which of the body's practices
    crew_note: str


def nhs_numbers() -> list[str]:
    """Valid numbers of the range reserved for testing (999…), in order."""
    made = []
    for serial in range(1, 2000):
        digits = f"999{serial:06d}"
        check = 11 - sum(int(d) * w for d, w in zip(digits, range(10, 1, -1), strict=True)) % 11
        if check != 10:
            made.append(digits + str(check % 11))
    return made


def name(chance: random.Random) -> tuple[str, str]:
    """A given and a family name."""
    return chance.choice(GIVEN), chance.choice(FAMILY)


_CREW = ("Key safe by the back door.", "Ring first: hard of hearing.", "Dog: please knock.",
         "Third floor, small lift.", "Carer in from nine to five.")  # fmt: skip
_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


def clients(count: int, chance: random.Random, today: date) -> list[Person]:
    """So many made-up clients, spread over the bodies as their practices are."""
    numbers = nhs_numbers()
    bodies = [body for body in BODIES for _ in range(body.practices)]
    made = []
    for number in numbers[:count]:
        body = chance.choice(bodies)
        sector = chance.choice(list(sectors(body)))
        given, family = name(chance)
        child = chance.random() < 0.04
        age = chance.randint(4, 15) if child else min(99, int(chance.gauss(77, 11)))
        made.append(
            Person(
                given=given,
                family=family,
                born_on=today - timedelta(days=365 * age + chance.randint(1, 360)),
                nhs_number=number,
                weight_kg=chance.randint(18, 45) if child else max(42, int(chance.gauss(74, 15))),
                address=f"{chance.randint(1, 140)} {chance.choice(STREETS)}",
                postcode=f"{sector}{chance.choice(_LETTERS)}{chance.choice(_LETTERS)}",
                body=body.code,
                practice=chance.randrange(body.practices),
                crew_note=chance.choice(_CREW) if chance.random() < 0.25 else "",
            )
        )
    return made
