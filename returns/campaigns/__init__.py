"""Campaigns: a chosen set of loans asked for by letter, text, telephone or on an amnesty day."""
