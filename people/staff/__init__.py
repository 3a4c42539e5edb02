"""Accounts of those who sign in, and what each role may do."""
