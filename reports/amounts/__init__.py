"""Sums of money as measures: what the ledger and the orders say of what was chosen."""
