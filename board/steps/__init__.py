"""Months in which a measure stepped to another level, and why."""
