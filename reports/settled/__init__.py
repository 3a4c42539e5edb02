"""Months that are over: counted once by each process, and again when something in them changes."""
