"""Doors from a figure to the board room: put a motion about it, mark a step in its chart."""
