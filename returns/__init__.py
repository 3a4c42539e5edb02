"""Goods back in: scan, quarantine, inspect, clean, repair, test, put away or scrap."""
