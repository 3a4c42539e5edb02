"""Tests of the demonstration year."""
