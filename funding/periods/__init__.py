"""Months of the fund: open, closing, closed by two people, and then never changed."""
