"""Tests of asking equipment back."""
