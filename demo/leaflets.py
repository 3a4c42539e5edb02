"""What the demonstration's public pages say of using a product, by its group."""

from equipment.rules import Group

LEAFLETS: dict[Group, str] = {
    Group.BEDS: """Keep the bed at its lowest when somebody sleeps in it.
Put the brakes on before anybody gets in or out.
Move one part at a time with the handset, and keep hands and cables clear of the frame.
Use bed rails only if they were fitted for the person who sleeps in this bed.""",
    Group.PRESSURE: """Put one loose sheet over it and nothing thick.
Keep the pump switched on. If its alarm sounds for more than an hour, ring us.
Change position as often as you were shown.""",
    Group.HOISTS: """Use it only if you were shown how, with the sling that was brought with it.
Look at the sling before you lift: do not use it if a seam, loop or buckle is worn.
Charge the battery every night.
If it stops half way, pull the red emergency release slowly.""",
    Group.BATHING: """See that it stands firmly, or that its suckers hold, before you sit down.
Sit down first, then lift your legs over the side.
Rinse off soap and bath oil after every use: they make it slippery.""",
    Group.TOILETING: """Make sure that all its feet stand level on the floor.
Put the brakes on, if it has wheels, before you sit down.
Push up with both hands to stand. Do not tip it forward.""",
    Group.SEATING: """Sit right back in the chair.
Keep feet, pets and cables away from under a chair that moves.
Let it rise slowly, and stand when you feel steady.""",
    Group.WALKING: """Stand inside the frame, not behind it.
Move the frame first, then step.
Do not pull yourself up by it: push up from the chair.
Ring us for new rubber feet when the old ones are worn smooth.""",
}
