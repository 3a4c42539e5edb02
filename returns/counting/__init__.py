"""Counting what stands in a store: blind, twice where it differs, put right by a second person."""
