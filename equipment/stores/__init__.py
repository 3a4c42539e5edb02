"""Stores: what stands where, and what is short."""
