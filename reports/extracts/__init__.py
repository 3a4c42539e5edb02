"""Pseudonymised extracts: what a year of a person came to, with nobody to be told from it."""
