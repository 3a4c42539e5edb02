"""Loans: one item with one client, from–to, and its way back."""
