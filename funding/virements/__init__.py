"""Virements: budget moved from one line to another within a year, once the board has said so."""
