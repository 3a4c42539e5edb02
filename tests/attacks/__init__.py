"""Weaknesses that were found elsewhere, and that this product does not have."""
