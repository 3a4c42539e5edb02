"""What the demonstration's public pages say of using a product: each only what is true of it.

A product without a leaflet is used as its person was shown, which the page says by itself.
"""

# Leaflets, a blank line between them. A line that begins with "of" names products.
_WRITTEN = """
of Profiling bed, four section|Profiling bed, low|Profiling bed, ultra low
of Profiling bed, bariatric
Keep the bed at its lowest when somebody sleeps in it.
Put the brakes on before anybody gets in or out.
Move one part at a time with the handset, and keep hands and cables clear of the frame.
Use bed rails only if they were fitted for the person who sleeps in this bed.

of Bed rails, pair, integral wooden|Bed rails, pair, mesh
Use them only on the bed and for the person they were fitted for.
Ring us before the bed or the mattress is changed: they must be fitted anew.

of Mattress variator|Pillow lifter
Move it slowly with the handset, and keep hands and cables clear of it.

of Bed lever|Bed grab handle, fixed
See that it is firm before you push on it.
Ring us if it has moved, or if there is a gap between it and the mattress.

of Bed raisers, set of four, 10 cm|Bed raisers, set of four, 15 cm
of Chair raisers, set of four, 10 cm|Sofa raisers
See that every leg stands right down in its raiser before anybody sits or lies down.
Do not push or drag what stands on them.

of Overbed table|Overbed table, bariatric|Lap tray for chair
of Trolley, kitchen, adjustable
It carries things, not people: do not sit on it, lean on it or pull yourself up by it.

of Alternating air mattress, full replacement|Alternating air overlay
of Hybrid mattress, foam and air
Put one loose sheet over it and nothing thick.
Keep the pump switched on. If its alarm sounds for more than an hour, ring us.
Change position as often as you were shown.

of Foam mattress, high risk|Foam mattress, very high risk|Foam mattress, bariatric
Put one loose sheet over it and nothing thick.
Change position as often as you were shown.

of Foam cushion, medium risk|Foam cushion, high risk|Gel cushion, high risk
of Static air cushion
Leave its cover on and put nothing thick over it.
Change position as often as you were shown.

of Air cushion, alternating, with pump
Leave its cover on and put nothing thick over it.
Keep the pump switched on. If its alarm sounds for more than an hour, ring us.
Change position as often as you were shown.

of Mobile hoist, electric|Mobile hoist, electric, compact|Mobile hoist, bariatric
of Gantry hoist, free-standing|Standing hoist, electric
Use it only if you were shown how, with the sling that was brought with it.
Look at the sling before you lift: do not use it if a seam, loop or buckle is worn.
Charge the battery every night.
If it stops half way, pull the red emergency release slowly.

of Sling, universal, small|Sling, universal, medium|Sling, universal, large
of Sling, toileting, medium|Sling, in-chair, medium|Sling, bariatric, extra large
of Child's sling, small
Use it only if you were shown how, with the hoist it was brought for.
Look at it before you lift: do not use it if a seam, loop or buckle is worn.

of Bath lift, reclining|Bath lift, fixed back|Bath lift, bariatric|Bath board, 26 inch
of Bath board, 28 inch|Swivel bather
See that it holds firmly before you sit down.
Sit down first, then lift your legs over the side.
Rinse off soap and bath oil after every use: they make it slippery.

of Bath seat, 6 inch|Child's bath seat, small
See that it holds firmly before anybody sits down on it.
Rinse off soap and bath oil after every use: they make it slippery.

of Bath step|Bath step, bariatric
See that it stands firmly and is dry before you step on it.

of Shower stool, adjustable|Shower chair with arms|Shower chair, bariatric
See that all its feet stand firmly before you sit down.
Rinse off soap and bath oil after every use: they make it slippery.

of Shower chair, wheeled, attendant|Shower chair, self-propelled
Put the brakes on before you sit down or stand up.
Rinse off soap and bath oil after every use: they make it slippery.

of Commode, static, height adjustable|Commode, bariatric|Toilet frame, free-standing
of Raised seat and frame combined|Child's commode chair
Make sure that all its feet stand level on the floor.
Push up with both hands to stand. Do not tip it forward.

of Commode, wheeled, attendant
Put the brakes on before you sit down or stand up.
Push up with both hands to stand. Do not tip it forward.

of Raised toilet seat, 2 inch|Raised toilet seat, 4 inch|Raised toilet seat, 6 inch
of Raised toilet seat, bariatric
See that it sits straight on the bowl and holds firmly before you sit down.

of Riser recliner chair, single motor|Riser recliner chair, dual motor
of Riser recliner chair, bariatric
Sit right back in the chair.
Keep feet, pets and cables away from under it when it moves.
Let it rise slowly, and stand when you feel steady.

of High seat chair, adjustable|Perching stool with arms and back|Perching stool, no arms
of Perching stool, bariatric
Make sure that all its feet stand level on the floor.
Push up with both hands to stand.

of Walking frame, small|Walking frame, medium|Walking frame, large
of Walking frame, bariatric|Wheeled frame, small|Wheeled frame, medium
of Wheeled frame, large
Stand inside the frame, not behind it.
Move the frame first, then step.
Do not pull yourself up by it: push up from the chair.
Ring us for new rubber feet when the old ones are worn smooth.

of Rollator, three wheel|Rollator, four wheel with seat|Rollator, bariatric
Put the brakes on before you let go of it.
Do not pull yourself up by it: push up from the chair.

of Elbow crutches, pair|Axilla crutches, pair|Walking stick, metal, adjustable
of Walking stick, quad base
Ring us for new rubber feet when the old ones are worn smooth.
"""


def _read(written: str) -> dict[str, str]:
    """What is written, by the product's name."""
    read = {}
    for leaflet in written.strip().split("\n\n"):
        lines = leaflet.splitlines()
        of = [line.removeprefix("of ") for line in lines if line.startswith("of ")]
        for name in "|".join(of).split("|"):
            read[name] = "\n".join(lines[len(of) :])
    return read


LEAFLETS = _read(_WRITTEN)
