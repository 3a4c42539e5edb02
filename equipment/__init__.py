"""Catalogue, items and their life cycle, stores and stock, goods-in, tests due."""
