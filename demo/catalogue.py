"""The demonstration catalogue: 150 products with believable prices, limits and test plans.

Prices follow published ones where there are any (an alternating air mattress at £1,650, a wheeled
frame at £12.70 to £17); everything else is made up and of the right size.
"""

from dataclasses import dataclass

from core.money import Pence, read_pounds
from demo.leaflets import LEAFLETS
from equipment.checks import gs1_check_digit
from equipment.rules import CareClass, Cleaning, Group, Tracking

# name | price | safe working load kg | flags
# Flags: s serialised, l labelled, c consumable; L LOLER 6 months, P PAT 12, S service 12;
# 1 single patient, X special, A assessment needed, F fitted;
# t carries things or a limb, never the client; h health, o social care, j joint.
TABLE: dict[Group, str] = {
    Group.BEDS: """
Profiling bed, four section|689.00|185|sPSFj
Profiling bed, low|912.00|180|sPSFj
Profiling bed, ultra low|1140.00|180|sPSFh
Profiling bed, bariatric|1985.00|318|sPSXFh
Bed rails, pair, integral wooden|74.50|160|lAj
Bed rails, pair, mesh|88.00|160|lAj
Bed rail bumpers, pair|31.20||lj
Mattress variator|268.00|160|sPo
Pillow lifter|179.00|120|sPo
Bed lever|27.40|120|lo
Bed grab handle, fixed|34.95|150|lFo
Bed raisers, set of four, 10 cm|29.90|240|lo
Bed raisers, set of four, 15 cm|33.40|240|lo
Leg lifter for bed|86.00|30|lto
Overbed table|41.60|15|ltj""",
    Group.PRESSURE: """
Alternating air mattress, full replacement|1650.00|200|sPSh
Alternating air overlay|740.00|160|sPSh
Hybrid mattress, foam and air|465.00|180|sPh
Foam mattress, high risk|228.00|158|lh
Foam mattress, very high risk|312.00|180|lh
Foam mattress, bariatric|549.00|320|lXh
Foam cushion, medium risk|41.75|127|lh
Foam cushion, high risk|68.40|127|lh
Gel cushion, high risk|112.00|150|lh
Air cushion, alternating, with pump|388.00|140|sPh
Static air cushion|271.00|150|lh
Heel protectors, pair|37.20||l1h
Heel troughs, pair|58.00||lh
Wedge, bed|24.60||lh
Turning sheet, tubular|18.95|150|lh""",
    Group.HOISTS: """
Mobile hoist, electric|842.00|150|sLPSj
Mobile hoist, electric, compact|968.00|150|sLPSj
Mobile hoist, bariatric|1870.00|284|sLPSXj
Gantry hoist, free-standing|1495.00|200|sLPSXFj
Standing hoist, electric|1120.00|160|sLPSj
Standing aid, manual|389.00|160|sLSj
Sling, universal, small|84.00|200|sLj
Sling, universal, medium|84.00|200|sLj
Sling, universal, large|89.00|200|sLj
Sling, toileting, medium|96.50|200|sLj
Sling, in-chair, medium|102.00|200|sLj
Sling, bariatric, extra large|148.00|380|sLXj
Slide sheet, flat, pair|16.40|200|l1j
Transfer board, straight|38.90|130|lo
Transfer board, curved|62.00|130|lo
Turning disc, standing|74.00|130|lo""",
    Group.BATHING: """
Bath lift, reclining|204.00|140|sPSo
Bath lift, fixed back|196.00|140|sPSo
Bath lift, bariatric|468.00|190|sPSXo
Bath board, 26 inch|19.80|180|lo
Bath board, 28 inch|20.60|180|lo
Bath seat, 6 inch|23.10|160|lo
Bath step|18.70|190|lo
Shower stool, adjustable|26.95|160|lo
Shower chair with arms|43.80|160|lo
Shower chair, wheeled, attendant|128.00|130|lo
Shower chair, self-propelled|184.00|150|lo
Swivel bather|57.50|130|lo
Bath mat, non-slip|7.90||c1o
Long-handled sponge|3.95||c1o""",
    Group.TOILETING: """
Commode, static, height adjustable|46.80|160|lj
Commode, wheeled, attendant|92.00|150|lj
Commode, bariatric|189.00|318|lXj
Commode pan with lid|6.20||c1j
Toilet frame, free-standing|29.80|160|lo
Toilet frame, fixed to floor|34.20|190|lo
Raised toilet seat, 2 inch|14.90|190|lo
Raised toilet seat, 4 inch|15.60|190|lo
Raised toilet seat, 6 inch|17.10|190|lo
Raised seat and frame combined|39.40|190|lo
Bottom wiper|13.70||l1o
Urinal bottle, non-spill|9.40||c1h""",
    Group.SEATING: """
Riser recliner chair, single motor|478.00|160|sPSo
Riser recliner chair, dual motor|596.00|160|sPSo
Riser recliner chair, bariatric|1125.00|318|sPSXo
Tilt-in-space chair|1390.00|160|sSXj
High seat chair, adjustable|118.00|160|lo
Perching stool with arms and back|44.60|160|lo
Perching stool, no arms|33.20|160|lo
Chair raisers, set of four, 10 cm|31.80|240|lo
Sofa raisers|47.50|240|lo
Leg rest, height adjustable|52.30|40|lto
Lap tray for chair|36.00|10|lto""",
    Group.WALKING: """
Walking frame, small|12.70|160|lj
Walking frame, medium|12.70|160|lj
Walking frame, large|13.40|160|lj
Wheeled frame, small|16.20|160|lj
Wheeled frame, medium|16.50|160|lj
Wheeled frame, large|17.00|160|lj
Walking frame, bariatric|48.90|285|lj
Rollator, three wheel|52.00|130|lj
Rollator, four wheel with seat|68.00|150|lj
Gutter frame|79.50|160|lj
Elbow crutches, pair|9.80|150|lj
Axilla crutches, pair|19.40|150|lj
Walking stick, metal, adjustable|4.60|125|c1j
Walking stick, quad base|12.90|125|lj
Trolley, kitchen, adjustable|40.00|15|lto
Ferrules, 22 mm, pack of four|2.35||c1j""",
    Group.DAILY_LIVING: """
Kettle tipper|16.80|3|lt1o
Jar opener|6.75||c1o
Adapted cutlery, set|14.20||c1o
Plate guard|3.60||c1o
Long-handled shoe horn|2.85||c1o
Sock aid|7.20||c1o
Helping hand reacher, 26 inch|6.95||c1o
Dressing stick|4.10||c1o
Tap turners, pair|7.85||c1o
Key turner|3.20||c1o
Non-slip matting, roll|9.60||c1o
Medicine dispenser, electronic|98.00||sPo""",
    Group.SENSORY: """
Flashing doorbell|39.00||sPo
Vibrating alarm clock|28.50||sPo
Amplified telephone|46.20||sPo
Personal listener|124.00||sPo
Talking clock|17.90||lo
Big-button telephone|32.40||sPo
Magnifier with light|22.75||lo""",
    Group.RAMPS: """
Ramp, folding, 1.2 m|164.00|272|lo
Ramp, folding, 1.8 m|238.00|272|lo
Ramp, folding, 2.4 m|347.00|272|lo
Threshold ramp, rubber, 25 mm|32.00|300|lo
Threshold ramp, rubber, 50 mm|54.00|300|lo
Half step with rail|92.60|200|lFo
Grab rail, plastic, 30 cm|5.40|115|c1Fo
Grab rail, plastic, 45 cm|6.10|115|c1Fo
Newel rail|14.30|115|c1Fo
Mopstick stair rail, per metre|8.20|100|c1Fo""",
    Group.CHILDREN: """
Child's profiling cot bed|2480.00|100|sPSXj
Child's supportive seat, size 1|1260.00|35|sSXj
Child's supportive seat, size 2|1390.00|50|sSXj
Child's standing frame|1780.00|45|sSXj
Child's bath seat, small|312.00|35|lj
Child's walker, posterior, small|186.00|35|lj
Child's commode chair|268.00|50|lj
Child's sling, small|92.00|75|sLj""",
    Group.BARIATRIC: """
Rollator, bariatric|124.00|295|lj
Shower chair, bariatric|139.00|318|lj
Bath step, bariatric|42.00|318|lj
Raised toilet seat, bariatric|61.00|318|lj
Perching stool, bariatric|112.00|318|lj
Transfer board, bariatric|94.00|320|lj
Overbed table, bariatric|138.00|30|ltj""",
    Group.TELECARE: """
Falls detector, worn|58.00||sPo
Bed sensor|112.00||sPo
Chair sensor|98.00||sPo
Door exit sensor|64.00||sPo
Pendant alarm with base unit|87.00||sPo
Medication reminder|132.00||sPo
Flood detector|41.00||sPo""",
}

