"""Scans: what each one asks for, done once however often and in whatever order it arrives."""
