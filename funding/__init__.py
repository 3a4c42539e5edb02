"""Funds, agreements, rules, shares, the ledger and its statements."""