# Which goes never with which, and what may stand in for what.
NEVER_WITH = [
    ("Bed lever", "Profiling bed, four section"),
    ("Bed lever", "Profiling bed, low"),
    ("Bed rails, pair, mesh", "Alternating air mattress, full replacement"),
    ("Mattress variator", "Profiling bed, four section"),
]
SUBSTITUTES = [
    ("Profiling bed, low", "Profiling bed, four section"),
    ("Foam mattress, very high risk", "Foam mattress, high risk"),
    ("Hybrid mattress, foam and air", "Alternating air overlay"),
    ("Wheeled frame, medium", "Wheeled frame, large"),
    ("Bath lift, reclining", "Bath lift, fixed back"),
    ("Commode, wheeled, attendant", "Commode, static, height adjustable"),
    ("Mobile hoist, electric, compact", "Mobile hoist, electric"),
]
COMPATIBLE = [
    ("Sling, universal, medium", "Mobile hoist, electric"),
    ("Sling, universal, large", "Mobile hoist, electric"),
    ("Bed rails, pair, integral wooden", "Profiling bed, four section"),
]

_CARE = {"h": CareClass.HEALTH, "o": CareClass.SOCIAL, "j": CareClass.JOINT}
_TRACKING = {"s": Tracking.SERIALISED, "l": Tracking.LABELLED, "c": Tracking.CONSUMABLE}
_CLEANING = {
    Group.PRESSURE: Cleaning.STEAM,
    Group.HOISTS: Cleaning.WIPE,
    Group.TOILETING: Cleaning.WASH,
}
# What a group is in ISO 9999, by its subclass, and what of it is something else.
_ISO_9999 = {
    Group.BEDS: "18 12",
    Group.PRESSURE: "04 33",
    Group.HOISTS: "12 36",
    Group.BATHING: "09 33",
    Group.TOILETING: "09 12",
    Group.SEATING: "18 09",
    Group.WALKING: "12 06",
    Group.RAMPS: "18 30",
    Group.TELECARE: "22 29",
}
_OF_ITS_OWN = {
    "Slide sheet": "12 31", "Transfer board": "12 31", "Turning disc": "12 31",
    "Elbow crutches": "12 03", "Axilla crutches": "12 03", "Walking stick": "12 03",
    "Grab rail": "18 18", "Newel rail": "18 18", "Mopstick": "18 18", "Half step": "18 18",
    "Overbed table": "18 03", "Lap tray": "18 03", "Trolley": "18 03",
}  # fmt: skip
_DEARER = Pence(200_00)


