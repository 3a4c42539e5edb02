"""Visits: deliveries and collections, what became of them and the proof."""
