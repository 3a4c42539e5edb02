"""The budget: what was agreed, ordered, spent and owed, and what the year will come to."""