@dataclass(frozen=True)
class Line:
    """One product of the demonstration."""

    name: str
    group: Group
    price: Pence
    load: int | None
    flags: str
    number: int  # in the catalogue

    @property
    def tracking(self) -> Tracking:
        """How closely it is followed."""
        return _TRACKING[self.flags[0]]

    @property
    def gtin(self) -> str | None:
        """The maker's number on what has a serial number too: of those GS1 keeps for examples."""
        body = f"95290000{self.number:04d}"
        serialised = self.tracking is Tracking.SERIALISED
        return f"{body}{gs1_check_digit(body)}" if serialised else None

    @property
    def iso9999(self) -> str:
        """What it is in ISO 9999, by its subclass; nothing where its group is of several."""
        own = (code for name, code in _OF_ITS_OWN.items() if self.name.startswith(name))
        return next(own, _ISO_9999.get(self.group, ""))

    @property
    def fields(self) -> dict[str, object]:
        """The columns of the product."""
        flags = self.flags
        consumable = self.tracking is Tracking.CONSUMABLE
        back = not consumable and "1" not in flags
        return {
            "name": self.name,
            "group": self.group,
            "tracking": self.tracking,
            "care_class": _CARE[flags[-1]],
            "description": f"{self.name}. For use at home."
            + (f" Safe working load {self.load} kg." if self.load else ""),
            "how_to_use": LEAFLETS.get(self.name, ""),
            "gtin": self.gtin,
            "iso9999": self.iso9999,
            "safe_working_load_kg": self.load,
            "carries_client": "t" not in flags,
            "single_patient": "1" in flags,
            "special": "X" in flags,
            "assessment_needed": "A" in flags,
            "needs_fitting": "F" in flags,
            "cleaning": _CLEANING.get(self.group, Cleaning.WIPE) if back else None,
            "loler_months": 6 if "L" in flags else None,
            "pat_months": 12 if "P" in flags else None,
            "service_months": 12 if "S" in flags[1:] else None,
            "expected_life_months": 96 if self.price >= _DEARER else 60,
            "credit_percent": (75 if self.price >= _DEARER else 60) if back else 0,
            "min_stock": 20 if consumable else 2,
            "max_stock": 200 if consumable else 12,
            "lead_days": 20 if "X" in flags else 5,
        }


def lines() -> list[Line]:
    """The products, in the order of the groups."""
    made: list[Line] = []
    for group, table in TABLE.items():
        for row in table.strip().splitlines():
            name, price, load, flags = row.split("|")
            kilograms = int(load) if load else None
            made.append(Line(name, group, read_pounds(price), kilograms, flags, len(made) + 1))
    return made
