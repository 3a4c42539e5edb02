"""Measures, the stock identity and spend: reads, never acts."""
